//! Names that a template uses and does not define: one finding for each, wherever it stands.

use iacscan_core::{Finding, Span, first_of};
use indexmap::IndexMap;

use crate::findings;
use crate::template::{Section, Template};

/// Other places that a finding shows.
const MOST_LABELS: usize = 8;

/// What a name would have to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    Resources,
    /// Of resources or parameters.
    Values,
    /// What SAM makes of a serverless function.
    Published,
    Conditions,
    Mappings,
}

impl Names {
    /// Where such names are defined.
    pub(super) fn sections<'s, 't>(
        self,
        template: &'s Template<'t>,
    ) -> impl Iterator<Item = &'s Section<'t>> {
        let (first, second) = match self {
            Self::Resources | Self::Published => (&template.resources, None),
            Self::Values => (&template.resources, Some(&template.parameters)),
            Self::Conditions => (&template.conditions, None),
            Self::Mappings => (&template.mappings, None),
        };
        std::iter::once(first).chain(second)
    }

    /// One name of the same kind is one cause.
    const fn kind(self) -> u8 {
        match self {
            Self::Resources | Self::Values | Self::Published => 0,
            Self::Conditions => 1,
            Self::Mappings => 2,
        }
    }
}

/// A place that names what is missing.
pub(super) struct Use {
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) advice: String,
    /// Whether the advice is about this name alone.
    pub(super) is_special: bool,
}

/// The names that are missing, and where they are used.
#[derive(Default)]
pub(super) struct Missing(IndexMap<(u8, String), Vec<Use>>);

impl Missing {
    pub(super) fn add(&mut self, name: &str, names: Names, place: Use) {
        self.0.entry((names.kind(), name.to_owned())).or_default().push(place);
    }

    /// The first place.
    pub(super) fn first(&self) -> Option<Span> {
        self.0.values().flatten().map(|place| place.span).min()
    }

    /// Whether a template misses more names of a kind than it defines.
    pub(super) fn outnumbers(&self, template: &Template<'_>) -> bool {
        [Names::Values, Names::Conditions, Names::Mappings].into_iter().any(|names| {
            let missing = self.0.iter().filter(|((kind, _), uses)| {
                *kind == names.kind() && uses.iter().all(|place| !place.is_special)
            });
            missing.count() > names.sections(template).map(Section::len).sum()
        })
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(|(_, name)| name.as_str())
    }

    /// Some of the names, as a message lists them.
    pub(super) fn listed(&self) -> String {
        list(self.names(), "or")
    }

    pub(super) fn findings(self, unit: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut others: [Vec<(String, Vec<Use>)>; 3] = Default::default();
        for ((kind, name), mut uses) in self.0 {
            uses.sort_by_key(|place| place.span);
            match others.get_mut(usize::from(kind)) {
                Some(others) if uses.iter().all(|place| !place.is_special) => {
                    others.push((name, uses));
                }
                _ => findings.extend(of_one(&uses, unit)),
            }
        }
        for (kind, mut names) in others.into_iter().enumerate() {
            names.sort_by_key(|(_, uses)| uses.first().map(|place| place.span));
            match names.as_slice() {
                [] => {}
                [(_, uses)] => findings.extend(of_one(uses, unit)),
                _ => findings.extend(of_several(kind, &names, unit)),
            }
        }
        findings
    }
}

fn of_one(uses: &[Use], unit: &str) -> Option<Finding> {
    let (first, others) = uses.split_first()?;
    let (message, advice) = (first.message.clone(), &first.advice);
    let mut finding = findings::unresolved(first.span, message, "not defined", advice, unit);
    let unshown = others.len().saturating_sub(MOST_LABELS);
    if unshown > 0 {
        let places = if unshown == 1 { "place names" } else { "places name" };
        finding = finding.message_more(&format!("; {unshown} more {places} it"));
    }
    let shown = others.iter().take(MOST_LABELS);
    Some(shown.fold(finding, |finding, it| finding.label(it.span, "names it too")).finish())
}

/// Names of one kind that are like nothing that is defined: what defines them all is missing.
fn of_several(kind: usize, names: &[(String, Vec<Use>)], unit: &str) -> Option<Finding> {
    let kind = match kind {
        0 => "names are no parameter or resource",
        1 => "conditions are not defined",
        _ => "mappings are not defined",
    };
    let listed = list(names.iter().map(|(name, _)| name.as_str()), "and");
    let firsts = names.iter().filter_map(|(_, uses)| uses.first());
    let more = names.iter().flat_map(|(_, uses)| uses.iter().skip(1));
    let mut places = firsts.chain(more).map(|place| place.span);
    let message = format!("{} {kind}: {listed}", names.len());
    let advice = "Define them, or name what is defined";
    let finding = findings::unresolved(places.next()?, message, "not defined", advice, unit);
    let mut sorted: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
    sorted.sort_unstable();
    let finding = finding.fingerprint(format!("{kind}: {}", sorted.join(" ")));
    let shown = places.take(MOST_LABELS);
    Some(shown.fold(finding, |finding, span| finding.label(span, "not defined either")).finish())
}

/// Names, the first few of many.
fn list<'n>(names: impl Iterator<Item = &'n str>, word: &str) -> String {
    first_of(names.map(|name| format!("`{name}`")).collect(), word, MOST_LABELS)
}
