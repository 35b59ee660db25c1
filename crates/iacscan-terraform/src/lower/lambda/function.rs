//! Lambda functions and their features.

use iacscan_core::{
    Attribute, Branches, Collection, Condition, Gap, Guarded, Located, Property, Span, Text, Truth,
    Unknown, Value,
};
use iacscan_graph::lower::{at_key, awaited, is_text, items, occupied, vpc as vpc_of};
use iacscan_graph::nodes::{
    ByInput, EnvironmentVariable, FileSystemMount, Function, ResourceKind, Tracing, Vpc,
};

use super::secret_itself::is_secret_itself;
use super::secrets::secret_source;
use crate::eval::Evaluator;
use crate::lower::{Context, Declaration, values};

/// `aws_lambda_function`.
pub(super) fn lower(context: &mut Context<'_, '_>, declaration: &Declaration) {
    let name = declaration.name_of(&["function_name"]);
    let header =
        context.add(declaration, ResourceKind::Function, |resource| resource.name = name.clone());
    let mut function = Function::new(header);
    function.name = name;
    function.role = role(declaration);
    features(context.eval, &mut function, declaration);
    context.unit.functions.push(function);
}

/// The role. What an input of the root module leaves empty by default is given where it counts.
fn role(declaration: &Declaration) -> Property<Text> {
    let is_root = declaration.header().calls.is_empty();
    match declaration.get("role") {
        Some(written)
            if is_root && written.via.is_some() && values::is_set(Some(written)).is_false() =>
        {
            values::unknown(written.use_span(), Unknown::Input)
        }
        _ => declaration.text("role"),
    }
}

/// The features of a function, with the blocks and arguments that configure them as their places.
fn features(eval: &Evaluator<'_>, function: &mut Function, declaration: &Declaration) {
    let key = |name: &str| declaration.key(name).unwrap_or(declaration.header().span);
    function.vpc = vpc(declaration);
    let mode = declaration.text_at("tracing_config", &["mode"]);
    let given = declaration.given(&mode);
    function.tracing = tracing(mode, given.unwrap_or_else(|| key("tracing_config")));
    function.layers = declaration.texts("layers");
    function.dead_letter = declaration.text_at("dead_letter_config", &["target_arn"]);
    function.file_systems = file_systems(declaration);
    function.environment = environment(eval, declaration);
    function.kms_key = at_key(declaration.text("kms_key_arn"), key("kms_key_arn"));
    function.log_group = declaration.name_at("logging_config", &["log_group"]);
    function.durable = durable(declaration);
    function.memory = declaration.text("memory_size");
    function.container_image = is_text(&declaration.text("package_type"), "Image");
    // What a module is called with is written in the same root.
    if declaration.header().calls.is_empty() {
        let by_input = |name| declaration.is_dynamic(name) || by_input(declaration.get(name));
        function.by_input = ByInput {
            vpc: by_input("vpc_config"),
            tracing: by_input("tracing_config"),
            layers: by_input("layers"),
        };
    }
    function.capacity_provider =
        match (declaration.get("capacity_provider_config"), declaration.gap()) {
            (None, Some(_)) => Truth::Unknown,
            (value, _) => values::is_set(value),
        };
}

/// Whether some part of a value comes from elsewhere.
fn by_input(value: Option<&Located<Value>>) -> bool {
    value.is_some_and(|value| {
        value.via.is_some()
            || match &value.value {
                Value::List(list) => list.items.iter().any(|item| by_input(Some(item))),
                Value::Map(map) => map.iter().any(|(_, entry)| by_input(Some(&entry.value))),
                _ => false,
            }
    })
}

/// `vpc_config`.
fn vpc(declaration: &Declaration) -> Property<Vpc> {
    let key = declaration.key("vpc_config").unwrap_or(declaration.header().span);
    let Some(value) = declaration.get("vpc_config") else {
        return declaration
            .gap()
            .map_or_else(Property::default, |gap| values::unknown(gap.span, gap.unknown));
    };
    let list = |name| values::at_path(Some(value), &[name], &occupied);
    let subnets = list("subnet_ids");
    let key = declaration.given(&subnets).unwrap_or(key);
    vpc_of(&subnets, &list("security_group_ids"), key)
}

/// `tracing_config`.
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

/// `file_system_config` blocks.
fn file_systems(declaration: &Declaration) -> Collection<FileSystemMount> {
    let names = ["file_system_config", "file_system_configs"];
    let value = names.iter().find_map(|name| declaration.get(name));
    let mut out = values::maps(value, |block, map| {
        let arn = map.get("arn").and_then(|arn| Some(arn.with(arn.value.to_text()?)));
        let Some(arn) = arn else {
            return Err(Gap { span: block.span, unknown: Unknown::Unsupported });
        };
        let span = declaration.given_of(&arn).unwrap_or(block.span);
        Ok(Some(FileSystemMount {
            arn,
            span,
            direct_read: values::at_path(
                map.get("s3_files_config"),
                &["direct_s3_read"],
                &|value: Option<&Located<Value>>| values::text(value),
            ),
        }))
    });
    if let (None, Some(gap)) = (value, declaration.gap()) {
        out.open(Condition::Always, gap);
    }
    out
}

/// `durable_config`: a durable function, or not.
fn durable(declaration: &Declaration) -> Property<bool> {
    let key = declaration.key("durable_config").unwrap_or(declaration.header().span);
    let Some(value) = declaration.get("durable_config") else {
        return declaration
            .gap()
            .map_or_else(Property::default, |gap| values::unknown(gap.span, gap.unknown));
    };
    let branches = value.branches().into_iter().map(|(condition, value)| {
        let item = match values::is_set(Some(value)) {
            Truth::True => Attribute::Known(Located::new(true, key)),
            Truth::False => Attribute::Absent,
            Truth::Unknown => Attribute::Unknown(key, Unknown::Computed),
        };
        Guarded::new(condition, item)
    });
    Branches(branches.collect())
}

/// `environment { variables = { ... } }`.
fn environment(eval: &Evaluator<'_>, declaration: &Declaration) -> Collection<EnvironmentVariable> {
    let mut out = Collection::default();
    let Some(value) = declaration.get("environment") else {
        if let Some(gap) = declaration.gap() {
            out.open(Condition::Always, gap);
        }
        return out;
    };
    let is_secret_default = |span| declaration.is_default(span, |variable| variable.sensitive);
    let blocks = items(Some(value));
    out.gaps.extend(blocks.gaps);
    for block in blocks.items {
        let Some(variables) = block.item.value.as_map().and_then(|map| map.get("variables")) else {
            continue;
        };
        for (condition, variables) in variables.branches() {
            let condition = block.condition.clone().and(condition);
            match &variables.value {
                Value::Null => {}
                Value::Map(map) => {
                    for (name, entry) in map.iter() {
                        let marked = secret_source(eval, &declaration.resource, name);
                        out.push_when(
                            condition.clone(),
                            EnvironmentVariable {
                                name: Located::new(name.clone(), entry.key),
                                value: awaited(&entry.value, &is_secret_default),
                                plain_parameter: false,
                                secret: marked.as_ref().map(|marked| marked.source),
                                secret_input: marked.and_then(|marked| marked.input),
                                is_secret_itself: is_secret_itself(&declaration.resource, name),
                            },
                        );
                    }
                    if let Some(gap) = map.open {
                        out.open(condition, gap);
                    }
                }
                other => {
                    let unknown = crate::eval::unknown_of(other);
                    out.open(condition, Gap { span: variables.span, unknown });
                }
            }
        }
    }
    out
}
