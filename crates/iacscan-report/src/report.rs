//! What a scan hands to the formats.

use std::collections::BTreeMap;

use iacscan_core::{Finding, LeftOut, RuleMeta, Severity, Span, Str, Undecided};

/// Everything a scan found, ready to be written.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The program.
    pub tool: Tool,
    /// The findings in their final order: by path, line, column, rule.
    pub findings: Vec<Reported>,
    /// Findings that the source or the configuration suppresses, in the same order.
    pub suppressed: Vec<Suppressed>,
    /// What there are findings of but this report leaves out.
    pub hidden: Hidden,
    /// Every function of the scan, sorted by path, line and id.
    pub functions: Vec<FunctionSummary>,
    /// How many files were templates or Terraform.
    pub files: usize,
    /// How many execution roles there are.
    pub roles: usize,
    /// What could not be decided, sorted.
    pub undecided: Vec<Undecided>,
    /// What inputs leave out, sorted by path and line.
    pub left_out: Vec<LeftOut>,
    /// What else the reader must know: files that could not be read, suppressions that suppress
    /// nothing.
    pub notices: Vec<Notice>,
    /// All rules, sorted by id.
    pub rules: Vec<&'static RuleMeta>,
}

impl Report {
    /// How many findings of each severity are reported.
    #[must_use]
    pub fn by_severity(&self) -> BTreeMap<Severity, usize> {
        let mut counts: BTreeMap<Severity, usize> =
            Severity::ALL.into_iter().map(|severity| (severity, 0)).collect();
        for reported in &self.findings {
            *counts.entry(reported.finding.severity).or_default() += 1;
        }
        counts
    }
}

/// The program that scanned.
#[derive(Clone, Debug)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Where to read about it.
    pub url: Option<&'static str>,
}

impl Default for Tool {
    /// This build of iacscan.
    fn default() -> Self {
        let repository = env!("CARGO_PKG_REPOSITORY");
        let url = if repository.is_empty() { None } else { Some(repository) };
        Self { name: "iacscan", version: env!("CARGO_PKG_VERSION"), url }
    }
}

/// A finding with what identifies it between scans.
#[derive(Clone, Debug)]
pub struct Reported {
    /// The finding.
    pub finding: Finding,
    /// Its fingerprint, from [`fingerprints`](crate::fingerprints).
    pub fingerprint: String,
}

impl Reported {
    /// The message with the condition under which it holds.
    pub(crate) fn sentence(&self) -> String {
        match &self.finding.when {
            Some(when) => format!("{} (when {when})", self.finding.message),
            None => self.finding.message.clone(),
        }
    }
}

/// A finding that is not reported because somebody said so.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// The finding and its fingerprint.
    pub reported: Reported,
    /// Why, in the words of who suppressed it.
    pub reason: Option<String>,
    /// Where that was said.
    pub by: SuppressedBy,
    /// The comment or metadata entry, when it stands in a scanned file.
    pub span: Option<Span>,
}

/// Where a suppression stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SuppressedBy {
    /// A comment in the source.
    Comment,
    /// The metadata of a resource.
    Metadata,
    /// The configuration file.
    Configuration,
}

impl SuppressedBy {
    /// The name in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Metadata => "metadata",
            Self::Configuration => "configuration",
        }
    }
}

/// How many findings are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    /// Known to the baseline file.
    pub baseline: usize,
    /// Below the minimal severity.
    pub below_minimum: usize,
}

/// One Lambda function and what is known of its permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionSummary {
    /// Its Terraform address or logical id.
    pub id: Str,
    /// The root module or the template that deploys it.
    pub unit: Str,
    /// The language that defines it.
    pub format: FunctionFormat,
    /// Where it is defined.
    pub span: Span,
    /// Address of its role in the scanned source, else the literal ARN, else nothing.
    pub role: Option<String>,
    /// Names of the AWS managed policies attached, sorted.
    pub managed_policies: Vec<String>,
    /// Addresses or ARNs of the customer managed policies attached, sorted.
    pub customer_policies: Vec<String>,
    /// How many inline policies the role has.
    pub inline_policies: usize,
    /// What it uses that needs permissions.
    pub features: FunctionFeatures,
    /// Whether the role and everything attached to it was resolved.
    pub complete: bool,
    /// What was not, as sentences.
    pub undecided: Vec<String>,
}

/// The language a function is defined in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FunctionFormat {
    /// Terraform or OpenTofu.
    Terraform,
    /// CloudFormation.
    CloudFormation,
    /// The Serverless Application Model.
    Sam,
}

impl FunctionFormat {
    /// The name in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::CloudFormation => "cloudformation",
            Self::Sam => "sam",
        }
    }
}

/// What a function uses that needs permissions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunctionFeatures {
    /// It runs in a VPC, or may: what is not known of that is undecided.
    pub vpc: bool,
    /// It sends traces to X-Ray.
    pub tracing: bool,
    /// Services it polls, sorted.
    pub event_sources: Vec<String>,
}

/// Something the reader must know that is no finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Whether the scan did not do what was asked.
    pub level: NoticeLevel,
    /// What happened, as a sentence.
    pub message: String,
    /// Display path of the file it is about, when it has no span.
    pub path: Option<String>,
    /// The text it is about.
    pub span: Option<Span>,
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeLevel {
    /// Good to know.
    Warning,
    /// Something could not be done.
    Error,
}

impl NoticeLevel {
    /// The name in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}
