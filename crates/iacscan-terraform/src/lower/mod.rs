//! From resources to graph nodes, one module per service.

mod apigateway;
mod appsync;
mod cloudfront;
mod cognito;
mod compute;
mod config;
mod declaration;
mod developer;
mod dynamodb;
mod efs;
mod elb;
mod events;
mod iam;
mod iot;
mod kinesis;
mod kms;
mod lambda;
mod logs;
mod origin;
mod s3;
mod secretsmanager;
mod ses;
mod sns;
mod sources;
mod sqs;
mod ssm;
mod states;
mod values;

use std::rc::Rc;

use iacscan_core::{
    Attribute, Branches, Collection, Condition, Gap, Guarded, Located, Property, ResourceAttribute,
    Segment, Text, Truth, Unknown, Value,
};
use iacscan_graph::Unit;
use iacscan_graph::nodes::{
    Header, Mechanism, PolicyAttachment, Resource, ResourceKind, ResourcePolicy, RoleUser, Trigger,
};
use iacscan_iam::PolicyDocument;

use crate::eval::{Evaluator, Instance};
pub(crate) use declaration::Declaration;

/// A root module being lowered to its unit.
pub(crate) struct Context<'e, 'a> {
    pub(crate) eval: &'e Evaluator<'a>,
    pub(crate) unit: Unit,
}

impl Context<'_, '_> {
    /// Adds a resource that other nodes may refer to, and gives its header back.
    fn add(
        &mut self,
        declaration: &Declaration,
        kind: ResourceKind,
        describe: impl FnOnce(&mut Resource),
    ) -> Header {
        let mut resource = Resource::new(declaration.header().clone(), kind);
        describe(&mut resource);
        self.unit.resources.push(resource);
        declaration.header().clone()
    }

    /// Adds a resource with a name and a key it is encrypted with.
    fn add_named(
        &mut self,
        declaration: &Declaration,
        kind: ResourceKind,
        name: &[&str],
        kms_key: &[&str],
    ) -> Header {
        self.add(declaration, kind, |resource| {
            resource.name = match name {
                [name, prefix] => declaration.name(name, prefix),
                names => declaration.name_of(names),
            };
            if let [key, path @ ..] = kms_key {
                resource.kms_key = declaration.text_at(key, path);
            }
        })
    }

    /// Adds a resource that nothing is known of but that it exists.
    fn other(&mut self, declaration: &Declaration) -> Header {
        self.add(declaration, ResourceKind::Other, |_| {})
    }

    /// Says that a service assumes a role on behalf of a resource.
    fn role_user(&mut self, header: &Header, service: &str, role: Property<Text>) {
        if role.iter().any(|branch| !matches!(branch.item, Attribute::Absent)) {
            let header = header.clone();
            self.unit.role_users.push(RoleUser { header, service: service.into(), role });
        }
    }

    /// Says that a service assumes the roles at these paths.
    fn role_users(
        &mut self,
        declaration: &Declaration,
        header: &Header,
        service: &str,
        paths: &[&[&str]],
    ) {
        for path in paths {
            let Some((key, path)) = path.split_first() else { continue };
            let Some(value) = declaration.get(key) else { continue };
            for (condition, role) in values::each(value, path) {
                let roles = iacscan_graph::lower::items(Some(role)).items;
                for role in roles {
                    let condition = condition.clone().and(role.condition);
                    let role = values::when(&condition, values::text(Some(role.item)));
                    self.role_user(header, service, role);
                }
            }
        }
    }

    /// Adds a trigger, if what it names is a function.
    fn trigger(
        &mut self,
        header: &Header,
        service: &str,
        condition: &Condition,
        function: &Located<Value>,
        has_role: Truth,
    ) {
        let named = self.functions_only(values::text(Some(function)));
        let function_of = values::when(condition, named);
        if function_of.iter().all(|branch| matches!(branch.item, Attribute::Absent)) {
            return;
        }
        self.unit.triggers.push(Trigger {
            header: header.clone(),
            span: function.use_span(),
            service: service.into(),
            origin: None,
            function: function_of,
            has_role,
            permitted: Truth::False,
        });
    }

    /// Adds a trigger for each function at a path.
    fn triggers(
        &mut self,
        declaration: &Declaration,
        header: &Header,
        service: &str,
        path: &[&str],
        has_role: Truth,
    ) {
        let Some((key, path)) = path.split_first() else { return };
        let Some(value) = declaration.get(key) else { return };
        for (condition, function) in values::each(value, path) {
            self.trigger(header, service, &condition, function, has_role);
        }
    }

    /// Leaves out what is certainly no function's name, ARN or invocation URI.
    fn functions_only(&self, property: Property<Text>) -> Property<Text> {
        let branches = property.0.into_iter().map(|branch| match &branch.item {
            Attribute::Known(text) if !self.names_function(&text.value) => {
                Guarded::new(branch.condition, Attribute::Absent)
            }
            _ => branch,
        });
        Branches(branches.collect())
    }

    fn names_function(&self, text: &Text) -> bool {
        text.segments().iter().any(|segment| match segment {
            Segment::Literal(literal) => {
                literal.text.contains(":function:")
                    || literal.text.contains("/functions/")
                    || literal.text.contains(":lambda:")
            }
            Segment::Reference { target, .. } => self.eval.kind_at(target).is_some_and(|kind| {
                matches!(
                    kind.as_str(),
                    "aws_lambda_function"
                        | "aws_lambda_alias"
                        | "awscc_lambda_function"
                        | "awscc_lambda_alias"
                        | "awscc_lambda_version"
                )
            }),
            _ => false,
        })
    }

    /// Adds a resource-based policy.
    fn resource_policy(
        &mut self,
        header: &Header,
        targets: Collection<Located<Text>>,
        document: Property<PolicyDocument>,
    ) {
        if document.iter().any(|branch| !matches!(branch.item, Attribute::Absent)) {
            let header = header.clone();
            self.unit.resource_policies.push(ResourcePolicy { header, targets, document });
        }
    }

    /// Adds the resource-based policy that a resource holds itself.
    fn own_resource_policy(&mut self, header: &Header, document: Property<PolicyDocument>) {
        let arn = Text::reference(header.address.clone(), ResourceAttribute::Arn);
        let mut targets = Collection::default();
        targets.push(Located::new(arn, header.span));
        self.resource_policy(header, targets, document);
    }
}

/// Lowers all resources of a module instance, in the order they were written.
pub(crate) fn instance(context: &mut Context<'_, '_>, instance: &Rc<Instance>) {
    let eval = context.eval;
    eval.refused(instance);
    for resource in eval.resources(instance) {
        lower(context, &Declaration::new(eval, &resource));
    }
    for (header, argument) in eval.arguments_of_missing(instance) {
        role_given_away(context, &header, &argument);
    }
    for value in eval.given_away(instance) {
        iacscan_graph::lower::references(&value, &mut context.unit.given_away);
    }
    for gap in &instance.module.gaps {
        context.unit.open_world.push(Gap { span: *gap, unknown: Unknown::Unread });
    }
}

/// Lowers what the root module hands out.
pub(crate) fn outputs(context: &mut Context<'_, '_>) {
    for value in context.eval.handed_out() {
        iacscan_graph::lower::references(&value, &mut context.unit.handed_out);
    }
}

/// A module that is not there may attach policies to a role whose name it is given.
fn role_given_away(context: &mut Context<'_, '_>, header: &Header, argument: &Located<Value>) {
    let mut roles = Vec::new();
    role_names(context.eval, argument, &mut roles);
    for role in roles {
        let mut targets = Collection::default();
        targets.push(argument.with(role));
        let mut managed = Collection::default();
        let gap = Gap { span: header.span, unknown: Unknown::External };
        managed.open(Condition::Always, gap);
        context.unit.attachments.push(PolicyAttachment {
            header: header.clone(),
            roles: targets,
            roles_from: Vec::new(),
            managed,
            inline: None,
            mechanism: Mechanism::RoleAttachment,
            list: None,
        });
    }
}

fn role_names(eval: &Evaluator<'_>, value: &Located<Value>, out: &mut Vec<Text>) {
    let is_role = |address| {
        eval.kind_at(address)
            .is_some_and(|kind| matches!(kind.as_str(), "aws_iam_role" | "awscc_iam_role"))
    };
    match &value.value {
        Value::Text(text) => {
            if let Some((target, ResourceAttribute::Name)) = text.as_reference()
                && is_role(target)
            {
                out.push(text.clone());
            }
        }
        Value::Resource(address) if is_role(address) => {
            out.push(Text::reference(address.clone(), ResourceAttribute::Name));
        }
        Value::List(list) => list.items.iter().for_each(|item| role_names(eval, item, out)),
        Value::Map(map) => map.iter().for_each(|(_, entry)| role_names(eval, &entry.value, out)),
        Value::OneOf(branches) => {
            branches.iter().for_each(|branch| role_names(eval, &branch.value, out));
        }
        _ => {}
    }
}

/// Lowers one resource of a type.
pub(crate) type Lowering = fn(&mut Context<'_, '_>, &Declaration);

/// The services, asked in this order for the types of resources that are theirs.
const SERVICES: [fn(&str) -> Option<Lowering>; 25] = [
    lambda::of,
    iam::of,
    apigateway::of,
    appsync::of,
    cloudfront::of,
    cognito::of,
    config::of,
    developer::of,
    dynamodb::of,
    efs::of,
    elb::of,
    events::of,
    iot::of,
    kinesis::of,
    kms::of,
    logs::of,
    s3::of,
    secretsmanager::of,
    ses::of,
    sns::of,
    sources::of,
    sqs::of,
    ssm::of,
    states::of,
    compute::of,
];

/// How a resource of this type is lowered; nothing when no more than that it exists is of interest.
pub(crate) fn of(kind: &str) -> Option<Lowering> {
    SERVICES.iter().find_map(|service| service(kind))
}

/// Lowers one resource.
pub(crate) fn lower(context: &mut Context<'_, '_>, declaration: &Declaration) {
    let before = context.unit.triggers.len();
    match of(declaration.kind()) {
        Some(lowering) => lowering(context, declaration),
        None => drop(context.other(declaration)),
    }
    for trigger in context.unit.triggers.iter_mut().skip(before) {
        trigger.origin = origin::of(declaration, &trigger.header);
    }
    for problem in declaration.take_unread() {
        context.eval.no_json(&problem);
    }
}
