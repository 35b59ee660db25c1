//! AWS managed policies, current and removed.

use super::nearest::{is_slip, nearest};
use super::table::{Record, Table};
use super::tier::{Breadth, breadth};

static CURRENT: Table = Table::new(include_str!("../../data/managed-policies.txt"));
static REMOVED: Table = Table::new(include_str!("../../data/removed-policies.txt"));

/// A managed policy that AWS published at the time of the snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// The name, in AWS's own case: `AWSLambdaBasicExecutionRole`.
    pub name: &'static str,
    /// The path with both slashes: `/`, `/service-role/`, `/job-function/`,
    /// `/aws-service-role/` or `/root-task/`.
    pub path: &'static str,
    /// The default version at the snapshot: `v3`.
    pub version: &'static str,
    /// When that version was published: `2025-02-27`.
    pub updated: &'static str,
    /// The policy document, minified.
    pub document_json: &'static str,
    partitions: &'static str,
}

impl ManagedPolicy {
    fn from_record(record: Record) -> Option<Self> {
        let [name, path, version, updated, partitions, document_json] = record.columns()?;
        Some(Self { name, path, version, updated, document_json, partitions })
    }

    /// What follows `policy/` in the ARN: `service-role/AWSLambdaBasicExecutionRole`.
    #[must_use]
    pub fn arn_suffix(&self) -> String {
        arn_suffix(self.path, self.name)
    }

    /// The ARN in a partition such as `aws` or `aws-cn`.
    #[must_use]
    pub fn arn(&self, partition: &str) -> String {
        arn(partition, self.path, self.name)
    }

    /// Whether a role of a customer can have it: the policies under
    /// `/aws-service-role/` are AWS's own, those under `/root-task/` are for
    /// sessions of `sts:AssumeRoot`.
    #[must_use]
    pub fn is_attachable(&self) -> bool {
        !matches!(self.path, "/aws-service-role/" | "/root-task/")
    }

    /// The partitions known to have it. The source of this list is older than
    /// the documents: a partition that is not named may have the policy too.
    pub fn known_partitions(&self) -> impl Iterator<Item = &'static str> {
        listed(self.partitions)
    }

    /// How much the policy grants.
    #[must_use]
    pub fn breadth(&self) -> Breadth {
        serde_json::from_str(self.document_json)
            .map(|document| breadth(self.name, &document))
            .unwrap_or_default()
    }
}

/// A managed policy that AWS removed: who has it attached keeps it, nobody can
/// attach it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemovedPolicy {
    /// The name it had.
    pub name: &'static str,
    /// The path it had, if known.
    pub path: Option<&'static str>,
    /// The last release of a package that listed it, such as `moto 4.0.13`, if any did.
    pub last_seen: Option<&'static str>,
    replacement: &'static str,
    other_partitions: &'static str,
}

impl RemovedPolicy {
    fn from_record(record: Record) -> Option<Self> {
        let [name, path, last_seen, replacement, other_partitions] = record.columns()?;
        Some(Self {
            name,
            path: known(path),
            last_seen: known(last_seen),
            replacement,
            other_partitions,
        })
    }

    /// The policy AWS names in its place.
    #[must_use]
    pub fn replacement(&self) -> Option<ManagedPolicy> {
        managed_policy(self.replacement)
    }

    /// Partitions other than `aws` that had it when last looked at; it is
    /// not known to be removed there.
    pub fn other_partitions(&self) -> impl Iterator<Item = &'static str> {
        listed(self.other_partitions)
    }
}

/// The managed policy of exactly this name (no path, case as AWS writes it).
#[must_use]
pub fn managed_policy(name: &str) -> Option<ManagedPolicy> {
    ManagedPolicy::from_record(CURRENT.find(name)?)
}

/// All managed policies, sorted by name without regard to case.
pub fn managed_policies() -> impl Iterator<Item = ManagedPolicy> {
    CURRENT.records().filter_map(ManagedPolicy::from_record)
}

/// The managed policy whose name is nearest to `name`, which may carry a path.
#[must_use]
pub fn nearest_managed_policy(name: &str) -> Option<ManagedPolicy> {
    let name = name.rsplit('/').next().unwrap_or(name);
    managed_policy(nearest(name, CURRENT.records().map(Record::key))?)
}

/// The managed policy that a name misspells beyond doubt: a current name but for case,
/// punctuation or a slip of one or two lower-case letters. The name may carry a path.
#[must_use]
pub fn misspelt_managed_policy(name: &str) -> Option<ManagedPolicy> {
    let name = name.rsplit('/').next().unwrap_or(name);
    nearest_managed_policy(name).filter(|near| near.name != name && is_slip(name, near.name))
}

/// The removed policy of exactly this name.
#[must_use]
pub fn removed_policy(name: &str) -> Option<RemovedPolicy> {
    RemovedPolicy::from_record(REMOVED.find(name)?)
}

/// All removed policies, sorted by name without regard to case.
pub fn removed_policies() -> impl Iterator<Item = RemovedPolicy> {
    REMOVED.records().filter_map(RemovedPolicy::from_record)
}

pub(super) fn arn(partition: &str, path: &str, name: &str) -> String {
    format!("arn:{partition}:iam::aws:policy{path}{name}")
}

fn arn_suffix(path: &str, name: &str) -> String {
    format!("{}{name}", path.strip_prefix('/').unwrap_or(path))
}

/// The tables write `-` for nothing.
pub(super) fn known(column: &'static str) -> Option<&'static str> {
    (column != "-").then_some(column)
}

/// The items of a column that lists some.
pub(super) fn listed(column: &'static str) -> impl Iterator<Item = &'static str> {
    known(column).into_iter().flat_map(|column| column.split(','))
}
