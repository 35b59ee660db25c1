//! What the SAM transform brings along: policy templates, policy names it
//! resolves by itself, and connector profiles.

use super::managed::{arn, listed};
use super::nearest::nearest;
use super::table::{Record, Table};

static TEMPLATES: Table = Table::new(include_str!("../../data/sam-policy-templates.txt"));
static MANAGED: Table = Table::new(include_str!("../../data/sam-managed-policies.txt"));
static CONNECTORS: Table = Table::new(include_str!("../../data/sam-connectors.txt"));

/// A SAM policy template such as `S3ReadPolicy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SamPolicyTemplate {
    /// The name, which SAM compares with regard to case.
    pub name: &'static str,
    /// `{"Statement": [...]}`, minified, with `Ref` and `Fn::Sub` on the
    /// parameters still in it.
    pub definition_json: &'static str,
    parameters: &'static str,
}

impl SamPolicyTemplate {
    fn from_record(record: Record) -> Option<Self> {
        let [name, parameters, definition_json] = record.columns()?;
        Some(Self { name, definition_json, parameters })
    }

    /// The names of its parameters, sorted; all are required.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> {
        listed(self.parameters)
    }
}

/// A managed policy that SAM resolves from its bare name without asking IAM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SamManagedPolicy {
    /// The name.
    pub name: &'static str,
    /// The path with both slashes.
    pub path: &'static str,
    partitions: &'static str,
}

impl SamManagedPolicy {
    /// The partitions in which SAM resolves it.
    pub fn partitions(&self) -> impl Iterator<Item = &'static str> {
        listed(self.partitions)
    }
}

/// What an `AWS::Serverless::Connector` between two types of resources makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SamConnector {
    /// The source's resource type: `AWS::Lambda::Function`.
    pub source_type: &'static str,
    /// The destination's resource type: `AWS::DynamoDB::Table`.
    pub destination_type: &'static str,
    /// `{"Type": ..., "Properties": {"AccessCategories": ...}}`, minified,
    /// with `%{Source.Arn}` and `%{Destination.Arn}` still in it.
    pub profile_json: &'static str,
}

impl SamConnector {
    fn from_record(record: Record) -> Option<Self> {
        let [ends, profile_json] = record.columns()?;
        let (source_type, destination_type) = ends.split_once(' ')?;
        Some(Self { source_type, destination_type, profile_json })
    }
}

/// The policy template of exactly this name.
#[must_use]
pub fn sam_policy_template(name: &str) -> Option<SamPolicyTemplate> {
    SamPolicyTemplate::from_record(TEMPLATES.find(name)?)
}

/// All policy templates, sorted by name without regard to case.
pub fn sam_policy_templates() -> impl Iterator<Item = SamPolicyTemplate> {
    TEMPLATES.records().filter_map(SamPolicyTemplate::from_record)
}

/// The policy template whose name is nearest to `name`, or the only one whose name has all its
/// words in their order: `SQSSendMessagePolicy` for `SQSSendPolicy`.
#[must_use]
pub fn nearest_sam_policy_template(name: &str) -> Option<SamPolicyTemplate> {
    let names = || TEMPLATES.records().map(Record::key);
    let has_words = |candidate: &&str| {
        let mut rest = words(candidate);
        words(name).all(|word| rest.any(|other| other.eq_ignore_ascii_case(word)))
    };
    let by_words = || {
        let mut all = names().filter(has_words);
        all.next().filter(|_| words(name).count() > 1 && all.next().is_none())
    };
    sam_policy_template(nearest(name, names()).or_else(by_words)?)
}

/// The words of a name in capitals and small letters.
fn words(name: &str) -> impl Iterator<Item = &str> {
    let is_start = |at: usize| {
        let (before, behind) = name.split_at_checked(at).unwrap_or_default();
        before.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && behind.starts_with(|c: char| c.is_ascii_uppercase())
            || behind.starts_with(|c: char| c.is_ascii_uppercase())
                && behind.chars().nth(1).is_some_and(|c| c.is_ascii_lowercase())
    };
    let mut starts: Vec<usize> = (1..name.len()).filter(|at| is_start(*at)).collect();
    starts.insert(0, 0);
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([name.len()]).collect();
    std::iter::zip(starts, ends).filter_map(|(start, end)| name.get(start..end))
}

/// The policy SAM resolves from exactly this bare name.
///
/// SAM asks IAM about a name it does not find, so `None` is no error.
#[must_use]
pub fn sam_managed_policy(name: &str) -> Option<SamManagedPolicy> {
    let [name, path, partitions] = MANAGED.find(name)?.columns()?;
    Some(SamManagedPolicy { name, path, partitions })
}

/// The ARN SAM resolves a bare name to in a partition such as `aws`.
#[must_use]
pub fn sam_managed_policy_arn(name: &str, partition: &str) -> Option<String> {
    let policy = sam_managed_policy(name)?;
    policy
        .partitions()
        .any(|known| known == partition)
        .then(|| arn(partition, policy.path, policy.name))
}

/// The connector profile from one resource type to another.
#[must_use]
pub fn sam_connector(source_type: &str, destination_type: &str) -> Option<SamConnector> {
    let record = CONNECTORS.find(&format!("{source_type} {destination_type}"))?;
    SamConnector::from_record(record)
}

/// All connector profiles, sorted by source and destination.
pub fn sam_connectors() -> impl Iterator<Item = SamConnector> {
    CONNECTORS.records().filter_map(SamConnector::from_record)
}
