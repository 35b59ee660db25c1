//! Actions on objects are allowed on a bucket, or actions on a bucket on its objects.

use std::collections::BTreeMap;

use iacscan_core::{
    Condition, Located, RuleGroup, RuleMeta, Segment, Severity, Span, Str, Text, World,
};
use iacscan_graph::{ExecutionRole, Reached};
use iacscan_iam::{ArnPart, ArnParts, Case, Resolve, Statement};

use crate::framework::statements::{
    about, by_condition, covered, is_every_action, items, known, together, whole_service,
};
use crate::framework::words::code_list;
use crate::{Context, Draft, Report, Rule};

/// `s3-resource-level-mismatch`
pub(crate) struct S3ResourceLevelMismatch;

static META: RuleMeta = RuleMeta {
    id: "s3-resource-level-mismatch",
    summary: "Object action on a bucket's ARN, or the reverse",
    group: RuleGroup::Correctness,
    severity: Severity::Medium,
    cwe: &[863],
    page: include_str!("README.md"),
};

impl Rule for S3ResourceLevelMismatch {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for role in context.execution_roles() {
            let written = role.written_statements();
            let mut allowing = Allowing { role, written: &written, by_action: BTreeMap::new() };
            for reached in &written {
                if reached.statement.is_allow()
                    && let Some(resources) = only_level(role, reached.statement)
                {
                    check_statement(&mut allowing, reached, &resources, report);
                }
            }
        }
    }
}

/// What an action is done to, or what an ARN names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Bucket,
    Object,
}

/// The S3 resources of a statement, all of one level.
struct Resources<'s> {
    level: Level,
    items: Vec<&'s Located<Text>>,
}

/// `None` when the S3 resources are of both levels, of none, or not known.
fn only_level<'s>(role: &ExecutionRole<'_>, statement: &'s Statement) -> Option<Resources<'s>> {
    let elements = statement.resources.as_ref().filter(|it| it.items.gaps.is_empty())?;
    let mut found: Option<Resources<'s>> = None;
    for item in items(Some(elements)) {
        let text = role.graph.resolver().resolve(&item.item.value);
        let level = match level_of(&text) {
            Named::Elsewhere => continue,
            Named::Open => return None,
            Named::One(level) => level,
        };
        match &mut found {
            None => found = Some(Resources { level, items: vec![&item.item] }),
            Some(resources) if resources.level == level => resources.items.push(&item.item),
            Some(_) => return None,
        }
    }
    found
}

/// What an ARN pattern names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    One(Level),
    /// Both levels, or what is not known.
    Open,
    /// Nothing of S3.
    Elsewhere,
}

fn level_of(resource: &Text) -> Named {
    let Some(arn) = ArnParts::split(resource) else { return Named::Open };
    match arn.service() {
        Some("s3") => {}
        Some(service) if !service.contains(['*', '?']) => return Named::Elsewhere,
        _ => return Named::Open,
    }
    // Access points have a region and an account.
    if !arn.part(ArnPart::Region).is_empty() || !arn.part(ArnPart::Account).is_empty() {
        return Named::Open;
    }
    let mut is_bucket = true;
    for segment in arn.part(ArnPart::Resource).segments() {
        match segment {
            Segment::Literal(literal) if literal.text.contains('/') => {
                return Named::One(Level::Object);
            }
            Segment::Literal(literal) => is_bucket &= !literal.text.contains(['*', '?', '$']),
            // Names of buckets hold no slash; anything else may.
            Segment::Reference { attribute: iacscan_core::ResourceAttribute::Name, .. }
            | Segment::Pseudo(_) => {}
            Segment::Reference { .. } | Segment::Import(_) | Segment::Unknown(_) => {
                is_bucket = false;
            }
        }
    }
    if is_bucket { Named::One(Level::Bucket) } else { Named::Open }
}

/// The level of an action pattern, when all actions it covers have the same.
fn level_of_action(pattern: &str) -> Option<Level> {
    let is_s3 = pattern.get(..3).is_some_and(|prefix| prefix.eq_ignore_ascii_case("s3:"));
    if !is_s3 || is_every_action(pattern) || whole_service(pattern).is_some() {
        return None;
    }
    let mut levels = covered(pattern).into_iter().map(|action| {
        let types: Vec<&str> = action.resource_types().map(|kind| kind.name).collect();
        if types.contains(&"object") && !types.contains(&"bucket") {
            Some(Level::Object)
        } else if types.contains(&"bucket") && !types.contains(&"object") {
            Some(Level::Bucket)
        } else {
            None
        }
    });
    let first = levels.next()??;
    levels.all(|level| level == Some(first)).then_some(first)
}

fn check_statement(
    allowing: &mut Allowing<'_, '_>,
    reached: &Reached<'_>,
    resources: &Resources<'_>,
    report: &mut Report<'_>,
) {
    let role = allowing.role;
    let idle: Vec<(Condition, (Span, Str))> = items(reached.statement.actions.as_ref())
        .iter()
        .filter_map(|item| {
            let name = known(role, &item.item)?;
            let level = level_of_action(&name)?;
            let is_idle = level != resources.level && !allowing.elsewhere(&name, reached.statement);
            is_idle.then_some(())?;
            Some((together(role, reached, [&item.condition])?, (item.item.span, name)))
        })
        .collect();
    for (condition, idle) in by_condition(idle) {
        report.when(&condition, about(role, reached, &condition, draft(resources, &idle)));
    }
}

/// The statements of a role that may allow an action, looked for once for each action.
struct Allowing<'r, 'g> {
    role: &'r ExecutionRole<'g>,
    written: &'r [Reached<'g>],
    /// Two that differ tell whether there is one besides any statement; what is attached twice is
    /// one.
    by_action: BTreeMap<Str, Vec<&'g Statement>>,
}

impl Allowing<'_, '_> {
    /// Whether another statement of the role allows the action on anything.
    fn elsewhere(&mut self, action: &Str, own: &Statement) -> bool {
        let (role, written) = (self.role, self.written);
        let found = self.by_action.entry(action.clone()).or_insert_with(|| {
            let world = World::certain();
            let action = Text::literal(action.clone());
            let resolver = role.graph.resolver();
            let allows = |statement: &&Statement| {
                let named = statement.actions.as_ref();
                let named =
                    named.map(|it| it.matches(&action, Case::Insensitive, &world, resolver));
                !statement.is_deny() && named.is_some_and(|named| !named.is_false())
            };
            let by_aws = role
                .attached()
                .filter_map(iacscan_graph::Attached::aws)
                .flat_map(|policy| policy.document.statements.all());
            let mut all = written.iter().map(|it| it.statement).chain(by_aws).filter(allows);
            let first = all.next();
            let second = all.find(|it| first.is_some_and(|first| !std::ptr::eq(first, *it)));
            first.into_iter().chain(second).collect()
        });
        found.iter().any(|statement| !std::ptr::eq(*statement, own))
    }
}

fn draft(resources: &Resources<'_>, idle: &[(Span, Str)]) -> Draft {
    let actions = code_list(idle.iter().map(|(_, name)| name.as_str()));
    let (is, wants, help) = match resources.level {
        Level::Bucket => (
            "names the bucket, not the objects in it",
            "objects",
            "Add the same ARN with `/*` behind it.",
        ),
        Level::Object => (
            "names objects, not the bucket",
            "the bucket",
            "Add the ARN of the bucket, without `/*`.",
        ),
    };
    let mut items = resources.items.iter();
    let draft = items.next().map(|item| Draft::at(&META, META.severity, item, is));
    let draft = draft.unwrap_or_else(|| Draft::new(&META, META.severity, Span::NONE, is));
    let draft = items.fold(draft, |draft, item| draft.label(item.span, is));
    let draft = idle
        .iter()
        .fold(draft, |draft, (span, _)| draft.label(*span, format!("is an action on {wants}")));
    let verb = if idle.len() == 1 { "has" } else { "have" };
    draft
        .message(format!("{actions} {verb} no effect for {{functions}}: the resource {is}"))
        .help(help)
        .fingerprint(actions)
}

#[cfg(test)]
mod tests {
    use iacscan_core::{Address, ResourceAttribute, Unknown};

    use super::*;

    #[test]
    fn levels_of_arns() {
        let (bucket, object) = (Named::One(Level::Bucket), Named::One(Level::Object));
        let cases = [
            ("arn:aws:s3:::b", bucket),
            ("arn:aws:s3:::b/*", object),
            ("arn:aws:s3:::b*/in/*", object),
            ("arn:aws:s3:::b*", Named::Open),
            ("arn:aws:s3:::*", Named::Open),
            ("*", Named::Open),
            ("arn:aws:s3:eu-west-1:123456789012:accesspoint/p/object/*", Named::Open),
            ("arn:aws:sqs:eu-west-1:123456789012:q", Named::Elsewhere),
        ];
        for (arn, expected) in cases {
            assert_eq!(level_of(&Text::from(arn)), expected, "{arn}");
        }
        let mut generated = Text::from("arn:aws:s3:::");
        generated.extend(&Text::reference(Address::new("t", "B"), ResourceAttribute::Name));
        assert_eq!(level_of(&generated), bucket);
        generated.extend(&Text::unknown(Unknown::Input));
        assert_eq!(level_of(&generated), Named::Open);
        generated.extend(&Text::from("/*"));
        assert_eq!(level_of(&generated), object);
    }

    #[test]
    fn levels_of_actions() {
        let cases = [
            ("s3:GetObject", Some(Level::Object)),
            ("S3:putobjectacl", Some(Level::Object)),
            ("s3:GetObject*", Some(Level::Object)),
            ("s3:ListBucket", Some(Level::Bucket)),
            ("s3:GetBucketLocation", Some(Level::Bucket)),
            ("s3:*", None),
            ("s3:List*", None),
            ("s3:ListAllMyBuckets", None),
            ("sqs:SendMessage", None),
        ];
        for (action, expected) in cases {
            assert_eq!(level_of_action(action), expected, "{action}");
        }
    }
}
