//! Whether an environment variable holds what the source itself marks as secret.

use std::rc::Rc;

use iacscan_core::{Located, Str};
use iacscan_graph::nodes::SecretSource;

use crate::eval::{Evaluator, Instance, InstanceKey, Resource, dynamic_iterator};
use crate::syntax::{Block, Body, Expr, ExprKind, Key, Part, Step, StepKind};

/// How many references are followed.
const MOST_HOPS: usize = 12;

/// What an expression puts where it stands: `None` where there certainly is no such entry, `Some(None)`
/// what is not marked, or where that is not known.
type Found = Option<Option<Marked>>;

/// What is marked as secret.
pub(super) struct Marked {
    pub(super) source: SecretSource,
    /// The variable that is, by its name and its header.
    pub(super) input: Option<Located<Str>>,
}

impl From<SecretSource> for Marked {
    fn from(source: SecretSource) -> Self {
        Self { source, input: None }
    }
}

/// Where the value of this environment variable comes from, if that is marked as secret: a
/// sensitive input, or the attribute of a data source or resource that holds a secret.
pub(super) fn secret_source(
    eval: &Evaluator<'_>,
    resource: &Rc<Resource>,
    name: &Str,
) -> Option<Marked> {
    let body = resource.declared()?.content.written()?;
    let each = Each::of(body, &resource.repeated.key);
    let from =
        |iterator| Search { eval, instance: &resource.instance, each, iterator, hops: MOST_HOPS };
    if let Some(environment) = body.attribute("environment") {
        return from(None).find(&environment.value, &["variables", name]).flatten();
    }
    body.blocks.iter().find_map(|block| {
        let (content, iterator) = environment(block)?;
        let variables = content.attribute("variables")?;
        from(iterator).find(&variables.value, &[name]).flatten()
    })
}

/// The content of an `environment` block, and what it is repeated for.
fn environment(block: &Block) -> Option<(&Body, Option<Iterated<'_>>)> {
    if block.kind.text == "environment" {
        return Some((&block.body, None));
    }
    let is_repeated = block.kind.text == "dynamic"
        && block.labels.first().is_some_and(|label| label.text == "environment");
    let content = block.body.blocks("content").next().filter(|_| is_repeated)?;
    let iterator = dynamic_iterator(block).zip(block.body.attribute("for_each"));
    Some((&content.body, iterator.map(|(name, each)| Iterated { name, each: &each.value })))
}

/// The name that a loop binds, and the items.
#[derive(Clone, Copy)]
struct Iterated<'b> {
    name: &'b str,
    each: &'b Expr,
}

/// What the block is repeated for, and the key of the instance looked at.
#[derive(Clone, Copy)]
struct Each<'b> {
    all: &'b Expr,
    key: &'b str,
}

impl<'b> Each<'b> {
    fn of(body: &'b Body, key: &'b InstanceKey) -> Option<Self> {
        let InstanceKey::Name(key) = key else { return None };
        Some(Self { all: &body.attribute("for_each")?.value, key })
    }
}

/// The module instance whose names expressions use.
#[derive(Clone, Copy)]
struct Search<'b, 'e> {
    eval: &'b Evaluator<'e>,
    instance: &'b Rc<Instance>,
    each: Option<Each<'b>>,
    iterator: Option<Iterated<'b>>,
    hops: usize,
}

impl Search<'_, '_> {
    /// What an expression has under these keys; all of it, where there are none.
    fn find(&self, expr: &Expr, keys: &[&str]) -> Found {
        match &expr.kind {
            ExprKind::Variable(name) => self.follow(&path(name, &[], keys)),
            ExprKind::Traversal(root, steps) => match &root.kind {
                ExprKind::Variable(name) => self.follow(&path(name, steps, keys)),
                _ => self.find(
                    root,
                    &steps.iter().filter_map(step).chain(keys.iter().copied()).collect::<Vec<_>>(),
                ),
            },
            ExprKind::Object(items) => match keys {
                [] => self.any(items.iter().map(|item| &item.value), &[]),
                [key, rest @ ..] => {
                    let written = items.iter().rev().find(|item| is_key(&item.key, key));
                    match written {
                        Some(item) => self.find(&item.value, rest),
                        None if items.iter().all(|item| is_literal(&item.key)) => None,
                        None => Some(None),
                    }
                }
            },
            // The index is no part of the keys.
            ExprKind::List(items) => self.any(items, keys),
            ExprKind::Conditional(parts) => self.any(parts.iter().skip(1), keys),
            ExprKind::Call(call) => match call.name.text.as_str() {
                "merge" if !keys.is_empty() && !call.expand => {
                    call.arguments.iter().rev().find_map(|argument| self.find(argument, keys))
                }
                "merge" | "try" | "coalesce" | "tomap" | "sensitive" | "nonsensitive" => {
                    self.any(&call.arguments, keys)
                }
                _ => self.any(&call.arguments, &[]),
            },
            // What has the key before has it behind; other keys are not followed.
            ExprKind::For(each) => Some(match &each.value.kind {
                ExprKind::Variable(name) if *name == each.value_name => {
                    self.find(&each.collection, keys).flatten()
                }
                _ => self.find(&each.value, &[]).flatten(),
            }),
            ExprKind::Template(parts) => Some(self.in_parts(parts)),
            ExprKind::Unary(_, operand) => self.find(operand, &[]),
            ExprKind::Binary(_, operands) => self.any(operands.iter(), &[]),
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Resource(_)
            | ExprKind::Unknown(_) => Some(None),
        }
    }

    /// The first marked one.
    fn any<'e>(&self, exprs: impl IntoIterator<Item = &'e Expr>, keys: &[&str]) -> Found {
        exprs.into_iter().filter_map(|expr| self.find(expr, keys)).reduce(Option::or)
    }

    fn in_parts(&self, parts: &[Part]) -> Option<Marked> {
        parts.iter().find_map(|part| match part {
            Part::Literal(_) => None,
            Part::Interpolation(expr) => self.find(expr, &[]).flatten(),
            Part::If { then, otherwise, .. } => {
                self.in_parts(then).or_else(|| self.in_parts(otherwise))
            }
            Part::For { collection, body, .. } => {
                self.find(collection, &[]).flatten().or_else(|| self.in_parts(body))
            }
        })
    }

    fn follow(&self, path: &[&str]) -> Found {
        let Some(hops) = self.hops.checked_sub(1) else { return Some(None) };
        let here = Search { each: None, iterator: None, hops, ..*self };
        match path {
            ["var", name, keys @ ..] => {
                let Some(variable) = self.instance.module.variables.get(*name) else {
                    return Some(None);
                };
                if variable.sensitive {
                    let input = Some(Located::new(Str::from(*name), variable.header));
                    return Some(Some(Marked { source: SecretSource::Input, input }));
                }
                let given = self.instance.call.as_ref().and_then(|call| {
                    let body = &call.caller.module.calls.get(&call.name)?.body;
                    let each = Each::of(body, call.key());
                    Some((&call.caller, each, &body.attribute(name)?.value))
                });
                match (given, &variable.default) {
                    (Some((caller, each, value)), _) => {
                        Search { instance: caller, each, ..here }.find(value, keys)
                    }
                    (None, Some(default)) => here.find(default, keys),
                    // An input without a value may be anything.
                    (None, None) => Some(None),
                }
            }
            ["local", name, keys @ ..] => match self.instance.module.locals.get(*name) {
                Some(local) => here.find(&local.value, keys),
                None => Some(None),
            },
            ["module", call, output, keys @ ..] => {
                let called = self.eval.called(self.instance, call);
                Some(called.iter().find_map(|child| {
                    let output = child.module.outputs.get(*output)?;
                    Search { instance: child, ..here }.find(&output.value, keys).flatten()
                }))
            }
            [name, "value", keys @ ..] => match self.iterator {
                Some(iterator) if iterator.name == *name => {
                    Search { each: self.each, ..here }.find(iterator.each, keys)
                }
                _ => match self.each {
                    Some(each) if *name == "each" => {
                        let keys: Vec<&str> =
                            std::iter::once(each.key).chain(keys.iter().copied()).collect();
                        here.find(each.all, &keys)
                    }
                    _ => Some(None),
                },
            },
            // Its secret may be encrypted alone.
            ["aws_iam_access_key", name, ..] if self.has_pgp_key(name) => Some(None),
            ["aws_ssm_parameter", name, "value", ..]
            | ["aws_ssm_parameter", name, _, "value", ..] => Some(here.stored(name)),
            _ => {
                let source = source_of(path).or_else(|| source_of(&without_key(path)));
                Some(source.map(Marked::from))
            }
        }
    }
}

impl Search<'_, '_> {
    /// Whether an access key of the module is given a PGP key.
    fn has_pgp_key(&self, name: &str) -> bool {
        self.argument("aws_iam_access_key", name, "pgp_key").is_some()
    }

    /// What a parameter of the module keeps, if that is marked, or the parameter is encrypted.
    fn stored(&self, name: &str) -> Option<Marked> {
        let argument = |argument| self.argument("aws_ssm_parameter", name, argument);
        let kind = argument("type").map(|kind| &kind.kind);
        if matches!(kind, Some(ExprKind::Text(kind)) if kind.text == "SecureString") {
            return Some(SecretSource::Parameter.into());
        }
        self.find(argument("value")?, &[]).flatten()
    }

    fn argument(&self, kind: &str, name: &str, argument: &str) -> Option<&Expr> {
        let key = smol_str::format_smolstr!("{kind}.{name}");
        let body = self.instance.module.resources.get(&key)?.content.written()?;
        Some(&body.attribute(argument)?.value)
    }
}

/// What the attribute of a data source or resource holds, if it is secret.
fn source_of(path: &[&str]) -> Option<SecretSource> {
    Some(match path {
        ["data", "aws_secretsmanager_secret_version", _, "secret_string" | "secret_binary", ..]
        | ["aws_secretsmanager_secret_version", _, "secret_string" | "secret_binary", ..] => {
            SecretSource::Secret
        }
        ["data", "aws_ssm_parameter", _, "value", ..]
        | ["data", "aws_ssm_parameters_by_path", _, "values", ..] => SecretSource::Parameter,
        ["data", "aws_secretsmanager_random_password", _, "random_password", ..]
        | ["random_password", _, "result", ..]
        | [
            "tls_private_key",
            _,
            "private_key_pem" | "private_key_openssh" | "private_key_pem_pkcs8",
            ..,
        ]
        | ["aws_iam_access_key", _, "secret" | "ses_smtp_password_v4", ..]
        | ["aws_api_gateway_api_key", _, "value", ..]
        | ["aws_appsync_api_key", _, "key", ..]
        | ["aws_cognito_user_pool_client", _, "client_secret", ..] => SecretSource::Generated,
        [
            "aws_db_instance" | "aws_directory_service_directory" | "aws_dms_endpoint",
            _,
            "password",
            ..,
        ]
        | [
            "aws_rds_cluster" | "aws_redshift_cluster" | "aws_docdb_cluster",
            _,
            "master_password",
            ..,
        ]
        | ["aws_elasticache_replication_group", _, "auth_token", ..] => SecretSource::Attribute,
        _ => return None,
    })
}

/// The path of one instance as that of a resource without `for_each`.
fn without_key<'n>(path: &[&'n str]) -> Vec<&'n str> {
    let at = if path.first() == Some(&"data") { 3 } else { 2 };
    let names = path.iter().enumerate().filter(|(index, _)| *index != at);
    names.map(|(_, name)| *name).collect()
}

/// The names of a traversal, with keys behind it.
fn path<'n>(root: &'n str, steps: &'n [Step], keys: &[&'n str]) -> Vec<&'n str> {
    let steps = steps.iter().filter_map(step);
    std::iter::once(root).chain(steps).chain(keys.iter().copied()).collect()
}

/// The name of a step; numbers and what is not known as it stands are left out.
fn step(step: &Step) -> Option<&str> {
    match &step.kind {
        StepKind::Attribute(name) => Some(name),
        StepKind::Index(Expr { kind: ExprKind::Text(key), .. }) => Some(&key.text),
        StepKind::Index(_) | StepKind::AttributeSplat | StepKind::FullSplat => None,
    }
}

fn is_key(key: &Key, name: &str) -> bool {
    match key {
        Key::Name(key) => key.text == name,
        Key::Expr(Expr { kind: ExprKind::Text(key), .. }) => key.text == name,
        Key::Expr(_) => false,
    }
}

const fn is_literal(key: &Key) -> bool {
    matches!(key, Key::Name(_) | Key::Expr(Expr { kind: ExprKind::Text(_), .. }))
}
