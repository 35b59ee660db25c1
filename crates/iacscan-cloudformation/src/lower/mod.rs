//! From resources to graph nodes, one module per service.

mod apigateway;
mod appsync;
mod cloudfront;
mod cognito;
mod compute;
mod config;
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
pub(crate) mod values;

use iacscan_core::reader::Node;
use iacscan_core::{
    Attribute, Branches, Collection, Condition, Gap, Guarded, Located, Property, ResourceAttribute,
    Segment, Str, Text, Truth, Value,
};
use iacscan_graph::nodes::{Header, Resource, ResourceKind, ResourcePolicy, RoleUser, Trigger};
use iacscan_graph::{Export, Unit};
use iacscan_iam::PolicyDocument;
use rustc_hash::FxHashMap;

use crate::declaration::Declaration;
use crate::eval::Evaluator;

/// A template being lowered to its unit.
pub(crate) struct Context<'e, 't> {
    /// The evaluator of the template.
    pub(crate) eval: &'e Evaluator<'t>,
    /// What the template becomes.
    pub(crate) unit: Unit,
}

impl<'e, 't> Context<'e, 't> {
    /// The start of lowering a template into `unit`.
    pub(crate) const fn new(eval: &'e Evaluator<'t>, unit: Unit) -> Self {
        Self { eval, unit }
    }

    /// Adds a resource that other nodes may refer to, and gives its header back.
    pub(crate) fn add(
        &mut self,
        declaration: &Declaration<'e, 't>,
        kind: ResourceKind,
        describe: impl FnOnce(&mut Resource),
    ) -> Header {
        let mut resource = Resource::new(declaration.header(), kind);
        describe(&mut resource);
        let header = resource.header.clone();
        self.unit.resources.push(resource);
        header
    }

    /// Adds a resource with a name and a key it is encrypted with.
    fn add_named(
        &mut self,
        declaration: &Declaration<'e, 't>,
        kind: ResourceKind,
        name: &str,
        kms_key: &[&str],
    ) -> Header {
        self.add(declaration, kind, |resource| {
            resource.name = declaration.name(name);
            if let [key, path @ ..] = kms_key {
                resource.kms_key = declaration.text_at(key, path);
            }
        })
    }

    /// Says that a service assumes a role on behalf of a resource.
    fn role_user(&mut self, header: &Header, service: &str, role: Property<Text>) {
        if role.iter().any(|branch| !matches!(branch.item, Attribute::Absent)) {
            let header = header.clone();
            self.unit.role_users.push(RoleUser { header, service: service.into(), role });
        }
    }

    /// Says that a service assumes the roles at these paths of the properties; `[]` stands for the
    /// items of a list.
    fn role_users(
        &mut self,
        declaration: &Declaration<'e, 't>,
        header: &Header,
        service: &str,
        paths: &[&[&str]],
    ) {
        for path in paths {
            let Some((key, path)) = path.split_first() else { continue };
            if declaration.entry(key).is_none() {
                continue;
            }
            let Some(value) = declaration.get(key) else { continue };
            for (condition, role) in values::each(&value, path) {
                let role = values::when(&condition, iacscan_graph::lower::text(Some(role)));
                self.role_user(header, service, role);
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
        let named = self.functions_only(iacscan_graph::lower::text(Some(function)));
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
        let template = self.eval.template();
        text.segments().iter().any(|segment| match segment {
            Segment::Literal(literal) => {
                literal.text.contains(":function:")
                    || literal.text.contains("/functions/")
                    || literal.text.contains(":lambda:")
            }
            // What another stack holds is known once all are linked.
            Segment::Reference { target, .. }
                if *target.unit() != template.unit || *target.scope() != template.scope =>
            {
                true
            }
            Segment::Reference { target, .. } => {
                template.resource_type(target.name()).is_some_and(|kind| {
                    matches!(
                        kind,
                        "AWS::Lambda::Function"
                            | "AWS::Lambda::Alias"
                            | "AWS::Lambda::Version"
                            | "AWS::Serverless::Function"
                    )
                })
            }
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

/// Lowers all resources, in the order they were written.
pub(crate) fn resources(context: &mut Context<'_, '_>, dependencies: &FxHashMap<&str, Vec<Str>>) {
    let eval = context.eval;
    for (logical_id, item) in &eval.template().resources {
        let declaration = Declaration {
            eval,
            logical_id: logical_id.clone(),
            kind: item.get("Type").and_then(Node::as_str).unwrap_or_default(),
            entry: item.entry,
            bindings: item.bindings.clone(),
            depends_on: dependencies.get(logical_id.as_str()).cloned().unwrap_or_default(),
        };
        resource(context, &declaration);
    }
}

/// Lowers one resource.
pub(crate) fn resource<'e, 't>(context: &mut Context<'e, 't>, declaration: &Declaration<'e, 't>) {
    let before = context.unit.triggers.len();
    let lowered = match declaration.kind.split("::").nth(1).unwrap_or_default() {
        "ApiGateway" | "ApiGatewayV2" => apigateway::lower(context, declaration),
        "AmazonMQ" | "MSK" | "RDS" | "DocDB" | "Glue" => sources::lower(context, declaration),
        "CloudFront" => cloudfront::lower(context, declaration),
        "CodeBuild" | "CodeDeploy" | "CodePipeline" => developer::lower(context, declaration),
        "Cognito" => cognito::lower(context, declaration),
        "Config" => config::lower(context, declaration),
        "DynamoDB" => dynamodb::lower(context, declaration),
        "ElasticLoadBalancingV2" => elb::lower(context, declaration),
        "EFS" => efs::lower(context, declaration),
        "Events" | "Scheduler" | "Pipes" => events::lower(context, declaration),
        "IAM" => iam::lower(context, declaration),
        "IoT" => iot::lower(context, declaration),
        "Kinesis" | "KinesisFirehose" => kinesis::lower(context, declaration),
        "KMS" => kms::lower(context, declaration),
        "Lambda" => lambda::lower(context, declaration),
        "Logs" => logs::lower(context, declaration),
        "S3" => s3::lower(context, declaration),
        "SecretsManager" => secretsmanager::lower(context, declaration),
        "AppSync" => appsync::lower(context, declaration),
        "SES" => ses::lower(context, declaration),
        "SNS" => sns::lower(context, declaration),
        "SQS" => sqs::lower(context, declaration),
        "SSM" => ssm::lower(context, declaration),
        "StepFunctions" => states::lower(context, declaration),
        _ => false,
    };
    if !lowered && !compute::lower(context, declaration) {
        let kind = match declaration.kind {
            "AWS::CloudFormation::Stack" | "AWS::CloudFormation::StackSet" => ResourceKind::Stack,
            _ => ResourceKind::Other,
        };
        context.add(declaration, kind, |_| {});
    }
    for trigger in context.unit.triggers.iter_mut().skip(before) {
        trigger.origin = origin::of(declaration, &trigger.header);
    }
}

/// Lowers what the template hands out and exports.
pub(crate) fn outputs(context: &mut Context<'_, '_>) {
    let eval = context.eval;
    for item in eval.template().outputs.values() {
        let bindings = &item.bindings;
        let Some(value) = item.get("Value") else { continue };
        let value = eval.value(value, bindings);
        iacscan_graph::lower::references(&value, &mut context.unit.handed_out);
        let Some(name) = item.get("Export").and_then(|export| export.get("Name")) else {
            continue;
        };
        let name = eval.value(name, bindings);
        let condition = match item.get("Condition") {
            Some(condition) => eval.choice(condition, bindings),
            None => Condition::Always,
        };
        if let (Some(name_text), Some(value_text)) = (name.value.to_text(), value.value.to_text()) {
            context.unit.exports.push(Export {
                name: name.with(name_text),
                value: value.with(value_text),
                condition,
                span: item.entry.key.span,
            });
        }
    }
}

/// Notes what the defaults of parameters write.
pub(crate) fn defaults(context: &mut Context<'_, '_>) {
    let eval = context.eval;
    for (name, item) in &eval.template().parameters {
        let default = item.get("Default").filter(|default| default.tag.is_none());
        let literal = default.and_then(Node::as_scalar).map(|scalar| &scalar.literal);
        if let Some(span) = literal.and_then(|it| it.span(0..it.text.len())) {
            context.unit.defaults.push(Located::new(eval.address(name), span));
        }
    }
}

/// A text with its place in every branch, for collections of one.
pub(super) fn known(property: Property<Text>) -> Collection<Located<Text>> {
    let mut out = Collection::default();
    for branch in property.0 {
        match branch.item {
            Attribute::Known(text) => out.push_when(branch.condition, text),
            Attribute::Unknown(span, unknown) => {
                out.open(branch.condition, Gap { span, unknown });
            }
            Attribute::Absent => {}
        }
    }
    out
}
