//! The file of known findings: `--baseline` and `--write-baseline`.

use std::collections::{BTreeMap, BTreeSet};

use iacscan_core::Finding;
use iacscan_report::{Options, Reported, fingerprints};
use serde::{Deserialize, Serialize};

/// The version of the file's form.
const SCHEMA: u32 = 1;

/// Known findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Baseline {
    schema: u32,
    findings: Vec<Known>,
}

/// One known finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Known {
    /// The path of its unit from the repository root.
    path: String,
    rule: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    resource: String,
    /// For the people who review the file; not compared.
    message: String,
    fingerprint: String,
    /// The fingerprint without the path.
    moved: String,
}

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BaselineError {
    /// It is no baseline.
    #[error("not a baseline file: {0}")]
    Form(#[from] serde_json::Error),
    /// A later version wrote it.
    #[error("written in form {0}; this version of iacscan reads form {SCHEMA}")]
    Version(u32),
}

impl Baseline {
    /// The findings as known ones.
    #[must_use]
    pub(crate) fn of(findings: &[Reported], options: &Options) -> Self {
        let mut known: Vec<Known> = findings
            .iter()
            .map(|reported| Known {
                path: iacscan_report::path_from_root(&reported.finding.unit, options),
                rule: reported.finding.rule.to_owned(),
                resource: reported.finding.resource.as_ref().map_or("", |r| r.name()).to_owned(),
                message: reported.finding.message.clone(),
                fingerprint: reported.fingerprint.clone(),
                moved: moved(&reported.finding),
            })
            .collect();
        known.sort();
        Self { schema: SCHEMA, findings: known }
    }

    /// Reads a baseline file.
    ///
    /// # Errors
    ///
    /// When the text is no baseline, or one of a later version.
    pub(crate) fn read(text: &str) -> Result<Self, BaselineError> {
        /// What every version has.
        #[derive(Deserialize)]
        struct Version {
            schema: u32,
        }
        let text = text.trim_start_matches('\u{feff}');
        match serde_json::from_str::<Version>(text)?.schema {
            SCHEMA => Ok(serde_json::from_str(text)?),
            other => Err(BaselineError::Version(other)),
        }
    }

    /// The text of the file.
    ///
    /// # Errors
    ///
    /// None that strings and numbers can cause.
    pub(crate) fn write(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// Which of the findings are known, in their order, and how many known ones are gone.
    ///
    /// A finding is known by its fingerprint. One that differs in its path alone is known too when
    /// the path it was known under does no longer `exist`: the file or directory was renamed.
    #[must_use]
    pub(crate) fn compare(
        &self,
        findings: &[Reported],
        exists: impl Fn(&str) -> bool,
    ) -> Comparison {
        let here: BTreeSet<&str> = findings.iter().map(|r| r.fingerprint.as_str()).collect();
        let listed: BTreeSet<&str> =
            self.findings.iter().map(|known| known.fingerprint.as_str()).collect();
        // Of the known findings that are not here: how many were somewhere that is gone.
        let mut renamed: BTreeMap<&str, usize> = BTreeMap::new();
        let mut gone = 0;
        for known in self.findings.iter().filter(|k| !here.contains(k.fingerprint.as_str())) {
            gone += 1;
            if !exists(&known.path) {
                *renamed.entry(&known.moved).or_default() += 1;
            }
        }
        let known = findings
            .iter()
            .map(|reported| {
                if listed.contains(reported.fingerprint.as_str()) {
                    return true;
                }
                if renamed.is_empty() {
                    return false;
                }
                match renamed.get_mut(moved(&reported.finding).as_str()) {
                    Some(left) if *left > 0 => {
                        *left -= 1;
                        gone -= 1;
                        true
                    }
                    _ => false,
                }
            })
            .collect();
        Comparison { known, gone }
    }
}

/// What a baseline says about findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// Whether each finding is known.
    pub(crate) known: Vec<bool>,
    /// How many known findings there are no longer.
    pub(crate) gone: usize,
}

/// The fingerprint of a finding as if it lay at the top.
fn moved(finding: &Finding) -> String {
    let mut finding = finding.clone();
    finding.unit = iacscan_core::Str::default();
    fingerprints(&[finding], &Options::default()).pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use iacscan_core::{Address, Severity, Sources, Span};

    use super::*;

    fn reported(unit: &str, resource: &str, value: &str) -> Finding {
        let span = Span::at(Sources::new().add("a", ""), 0);
        Finding::build("admin-policy", Severity::High, span, "here")
            .unit(unit)
            .resource(Address::new(unit, resource))
            .fingerprint(value)
            .finish()
    }

    fn all(findings: &[Finding]) -> Vec<Reported> {
        let prints = fingerprints(findings, &Options::default());
        let pairs = findings.iter().cloned().zip(prints);
        pairs.map(|(finding, fingerprint)| Reported { finding, fingerprint }).collect()
    }

    fn known(baseline: &[Finding], now: &[Finding], exists: bool) -> (Vec<bool>, usize) {
        let baseline = Baseline::of(&all(baseline), &Options::default());
        let baseline = Baseline::read(&baseline.write().unwrap()).unwrap();
        let comparison = baseline.compare(&all(now), |_| exists);
        (comparison.known, comparison.gone)
    }

    #[test]
    fn findings_are_known_by_what_they_are() {
        let one = || reported("a", "role", "s3:*");
        let cases = [
            ("itself", vec![one()], vec![one()], true, (vec![true], 0)),
            (
                "another value",
                vec![one()],
                vec![reported("a", "role", "*")],
                true,
                (vec![false], 1),
            ),
            ("a second one", vec![one()], vec![one(), one()], true, (vec![true, false], 0)),
            ("one of two", vec![one(), one()], vec![one()], true, (vec![true], 1)),
            ("copied", vec![one()], vec![reported("b", "role", "s3:*")], true, (vec![false], 1)),
            ("renamed", vec![one()], vec![reported("b", "role", "s3:*")], false, (vec![true], 0)),
            (
                "renamed and copied",
                vec![one()],
                vec![reported("b", "role", "s3:*"), reported("c", "role", "s3:*")],
                false,
                (vec![true, false], 0),
            ),
            ("nothing known", vec![], vec![one()], true, (vec![false], 0)),
        ];
        for (what, baseline, now, exists, expected) in cases {
            assert_eq!(known(&baseline, &now, exists), expected, "{what}");
        }
    }

    #[test]
    fn other_files_are_refused() {
        for text in ["", "[]", "{}", "{\"schema\": 1}", "{\"schema\": 1, \"findings\": 3}", "null"]
        {
            assert!(matches!(Baseline::read(text), Err(BaselineError::Form(_))), "{text}");
        }
        let later = Baseline::read("{\"schema\": 2, \"entries\": []}");
        assert!(matches!(later, Err(BaselineError::Version(2))));
        assert_eq!(Baseline::read("\u{feff}{\"schema\":1,\"findings\":[]}").unwrap().findings, []);
    }
}
