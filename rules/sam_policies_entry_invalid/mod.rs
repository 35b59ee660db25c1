//! An entry of `Policies` is nothing SAM can make a policy of.

use iacscan_core::{RuleGroup, RuleMeta, Severity};
use iacscan_graph::nodes::{Function, InvalidPolicy, InvalidPolicyProblem as Problem};
use iacscan_iam::aws::{managed_policy, nearest_sam_policy_template, sam_policy_template};

use crate::{Context, Draft, Report, Rule};

/// `sam-policies-entry-invalid`
pub(crate) struct SamPoliciesEntryInvalid;

static META: RuleMeta = RuleMeta {
    id: "sam-policies-entry-invalid",
    summary: "Entry is not a policy SAM understands",
    group: RuleGroup::Linkage,
    severity: Severity::Medium,
    cwe: &[],
    page: include_str!("README.md"),
};

impl Rule for SamPoliciesEntryInvalid {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for (_, function) in context.graph.functions() {
            for invalid in &function.invalid_policies {
                report.when(&function.header.condition, draft(function, invalid));
            }
        }
    }
}

fn draft(function: &Function, invalid: &InvalidPolicy) -> Draft {
    let Words { label, message, help } = words(&invalid.problem);
    Draft::new(&META, META.severity, invalid.span, label)
        .fingerprint(message.as_str())
        .message(message)
        .help(help)
        .holder(&function.header)
        .function(function)
}

struct Words {
    label: &'static str,
    message: String,
    help: String,
}

fn words(problem: &Problem) -> Words {
    match problem {
        Problem::UnknownTemplate(name) => Words {
            label: "is no policy template",
            message: format!("SAM has no policy template `{name}`, and refuses {{functions}}"),
            help: match nearest_sam_policy_template(name) {
                Some(near) => {
                    format!("Write `{}` in place of `{name}`, if that is what is meant.", near.name)
                }
                None => {
                    "Write a policy template of SAM, the name of an AWS managed policy, an ARN, \
                         or a policy document with `Statement`."
                        .to_owned()
                }
            },
        },
        Problem::NoStatement => Words {
            label: "has no `Statement`",
            message: "an entry of `Policies` has no `Statement`: SAM refuses {functions}"
                .to_owned(),
            help: "Write the policy document itself: `- Version: \"2012-10-17\"` and below it \
                   `Statement: [...]`."
                .to_owned(),
        },
        Problem::SeveralTemplates(second) => Words {
            label: "has several policy templates",
            message: "an entry of `Policies` has several policy templates: SAM refuses {functions}"
                .to_owned(),
            help: format!("Give each of them an entry of its own: put `- ` before `{second}`."),
        },
        Problem::TemplateAsName(template) => Words {
            label: "is a policy template, not a managed policy",
            message: format!(
                "`{template}` stands where the name of a managed policy belongs: {{functions}} \
                 cannot be deployed"
            ),
            help: format!("Write the policy template as a map: `{}`.", call(template)),
        },
        Problem::Wrapped => Words {
            label: "is how `AWS::IAM::Role` spells it",
            message: "an entry of `Policies` wraps its document in `PolicyDocument`: SAM refuses \
                      {functions}"
                .to_owned(),
            help: "Leave out `PolicyName` and `PolicyDocument`, and write what is inside the \
                   document in their place: `- Version: \"2012-10-17\"` and `Statement: [...]`."
                .to_owned(),
        },
        Problem::MissingParameter { template, parameter } => Words {
            label: "lacks a parameter",
            message: format!("`{template}` of {{functions}} lacks its parameter `{parameter}`"),
            help: format!("Write `{}`.", call(template)),
        },
        Problem::UnknownParameter { template, parameter, missing } => Words {
            label: "is no parameter of the template",
            message: format!("`{template}` of {{functions}} has no parameter `{parameter}`"),
            help: match missing {
                Some(missing) => format!("Write `{missing}` in place of `{parameter}`."),
                None => format!("Write `{}`.", call(template)),
            },
        },
        Problem::NameWithPath(written) => {
            let name = written.rsplit('/').next().unwrap_or(written);
            let arn = managed_policy(name).map(|policy| policy.arn("aws"));
            Words {
                label: "is neither a name nor an ARN",
                message: format!(
                    "`{written}` is neither the name nor the ARN of a policy: {{functions}} cannot \
                     be deployed"
                ),
                help: match arn {
                    Some(arn) => format!("Write `{name}`, or the ARN `{arn}`."),
                    None => format!("Write `{name}`, or an ARN."),
                },
            }
        }
        Problem::GlobalsKey(key) => Words {
            label: "is not supported in `Globals`",
            message: format!("SAM refuses `{key}` in `Globals.Function`, and with it the template"),
            help: format!("Write `{key}` at each function: only some properties can be shared."),
        },
    }
}

/// How a policy template is called.
fn call(template: &str) -> String {
    let parameters: Vec<&str> =
        sam_policy_template(template).map(|it| it.parameters().collect()).unwrap_or_default();
    let parameters: Vec<String> =
        parameters.iter().map(|parameter| format!("{parameter}: ...")).collect();
    format!("- {template}: {{{}}}", parameters.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_says_what_to_write() {
        assert_eq!(call("S3ReadPolicy"), "- S3ReadPolicy: {BucketName: ...}");
        let help = words(&Problem::UnknownTemplate("S3ReadPolcy".into())).help;
        assert_eq!(
            help,
            "Write `S3ReadPolicy` in place of `S3ReadPolcy`, if that is what is meant."
        );
        let help =
            words(&Problem::NameWithPath("service-role/AWSLambdaBasicExecutionRole".into())).help;
        assert!(help.starts_with("Write `AWSLambdaBasicExecutionRole`, or the ARN `arn:aws:"));
    }
}
