//! Versions and version constraints.

/// A version: its numbers, pre-release parts left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version([u32; 3]);

/// The numbers, and how many were written.
fn parse(text: &str) -> Option<([u32; 3], usize)> {
    let text = text.trim().trim_start_matches('v');
    let text = text.split(['-', '+']).next()?;
    let mut numbers = [0; 3];
    let mut count = 0;
    for (slot, part) in numbers.iter_mut().zip(text.split('.')) {
        *slot = part.trim().parse().ok()?;
        count += 1;
    }
    (count > 0).then_some((numbers, count))
}

/// Whether some version satisfies both the constraint of a call and the range a description is for.
/// A constraint that cannot be read may be satisfied by anything.
pub(crate) fn overlaps(constraint: &str, range: &str) -> bool {
    let (Some(a), Some(b)) = (bounds(constraint), bounds(range)) else { return true };
    let low = a.low.max(b.low);
    match (a.high, b.high) {
        (None, None) => true,
        (Some(high), None) | (None, Some(high)) => low < high,
        (Some(x), Some(y)) => low < x.min(y),
    }
}

/// From a version on, up to but without another.
struct Bounds {
    low: Version,
    high: Option<Version>,
}

fn bounds(constraint: &str) -> Option<Bounds> {
    let mut out = Bounds { low: Version([0; 3]), high: None };
    let lower = |bounds: &mut Bounds, high: Version| {
        bounds.high = Some(bounds.high.map_or(high, |old| old.min(high)));
    };
    for part in constraint.split(',') {
        let part = part.trim();
        let split = part.find(|c: char| c.is_ascii_digit() || c == 'v')?;
        let (operator, version) = part.split_at_checked(split)?;
        let (numbers, count) = parse(version)?;
        let version = Version(numbers);
        let next = |at: usize| {
            let mut numbers = numbers;
            for (index, number) in numbers.iter_mut().enumerate() {
                if index == at {
                    *number += 1;
                } else if index > at {
                    *number = 0;
                }
            }
            Version(numbers)
        };
        match operator.trim() {
            "" | "=" => {
                out.low = out.low.max(version);
                lower(&mut out, next(2));
            }
            ">=" => out.low = out.low.max(version),
            ">" => out.low = out.low.max(next(2)),
            "<" => lower(&mut out, version),
            "<=" => lower(&mut out, next(2)),
            "~>" => {
                out.low = out.low.max(version);
                lower(&mut out, next(count.saturating_sub(2)));
            }
            _ => {}
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_overlap_ranges() {
        for (constraint, range, expected) in [
            ("7.2.0", ">= 2.0.0", true),
            ("1.4.0", ">= 2.0.0", false),
            ("~> 7.2", ">= 7.0.0, < 8.0.0", true),
            ("~> 7.2", ">= 8.0.0", false),
            ("~> 7.2.1", ">= 7.3.0", false),
            (">= 1.0", ">= 8.0.0", true),
            ("< 2.0", ">= 2.0.0", false),
            ("<= 2.0", ">= 2.0.0", true),
            ("v3.1", ">= 2.0.0", true),
            ("main", ">= 2.0.0", true),
        ] {
            assert_eq!(overlaps(constraint, range), expected, "{constraint} in {range}");
        }
    }
}
