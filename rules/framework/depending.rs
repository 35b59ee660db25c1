//! Which features depend on a policy that should not be there, so that advice to replace it names
//! what has to go with it.

use std::collections::HashMap;
use std::sync::Arc;

use iacscan_core::{Finding, Located, Remedy, RuleId, Severity, Step, Text};
use iacscan_graph::{
    Attached, Chain, ExecutionRole, FunctionId, Grant, LinkedRole, Reached, Reliance,
};
use iacscan_iam::aws::Tier;
use iacscan_iam::{Case, Resolve, Statement, matches_pattern};
use indexmap::{IndexMap, IndexSet};

use super::features::{BASIC, CONTAIN_BASIC};
use super::remedies::phrase;
use super::words::list;
use crate::{Context, Report, rule};

/// The rules that report what a feature lacks, and the feature in their name.
const FEATURES: &[(RuleId, &str)] = &[
    ("missing-logs-permission", LOGS),
    (NETWORK, "the VPC configuration"),
    ("missing-tracing-permission", "active tracing"),
    ("missing-layer-permission", "the layer"),
    ("missing-event-source-permission", "the event source"),
    ("missing-event-source-network-permission", "the network of the event source"),
    ("missing-source-secret-permission", "the credentials or key of the event source"),
    ("missing-dead-letter-permission", "the dead letter queue"),
    ("missing-destination-permission", "the destination"),
    ("missing-file-system-permission", "the file system"),
    ("missing-durable-permission", "durable executions"),
];

const LOGS: &str = "logs";

/// What this reports as low is documented as needed, and nothing fails without it.
const NETWORK: RuleId = "missing-vpc-permission";

/// Advice, and behind it what features need that nothing gives but one of the grants to remove.
pub(crate) fn with_depending(
    advice: &str,
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    removed: Removed<'_>,
) -> String {
    let replacing = replacing(context, role, removed, |_| false, first);
    replacing.map_or_else(|| advice.to_owned(), |replacing| replacing.behind(advice))
}

/// What advice says to replace.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Removed<'a> {
    /// What is attached to the role.
    Policy(&'a Attached),
    /// A statement that is written in the scanned source.
    Statement(&'a Statement),
}

impl Removed<'_> {
    fn is(self, grant: &Grant<'_>) -> bool {
        match self {
            Self::Policy(attached) => std::ptr::eq(grant.attached, attached),
            Self::Statement(statement) => std::ptr::eq(grant.statement, statement),
        }
    }
}

/// What has to go with advice to replace a policy or a part of it.
pub(crate) struct Replacing {
    steps: Vec<String>,
    /// It is to let functions write their logs, and nothing else.
    pub(crate) is_for_logs: bool,
}

impl Replacing {
    /// The advice, and what has to go with it.
    pub(crate) fn behind(&self, advice: &str) -> String {
        let steps = self.steps();
        format!("{advice} Parts of the configuration depend on it too: in its place {steps}.")
    }

    /// What is to be done, as the end of a sentence.
    pub(crate) fn steps(&self) -> String {
        self.steps.join(", and ")
    }
}

/// What the features need that only the wildcards of a statement give, where what it allows by name
/// stays.
pub(crate) fn replacing_wildcards(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    wildcards: &[&Located<Text>],
) -> Option<Replacing> {
    without_wildcards(context, role, reached, wildcards, first)
}

/// The same where the statement names its resources: AWS's policies would allow more than it does.
pub(crate) fn replacing_narrow_wildcards(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    wildcards: &[&Located<Text>],
) -> Option<Replacing> {
    without_wildcards(context, role, reached, wildcards, allowing)
}

/// The remedy that is proposed first.
fn first(remedies: Vec<Remedy>) -> Option<Remedy> {
    remedies.into_iter().next()
}

/// The remedy that allows actions by name.
fn allowing(mut remedies: Vec<Remedy>) -> Option<Remedy> {
    let is_narrow = |remedy: &Remedy| remedy.iter().all(|it| matches!(it, Step::Allow { .. }));
    let at = remedies.iter().position(is_narrow).unwrap_or_default();
    (at < remedies.len()).then(|| remedies.swap_remove(at))
}

fn without_wildcards(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    reached: &Reached<'_>,
    wildcards: &[&Located<Text>],
    choose: impl Fn(Vec<Remedy>) -> Option<Remedy>,
) -> Option<Replacing> {
    let items = reached.statement.actions.iter().flat_map(|actions| &actions.items.items);
    let staying: Vec<Text> = items
        .filter(|item| !wildcards.iter().any(|wildcard| std::ptr::eq(*wildcard, &item.item)))
        .map(|item| role.graph.resolver().resolve(&item.item.value).into_owned())
        .collect();
    let allows = |action: &str| {
        let action = Text::literal(action);
        staying.iter().any(|it| matches_pattern(it, &action, Case::Insensitive).is_true())
    };
    replacing(context, role, Removed::Statement(reached.statement), allows, choose)
}

/// What features need that nothing gives but what is to be removed, of which the actions that stay
/// are still allowed.
fn replacing(
    context: &Context<'_>,
    role: &ExecutionRole<'_>,
    removed: Removed<'_>,
    stays: impl Fn(&str) -> bool,
    choose: impl Fn(Vec<Remedy>) -> Option<Remedy>,
) -> Option<Replacing> {
    let is_met = |finding: &Finding| {
        finding.remedies.iter().any(|remedy| {
            remedy.iter().all(|step| match step {
                Step::Allow { actions, .. } => actions.iter().all(|action| stays(action)),
                _ => false,
            })
        })
    };
    // Each of several broad policies is to go: none of them is what another's features are left to.
    let counts = |grant: &Grant<'_>| removed.is(grant) || !is_broad(grant.attached);
    let of_broad;
    let depending = match removed {
        Removed::Policy(attached) if is_broad(attached) => {
            of_broad = Depending::of(context, role, counts);
            &of_broad
        }
        // What goes is not broad itself, so that the same counts for all that ask.
        _ => context.depending(role.id, || {
            Depending::of(context, role, |grant| !is_broad(grant.attached))
        })?,
    };
    let relying = depending.on(removed, context);
    if relying.is_empty() {
        return None;
    }
    let goes = |grant: &Grant<'_>| !removed.is(grant) && counts(grant);
    let without = context.with_chains(keeping(relying.iter().copied(), goes));
    let rest = |grant: &Grant<'_>| !removed.is(grant);
    let rest = context.with_chains(keeping(relying.iter().copied(), rest));
    let with = context.with_chains(keeping(relying, counts));
    let mut purposes: IndexMap<Step, IndexSet<&str>> = IndexMap::new();
    for (id, feature) in FEATURES {
        let known: Vec<Finding> = reported(&with, id).collect();
        let lost = reported(&without, id)
            .filter(|finding| known.iter().all(|known| known.message != finding.message));
        // What does not suffice for a feature is not what it depends on, where another policy does.
        let is_completed = |finding: &Finding| {
            known.iter().any(|known| is_about_the_same(known, finding))
                && !reported(&rest, id).any(|lacking| is_about_the_same(&lacking, finding))
        };
        let lost = lost.filter(|finding| !is_met(finding) && !is_completed(finding));
        for step in lost.filter_map(|finding| choose(finding.remedies)).flatten() {
            purposes.entry(step).or_default().insert(feature);
        }
    }
    let contains_basic = |step: &Step| attaches(step).is_some_and(|it| CONTAIN_BASIC.contains(&it));
    if let Some(at) = purposes.keys().position(contains_basic)
        && let Some(basic) = purposes.keys().position(|step| attaches(step) == Some(BASIC))
        && let Some((_, features)) = purposes.get_index(basic)
    {
        let features = features.clone();
        if let Some((_, served)) = purposes.get_index_mut(at) {
            *served = features.into_iter().chain(served.drain(..)).collect();
        }
        purposes.shift_remove_index(basic);
    }
    let unit = context.graph.resolver().unit_of(&role.role.header.address);
    let language = unit.map(|unit| unit.language);
    // A list that is not there yet is written once.
    let are_several = purposes.keys().filter(|step| attaches(step).is_some()).count() > 1;
    let is_for_logs = purposes.values().flatten().all(|feature| *feature == LOGS);
    let steps = purposes.into_iter().map(|(mut step, features)| {
        if let Step::Attach { new, .. } = &mut step
            && are_several
        {
            *new = None;
        }
        let features = list(features.iter().map(|&feature| feature.to_owned()));
        format!("{} for {features}", phrase(&step, language))
    });
    let steps: Vec<String> = steps.collect();
    (!steps.is_empty()).then_some(Replacing { steps, is_for_logs })
}

/// What answers about the features of a role's functions rest on: found once for all that is to be
/// replaced, which is then asked for the few functions alone that rely on it.
#[derive(Debug)]
pub(crate) struct Depending(Vec<Relying>);

/// A function in one of its branches.
#[derive(Debug)]
struct Relying {
    function: FunctionId,
    branch: usize,
    on: Reliance,
}

impl Depending {
    /// With only some of the role's grants.
    fn of(
        context: &Context<'_>,
        role: &ExecutionRole<'_>,
        counts: impl Fn(&Grant<'_>) -> bool,
    ) -> Self {
        let chains = role.functions.iter().flat_map(|user| {
            let chains = context.chains_of(user.item).iter().enumerate();
            chains.map(|(branch, chain)| (user.item, branch, chain))
        });
        let (noted, chains): (Vec<Relying>, Vec<&Chain<'_>>) = chains
            .filter(|(.., chain)| chain.closed().is_some_and(|closed| closed.id == role.id))
            .map(|(function, branch, chain)| {
                (Relying { function, branch, on: Reliance::default() }, chain)
            })
            .unzip();
        let noting = keeping(chains, counts).into_iter().zip(&noted);
        let noting = context.with_chains(noting.map(|(chain, noted)| chain.noting(&noted.on)));
        for (id, _) in FEATURES {
            let _ = reported(&noting, id);
        }
        Self(noted)
    }

    fn on<'c, 'g>(&self, removed: Removed<'_>, context: &'c Context<'g>) -> Vec<&'c Chain<'g>> {
        let relying = self.0.iter().filter(|relying| match removed {
            Removed::Policy(attached) => relying.on.is_on_policy(attached),
            Removed::Statement(statement) => relying.on.is_on_statement(statement),
        });
        let chain = |it: &Relying| context.chains_of(it.function).get(it.branch);
        relying.filter_map(chain).collect()
    }
}

/// The chains as they would be with only some of the grants of their roles. What they share they
/// go on sharing.
fn keeping<'c, 'g: 'c>(
    chains: impl IntoIterator<Item = &'c Chain<'g>>,
    keeps: impl Fn(&Grant<'_>) -> bool,
) -> Vec<Chain<'g>> {
    let mut kept: HashMap<*const LinkedRole<'g>, Arc<LinkedRole<'g>>> = HashMap::new();
    let kept = chains.into_iter().filter_map(|chain| {
        let role = chain.linked()?;
        let kept = kept.entry(std::ptr::from_ref(role));
        Some(chain.with_role(Arc::clone(kept.or_insert_with(|| Arc::new(role.keeping(&keeps))))))
    });
    kept.collect()
}

/// Whether two findings of a rule are about one feature.
fn is_about_the_same(one: &Finding, other: &Finding) -> bool {
    let place = |finding: &Finding| finding.primary().map(|label| label.span);
    place(one) == place(other)
}

/// The name of the policy that a step attaches.
fn attaches(step: &Step) -> Option<&str> {
    match step {
        Step::Attach { policy, .. } => policy.rsplit('/').next(),
        _ => None,
    }
}

/// Whether a policy is one of AWS's that administer or grant whole services.
fn is_broad(attached: &Attached) -> bool {
    let tier = attached.existing_aws().and_then(|policy| policy.breadth.tier);
    tier.is_some_and(|tier| tier != Tier::BroadData)
}

/// What a rule about a lack reports that a feature fails without.
fn reported(context: &Context<'_>, id: RuleId) -> impl Iterator<Item = Finding> + use<> {
    let findings = rule(id).map(|rule| {
        let mut report = Report::new(context, rule.meta());
        rule.check(context, &mut report);
        report.finish().0
    });
    let remarks = if id == NETWORK { Severity::Low } else { Severity::Info };
    findings.unwrap_or_default().into_iter().filter(move |finding| finding.severity > remarks)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_about_what_features_need_is_asked() {
        let asked: BTreeSet<RuleId> = FEATURES.iter().map(|(id, _)| *id).collect();
        let needed: BTreeSet<RuleId> =
            crate::needs::NEEDS.iter().flat_map(|need| need.rules).copied().collect();
        assert_eq!(asked, needed);
    }

    /// A template of functions that poll a queue each with one role, and a statement for each.
    fn template(functions: usize) -> String {
        let header = "Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      \
                      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Action: sts:AssumeRole, \
                      Principal: {Service: lambda.amazonaws.com}}]}\n      Policies:\n        - \
                      PolicyName: all\n          PolicyDocument:\n            Statement:\n";
        let statement = |resource: &str| {
            format!("              - {{Effect: Allow, Action: 'sqs:*', Resource: {resource}}}\n")
        };
        let statements = (0..functions).map(|n| statement(&format!("!GetAtt Queue{n}.Arn")));
        let resources = (0..functions).map(|n| {
            format!(
                "  Queue{n}: {{Type: AWS::SQS::Queue}}\n  Function{n}:\n    Type: \
                 AWS::Lambda::Function\n    Properties: {{Role: !GetAtt Role.Arn}}\n  \
                 Mapping{n}:\n    Type: AWS::Lambda::EventSourceMapping\n    Properties: \
                 {{FunctionName: !Ref Function{n}, EventSourceArn: !GetAtt Queue{n}.Arn}}\n"
            )
        });
        let other = "              - {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::b'}\n";
        [header.to_owned(), statements.collect(), other.to_owned(), resources.collect()].concat()
    }

    #[test]
    fn only_the_functions_that_rely_on_a_statement_are_looked_at() {
        let files = iacscan_core::MemoryFiles::new().with("template.yaml", template(12));
        let inputs = iacscan_cloudformation::Inputs::default();
        let templates = ["template.yaml".to_owned()];
        let lowered = iacscan_cloudformation::lower_templates(&templates, &files, &inputs);
        let (graph, options) = (iacscan_graph::link(lowered.units), crate::Options::default());
        let context = Context::new(&graph, &options);
        let role = &context.execution_roles()[0];
        let depending = Depending::of(&context, role, |_| true);
        let reached = role.written_statements();
        let relying = reached.iter().map(|reached| {
            let relying = depending.on(Removed::Statement(reached.statement), &context);
            relying.iter().map(|chain| chain.function.header.address.name().to_string()).collect()
        });
        let relying: Vec<Vec<String>> = relying.collect();
        let mut expected: Vec<Vec<String>> =
            (0..12).map(|n| vec![format!("Function{n}")]).collect();
        // A statement that no feature is about.
        expected.push(Vec::new());
        assert_eq!(relying, expected);
    }
}
