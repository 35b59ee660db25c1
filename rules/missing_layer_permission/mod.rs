//! An extension runs as a layer and the role lacks what it needs.

use iacscan_core::{Located, RuleGroup, RuleMeta, Severity, Text};
use iacscan_graph::{Chain, LinkedRole};

use crate::framework::unmet;
use crate::needs::{
    APPCONFIG_EXTENSION, Demand, INSIGHTS, SECRETS_EXTENSION, SIGNALS_LOGS, SIGNALS_TRACES,
    TRACING, actions_of, everything, lacking, log_stream, streams_of,
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
            for layer in chain.function.layers.in_world(&chain.world) {
                // What an input chooses may be another layer.
                if layer.via.is_none()
                    && let Some(draft) = draft(chain, role, layer)
                {
                    report.in_chain(chain, draft);
                }
            }
        }
    }
}

/// The name of a layer, between `:layer:` and the version.
fn name(layer: &Text) -> Option<String> {
    let arn = layer.to_string();
    let (_, name) = arn.split_once(":layer:")?;
    Some(name.split(':').next().unwrap_or(name).to_owned())
}

/// What an extension needs, by the name of its layer.
fn demands(chain: &Chain<'_>, layer: &Text) -> Option<(&'static str, Vec<Demand>)> {
    let name = name(layer)?;
    let is = |prefix: &str| name.starts_with(prefix);
    let somewhere = |need| Demand::new(need, Text::new());
    let logs = |need, stream: &Text| Demand::new(need, stream.clone()).named(streams_of(stream));
    Some(if is("LambdaInsightsExtension") {
        let stream = log_stream(&Text::from("/aws/lambda-insights"));
        ("Lambda Insights", vec![logs(&INSIGHTS, &stream)])
    } else if is("AWSOpenTelemetryDistro") && is_wrapped(chain) {
        let stream = log_stream(&Text::from("/aws/application-signals/data"));
        let logs = logs(&SIGNALS_LOGS, &stream);
        let traces = Demand::new(&SIGNALS_TRACES, everything("xray"));
        ("Application Signals", vec![logs, traces])
    } else if is("aws-otel-") && layer.to_string().contains(":901920570463:") {
        ("AWS Distro for OpenTelemetry", vec![Demand::new(&TRACING, everything("xray"))])
    } else if is("AWS-Parameters-and-Secrets-Lambda-Extension") {
        let either = Demand { any: true, ..somewhere(&SECRETS_EXTENSION) };
        ("Parameters and Secrets", vec![either])
    } else if is("AWS-AppConfig-Extension") {
        // Older versions use one action, newer ones two: without any of them none works.
        let any = Demand { any: true, ..somewhere(&APPCONFIG_EXTENSION) };
        ("AppConfig", vec![any])
    } else {
        return None;
    })
}

/// Whether the environment starts the function through the layer.
fn is_wrapped(chain: &Chain<'_>) -> bool {
    let mut variables = chain.function.environment.in_world(&chain.world);
    variables.any(|variable| variable.name.value == "AWS_LAMBDA_EXEC_WRAPPER")
}

fn draft(chain: &Chain<'_>, role: &LinkedRole<'_>, layer: &Located<Text>) -> Option<Draft> {
    let (extension, demands) = demands(chain, &layer.value)?;
    let lacking = lacking(chain, demands);
    let actions = actions_of(&lacking)?;
    let label = format!("needs {actions}");
    let draft = Draft::at(&META, META.severity, layer, label)
        .message(format!(
            "the {extension} extension of {{functions}} cannot work: role {{role}} does not \
             allow {actions}"
        ))
        .meet(chain, role, &lacking);
    Some(unmet(draft, chain, role, &chain.function.header, &actions))
}
