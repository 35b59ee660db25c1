//! An administrator-level policy is attached to an execution role.

use iacscan_core::{RuleGroup, RuleMeta, Severity, Span};
use iacscan_graph::{Attached, ExecutionRole, Reached};
use iacscan_iam::aws::Tier;

use crate::framework::statements::administers;
use crate::framework::{Removed, with_depending};
use crate::{Context, Draft, Report, Rule};

/// `admin-policy`
pub(crate) struct AdminPolicy;

static META: RuleMeta = RuleMeta {
    id: "admin-policy",
    summary: "Administrator-level policy on an execution role",
    group: RuleGroup::Excess,
    severity: Severity::High,
    cwe: &[250, 269],
    page: include_str!("README.md"),
};

impl Rule for AdminPolicy {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for role in context.execution_roles() {
            for attached in role.attached() {
                if let Some(why) = administrates(attached) {
                    let name = attached.aws().map_or("", |policy| policy.record.name);
                    let replace = match name {
                        "AWSLambda_FullAccess" => format!(
                            "Remove it if the code does not call the API of Lambda. Else {}",
                            REPLACE.replacen('R', "r", 1)
                        ),
                        _ => REPLACE.to_owned(),
                    };
                    let help = with_depending(&replace, context, role, Removed::Policy(attached));
                    let draft = managed(role, attached, &why).help(help);
                    report.when(&attached.condition, draft);
                }
            }
            for reached in role.written_statements() {
                if let Some(action) = administers(role, reached.statement) {
                    let help = with_depending(
                        REPLACE,
                        context,
                        role,
                        Removed::Statement(reached.statement),
                    );
                    report.when(&reached.condition, inline(role, &reached, action).help(help));
                }
            }
        }
    }
}

const REPLACE: &str = "Replace it by a policy that lists the actions that are called and the ARNs \
                       they are called on. IAM Access Analyzer can generate one from the role's \
                       CloudTrail history.";

/// What lets a function run code with the role of another: the plainest of its ways to more.
const CODE_OF_OTHERS: &str = "lambda:UpdateFunctionCode";

/// What gives a role permissions at once.
const OWN_POLICIES: [&str; 2] = ["iam:AttachRolePolicy", "iam:PutRolePolicy"];

/// Why an AWS managed policy administrates: it allows everything, or to grant oneself everything.
fn administrates(attached: &Attached) -> Option<String> {
    let breadth = &attached.existing_aws()?.breadth;
    match breadth.tier? {
        Tier::Everything if !names_exceptions(attached) => {
            Some("allows everything in the account".to_owned())
        }
        Tier::Everything => Some("allows almost everything in the account".to_owned()),
        Tier::Escalation => {
            let granted = &breadth.escalation_actions;
            let gives = OWN_POLICIES.iter().find(|action| granted.contains(action));
            Some(match gives {
                Some(action) => format!(
                    "allows `{action}` on everything, with which the function can give its own role \
                     any permission"
                ),
                None => format!(
                    "allows `{}` on everything, by which more permissions are gained",
                    granted.iter().find(|it| **it == CODE_OF_OTHERS).or(granted.first())?
                ),
            })
        }
        _ => None,
    }
}

/// Whether the policy allows everything but some services (`NotAction`).
fn names_exceptions(attached: &Attached) -> bool {
    attached.aws().is_some_and(|policy| {
        let mut statements = policy.document.statements.all();
        statements.any(|statement| statement.actions.as_ref().is_some_and(|a| a.negated))
    })
}

fn managed(role: &ExecutionRole<'_>, attached: &Attached, why: &str) -> Draft {
    let name = attached.aws().map_or("", |policy| policy.record.name);
    let draft = Draft::at(&META, META.severity, attached.named(), why)
        .message(format!("`{name}` {why}, far more than {{functions}} can need"))
        .holder(attached.document_holder(role.graph))
        .fingerprint(name);
    concerning(role, attached, &role.functions_when(&attached.condition), draft)
}

fn inline(role: &ExecutionRole<'_>, reached: &Reached<'_>, action: Span) -> Draft {
    let draft = Draft::new(&META, META.severity, action, "every action on every resource")
        .message("this statement allows everything in the account to {functions}")
        .label(reached.statement.span, "in this statement")
        .holder(reached.attached.document_holder(role.graph))
        .fingerprint("Allow * on *");
    concerning(role, reached.attached, &role.functions_when(&reached.condition), draft)
        .step(reached.statement.span, "and this statement allows everything")
}

fn concerning(
    role: &ExecutionRole<'_>,
    attached: &Attached,
    functions: &[iacscan_graph::FunctionId],
    draft: Draft,
) -> Draft {
    crate::framework::concerning(role, functions, draft).through(attached)
}
