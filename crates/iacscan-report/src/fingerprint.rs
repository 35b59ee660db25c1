//! What identifies a finding between scans.

use std::collections::BTreeMap;

use iacscan_core::Finding;
use sha2::{Digest, Sha256};

use crate::{Options, paths};

/// The fingerprints of findings, in their order: 32 hexadecimal digits each.
///
/// A fingerprint is made of the rule, the path of the unit from the repository root, the address of
/// the resource and the offending value; lines, columns and the amount of white space in the value are no part of it.
/// Findings that agree in all of these are told apart by their order, so pass all findings of a
/// scan at once, sorted, before any is suppressed or compared with a baseline.
#[must_use]
pub fn fingerprints(findings: &[Finding], options: &Options) -> Vec<String> {
    let mut seen: BTreeMap<[u8; 16], u32> = BTreeMap::new();
    findings
        .iter()
        .map(|finding| {
            let first = digest(finding, options, 0);
            let repetition = seen.entry(first).or_default();
            let own = if *repetition == 0 { first } else { digest(finding, options, *repetition) };
            *repetition += 1;
            own.iter().map(|byte| format!("{byte:02x}")).collect()
        })
        .collect()
}

/// The digest of what identifies a finding. Parts are preceded by their length, so that no two
/// lists of parts read the same.
fn digest(finding: &Finding, options: &Options, repetition: u32) -> [u8; 16] {
    let value = finding.fingerprint.split_whitespace().collect::<Vec<_>>().join(" ");
    let (scope, name) = finding
        .resource
        .as_ref()
        .map_or(("", ""), |address| (address.scope().as_str(), address.name().as_str()));
    let unit = paths::from_root(&finding.unit, options);
    let mut hasher = Sha256::new();
    for part in ["1", finding.rule, unit.as_str(), scope, name, value.as_str()] {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.update(repetition.to_le_bytes());
    let mut short = [0; 16];
    for (to, from) in short.iter_mut().zip(hasher.finalize()) {
        *to = from;
    }
    short
}

#[cfg(test)]
mod tests {
    use iacscan_core::{Address, Severity, Sources, Span};

    use super::*;

    fn fingerprints(findings: &[Finding]) -> Vec<String> {
        super::fingerprints(findings, &Options::default())
    }

    #[test]
    fn the_working_directory_is_no_part_of_it() {
        let below = Options {
            working_directory: "/repo/infra".into(),
            repository_root: Some("/repo".into()),
            ..Options::default()
        };
        let above = Options { working_directory: "/repo".into(), ..below.clone() };
        assert_eq!(
            super::fingerprints(&[finding(1, "lambda", "p", "s3:*")], &below),
            super::fingerprints(&[finding(1, "./infra/lambda", "p", "s3:*")], &above),
        );
    }

    fn finding(at: usize, unit: &str, resource: &str, value: &str) -> Finding {
        let source = Sources::new().add("a.tf", " ".repeat(100));
        Finding::build("wildcard-action", Severity::High, Span::at(source, at), "here")
            .unit(unit)
            .resource(Address::new(unit, resource))
            .fingerprint(value)
            .finish()
    }

    #[test]
    fn moving_and_reformatting_keep_a_fingerprint() {
        let before =
            fingerprints(&[finding(1, "infra", "aws_iam_policy.p", "[\"s3:*\", \"a:b\"]")]);
        let after =
            fingerprints(&[finding(77, "infra", "aws_iam_policy.p", "[\"s3:*\",\n  \"a:b\"] ")]);
        assert_eq!(before, after);
        // The stored form: baselines of earlier versions must keep matching.
        assert_eq!(before, ["2df7eee549a208d9e311c68d7383fc27"]);
    }

    #[test]
    fn every_part_tells_findings_apart() {
        let all = fingerprints(&[
            finding(1, "infra", "aws_iam_policy.p", "s3:*"),
            finding(1, "infra", "aws_iam_policy.p", "sqs:*"),
            finding(1, "infra", "aws_iam_policy.q", "s3:*"),
            finding(1, "other", "aws_iam_policy.p", "s3:*"),
            finding(1, "infraa", "ws_iam_policy.p", "s3:*"),
            finding(9, "infra", "aws_iam_policy.p", "s3:*"),
            finding(9, "infra", "aws_iam_policy.p", "s3:*"),
        ]);
        let mut unique = all.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), all.len());
        assert!(all.iter().all(|hex| hex.len() == 32));
    }

    #[test]
    fn repetitions_are_counted_in_order() {
        let one = finding(1, "infra", "p", "s3:*");
        let all = fingerprints(&[one.clone(), one.clone(), one.clone()]);
        assert_eq!(fingerprints(std::slice::from_ref(&one)), all[..1]);
        assert_eq!(fingerprints(&[one.clone(), one]), all[..2]);
    }
}
