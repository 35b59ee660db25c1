//! An extension runs as a layer and the role lacks what it needs.

use iacscan_core::{Gap, Located, RuleGroup, RuleMeta, Severity, Text, Unknown};
use iacscan_graph::{Chain, Code, LinkedRole};

use crate::framework::spell::spell;
use crate::framework::unmet;
use crate::needs::{
    APPCONFIG_EXTENSION, Demand, INSIGHTS, Need, PARAMETER, SECRETS_EXTENSION, SIGNALS_LOGS,
    SIGNALS_TRACES, TRACING, actions_of, arn, choice_of, everything, lacking, log_stream,
    streams_of,
};
use crate::{Context, Draft, Report, Rule};

/// `missing-layer-permission`
pub(crate) struct MissingLayerPermission;

static META: RuleMeta = RuleMeta {
    id: "missing-layer-permission",
    summary: "Extension layer without its permissions",
    group: RuleGroup::Baseline,
    severity: Severity::Medium,
    cwe: &[778],
    page: include_str!("README.md"),
};

impl Rule for MissingLayerPermission {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for chain in context.chains() {
            let Some(role) = chain.closed() else { continue };
            if !chain.function.container_image.is_false() {
                continue;
            }
            for gap in chain.function.layers.gaps_in(&chain.world, chain.function.header.span) {
                report.perhaps_used(chain, FEATURE, gap, &of_any());
            }
            for layer in chain.function.layers.in_world(&chain.world) {
                let Some((extension, demands)) = demands(chain, &layer.value) else {
                    if let Some(gap) = name_gap(layer) {
                        report.perhaps_used(chain, FEATURE, gap, &of_any());
                    }
                    continue;
                };
                if layer.via.is_some() {
                    // What an input chooses may be another layer.
                    let gap = Gap { span: layer.use_span(), unknown: Unknown::Input };
                    report.perhaps_used(chain, FEATURE, gap, &demands);
                } else if let Some(draft) = draft(chain, role, layer, extension, &demands) {
                    report.in_chain(chain, draft);
                } else {
                    report.perhaps_allowed(chain, FEATURE, layer.span, &demands);
                }
            }
        }
    }
}

/// What is in doubt.
const FEATURE: &str = "one of its layers";

/// What any extension whatever needs.
fn of_any() -> [Demand; 4] {
    [insights(), telemetry(), secrets(), configuration()]
}

/// Why the name of a layer is not known. A layer that the source defines is no extension of AWS's.
fn name_gap(layer: &Located<Text>) -> Option<Gap> {
    let has_name = layer.value.to_string().contains(":layer:");
    let unknown = layer.value.first_unknown()?;
    (!has_name).then_some(Gap { span: layer.span, unknown })
}

/// The name of a layer, between `:layer:` and the version.
fn name(layer: &Text) -> Option<String> {
    let arn = layer.to_string();
    let (_, name) = arn.split_once(":layer:")?;
    Some(name.split(':').next().unwrap_or(name).to_owned())
}

/// What Lambda Insights needs.
fn insights() -> Demand {
    on_logs(&INSIGHTS, "/aws/lambda-insights")
}

/// What the collector of OpenTelemetry needs.
fn telemetry() -> Demand {
    Demand::new(&TRACING, everything("xray"))
}

/// What the extension for parameters and secrets needs: one of the two.
fn secrets() -> Demand {
    Demand::new(&SECRETS_EXTENSION, Text::new())
}

/// What the extension for configurations needs. Older versions use one action, newer ones two:
/// without any of them none works.
fn configuration() -> Demand {
    Demand::new(&APPCONFIG_EXTENSION, Text::new())
}

/// A need to write to a log group.
fn on_logs(need: &'static Need, group: &'static str) -> Demand {
    let stream = log_stream(&Text::from(group));
    let named = streams_of(&stream);
    Demand::new(need, stream).named(named)
}

/// What an extension needs, by the name of its layer.
fn demands(chain: &Chain<'_>, layer: &Text) -> Option<(&'static str, Vec<Demand>)> {
    let name = name(layer)?;
    let is = |prefix: &str| name.starts_with(prefix);
    Some(if is("LambdaInsightsExtension") {
        ("Lambda Insights", vec![insights()])
    } else if is("AWSOpenTelemetryDistro") && is_wrapped(chain) {
        let logs = on_logs(&SIGNALS_LOGS, "/aws/application-signals/data");
        let traces = Demand::new(&SIGNALS_TRACES, everything("xray"));
        ("Application Signals", vec![logs, traces])
    } else if is("aws-otel-") && layer.to_string().contains(":901920570463:") {
        ("AWS Distro for OpenTelemetry", vec![telemetry()])
    } else if is("AWS-Parameters-and-Secrets-Lambda-Extension") {
        ("Parameters and Secrets", vec![secrets()])
    } else if is("AWS-AppConfig-Extension") {
        ("AppConfig", vec![configuration()])
    } else {
        return None;
    })
}

/// Whether the environment starts the function through the layer.
fn is_wrapped(chain: &Chain<'_>) -> bool {
    let mut variables = chain.function.environment.in_world(&chain.world);
    variables.any(|variable| variable.name.value == "AWS_LAMBDA_EXEC_WRAPPER")
}

fn draft(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    layer: &Located<Text>,
    extension: &str,
    demands: &[Demand],
) -> Option<Draft> {
    let lacking = lacking(chain, demands.iter().cloned());
    let actions = actions_of(&lacking)?;
    let label = format!("needs {actions}");
    let draft = Draft::at(&META, META.severity, layer, label).message(format!(
        "the {extension} extension of {{functions}} cannot work: role {{role}} does not \
             allow {actions}"
    ));
    let draft = match lacking.as_slice() {
        [(demand, _)] if demand.need.feature == SECRETS_EXTENSION.feature => {
            by_secret_or_parameter(draft, chain, role, demand)
        }
        [(demand, _)] if demand.need.feature == INSIGHTS.feature => {
            let draft = draft.meet(chain, role, &lacking);
            if chain.allows("logs:CreateLogGroup", &demand.resource).is_false() {
                draft.note(FIRST_OF_INSIGHTS)
            } else {
                draft
            }
        }
        _ => draft.meet(chain, role, &lacking),
    };
    Some(unmet(draft, chain, role, &chain.function.header, &actions))
}

/// What a statement has to give besides, as AWS's policy does.
const FIRST_OF_INSIGHTS: &str = "A statement has to allow `logs:CreateLogGroup` on it too: the first \
                                 function of a region with this layer creates the log group.";

/// Adds how a role is given what the extension for parameters and secrets needs, which depends on
/// what the code asks it for.
fn by_secret_or_parameter(
    draft: Draft,
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    demand: &Demand,
) -> Draft {
    let [secret, parameter] = SECRETS_EXTENSION.actions else {
        return draft.meet(chain, role, &[(demand.clone(), demand.need.actions.to_vec())]);
    };
    let parameters = arn(PARAMETER.0, PARAMETER.1);
    let ways = choice_of(chain, role, &[(secret, &demand.named), (parameter, &parameters)]);
    let draft = draft.mend(ways).note(
        "The first is for a secret, the second for a parameter: write its name for `NAME`, and \
         keep `-*`, which stands for what AWS adds to the name of a secret.",
    );
    let language = chain.graph.resolver().unit_of(&role.role.header.address);
    let templates = language.and_then(|unit| {
        let with = |parameter, code| Code::Map(vec![(parameter, code)]);
        let secret = with("SecretArn", Code::resource(&spell(chain, &demand.named)));
        let parameter = with("ParameterName", Code::text("NAME"));
        let templates = vec![(SECRET_TEMPLATE, secret), (PARAMETER_TEMPLATE, parameter)];
        unit.language.policy_templates(role.role, templates)
    });
    match templates {
        Some(templates) => draft
            .note(format!(
                "In `Policies`, `{SECRET_TEMPLATE}` gives the first and `{PARAMETER_TEMPLATE}` the \
                 second: keep the one that is used."
            ))
            .snippet(templates),
        None => draft,
    }
}

/// SAM's policy template for reading a secret.
const SECRET_TEMPLATE: &str = "AWSSecretsManagerGetSecretValuePolicy";

/// SAM's policy template for reading a parameter.
const PARAMETER_TEMPLATE: &str = "SSMParameterReadPolicy";
