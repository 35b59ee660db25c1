//! The ARNs of what data sources find by name.

use std::rc::Rc;

use iacscan_core::{
    Address, Located, Pseudo, ResourceAttribute, Segment, Span, Str, Text, Unknown, Value,
};
use iacscan_graph::Found;

use crate::eval::address::attribute_name;
use crate::eval::body::Resource;
use crate::eval::{Evaluator, V};
use crate::module::Resource as Declared;

/// How a data source of a kind finds a resource, and the ARN of that.
struct Kind {
    kind: &'static str,
    /// The argument that names it.
    argument: &'static str,
    service: &'static str,
    /// Whether its ARN has the region and the account.
    is_placed: bool,
    /// What stands before the name.
    before: &'static str,
    /// What AWS puts behind the name, after this.
    behind: Option<&'static str>,
}

const fn found(kind: &'static str, service: &'static str, before: &'static str) -> Kind {
    Kind { kind, argument: "name", service, is_placed: true, before, behind: None }
}

const FOUND: &[Kind] = &[
    found("aws_cloudwatch_event_bus", "events", "event-bus/"),
    found("aws_cloudwatch_log_group", "logs", "log-group:"),
    found("aws_dynamodb_table", "dynamodb", "table/"),
    found("aws_kinesis_stream", "kinesis", "stream/"),
    Kind { argument: "broker_name", behind: Some(":"), ..found("aws_mq_broker", "mq", "broker:") },
    Kind {
        argument: "cluster_name",
        behind: Some("/"),
        ..found("aws_msk_cluster", "kafka", "cluster/")
    },
    Kind { argument: "bucket", is_placed: false, ..found("aws_s3_bucket", "s3", "") },
    Kind { behind: Some("-"), ..found("aws_secretsmanager_secret", "secretsmanager", "secret:") },
    found("aws_sns_topic", "sns", ""),
    found("aws_sqs_queue", "sqs", ""),
];

impl Evaluator<'_> {
    /// The ARN of what a data source finds by name, or of the change stream of that.
    pub(super) fn found_arn(&self, resource: &Rc<Resource>, name: &str, span: Span) -> Option<V> {
        let kind = FOUND.iter().find(|found| found.kind == resource.kind())?;
        let attribute = attribute_name(kind.kind, name);
        let is_arn = matches!(attribute, ResourceAttribute::Arn | ResourceAttribute::StreamArn);
        // Some ids are ARNs as well, but not those of all versions.
        if !is_arn || !name.ends_with("arn") || self.sets(resource, "arn") {
            return None;
        }
        let given = self.argument_text(resource, kind.argument);
        let target = match given.as_ref().and_then(|given| self.made_here(resource, given)) {
            Some(target) => target,
            // Which instance is meant is not known.
            _ if resource.is_any() => return None,
            _ => {
                let found = Found {
                    address: resource.address.clone(),
                    resource_type: kind.kind.into(),
                    arn: self.arn_of(resource, kind, given),
                };
                self.found.borrow_mut().insert(resource.address.clone(), found);
                &resource.address
            }
        };
        let text = Text::reference(target.clone(), attribute);
        Some(Located::new(Value::Text(text), span))
    }

    fn arn_of(&self, resource: &Resource, kind: &Kind, given: Option<Text>) -> Text {
        let own = |attribute| own(resource, attribute);
        let mut text = Text::from("arn:");
        text.push(Segment::Pseudo(Pseudo::Partition));
        text.extend(&Text::literal(smol_str::format_smolstr!(":{}:", kind.service)));
        for pseudo in [Pseudo::Region, Pseudo::AccountId] {
            if kind.is_placed {
                text.push(self.place(resource, pseudo));
            }
            text.extend(&Text::from(":"));
        }
        text.extend(&Text::from(kind.before));
        match given.filter(Text::is_symbolic) {
            Some(given) => text.extend(&given.into_name()),
            None => text.push(own("name")),
        }
        if let Some(behind) = kind.behind {
            text.extend(&Text::from(behind));
            text.push(own("id"));
        }
        text
    }

    /// What data sources found so far, in the order of their addresses.
    pub(crate) fn take_found(&self) -> Vec<Found> {
        self.found.take().into_values().collect()
    }

    /// The data sources that say which account is deployed to: those that are one thing and of the
    /// provider that their module has without saying, and the others.
    pub(crate) fn accounts(&self) -> (Vec<Address>, Vec<Address>) {
        let is_one_of_here = |declared: &Declared| {
            declared.content.written().is_none_or(|body| {
                ["count", "for_each", "provider"].iter().all(|it| body.attribute(it).is_none())
            })
        };
        let (mut here, mut others) = (Vec::new(), Vec::new());
        // What describes a module of others declares nothing of theirs.
        for instance in self.all_instances().into_iter().filter(|it| it.module.shown_at.is_none()) {
            for (local, declared) in &instance.module.resources {
                if declared.is_data && declared.kind.text == "aws_caller_identity" {
                    let name = smol_str::format_smolstr!("{}{local}", instance.prefix);
                    let address = Address::new(self.unit.clone(), name);
                    if is_one_of_here(declared) { &mut here } else { &mut others }.push(address);
                }
            }
        }
        (here, others)
    }

    /// The resource that a data source finds by its name: one of the same kind in the same place.
    pub(super) fn made_here<'t>(&self, resource: &Resource, name: &'t Text) -> Option<&'t Address> {
        let (target, attribute) = name.as_reference()?;
        let is_it = *attribute == ResourceAttribute::Name
            && !self.is_elsewhere(resource)
            && self.kind_at(target).as_deref() == Some(resource.kind());
        is_it.then_some(target)
    }

    /// The region or the account that a data source looks into.
    pub(super) fn place(&self, resource: &Resource, pseudo: Pseudo) -> Segment {
        if !self.is_elsewhere(resource) {
            return Segment::Pseudo(pseudo);
        }
        if resource.is_any() {
            return Segment::Unknown(Unknown::External);
        }
        own(resource, if pseudo == Pseudo::Region { "region" } else { "account" })
    }

    /// Whether a data source may look into another region or account: where another configuration of
    /// the provider does is not known.
    fn is_elsewhere(&self, resource: &Resource) -> bool {
        self.sets(resource, "provider")
            || self.sets(resource, "region")
            || resource.instance.has_other_provider()
    }

    /// Whether a data source sets an argument.
    fn sets(&self, resource: &Resource, argument: &str) -> bool {
        let body = resource.declared().and_then(|declared| declared.content.written());
        body.is_none_or(|body| body.attribute(argument).is_some())
    }
}

/// What only a data source knows. It is the same wherever it is referred to.
fn own(resource: &Resource, attribute: &'static str) -> Segment {
    Segment::Reference {
        target: resource.address.clone(),
        attribute: ResourceAttribute::Other(Str::new_static(attribute)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_sorted() {
        assert!(FOUND.is_sorted_by_key(|found| found.kind));
    }
}
