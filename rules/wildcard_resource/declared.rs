//! Resources of the same source that a statement may mean.

use iacscan_core::{Address, Located, ResourceAttribute, Segment, Text};
use iacscan_graph::nodes::{Resource, ResourceKind};
use iacscan_graph::{ExecutionRole, Named, Reached};
use iacscan_iam::aws::ResourceType;
use iacscan_iam::{Case, Resolve, Statement, matches_pattern};

use super::forms::Form;
use super::logs::OwnGroups;
use crate::framework::beside::Beside;
use crate::framework::spell::{form as form_of, noted, written};
use crate::framework::statements::{allows_unconditionally, is_pattern, items, unlimited};
use crate::framework::words::{all_choice, all_code, list};
use iacscan_graph::instances::{are_beside, split};

/// Where a statement stands that may name resources beside it.
pub(super) struct Declared<'h, 'g> {
    beside: Beside<'h, 'g>,
    statement: &'g Statement,
    /// What the code is told of.
    told: &'h [Address],
}

impl<'h, 'g> Declared<'h, 'g> {
    /// `None` where the `*` comes from elsewhere, so that references there would mean other things.
    pub(super) fn beside(
        role: &'h ExecutionRole<'g>,
        reached: &'h Reached<'g>,
        star: &Located<Text>,
        told: &'h [Address],
    ) -> Option<Self> {
        let is_here = star.passages().all(|passage| {
            let label = passage.label.as_str();
            label.starts_with("local.") || label.starts_with("data.")
        });
        is_here.then_some(())?;
        let beside = Beside::of(role, reached.attached.document_holder(role.graph))?;
        Some(Self { beside, statement: reached.statement, told })
    }

    /// The ARNs of the resources of a form's kind, as its language writes them, but for those that
    /// another statement allows the action on.
    pub(super) fn arns(&self, form: &Form, name: &str) -> Option<String> {
        let mut all = self.meant(form, name);
        all.retain(|(resource, _)| !lacks(resource, form));
        self.choice(all)
    }

    /// Whether what stands beside the statement has nothing of a form's kind.
    pub(super) fn is_without(&self, form: &Form, name: &str) -> bool {
        let all = self.meant(form, name);
        !all.is_empty() && all.iter().all(|(resource, _)| lacks(resource, form))
    }

    fn meant(&self, form: &Form, name: &str) -> Vec<(&Resource, String)> {
        self.chosen(|resource| {
            let is_new = !self.is_allowed_beside(resource, form, name);
            is_new.then(|| self.one(resource, form)).flatten()
        })
    }

    /// Those that another statement allows the action on.
    pub(super) fn allowed(&self, form: &Form, name: &str) -> Option<String> {
        self.choice(self.chosen(|resource| {
            let is_allowed = self.is_allowed_beside(resource, form, name);
            is_allowed.then(|| self.one(resource, form)).flatten()
        }))
    }

    fn one(&self, resource: &Resource, form: &Form) -> Option<String> {
        match declared_as(&form.kind) {
            Some((kind, suffix)) if resource.kind == kind => self.arn(resource, form, suffix),
            _ => self.named(resource, form),
        }
    }

    /// Whether another statement allows an action on a resource by name.
    fn is_allowed_beside(&self, resource: &Resource, form: &Form, name: &str) -> bool {
        let role = self.beside.role;
        let Some((kind, suffix)) = declared_as(&form.kind) else { return false };
        if resource.kind != kind || is_pattern(name) {
            return false;
        }
        let resolver = role.graph.resolver();
        let mut arn = Text::reference(resource.header.address.clone(), ResourceAttribute::Arn);
        arn.extend(&Text::from(suffix));
        let (arn, action) = (resolver.resolve(&arn), Text::literal(name));
        let has = |elements, text: &Text, case| {
            items(elements).iter().any(|item| {
                let pattern = resolver.resolve(&item.item.value);
                item.condition.is_always() && matches_pattern(&pattern, text, case).is_true()
            })
        };
        role.written_statements().iter().any(|other| {
            let statement = other.statement;
            !std::ptr::eq(statement, self.statement)
                && other.condition.is_always()
                && allows_unconditionally(statement)
                && unlimited(role, statement).is_none()
                && has(statement.actions.as_ref(), &action, Case::Insensitive)
                && has(statement.resources.as_ref(), &arn, Case::Sensitive)
        })
    }

    fn arn(&self, resource: &Resource, form: &Form, suffix: &str) -> Option<String> {
        let suffix = all_of(form).filter(|_| suffix.is_empty()).unwrap_or(suffix);
        let arn = Text::reference(resource.header.address.clone(), ResourceAttribute::Arn);
        let with_suffix = |text: &Text| {
            let mut text = text.clone();
            text.extend(&Text::from(suffix));
            self.write(&text)
        };
        let is_after = self.beside.waits_for_function(&resource.header.address);
        with_suffix(&arn)
            .filter(|_| !is_after)
            .or_else(|| with_suffix(self.beside.role.graph.resolver().resolve(&arn).as_ref()))
    }

    /// The ARN of a resource of which no node is made.
    fn named(&self, resource: &Resource, form: &Form) -> Option<String> {
        let address = &resource.header.address;
        let name = split(address.name()).1;
        // What is passed is passed as an ARN.
        are_beside(address, self.beside.holder.holder()).then_some(())?;
        let language = self.beside.unit.language;
        let (kind, by) = language.named(name, &resource.header.resource_type)?;
        let is_it = kind.split_once(':') == Some((form.kind.service, form.kind.name));
        is_it.then_some(())?;
        match by {
            Named::Arn(arn, behind) => {
                let behind = all_of(form).filter(|_| behind.is_empty()).unwrap_or(behind);
                let written = match behind {
                    "" => language.alone(&arn),
                    _ => language.interpolated(format!("${{{arn}}}{behind}")),
                };
                Some(noted(language, self.statement, written))
            }
            Named::Last(last) => {
                // AWS makes it up.
                let arn = form.arn.replace("${GroupId}", "*");
                let (begin, end) = arn.rsplit_once("${")?;
                let (_, end) = end.split_once('}')?;
                let is_told = begin.split("${").skip(1).all(|part| {
                    ["Partition}", "Region}", "Account}"].iter().any(|it| part.starts_with(it))
                });
                is_told
                    .then(|| form_of(Some(self.beside.unit), &format!("{begin}${{{last}}}{end}")))
            }
        }
    }

    /// Their names, or their ids where they have none.
    pub(super) fn names(&self, form: &Form) -> Option<String> {
        let (kind, _) = declared_as(&form.kind)?;
        let attribute = match kind {
            ResourceKind::Distribution
            | ResourceKind::FileSystem
            | ResourceKind::GraphqlApi
            | ResourceKind::Key
            | ResourceKind::UserPool => ResourceAttribute::UniqueId,
            _ => ResourceAttribute::Name,
        };
        self.choice(self.chosen(|resource| {
            let is_it = resource.kind == kind;
            is_it.then_some(())?;
            let name = Text::reference(resource.header.address.clone(), attribute.clone());
            // The ARN has a slash before the name of a parameter.
            let is_whole = kind != ResourceKind::Parameter || self.begins_without_slash(&name);
            if is_whole { self.write(&name) } else { None }
        }))
    }

    fn begins_without_slash(&self, name: &Text) -> bool {
        match self.beside.role.graph.resolver().resolve(name).segments().first() {
            Some(Segment::Literal(literal)) => !literal.text.starts_with('/'),
            Some(Segment::Reference { .. }) => true,
            _ => false,
        }
    }

    /// The log groups among these that functions write to themselves, and those that the code is told
    /// of; `None` where another statement allows the action on some.
    pub(super) fn log_groups(
        &self,
        form: &Form,
        name: &str,
        functions: &OwnGroups,
    ) -> Option<LogGroups> {
        let mut groups = LogGroups::default();
        for (resource, words) in self.all(|resource| self.one(resource, form)) {
            let address = &resource.header.address;
            let group = Text::reference(address.clone(), ResourceAttribute::Name);
            let group = self.beside.role.graph.resolver().resolve(&group).into_owned();
            let is_own = functions.contain(&group);
            if !is_own && !self.told.contains(address) {
                continue;
            }
            if self.is_allowed_beside(resource, form, name) {
                return None;
            }
            if is_own {
                groups.own.push(group);
                groups.arns.push(format!("`{words}`"));
            } else {
                groups.told.push(format!("`{words}`"));
            }
        }
        Some(groups)
    }

    fn all(&self, write: impl Fn(&Resource) -> Option<String>) -> Vec<(&'g Resource, String)> {
        let resources = self.beside.unit.resources.iter();
        let written = resources.filter_map(|resource| {
            let written = write(resource)
                .filter(|_| self.beside.can_name(resource) && !self.runs_functions(resource))?;
            Some((resource, written))
        });
        written.collect()
    }

    /// Those of which something can be written that the code may use.
    fn chosen(&self, write: impl Fn(&Resource) -> Option<String>) -> Vec<(&'g Resource, String)> {
        let mut all = self.all(write);
        // What the code is told of is what it uses.
        if all.iter().any(|(resource, _)| self.is_told(resource)) {
            all.retain(|(resource, _)| self.is_told(resource));
        }
        all
    }

    fn is_told(&self, resource: &Resource) -> bool {
        self.told.contains(&resource.header.address)
    }

    /// "`a`", "`a` or `b`", "`a` or another of 9"; of those that the code is told of "`a` and `b`".
    fn choice(&self, all: Vec<(&Resource, String)>) -> Option<String> {
        const MOST: usize = 8;
        // It uses all of these.
        let are_told = all.iter().all(|(resource, _)| self.is_told(resource));
        let all: Vec<String> = all.into_iter().map(|(_, written)| written).collect();
        let first = all.first()?;
        Some(match all.len() {
            ..=MOST if are_told => all_code(all.iter().map(String::as_str)),
            ..=MOST => all_choice(all.iter().map(String::as_str)),
            several => format!("`{first}` or another of {several}"),
        })
    }

    /// Whether it is the execution role of functions: what code does to roles is hardly for these.
    fn runs_functions(&self, resource: &Resource) -> bool {
        let graph = self.beside.role.graph;
        let id = graph.role_id(&resource.header.address);
        id.is_some_and(|id| !graph.users_of(id).is_empty())
    }

    fn write(&self, text: &Text) -> Option<String> {
        let refers_back = text.references().any(|(target, _)| self.beside.waits(target));
        let words = written(self.beside.role.graph, self.beside.holder.holder(), text)
            .filter(|_| !refers_back)?;
        Some(noted(self.beside.unit.language, self.statement, words))
    }
}

/// Log groups that stand beside a statement.
#[derive(Default)]
pub(super) struct LogGroups {
    /// The names of those that functions write to themselves.
    pub(super) own: Vec<Text>,
    /// Their ARNs.
    arns: Vec<String>,
    /// The ARNs of those that the code is told of.
    told: Vec<String>,
}

impl LogGroups {
    /// "`a`", "`a` and `b`", "`a` and the other 12 log groups of the functions", with what stands for
    /// those that stand elsewhere.
    pub(super) fn words(self, elsewhere: Option<String>) -> String {
        match self.arns.as_slice() {
            [first, others @ ..] if others.len() >= MOST && elsewhere.is_none() => {
                format!("{first} and the other {} log groups of the functions", others.len())
            }
            _ => list(self.arns.into_iter().chain(elsewhere).chain(self.told)),
        }
    }
}

/// So many groups are named each.
const MOST: usize = 3;

/// Whether a table has no index to name.
fn lacks(resource: &Resource, form: &Form) -> bool {
    (form.kind.service, form.kind.name) == ("dynamodb", "index") && resource.indexes.is_false()
}

/// Groups of logs, APIs and domains are named with and without what is in them.
fn all_of(form: &Form) -> Option<&'static str> {
    [":*", "/*"].into_iter().find(|end| form.arn.ends_with(end))
}

/// How the graph knows a kind of resources, and what stands behind its ARN for those of this one.
fn declared_as(kind: &ResourceType) -> Option<(ResourceKind, &'static str)> {
    Some(match (kind.service, kind.name) {
        ("codebuild", "project") => (ResourceKind::BuildProject, ""),
        ("cognito-idp", "userpool") => (ResourceKind::UserPool, ""),
        ("appsync", "graphqlapi") => (ResourceKind::GraphqlApi, ""),
        ("cloudfront", "distribution") => (ResourceKind::Distribution, ""),
        ("ses", "identity") => (ResourceKind::EmailIdentity, ""),
        ("dynamodb", "table") => (ResourceKind::Table, ""),
        ("dynamodb", "index") => (ResourceKind::Table, "/index/*"),
        ("dynamodb", "stream") => (ResourceKind::Table, "/stream/*"),
        ("elasticfilesystem", "access-point") => (ResourceKind::AccessPoint, ""),
        ("elasticfilesystem", "file-system") => (ResourceKind::FileSystem, ""),
        ("events", "event-bus") => (ResourceKind::EventBus, ""),
        ("events", "rule-on-default-event-bus") => (ResourceKind::EventRule, ""),
        ("firehose", "deliverystream") => (ResourceKind::DeliveryStream, ""),
        ("glue", "registry") => (ResourceKind::SchemaRegistry, ""),
        ("iam", "policy") => (ResourceKind::Policy, ""),
        ("iam", "role") => (ResourceKind::Role, ""),
        ("kafka", "cluster") => (ResourceKind::KafkaCluster, ""),
        ("kinesis", "stream") => (ResourceKind::Stream, ""),
        ("kms", "key") => (ResourceKind::Key, ""),
        ("lambda", "function") => (ResourceKind::Function, ""),
        ("logs", "log-group" | "log-stream") => (ResourceKind::LogGroup, ""),
        ("rds", "cluster") => (ResourceKind::DatabaseCluster, ""),
        ("s3", "bucket") => (ResourceKind::Bucket, ""),
        ("s3", "object") => (ResourceKind::Bucket, "/*"),
        ("secretsmanager", "Secret") => (ResourceKind::Secret, ""),
        ("sns", "topic") => (ResourceKind::Topic, ""),
        ("sqs", "queue") => (ResourceKind::Queue, ""),
        ("ssm", "parameter") => (ResourceKind::Parameter, ""),
        ("states", "statemachine") => (ResourceKind::StateMachine, ""),
        _ => return None,
    })
}
