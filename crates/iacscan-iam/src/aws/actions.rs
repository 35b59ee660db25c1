//! Services, actions and resource types, as the service authorization
//! reference lists them.

use super::managed::{known, listed};
use super::pattern::Pattern;
use super::table::{Record, Table};

static SERVICES: Table = Table::new(include_str!("../../data/services.txt"));
static ACTIONS: Table = Table::new(include_str!("../../data/actions.txt"));
static RESOURCE_TYPES: Table = Table::new(include_str!("../../data/resource-types.txt"));

/// A service prefix such as `s3`. Several prefixes can share a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// What stands before the colon of its actions, in lower case.
    pub prefix: &'static str,
    /// The service's name, such as `AWS Lambda`, where known.
    pub name: Option<&'static str>,
}

/// What an action does to what it is done to, in AWS's five levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessLevel {
    /// Sees which resources there are.
    List,
    /// Sees what is in them.
    Read,
    /// Makes, changes or deletes them.
    Write,
    /// Changes who may do what.
    PermissionsManagement,
    /// Changes tags alone.
    Tagging,
    /// The action exists; its level is not in the data.
    Unknown,
}

impl AccessLevel {
    fn from_column(column: &str) -> Option<Self> {
        Some(match column {
            "list" => Self::List,
            "read" => Self::Read,
            "write" => Self::Write,
            "permissions" => Self::PermissionsManagement,
            "tagging" => Self::Tagging,
            "unknown" => Self::Unknown,
            _ => return None,
        })
    }
}

/// An action that IAM knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// Prefix and name in AWS's own case: `s3:GetObject`. In lower case
    /// throughout where the level is [`AccessLevel::Unknown`].
    pub full_name: &'static str,
    /// The access level.
    pub level: AccessLevel,
    resource_types: &'static str,
}

/// A resource type an action can be limited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActionResource {
    /// The name of the type within the service: `object`.
    pub name: &'static str,
    /// Whether a grant must name one.
    pub requirement: Requirement,
}

/// Whether a grant of an action must name a resource of a type to have effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// Without a resource of this type the call is denied.
    Required,
    /// Checked only when the call names one.
    Optional,
    /// Not in the data.
    Unknown,
}

impl Action {
    fn from_record(record: Record) -> Option<Self> {
        let [full_name, level, resource_types] = record.columns()?;
        Some(Self { full_name, level: AccessLevel::from_column(level)?, resource_types })
    }

    /// The service prefix: `s3`.
    #[must_use]
    pub fn service(&self) -> &'static str {
        split(self.full_name).0
    }

    /// The name after the colon: `GetObject`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        split(self.full_name).1
    }

    /// The resource types it can be limited to.
    pub fn resource_types(&self) -> impl Iterator<Item = ActionResource> {
        listed(self.resource_types).map(|column| {
            let (name, requirement) = if let Some(name) = column.strip_suffix('*') {
                (name, Requirement::Required)
            } else if let Some(name) = column.strip_suffix('?') {
                (name, Requirement::Unknown)
            } else {
                (column, Requirement::Optional)
            };
            ActionResource { name, requirement }
        })
    }

    /// Whether a grant can name resources at all; if not, it must say `*`.
    #[must_use]
    pub fn has_resource_types(&self) -> bool {
        known(self.resource_types).is_some()
    }
}

/// A resource type of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceType {
    /// The service prefix: `s3`.
    pub service: &'static str,
    /// The name of the type within the service: `object`.
    pub name: &'static str,
    arn_formats: &'static str,
}

impl ResourceType {
    fn from_record(record: Record) -> Option<Self> {
        let [key, arn_formats] = record.columns()?;
        let (service, name) = split(key);
        Some(Self { service, name, arn_formats })
    }

    /// The forms its ARNs take, at least one, with `${Name}` for what varies:
    /// `arn:${Partition}:s3:::${BucketName}/${ObjectName}`. A `*` stands for
    /// a part the source does not describe.
    pub fn arn_formats(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.arn_formats.split(' ')
    }
}

/// The service of a prefix, in any case.
#[must_use]
pub fn service(prefix: &str) -> Option<Service> {
    Service::from_record(SERVICES.find_ignoring_case(prefix)?)
}

/// All services, sorted by prefix.
pub fn services() -> impl Iterator<Item = Service> {
    SERVICES.records().filter_map(Service::from_record)
}

impl Service {
    fn from_record(record: Record) -> Option<Self> {
        let [prefix, name] = record.columns()?;
        let name = known(name);
        Some(Self { prefix, name })
    }
}

/// The action of a full name such as `s3:GetObject`, in any case.
#[must_use]
pub fn action(full_name: &str) -> Option<Action> {
    Action::from_record(ACTIONS.find_ignoring_case(full_name)?)
}

/// The actions of a service prefix, in any case, sorted by name.
pub fn actions_of(prefix: &str) -> impl Iterator<Item = Action> + use<> {
    ACTIONS.with_prefix(format!("{prefix}:")).filter_map(Action::from_record)
}

/// The actions an `Action` element covers: `s3:Get*`, `s3:GetObject`, `*`.
///
/// A pattern without a colon other than `*` covers none. Sorted by name.
pub fn actions_matching(pattern: &str) -> impl Iterator<Item = Action> + use<> {
    let compiled = Pattern::new(pattern);
    let valid = pattern.contains(':') || compiled.is_every_action();
    let prefix = compiled.literal_prefix().to_owned();
    valid
        .then(|| ACTIONS.with_prefix(prefix))
        .into_iter()
        .flatten()
        .filter(move |record| compiled.matches(record.key()))
        .filter_map(Action::from_record)
}

/// The resource types of a service prefix, in any case, sorted by name.
pub fn resource_types(prefix: &str) -> impl Iterator<Item = ResourceType> + use<> {
    RESOURCE_TYPES.with_prefix(format!("{prefix}:")).filter_map(ResourceType::from_record)
}

fn split(full_name: &'static str) -> (&'static str, &'static str) {
    full_name.split_once(':').unwrap_or((full_name, ""))
}
