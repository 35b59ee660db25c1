//! A policy document does not say that it is in today's policy language.

use iacscan_core::{
    Attribute, Condition, Located, Notation, RuleGroup, RuleMeta, Segment, Severity, Span, Step,
    Text,
};
use iacscan_graph::nodes::{Author, Header};
use iacscan_graph::{Attached, ExecutionRole};
use iacscan_iam::PolicyDocument;

use crate::framework::{concerning, trust};
use crate::{Context, Draft, Report, Rule};

/// `policy-version-outdated`
pub(crate) struct PolicyVersionOutdated;

static META: RuleMeta = RuleMeta {
    id: "policy-version-outdated",
    summary: "Policy document without version 2012-10-17",
    group: RuleGroup::Hygiene,
    severity: Severity::Low,
    cwe: &[1104],
    page: include_str!("README.md"),
};

impl Rule for PolicyVersionOutdated {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for role in context.execution_roles() {
            // The trust policy that SAM itself writes has a version.
            if !role.role.header.is_by_tool() {
                for policy in trust::policies(role) {
                    let header = &role.role.header;
                    if let Some(draft) = draft(role, header, policy.document, "trust policy") {
                        let draft = draft.holder(header);
                        let functions = role.functions_when(&policy.condition);
                        report.when(&policy.condition, concerning(role, &functions, draft));
                    }
                }
            }
            for attached in role.attached().chain(role.boundaries()) {
                for (condition, document) in written(role, attached) {
                    let holder = attached.document_holder(role.graph);
                    if let Some(draft) = draft(role, holder, document, "policy") {
                        let draft = draft.holder(holder);
                        let functions = role.functions_when(&condition);
                        let draft = concerning(role, &functions, draft).through(attached);
                        report.when(&condition, draft);
                    }
                }
            }
        }
    }
}

/// The documents of a policy that somebody wrote, apart from those that SAM's templates make.
fn written<'g>(
    role: &ExecutionRole<'g>,
    attached: &'g Attached,
) -> Vec<(Condition, &'g PolicyDocument)> {
    let made = attached.inline(role.graph).is_some_and(|inline| inline.template.is_some())
        || attached.customer(role.graph).is_some_and(|policy| policy.header.author == Author::Tool);
    let Some(documents) = attached.written(role.graph).filter(|_| !made) else {
        return Vec::new();
    };
    documents
        .iter()
        .filter_map(|branch| {
            let condition = attached.condition.clone().and(branch.condition.clone());
            let document = &branch.item.known()?.value;
            let by_hand = document.span.is_somewhere();
            (by_hand && !condition.is_feasible().is_false()).then_some((condition, document))
        })
        .collect()
}

fn draft(
    role: &ExecutionRole<'_>,
    holder: &Header,
    document: &PolicyDocument,
    what: &str,
) -> Option<Draft> {
    // The label says where, the message why it matters.
    let (span, label, cause) = match &document.version {
        Attribute::Unknown(..) => return None,
        Attribute::Absent => (document.span, "has no `Version`".to_owned(), "has no version"),
        Attribute::Known(version) => {
            let known = version.value.as_known()?;
            if !VERSIONS.contains(&known.as_str()) {
                return Some(refused(version, &known, what));
            }
            (known == "2008-10-17").then_some(())?;
            (version.span, "is the language of 2008".to_owned(), "is of version 2008-10-17")
        }
    };
    let new = newer_feature(document);
    let severity = if new.is_some() { Severity::Medium } else { META.severity };
    let draft = Draft::new(&META, severity, span, label).fingerprint("Version");
    let draft = if document.version.known().is_some() {
        draft.mend([vec![Step::Replace { text: "2012-10-17".to_owned() }]])
    } else {
        draft
            .help(format!("Write {} beside its `Statement`.", version_line(role, holder, document)))
    };
    Some(match new {
        Some((at, feature)) => draft
            .message(format!(
                "a {what} of {{functions}} {cause}, so that {feature} is taken literally"
            ))
            .label(at, "is taken literally"),
        None => draft.message(format!(
            "a {what} of {{functions}} {cause}, which leaves it in the policy language of 2008, \
             without policy variables"
        )),
    })
}

/// All that there are.
const VERSIONS: [&str; 2] = ["2008-10-17", "2012-10-17"];

/// A version is no date of the author's.
fn refused(version: &Located<Text>, known: &str, what: &str) -> Draft {
    let because = if known.is_empty() {
        "its `Version` is empty".to_owned()
    } else {
        format!("there is no version `{known}` of the policy language")
    };
    Draft::at(&META, Severity::Medium, version, "is no version of the policy language")
        .message(format!("IAM refuses a {what} of {{functions}}: {because}"))
        .fingerprint("Version")
        .mend([vec![Step::Replace { text: "2012-10-17".to_owned() }]])
}

/// The line that says the version, as the language of the document writes it.
fn version_line(role: &ExecutionRole<'_>, holder: &Header, document: &PolicyDocument) -> String {
    let is_written = |notation| document.statements.all().any(|it| it.notation == notation);
    let unit = role.graph.resolver().unit_of(holder.holder());
    let key = if is_written(Notation::Block) { "version" } else { "Version" };
    match unit.filter(|_| !is_written(Notation::Text)) {
        Some(unit) => format!("`{}`", unit.language.entry(key, "2012-10-17")),
        None => "`\"Version\": \"2012-10-17\"`".to_owned(),
    }
}

/// A policy variable where there may be one, which the language of 2008 does not know. Nothing else
/// of the language depends on its version: no condition operator does.
fn newer_feature(document: &PolicyDocument) -> Option<(Span, String)> {
    let mut texts: Vec<&Located<Text>> = Vec::new();
    for statement in document.statements.all() {
        texts.extend(statement.resources.iter().flat_map(|resources| resources.items.all()));
        let comparisons = statement.conditions.entries.all();
        let with_variables = comparisons.filter(|entry| {
            entry.operator.value.as_known().is_some_and(|operator| takes_variables(&operator))
        });
        texts.extend(with_variables.flat_map(|entry| entry.values.all()));
    }
    texts.into_iter().find_map(|text| {
        let known = known_pieces(&text.value);
        let variable = known.iter().find_map(|known| policy_variable(known))?;
        Some((text.span, format!("`{variable}`")))
    })
}

/// What is known of a text without a gap: `!Sub` writes a variable in two literals.
fn known_pieces(text: &Text) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for segment in text.segments() {
        match (segment, pieces.last_mut()) {
            (Segment::Literal(literal), Some(piece)) => piece.push_str(&literal.text),
            _ => pieces.push(String::new()),
        }
    }
    pieces
}

/// Whether an operator compares texts, in which alone there may be variables.
fn takes_variables(operator: &str) -> bool {
    let operator = operator.rsplit(':').next().unwrap_or(operator);
    ["String", "Arn"].into_iter().any(|kind| {
        operator.get(..kind.len()).is_some_and(|start| start.eq_ignore_ascii_case(kind))
    })
}

/// The first policy variable of a text: `${aws:username}`, and `${*}`, `${?}` and `${$}` for a
/// character itself.
fn policy_variable(text: &str) -> Option<&str> {
    text.match_indices("${").find_map(|(start, _)| {
        let length = text.get(start..)?.find('}')?;
        let variable = text.get(start..=start + length)?;
        let name = text.get(start + 2..start + length)?;
        (name.contains(':') || matches!(name, "*" | "?" | "$")).then_some(variable)
    })
}

#[cfg(test)]
mod tests {
    use super::{policy_variable, takes_variables};

    #[test]
    fn policy_variables() {
        let cases = [
            ("home/${aws:username}/*", Some("${aws:username}")),
            ("home/${aws:PrincipalTag/team, 'all'}", Some("${aws:PrincipalTag/team, 'all'}")),
            ("home/${user}/${aws:userid}", Some("${aws:userid}")),
            ("questions${?}", Some("${?}")),
            ("all${*}", Some("${*}")),
            ("${$}{aws:username}", Some("${$}")),
            ("${}", None),
            ("${aws:username", None),
            ("home/*", None),
        ];
        for (text, expected) in cases {
            assert_eq!(policy_variable(text), expected, "{text}");
        }
    }

    #[test]
    fn variables_are_texts() {
        let cases = [
            ("StringEquals", true),
            ("ForAnyValue:StringLikeIfExists", true),
            ("arnlike", true),
            ("NumericLessThan", false),
            ("Null", false),
            ("IpAddress", false),
        ];
        for (operator, expected) in cases {
            assert_eq!(takes_variables(operator), expected, "{operator}");
        }
    }
}
