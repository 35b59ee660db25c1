//! What reports say about a function, out of the graph.

use iacscan_graph::{Format, FunctionSummary};
use iacscan_report::{FunctionFeatures, FunctionFormat};

/// A function's summary as reports take it.
pub(crate) fn function(summary: FunctionSummary) -> iacscan_report::FunctionSummary {
    iacscan_report::FunctionSummary {
        id: summary.address.name().clone(),
        unit: summary.address.unit().clone(),
        format: match summary.format {
            Format::Terraform => FunctionFormat::Terraform,
            Format::CloudFormation => FunctionFormat::CloudFormation,
            Format::Sam => FunctionFormat::Sam,
        },
        span: summary.span,
        role: summary.role,
        managed_policies: summary.managed_policies,
        customer_policies: summary.customer_policies.iter().map(ToString::to_string).collect(),
        inline_policies: summary.inline_policies,
        features: FunctionFeatures {
            vpc: !summary.vpc.is_false(),
            tracing: summary.tracing,
            event_sources: summary
                .event_sources
                .iter()
                .map(|kind| kind.as_str().to_owned())
                .collect(),
        },
        complete: summary.complete,
        undecided: summary.undecided.into_iter().map(|undecided| undecided.reason).collect(),
    }
}
