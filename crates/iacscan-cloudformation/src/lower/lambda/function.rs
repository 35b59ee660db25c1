//! Lambda functions and their features.

use iacscan_core::{
    Address, Attribute, Branches, Collection, Gap, Guarded, Located, Property, Span, Text, Unknown,
    Value,
};
use iacscan_graph::lower::{at_key, awaited, is_text, occupied, text, texts, vpc as vpc_of};
use iacscan_graph::nodes::{
    ByInput, EnvironmentVariable, FileSystemMount, Function, ResourceKind, Tracing, Vpc,
};

use crate::attributes::is_custom;
use crate::call::{Call, Function as Intrinsic};
use crate::declaration::Declaration;
use crate::lower::{Context, values};
use crate::secrets::{chosen, is_plain_parameter, is_secret_default, secret_source};

/// `AWS::Lambda::Function`.
pub(super) fn lower<'e, 't>(context: &mut Context<'e, 't>, declaration: &Declaration<'e, 't>) {
    let name = declaration.name("FunctionName");
    let header =
        context.add(declaration, ResourceKind::Function, |resource| resource.name = name.clone());
    let mut function = Function::new(header);
    function.name = name;
    function.role = declaration.text("Role");
    function.role_left_out = left_out(declaration.get("Role").as_ref());
    function.role_maker = role_maker(declaration);
    features(&mut function, declaration);
    context.unit.functions.push(function);
}

/// Where a value is left out, and when.
fn left_out(value: Option<&Located<Value>>) -> Vec<Guarded<Span>> {
    let branches = value.map(Located::branches).unwrap_or_default().into_iter();
    branches
        .filter(|(_, value)| matches!(value.value, Value::Null))
        .map(|(condition, value)| Guarded::new(condition, value.span))
        .collect()
}

/// The custom resource whose attribute a role is.
fn role_maker(declaration: &Declaration<'_, '_>) -> Option<Address> {
    let call = Call::of(&declaration.entry("Role")?.value)?;
    let id = match call.function {
        Intrinsic::Ref => call.scalar()?,
        Intrinsic::GetAtt => match call.items() {
            Some(items) => items.first()?.as_str()?,
            None => call.scalar()?.split_once('.')?.0,
        },
        _ => return None,
    };
    let kind = declaration.eval.template().resource_type(id)?;
    (is_custom(kind) && !kind.ends_with("::MODULE")).then(|| declaration.eval.address(id))
}

/// The features of a function, with the keys that configure them as their places.
pub(crate) fn features(function: &mut Function, declaration: &Declaration<'_, '_>) {
    let key = |name: &str| declaration.key(name).unwrap_or(declaration.entry.key.span);
    function.vpc = vpc(declaration.get("VpcConfig").as_ref(), key("VpcConfig"));
    function.tracing =
        tracing(declaration.text_at("TracingConfig", &["Mode"]), key("TracingConfig"));
    function.layers = texts(declaration.get("Layers").as_ref());
    function.dead_letter = declaration.text_at("DeadLetterConfig", &["TargetArn"]);
    function.file_systems =
        file_systems(declaration.get("FileSystemConfigs").as_ref(), key("FileSystemConfigs"));
    function.environment = environment(declaration);
    function.kms_key = at_key(declaration.text("KmsKeyArn"), key("KmsKeyArn"));
    function.log_group = declaration.name_at("LoggingConfig", &["LogGroup"]);
    function.durable = present(declaration.get("DurableConfig").as_ref(), key("DurableConfig"));
    function.memory = declaration.text("MemorySize");
    function.container_image = is_text(&declaration.text("PackageType"), "Image");
    let by_input = |name: &str| {
        declaration.entry(name).is_some_and(|entry| declaration.eval.asks_inputs(&entry.value))
    };
    function.by_input = ByInput {
        vpc: by_input("VpcConfig"),
        tracing: by_input("TracingConfig"),
        layers: by_input("Layers"),
    };
    function.capacity_provider = values::is_set(declaration.get("CapacityProviderConfig").as_ref());
}

/// `VpcConfig`.
pub(crate) fn vpc(value: Option<&Located<Value>>, key: Span) -> Property<Vpc> {
    let list = |name| values::at_path(value, &[name], &occupied);
    vpc_of(&list("SubnetIds"), &list("SecurityGroupIds"), key)
}

/// `TracingConfig.Mode`.
fn tracing(mode: Property<Text>, key: Span) -> Property<Tracing> {
    let branches = mode.0.into_iter().map(|branch| {
        let attribute = match branch.item {
            Attribute::Known(mode) => match mode.value.as_known().as_deref() {
                Some("Active") => Attribute::Known(mode.with(Tracing::Active)),
                Some(_) => Attribute::Known(mode.with(Tracing::Passive)),
                None => Attribute::Unknown(mode.span, Unknown::Computed),
            },
            Attribute::Absent => Attribute::Absent,
            Attribute::Unknown(span, unknown) => Attribute::Unknown(span, unknown),
        };
        Guarded::new(branch.condition, attribute)
    });
    at_key(Branches(branches.collect()), key)
}

/// `FileSystemConfigs`.
pub(crate) fn file_systems(
    value: Option<&Located<Value>>,
    key: Span,
) -> Collection<FileSystemMount> {
    values::maps(value, |item, map| {
        let arn = map.get("Arn").and_then(|arn| Some(arn.with(arn.value.to_text()?)));
        let Some(arn) = arn else {
            return Err(Gap { span: item.span, unknown: Unknown::Unsupported });
        };
        Ok(FileSystemMount {
            arn,
            span: key,
            direct_read: values::at_path(
                map.get("S3FilesConfig"),
                &["DirectS3Read"],
                &|value: Option<&Located<Value>>| text(value),
            ),
        })
    })
}

/// Set or not.
pub(crate) fn present(value: Option<&Located<Value>>, key: Span) -> Property<bool> {
    let set = iacscan_graph::lower::property(value, |value| Attribute::Known(value.with(true)));
    at_key(set, key)
}

/// `Environment.Variables`.
fn environment(declaration: &Declaration<'_, '_>) -> Collection<EnvironmentVariable> {
    let mut out = Collection::default();
    let Some(value) = declaration.get("Environment") else { return out };
    let written = declaration.entry("Environment").map(|entry| &entry.value);
    let written_variables = written.and_then(|node| node.get("Variables"));
    let template = declaration.eval.template();
    let is_secret_default = |span| is_secret_default(template, span);
    for found in iacscan_graph::lower::descend(&value, &["Variables"]) {
        let variables = match found.item {
            Ok(variables) => variables,
            Err(gap) => {
                out.open(found.condition, gap);
                continue;
            }
        };
        for (condition, variables) in variables.branches() {
            let condition = found.condition.clone().and(condition);
            let mut open = |unknown| {
                out.open(condition.clone(), Gap { span: variables.span, unknown });
            };
            let map = match &variables.value {
                Value::Map(map) => map,
                Value::Null => continue,
                Value::Unknown(unknown) => {
                    open(*unknown);
                    continue;
                }
                _ => {
                    open(Unknown::Invalid);
                    continue;
                }
            };
            for (name, entry) in map.iter() {
                let node = written_variables.and_then(|map| map.get(name)).or(written);
                for (inner, value) in entry.value.branches() {
                    let node = node.map(|node| chosen(node, value.use_span()));
                    let marked = node.and_then(|node| secret_source(declaration.eval, node));
                    let (secret, secret_input) = marked.unzip();
                    let variable = EnvironmentVariable {
                        name: Located::new(name.clone(), entry.key),
                        value: awaited(value, &is_secret_default),
                        secret,
                        secret_input: secret_input.flatten(),
                        is_secret_itself: true,
                        plain_parameter: node
                            .is_some_and(|node| is_plain_parameter(template, node)),
                    };
                    out.push_when(condition.clone().and(inner), variable);
                }
            }
            if let Some(gap) = map.open {
                out.open(condition, gap);
            }
        }
    }
    out
}
