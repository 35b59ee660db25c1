//! The name somebody most likely meant.

use std::cmp::Reverse;

/// The candidate nearest to `wanted`, if one is near enough to be proposed.
///
/// A candidate that differs in case or punctuation alone comes first, then the
/// one with the fewest edits (a swap of neighbours counts once), of which one
/// is allowed in any name and one more for every eight characters. Among equals the
/// longest common beginning decides, then the order of the candidates.
pub fn nearest<'a>(wanted: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Longer than any name AWS gives; bounds the work on hostile input.
    if wanted.is_empty() || wanted.len() > 160 {
        return None;
    }
    // Half of a short name stays.
    let limit = (1 + wanted.len() / 8).min(wanted.len() / 2);
    let bare = bare(wanted);
    let wanted = wanted.to_ascii_lowercase();
    candidates
        .filter(|candidate| candidate.len().abs_diff(wanted.len()) <= limit)
        .filter_map(|candidate| {
            let lower = candidate.to_ascii_lowercase();
            let distance = if self::bare(candidate) == bare {
                0
            } else {
                strsim::osa_distance(&wanted, &lower)
            };
            let common =
                std::iter::zip(wanted.bytes(), lower.bytes()).take_while(|(a, b)| a == b).count();
            (distance <= limit).then_some((distance, Reverse(common), candidate))
        })
        .min_by_key(|(distance, common, _)| (*distance, *common))
        .map(|(_, _, candidate)| candidate)
}

/// Whether a name is another one with a slip in it, and not a name of its own that resembles it:
/// case and punctuation differ, or up to two lower-case letters do. AWS's own names differ in
/// capitals and digits (`AmazonSNSFullAccess`, `AmazonSQSFullAccess`).
pub(super) fn is_slip(wanted: &str, name: &str) -> bool {
    let skeleton = |name: &str| -> String {
        name.chars().filter(|character| !character.is_ascii_lowercase()).collect()
    };
    bare(wanted) == bare(name)
        || (skeleton(wanted) == skeleton(name) && strsim::osa_distance(wanted, name) <= 2)
}

fn bare(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_no_name_of_its_own() {
        let cases = [
            ("AWSXRayWriteOnlyAccess", "AWSXrayWriteOnlyAccess", true),
            ("AWSLambdaBasicExecutionRol", "AWSLambdaBasicExecutionRole", true),
            ("AmazonDynamoDBFullAcces", "AmazonDynamoDBFullAccess", true),
            ("AmazonSNSFullAccess", "AmazonSQSFullAccess", false),
            ("AmazonDynamoDBFullAccess_v3", "AmazonDynamoDBFullAccess_v2", false),
            ("AmazonTextractFullAccess", "AmazonTextExtractFullAccess", false),
        ];
        for (wanted, name, expected) in cases {
            assert_eq!(is_slip(wanted, name), expected, "{wanted}");
        }
    }

    #[test]
    fn the_nearest_name_is_proposed_or_none() {
        let names = ["GetObject", "GetObjectAcl", "PutObject", "Get_Bucket"];
        let cases = [
            ("getobject", Some("GetObject")),
            ("GetObjects", Some("GetObject")),
            ("GteObject", Some("GetObject")),
            ("GetBucket", Some("Get_Bucket")),
            ("PutObjet", Some("PutObject")),
            ("ListThings", None),
            ("", None),
        ];
        for (wanted, expected) in cases {
            assert_eq!(nearest(wanted, names.into_iter()), expected, "{wanted}");
        }
        assert_eq!(nearest(&"x".repeat(100_000), names.into_iter()), None);
    }
}
