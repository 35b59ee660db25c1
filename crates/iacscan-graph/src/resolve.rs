//! From references to what is known of the resources they mean.
//!
//! Every spelling of one ARN resolves to the same text: `!GetAtt Q.Arn`,
//! `arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Q.QueueName}` and, when the queue has a literal
//! name, that name. What stays symbolic is the name of a resource whose name is generated.

use std::borrow::Cow;
use std::collections::BTreeMap;

use iacscan_core::{
    Address, Attribute, Property, Pseudo, ResourceAttribute, Segment, Str, Text, Unknown,
};
use iacscan_iam::Resolve;
use rustc_hash::FxHashMap;

use crate::nodes::{Resource, ResourceKind};
use crate::{Export, Found, Unit};

/// How deep resolved texts may refer to further ones.
const DEEPEST: usize = 8;

/// All units of a scan and where their resources and exports stand.
#[derive(Debug)]
pub struct Resolver {
    units: Vec<Unit>,
    resources: FxHashMap<Address, (usize, usize)>,
    found: FxHashMap<Address, (usize, usize)>,
    /// By name: the only export of that name, or `None` when several units export it.
    exports: BTreeMap<Str, Option<(usize, usize)>>,
}

impl Resolver {
    pub(crate) fn new(units: Vec<Unit>) -> Self {
        let mut resolver = Self {
            units,
            resources: FxHashMap::default(),
            found: FxHashMap::default(),
            exports: BTreeMap::new(),
        };
        for (u, unit) in resolver.units.iter().enumerate() {
            for (r, resource) in unit.resources.iter().enumerate() {
                resolver.resources.insert(resource.header.address.clone(), (u, r));
            }
            for (f, found) in unit.found.iter().enumerate() {
                resolver.found.insert(found.address.clone(), (u, f));
            }
            for (e, export) in unit.exports.iter().enumerate() {
                if let Some(name) = export.name.value.as_known() {
                    resolver
                        .exports
                        .entry(name)
                        .and_modify(|known| *known = None)
                        .or_insert(Some((u, e)));
                }
            }
        }
        resolver
    }

    /// All units, in the order of their paths.
    #[must_use]
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The resource at an address.
    #[must_use]
    pub fn resource(&self, address: &Address) -> Option<&Resource> {
        let (unit, index) = self.resources.get(address)?;
        self.units.get(*unit)?.resources.get(*index)
    }

    /// The unit that holds a resource, or finds it.
    #[must_use]
    pub fn unit_of(&self, address: &Address) -> Option<&Unit> {
        self.units.get(self.resources.get(address).or_else(|| self.found.get(address))?.0)
    }

    /// The type of a resource, held or found.
    #[must_use]
    pub fn type_of(&self, address: &Address) -> Option<&Str> {
        let held = self.resource(address).map(|resource| &resource.header.resource_type);
        held.or_else(|| Some(&self.found(address)?.resource_type))
    }

    fn found(&self, address: &Address) -> Option<&Found> {
        let (unit, index) = self.found.get(address)?;
        self.units.get(*unit)?.found.get(*index)
    }

    /// The only export of this name.
    #[must_use]
    pub fn export(&self, name: &str) -> Option<&Export> {
        let (unit, index) = (*self.exports.get(name)?)?;
        self.units.get(unit)?.exports.get(index)
    }

    fn resolve_into(&self, text: &Text, depth: usize, out: &mut Text) {
        for segment in text.segments() {
            match segment {
                Segment::Reference { target, attribute } if depth > 0 => {
                    match self.expand(target, attribute) {
                        Some(expanded) => self.resolve_into(&expanded, depth - 1, out),
                        None => out.push(segment.clone()),
                    }
                }
                Segment::Import(name) if depth > 0 => match self.export(name) {
                    Some(export) => self.resolve_into(&export.value.value, depth - 1, out),
                    None => out.push(segment.clone()),
                },
                // Places do not matter here, so that literals that stand side by side are one.
                Segment::Literal(literal) => out.extend(&Text::literal(literal.text.clone())),
                other => out.push(other.clone()),
            }
        }
    }

    /// What a reference stands for; `None` when it is symbolic already.
    fn expand(&self, target: &Address, attribute: &ResourceAttribute) -> Option<Text> {
        let arn = || match self.resource(target) {
            Some(resource) => arn_of(resource),
            None => self.found(target).map(|found| found.arn.clone()),
        };
        match attribute {
            ResourceAttribute::Name => stands_for(&self.resource(target)?.name, target),
            ResourceAttribute::Arn => arn(),
            ResourceAttribute::StreamArn => {
                let mut text = arn()?;
                text.extend(&Text::from("/stream/"));
                text.push(generated(target, "StreamLabel"));
                Some(text)
            }
            ResourceAttribute::Url
            | ResourceAttribute::UniqueId
            | ResourceAttribute::Credential(_)
            | ResourceAttribute::Other(_) => None,
        }
    }
}

impl Resolve for Resolver {
    fn resolve<'t>(&self, text: &'t Text) -> Cow<'t, Text> {
        let segments = text.segments();
        let symbolic = segments
            .iter()
            .any(|segment| matches!(segment, Segment::Reference { .. } | Segment::Import(_)));
        let joined = segments
            .windows(2)
            .all(|pair| !matches!(pair, [Segment::Literal(_), Segment::Literal(_)]));
        if !symbolic && joined {
            return Cow::Borrowed(text);
        }
        let mut out = Text::new();
        self.resolve_into(text, DEEPEST, &mut out);
        Cow::Owned(out)
    }
}

/// A part of an ARN that AWS generates: equal to itself alone.
fn generated(target: &Address, attribute: &'static str) -> Segment {
    let attribute = ResourceAttribute::Other(Str::new_static(attribute));
    Segment::Reference { target: target.clone(), attribute }
}

/// What a reference to a name stands for. A reference is left where AWS generates the name; a name
/// that is given and not known but for inputs is an attribute like any other: it equals itself, and
/// may equal other names.
fn stands_for(name: &Property<Text>, address: &Address) -> Option<Text> {
    if name.iter().all(|branch| matches!(branch.item, Attribute::Absent)) {
        return None;
    }
    Some(known_name(name).filter(Text::is_symbolic).unwrap_or_else(|| {
        Text::reference(address.clone(), ResourceAttribute::Other("name".into()))
    }))
}

/// A name that is the same in every branch.
pub(crate) fn known_name(name: &Property<Text>) -> Option<Text> {
    match name.0.as_slice() {
        [only] => match &only.item {
            Attribute::Known(text) => Some(text.value.clone()),
            Attribute::Absent | Attribute::Unknown(..) => None,
        },
        _ => None,
    }
}

/// The ARN of a resource around its name, which stays a reference when it is generated.
pub(crate) fn arn_of(resource: &Resource) -> Option<Text> {
    let address = &resource.header.address;
    let name = stands_for(&resource.name, address)
        .unwrap_or_else(|| Text::reference(address.clone(), ResourceAttribute::Name));
    let id = Text::reference(address.clone(), ResourceAttribute::UniqueId);
    let path = || known_path(&resource.path);
    let in_region = |service: &str, kind: &str, name: &Text| {
        arn(service, Some(Pseudo::Region), Some(Pseudo::AccountId), &[&Text::from(kind), name])
    };
    let of_parent = |infix: &str, name: &Text| {
        let mut text = known_name(&resource.parent)?;
        text.extend(&Text::from(infix));
        text.extend(name);
        Some(text)
    };
    Some(match resource.kind {
        ResourceKind::Function => in_region("lambda", "function:", &name),
        ResourceKind::FunctionAlias => return of_parent(":", &name),
        ResourceKind::FunctionVersion => return of_parent(":", &Text::unknown(Unknown::Computed)),
        ResourceKind::Role => {
            arn("iam", None, Some(Pseudo::AccountId), &[&Text::from("role"), &path()?, &name])
        }
        ResourceKind::Policy => {
            arn("iam", None, Some(Pseudo::AccountId), &[&Text::from("policy"), &path()?, &name])
        }
        ResourceKind::User => {
            arn("iam", None, Some(Pseudo::AccountId), &[&Text::from("user"), &path()?, &name])
        }
        ResourceKind::InstanceProfile => arn(
            "iam",
            None,
            Some(Pseudo::AccountId),
            &[&Text::from("instance-profile"), &path()?, &name],
        ),
        ResourceKind::LogGroup => in_region("logs", "log-group:", &name),
        ResourceKind::Queue => in_region("sqs", "", &name),
        ResourceKind::Topic => in_region("sns", "", &name),
        ResourceKind::Bucket => arn("s3", None, None, &[&name]),
        ResourceKind::Table => in_region("dynamodb", "table/", &name),
        ResourceKind::Stream => in_region("kinesis", "stream/", &name),
        ResourceKind::StreamConsumer => {
            let mut consumer = name;
            consumer.extend(&Text::from(":"));
            consumer.push(generated(address, "ConsumerCreationTimestamp"));
            return of_parent("/consumer/", &consumer);
        }
        ResourceKind::Key => in_region("kms", "key/", &id),
        ResourceKind::KeyAlias => in_region("kms", "", &name),
        ResourceKind::Secret => {
            let mut secret = name;
            secret.extend(&Text::from("-"));
            secret.extend(&id);
            in_region("secretsmanager", "secret:", &secret)
        }
        ResourceKind::Parameter => {
            let rooted = name.known_prefix().starts_with('/');
            in_region("ssm", if rooted { "parameter" } else { "parameter/" }, &name)
        }
        ResourceKind::EventBus => in_region("events", "event-bus/", &name),
        ResourceKind::EventRule => in_region("events", "rule/", &name),
        ResourceKind::StateMachine => in_region("states", "stateMachine:", &name),
        ResourceKind::FileSystem => in_region("elasticfilesystem", "file-system/", &id),
        ResourceKind::AccessPoint => in_region("elasticfilesystem", "access-point/", &id),
        ResourceKind::Broker => in_region("mq", "broker:", &with_id(name, ":", &id)),
        ResourceKind::KafkaCluster => in_region("kafka", "cluster/", &with_id(name, "/", &id)),
        ResourceKind::SchemaRegistry => in_region("glue", "registry/", &name),
        ResourceKind::DeliveryStream => in_region("firehose", "deliverystream/", &name),
        ResourceKind::BuildProject => in_region("codebuild", "project/", &name),
        ResourceKind::UserPool => in_region("cognito-idp", "userpool/", &id),
        ResourceKind::EmailIdentity => in_region("ses", "identity/", &name),
        ResourceKind::GraphqlApi => in_region("appsync", "apis/", &id),
        ResourceKind::Distribution => {
            arn("cloudfront", None, Some(Pseudo::AccountId), &[&Text::from("distribution/"), &id])
        }
        ResourceKind::DatabaseCluster => in_region("rds", "cluster:", &name),
        ResourceKind::LayerVersion
        | ResourceKind::Api
        | ResourceKind::Stack
        | ResourceKind::Other => return None,
    })
}

fn with_id(mut name: Text, separator: &str, id: &Text) -> Text {
    name.extend(&Text::from(separator));
    name.extend(id);
    name
}

/// A path, `/` when there is none; `None` when it is not known.
fn known_path(path: &Property<Text>) -> Option<Text> {
    match path.0.as_slice() {
        [only] => match &only.item {
            Attribute::Known(text) => Some(text.value.clone()),
            Attribute::Absent => Some(Text::from("/")),
            Attribute::Unknown(_, unknown) => Some(Text::unknown(*unknown)),
        },
        _ => None,
    }
}

fn arn(service: &str, region: Option<Pseudo>, account: Option<Pseudo>, resource: &[&Text]) -> Text {
    let mut text = Text::from("arn:");
    text.push(Segment::Pseudo(Pseudo::Partition));
    text.extend(&Text::literal(smol_str::format_smolstr!(":{service}:")));
    if let Some(region) = region {
        text.push(Segment::Pseudo(region));
    }
    text.extend(&Text::from(":"));
    if let Some(account) = account {
        text.push(Segment::Pseudo(account));
    }
    text.extend(&Text::from(":"));
    for part in resource {
        text.extend(part);
    }
    text
}
