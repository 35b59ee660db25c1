//! One cause, one finding: drafts at the same place that say the same are one finding about all
//! the functions they name, and say in which branches it holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use iacscan_core::{
    Address, Choice, Condition, Finding, Label, LabelKind, Remedy, Severity, Span, Str, Truth,
    World,
};
use iacscan_graph::{FunctionId, Proposals};
use indexmap::{IndexMap, IndexSet};

use super::words::{
    FUNCTIONS, RESOURCES, ROLE, ROLES, WAITERS, all_code, code_list, functions, role, roles,
};
use super::{remedies, snippet};
use crate::{Context, Draft};
use iacscan_graph::instances::block;

/// Where a draft holds.
#[derive(Clone, Debug)]
pub(crate) enum Scope {
    /// For a function in one of its worlds.
    Chain(FunctionId, World),
    /// Whenever this condition holds.
    When(Condition),
}

/// Drafts of one cause.
#[derive(Default)]
struct Group {
    findings: Vec<Finding>,
    resources: BTreeSet<String>,
    waiters: BTreeSet<String>,
    roles: Vec<Address>,
    calls: IndexSet<Span>,
    worlds: BTreeMap<FunctionId, Vec<World>>,
    conditions: Vec<Condition>,
}

impl Group {
    fn subjects(&self) -> BTreeSet<Address> {
        self.findings.iter().flat_map(|finding| &finding.subjects).cloned().collect()
    }
}

pub(crate) fn merge(context: &Context<'_>, drafts: Vec<(Draft, Scope)>) -> Vec<Finding> {
    let mut groups: IndexMap<(Cause, Severity), Group> = IndexMap::new();
    for (draft, scope) in drafts {
        // What exists in no branch is wrong in none.
        if matches!(&scope, Scope::When(condition) if condition.is_feasible().is_false()) {
            continue;
        }
        let Draft { builder, resources, waiter, role, calls, of_policies: _ } = draft;
        let finding = builder.finish();
        let cause = (
            finding.primary().map(|label| (label.span, label.text.clone())),
            finding.message.clone(),
            finding.help.clone(),
            // Instances of one block of text have one cause.
            named_role(&finding, role.as_ref()),
            remedies::shape(&finding.remedies),
        );
        let group = groups.entry((cause, finding.severity)).or_default();
        group.roles.extend(role);
        group.calls.extend(calls);
        match scope {
            Scope::Chain(function, world) => group.worlds.entry(function).or_default().push(world),
            Scope::When(condition) => group.conditions.push(condition),
        }
        group.findings.push(finding);
        group.resources.extend(resources);
        group.waiters.extend(waiter);
    }
    drop_lesser(&mut groups);
    groups.into_values().filter_map(|group| join(context, group)).collect()
}

/// What marks drafts of one cause: the primary label, message, help, the block of the role that they
/// speak of, and remedies.
type Cause = (Option<(Span, String)>, String, Option<String>, Option<String>, Vec<Remedy>);

/// A cause that is graver in some branches than in others is reported as it is there.
fn drop_lesser(groups: &mut IndexMap<(Cause, Severity), Group>) {
    let mut gravest: IndexMap<Cause, (Severity, BTreeSet<Address>)> = IndexMap::new();
    for ((cause, severity), group) in &*groups {
        let subjects = group.subjects();
        let known = gravest.entry(cause.clone()).or_insert_with(|| (*severity, subjects.clone()));
        if *severity > known.0 {
            *known = (*severity, subjects);
        }
    }
    groups.retain(|(cause, severity), group| {
        gravest.get(cause).is_none_or(|(gravest, subjects)| {
            severity == gravest || !group.subjects().is_subset(subjects)
        })
    });
}

/// The block of the role that a finding speaks of.
fn named_role(finding: &Finding, role: Option<&Address>) -> Option<String> {
    let labels = finding.labels.iter().map(|label| &label.text);
    let mut texts = labels.chain([&finding.message]).chain(&finding.help);
    texts.any(|text| text.contains(ROLE)).then_some(())?;
    Some(block(role?.name()).to_owned())
}

fn join(context: &Context<'_>, group: Group) -> Option<Finding> {
    let when = when(context, &group);
    let addresses = group.findings.iter().flat_map(|it| it.subjects.iter().chain(&it.resource));
    let mut units = addresses.filter_map(|address| context.graph.resolver().unit_of(address));
    let language = units.next().map(|unit| unit.language);
    let each = language.and_then(|language| {
        remedies::of_block(language, group.findings.iter().map(|it| it.remedies.as_slice()))
    });
    let mut findings = group.findings.into_iter();
    let mut merged = findings.next()?;
    let mut seen: BTreeSet<(Span, String)> =
        merged.labels.iter().map(|label| (label.span, label.text.clone())).collect();
    for finding in findings {
        for label in finding.labels {
            if seen.insert((label.span, label.text.clone())) {
                merged.labels.push(label);
            }
        }
        remedies::join(&mut merged.remedies, &finding.remedies);
        // What differs between the instances of one cause is not said for all of them.
        merged.snippet = merged.snippet.filter(|it| Some(it) == finding.snippet.as_ref());
        merged.subjects.extend(finding.subjects);
        merged.scopes.extend(finding.scopes);
        merged.suppressions.extend(finding.suppressions);
    }
    let call_word = language.map_or("call", Proposals::call);
    for call in group.calls {
        if merged.labels.iter().all(|label| label.span != call) {
            let text = format!("this {call_word} brings it in");
            merged.labels.push(Label { span: call, text, kind: LabelKind::Secondary });
        }
    }
    merged.subjects.sort();
    merged.subjects.dedup();
    merged.scopes.sort();
    merged.scopes.dedup();
    if let Some(when) = when {
        for (span, text) in when.labels {
            merged.labels.push(Label { span, text, kind: LabelKind::Secondary });
        }
        merged.when = Some(when.words);
    }
    let resources = code_list(group.resources.iter().map(String::as_str));
    let waiters = all_code(group.waiters.iter().map(String::as_str));
    let functions = functions(context.graph, &merged.subjects);
    let (role, roles) = (role(context.graph, &group.roles), roles(&group.roles));
    // The words that are known once drafts are merged.
    let complete = |text: &str| {
        let text = text.replace(FUNCTIONS, &functions).replace(RESOURCES, &resources);
        let text = text.replace(WAITERS, &waiters);
        text.replace(ROLE, &role).replace(ROLES, &roles)
    };
    merged.message = complete(&merged.message);
    let exact = remedies::sentence(each.as_ref().unwrap_or(&merged.remedies), language);
    let exact = Some(exact).filter(|exact| !exact.is_empty());
    let words = merged.help.map(|help| complete(&help));
    merged.help = match (exact, words) {
        (Some(exact), Some(words)) => Some(format!("{exact} {words}")),
        (exact, words) => exact.or(words),
    };
    merged.snippet = merged.snippet.or_else(|| {
        let remedies = each.as_ref().unwrap_or(&merged.remedies);
        snippet::of_remedies(context, remedies, each.is_some(), &group.roles)
    });
    for label in &mut merged.labels {
        label.text = complete(&label.text);
    }
    Some(merged)
}

/// The branches in which a finding holds.
struct When {
    words: String,
    labels: Vec<(Span, String)>,
}

/// `None` when it holds in every branch of some function or condition.
fn when(context: &Context<'_>, group: &Group) -> Option<When> {
    if group.conditions.iter().any(Condition::is_always) {
        return None;
    }
    let mut found: IndexMap<String, Vec<(Span, String)>> = IndexMap::new();
    for (function, firing) in &group.worlds {
        let chains = context.chains_of(*function);
        let all: Vec<&World> = chains.iter().map(|chain| &chain.world).collect();
        let is_everywhere = all.iter().all(|world| firing.contains(world));
        let leaves_out = all.iter().any(|world| world.leaves_out());
        if is_everywhere && !leaves_out {
            return None;
        }
        if found.len() < MOST_BRANCHES {
            let explained = (!is_everywhere).then(|| explain(context, *function, firing, &all));
            let When { words, labels } = if leaves_out { left_out(explained) } else { explained? };
            found.entry(words).or_insert(labels);
        }
    }
    in_one_of(found).or_else(|| {
        let any = |any: Condition, condition: &Condition| any.or(condition.clone());
        let condition = group.conditions.iter().fold(Condition::Never, any);
        // It holds in branches that leave no other.
        if condition.clone().negate().is_feasible().is_false() {
            return None;
        }
        let mut parts = BTreeSet::new();
        condition.named_parts(&mut |named| {
            parts.insert((named.span, named.name.clone()));
        });
        let words = short(condition.to_string());
        let labels = parts
            .into_iter()
            .take(MOST_LABELS)
            .map(|(span, name)| (span, format!("condition `{name}`")))
            .collect();
        Some(When { words, labels })
    })
}

/// The branches of several functions, each of which may have its own.
fn in_one_of(found: IndexMap<String, Vec<(Span, String)>>) -> Option<When> {
    if found.len() < 2 {
        return found.into_iter().next().map(|(words, labels)| When { words, labels });
    }
    let words = short(found.keys().cloned().collect::<Vec<_>>().join(", or "));
    let labels: IndexSet<(Span, String)> = found.into_values().flatten().collect();
    Some(When { words, labels: labels.into_iter().take(MOST_LABELS).collect() })
}

/// The branches of these that are looked at where all of them are too many.
fn left_out(when: Option<When>) -> When {
    const LEFT_OUT: &str = "every input with an empty default is left out";
    match when {
        Some(When { words, labels }) => When { words: format!("{words} and {LEFT_OUT}"), labels },
        None => When { words: LEFT_OUT.to_owned(), labels: Vec::new() },
    }
}

/// How many different branches of several functions are said.
const MOST_BRANCHES: usize = 4;

/// What stands for conditions that are too long to read, or have no name.
const SOME_MEET: &str = "some conditions meet";

fn short(words: String) -> String {
    if words.chars().count() > MOST_WORDS { SOME_MEET.to_owned() } else { words }
}

/// How many characters of a condition a person reads.
const MOST_WORDS: usize = 160;

/// How many conditions are shown.
const MOST_LABELS: usize = 4;

/// The named conditions that have one value in all firing worlds and another elsewhere; without
/// such, the variables.
fn explain(context: &Context<'_>, function: FunctionId, firing: &[World], all: &[&World]) -> When {
    // One expression in a loop is several conditions of one name.
    let mut named: IndexSet<(Str, Span, Condition)> = IndexSet::new();
    for condition in context.graph.conditions_of(function) {
        condition.named_parts(&mut |part| {
            named.insert((part.name.clone(), part.span, part.condition.clone()));
        });
    }
    named.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let mut said: Vec<Said<'_>> = Vec::new();
    for (name, span, condition) in &named {
        for truth in [Truth::True, Truth::False] {
            let fires = firing.iter().all(|world| condition.holds(world) == truth);
            let decides = all.iter().any(|world| condition.holds(world) != truth);
            if fires && decides {
                said.push(Said { name, span: *span, condition, truth });
            }
        }
    }
    drop_implied(&mut said, all);
    let mut words: IndexSet<String> = said.iter().map(ToString::to_string).collect();
    let labels: IndexSet<(Span, String)> =
        said.iter().map(|said| (said.span, format!("when {}{said}", said.kind()))).collect();
    let is_empty_elsewhere = |variable| {
        let mut others = all.iter().filter_map(|world| world.get(variable));
        others.all(|other| matches!(other, Choice::Other) || is_empty(other))
    };
    if words.is_empty() {
        words.extend(firing.first().into_iter().flat_map(|world| {
            world.choices().filter_map(|(variable, choice)| {
                let fixed = firing.iter().all(|other| other.get(variable) == Some(choice));
                let decides = all.iter().any(|other| other.get(variable) != Some(choice));
                (fixed && decides).then(|| match choice {
                    empty if is_empty(empty) => {
                        format!("`{}` is empty", variable.name())
                    }
                    Choice::Value(value) => format!("`{}` is `{value}`", variable.name()),
                    Choice::Other if is_empty_elsewhere(variable) => {
                        format!("`{}` is not empty", variable.name())
                    }
                    Choice::Other => format!("`{}` has another value", variable.name()),
                })
            })
        }));
    }
    if words.is_empty() {
        words.insert(SOME_MEET.to_owned());
    }
    let words = words.into_iter().collect::<Vec<_>>().join(" and ");
    When { words: short(words), labels: labels.into_iter().take(MOST_LABELS).collect() }
}

fn is_empty(choice: &Choice) -> bool {
    matches!(choice, Choice::Value(value) if value.is_empty())
}

/// A named condition that has this value wherever a finding holds.
struct Said<'c> {
    name: &'c Str,
    span: Span,
    condition: &'c Condition,
    truth: Truth,
}

/// What the name of a condition ends in that says whether something repeated is there.
const NOT_EMPTY: &str = " is not empty";

impl Said<'_> {
    /// What it is, in front of it.
    fn kind(&self) -> &'static str {
        if self.name.ends_with(NOT_EMPTY) { "" } else { "condition " }
    }

    /// How many named conditions it is made of.
    fn parts(&self) -> usize {
        let mut parts = 0;
        self.condition.named_parts(&mut |_| parts += 1);
        parts
    }

    fn holds(&self, world: &World) -> bool {
        self.condition.holds(world) == self.truth
    }
}

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(repeated) = self.name.strip_suffix(NOT_EMPTY) {
            let word = if self.truth.is_true() { "not empty" } else { "empty" };
            return write!(f, "`{repeated}` is {word}");
        }
        let word = if self.truth.is_true() { "true" } else { "false" };
        write!(f, "`{}` is {word}", self.name)
    }
}

/// Drops what follows from the others: of `IsProd` and `IsDev`, its opposite, the one that is not
/// defined by the other stays.
fn drop_implied(said: &mut Vec<Said<'_>>, all: &[&World]) {
    said.sort_by_key(Said::parts);
    let mut open: Vec<&World> = all.to_vec();
    said.retain(|said| {
        let before = open.len();
        open.retain(|world| said.holds(world));
        open.len() < before
    });
    said.sort_by_key(|said| said.name);
}
