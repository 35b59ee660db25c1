//! What an unknown value refers to, as the configuration in a plan says: resources, through inputs
//! and outputs of modules.
//!
//! A plan lists the references of an expression but not the expression. A reference is followed
//! only where the value can be nothing but it.

use std::collections::BTreeSet;

use iacscan_core::reader::Node;
use iacscan_core::{Span, Str};

use super::address::{self, StepKind};
use super::convert::constant;
use super::model::{ConfigCall, ConfigModule, PlanText};
use crate::syntax::{Expr, ExprKind, Step, StepKind as SyntaxStep};

/// References that are followed through inputs and outputs.
const MOST_HOPS: usize = 16;

/// Arguments in which a reference is one of several.
const LISTS: [&str; 8] = [
    "layers",
    "roles",
    "managed_policy_arns",
    "policy_arns",
    "subnet_ids",
    "security_group_ids",
    "actions",
    "resources",
];

/// Arguments that hold policy documents.
const DOCUMENTS: [&str; 3] = ["policy", "assume_role_policy", "policy_document"];

/// Where an expression stands: the module instance and its calls.
#[derive(Clone)]
pub(super) struct Place<'p> {
    /// `module.a["x"]`, empty at the top.
    pub(super) address: String,
    pub(super) calls: Vec<&'p str>,
    pub(super) config: Option<&'p ConfigModule>,
}

/// The argument whose value is looked for; an output has no name here.
#[derive(Clone, Copy)]
pub(super) struct Argument<'c> {
    /// The type of the resource it belongs to.
    pub(super) kind: &'c str,
    pub(super) name: &'c str,
    /// The key of the instance: `[0]`, `["a"]`, or nothing.
    pub(super) index: &'c str,
    pub(super) span: Span,
    /// Whether values are shown at `span` instead of where the plan writes them.
    pub(super) is_outside: bool,
}

/// Follows references of one plan.
pub(super) struct References<'p> {
    pub(super) root: &'p ConfigModule,
    pub(super) addresses: BTreeSet<&'p str>,
    pub(super) text: &'p PlanText<'p>,
}

impl<'p> References<'p> {
    /// The place of a module instance.
    pub(super) fn place(&self, address: &'p str) -> Place<'p> {
        let calls = address::call_names(address);
        let mut config = Some(self.root);
        for name in &calls {
            config =
                config.and_then(|module| module.module_calls.get(*name)).map(|call| &call.module);
        }
        Place { address: address.to_owned(), calls, config }
    }

    /// What the expression of an argument can be nothing but.
    pub(super) fn value(
        &self,
        expression: &Node,
        place: &Place<'p>,
        argument: Argument<'_>,
    ) -> Option<Expr> {
        (!LISTS.contains(&argument.name)).then_some(())?;
        self.expression(expression, place, argument, MOST_HOPS)
    }

    fn expression(
        &self,
        expression: &Node,
        place: &Place<'p>,
        argument: Argument<'_>,
        hops: usize,
    ) -> Option<Expr> {
        let hops = hops.checked_sub(1)?;
        if let Some(value) = expression.get("constant_value") {
            let outside = argument.is_outside.then_some(argument.span);
            return Some(constant(value, outside, 0));
        }
        let references: Vec<&str> =
            expression.get("references")?.as_list()?.iter().filter_map(Node::as_str).collect();
        // The key of an instance, which picks the same one of another resource.
        let (keys, references): (Vec<&str>, Vec<&str>) =
            references.into_iter().partition(|name| matches!(*name, "each.key" | "count.index"));
        let (first, others) = references.split_first()?;
        // What follows a reference is the same one, shorter.
        if !others.iter().all(|other| first.starts_with(other)) {
            return None;
        }
        self.reference(first, !keys.is_empty(), place, argument, hops)
    }

    /// What the expression of an output refers to.
    pub(super) fn all(&self, expression: &Node, place: &Place<'p>) -> Vec<Expr> {
        let references = expression.get("references").and_then(Node::as_list).unwrap_or_default();
        let argument =
            Argument { kind: "", name: "", index: "", span: Span::NONE, is_outside: true };
        references
            .iter()
            .filter_map(Node::as_str)
            .filter_map(|name| self.reference(name, false, place, argument, MOST_HOPS))
            .collect()
    }

    fn reference(
        &self,
        first: &str,
        is_keyed: bool,
        place: &Place<'p>,
        argument: Argument<'_>,
        hops: usize,
    ) -> Option<Expr> {
        let steps = address::steps(first)?;
        match steps.as_slice() {
            [root, name] if root.name() == Some("var") => {
                let (caller, call) = self.caller(place)?;
                let given = call.expressions.as_ref()?.node(self.text)?.get(name.name()?)?;
                self.expression(given, &caller, argument, hops)
            }
            [root, name, .., output] if root.name() == Some("module") => {
                let (name, output) = (name.name()?, output.name()?);
                let outputs = |call: &'p ConfigCall| call.module.outputs.as_ref();
                let (name, call) = place.config?.module_calls.get_key_value(name)?;
                let given = outputs(call)?.node(self.text)?.get(output)?.get("expression")?;
                let last = steps.get(steps.len() - 2)?;
                let mut calls = place.calls.clone();
                calls.push(name);
                let address = join(&place.address, first.get(..last.end)?);
                let inner = Place { address, calls, config: Some(&call.module) };
                (steps.len() <= 4).then(|| self.expression(given, &inner, argument, hops))?
            }
            [root, ..] if matches!(root.name(), Some("var" | "module" | "local" | "each")) => None,
            _ => self.resource(first, &steps, is_keyed, place, argument),
        }
    }

    /// A reference to an attribute of a resource.
    fn resource(
        &self,
        reference: &str,
        steps: &[address::Step<'_>],
        is_keyed: bool,
        place: &Place<'p>,
        argument: Argument<'_>,
    ) -> Option<Expr> {
        let data = usize::from(steps.first()?.name() == Some("data"));
        let kind = steps.get(data)?.name()?;
        let named = steps.get(data + 1).filter(|step| step.name().is_some())?;
        let rest = steps.get(data + 2..)?;
        let (end, attribute) = match rest {
            [] => (named.end, implied(argument, kind)?),
            [key] => match key.kind {
                StepKind::Key(_) => (key.end, implied(argument, kind)?),
                StepKind::Name(attribute) => (named.end, attribute),
            },
            [key, attribute] if key.name().is_none() => (key.end, attribute.name()?),
            _ => return None,
        };
        may_be_all(argument, attribute).then_some(())?;
        let address = join(&place.address, reference.get(..end)?);
        let address = self.instance(&address, argument.index, is_keyed)?;
        let target = Expr { kind: ExprKind::Resource(address), span: argument.span };
        let step = Step { kind: SyntaxStep::Attribute(attribute.into()) };
        let kind = ExprKind::Traversal(Box::new(target), vec![step]);
        Some(Expr { kind, span: argument.span })
    }

    /// The call of a module, and where it stands.
    fn caller(&self, place: &Place<'p>) -> Option<(Place<'p>, &'p ConfigCall)> {
        let (name, outer) = place.calls.split_last()?;
        let steps = address::steps(&place.address)?;
        let call = steps.iter().rposition(|step| step.name() == Some(name))?.checked_sub(1)?;
        let start = steps.get(call)?.start.saturating_sub(1);
        let address = place.address.get(..start)?.to_owned();
        let mut config = self.root;
        for outer in outer {
            config = &config.module_calls.get(*outer)?.module;
        }
        let call = config.module_calls.get(*name)?;
        Some((Place { address, calls: outer.to_vec(), config: Some(config) }, call))
    }

    /// The instance that an address means: itself, the one of the same key where a key is part of
    /// the reference, the only one.
    fn instance(&self, address: &str, index: &str, is_keyed: bool) -> Option<Str> {
        if self.addresses.contains(address) {
            return Some(address.into());
        }
        if is_keyed {
            let same = format!("{address}{index}");
            return self.addresses.contains(same.as_str()).then(|| same.into());
        }
        let start = format!("{address}[");
        let mut instances =
            self.addresses.range(start.as_str()..).take_while(|other| other.starts_with(&start));
        let only = *instances.next()?;
        instances.next().is_none().then(|| only.into())
    }
}

fn join(module: &str, local: &str) -> String {
    if module.is_empty() { local.to_owned() } else { format!("{module}.{local}") }
}

/// The attribute that an argument takes from a resource of a type, where the plan names none:
/// behind a splat, and in plans of old versions.
fn implied<'c>(argument: Argument<'c>, target: &str) -> Option<&'c str> {
    match argument.name {
        "role" if names_role(argument) => Some("name"),
        "role" => Some("arn"),
        "function_name" => Some("function_name"),
        "" => Some("id"),
        name if DOCUMENTS.contains(&name) => {
            (target == "aws_iam_policy_document").then_some("json")
        }
        name => name.ends_with("_arn").then_some("arn"),
    }
}

/// Whether the argument `role` takes a name.
fn names_role(argument: Argument<'_>) -> bool {
    argument.kind.starts_with("aws_iam_")
}

/// Whether the whole value of an argument may be this attribute: else something stands around it.
fn may_be_all(argument: Argument<'_>, attribute: &str) -> bool {
    let is_document = matches!(attribute, "json" | "minified_json" | "policy");
    match argument.name {
        "role" if names_role(argument) => matches!(attribute, "name" | "id"),
        "role" | "source_arn" => attribute == "arn",
        "" => true,
        name => DOCUMENTS.contains(&name) == is_document,
    }
}
