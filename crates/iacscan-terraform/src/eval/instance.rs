//! Module instances: their inputs and outputs, and the modules they call.

use std::rc::Rc;
use std::sync::Arc;

use iacscan_core::{Address, Condition, Gap, Located, Span, Str, Text, Unknown, Value, first_of};
use iacscan_graph::nodes::Header;

use super::address::Node;
use super::repetition::{Expansion, InstanceKey, Repeated};
use super::{Evaluator, Key, Scope, Slot, V};
use crate::module::{Module, ModuleCall};
use crate::print::print;
use crate::read::ProblemKind;
use crate::syntax::{Body, Expr, ExprKind, Key as ItemKey};
use crate::types::Type;

/// Module instances of one root that a scan makes.
const MOST_MODULES: usize = 1_000;
/// Outputs of a module that a problem names.
const MOST_NAMED: usize = 8;
/// Modules inside each other.
const MOST_LEVELS: usize = 24;

/// Finds the modules that calls name, and what a plan says.
pub(crate) trait ModuleSource {
    /// The module that a call in the module of `caller` means.
    fn module(&self, caller: &Instance, call: &ModuleCall) -> Result<Arc<Module>, Missing>;

    /// What the resource at an address of a plan sets.
    fn planned(&self, _address: &str) -> Option<Body> {
        None
    }
}

/// Why a module is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// A remote module that is not installed; its source.
    NotInstalled(Str),
    /// Its source is empty, which Terraform refuses.
    Empty,
    /// A directory that cannot be read; the sentence that says so.
    Unreadable(String),
    /// A directory outside of the scan, which is not opened.
    Outside(String),
    /// Its source is no plain string.
    Undecided,
}

/// A remote module that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MissingModule {
    pub(crate) source: Str,
    pub(crate) span: Span,
}

/// A module with the place it is called from.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) id: usize,
    pub(crate) module: Arc<Module>,
    /// `module.a["x"].`, empty for the root.
    pub(crate) prefix: Str,
    pub(crate) call: Option<CallSite>,
    /// When it exists.
    pub(crate) condition: Condition,
}

/// Where a module is called.
#[derive(Debug)]
pub(crate) struct CallSite {
    pub(crate) caller: Rc<Instance>,
    pub(crate) name: Str,
    pub(crate) header: Span,
    repeated: Rc<Repeated>,
}

impl CallSite {
    /// Which instance of the call it is.
    pub(crate) fn key(&self) -> &InstanceKey {
        &self.repeated.key
    }

    /// The scope of the call's arguments.
    pub(super) fn scope(&self) -> Scope<'_> {
        Scope::repeated(&self.caller, &self.repeated)
    }
}

/// The instances of one module call.
#[derive(Debug)]
pub(super) struct Children {
    pub(super) expansion: Rc<Expansion>,
    pub(super) instances: Vec<Option<Rc<Instance>>>,
}

impl Instance {
    pub(super) fn root(module: Arc<Module>) -> Self {
        Self { id: 0, module, prefix: Str::default(), call: None, condition: Condition::Always }
    }

    /// The instances around this one, nearest first, and this one before them.
    pub(crate) fn ancestors(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |instance| {
            instance.call.as_ref().map(|call| &*call.caller)
        })
    }

    /// Whether a call that leads here, or a module on the way, configures the AWS provider: it need
    /// not be the root's.
    pub(crate) fn has_other_provider(&self) -> bool {
        self.ancestors().any(|instance| {
            let Some(site) = &instance.call else { return false };
            let call = site.caller.module.calls.get(&site.name);
            let given = call.and_then(|call| call.body.attribute("providers"));
            instance.module.has_aws_provider
                || given.is_some_and(|given| !is_the_same(&given.value))
        })
    }

    /// The names of the calls that lead here, outermost first, as the module manifest joins them.
    pub(crate) fn path(&self) -> Vec<&str> {
        let mut path: Vec<&str> = self
            .ancestors()
            .filter_map(|instance| instance.call.as_ref())
            .map(|call| call.name.as_str())
            .collect();
        path.reverse();
        path
    }
}

/// Whether `providers` hands the caller's own AWS provider on.
fn is_the_same(providers: &Expr) -> bool {
    let ExprKind::Object(items) = &providers.kind else { return false };
    items.iter().any(|item| {
        let is_aws = match &item.key {
            ItemKey::Name(name) => name.text == "aws",
            ItemKey::Expr(key) => print(key) == "aws",
        };
        is_aws && print(&item.value) == "aws"
    })
}

impl Evaluator<'_> {
    /// The root module's instance.
    pub(crate) fn root(&self) -> Option<Rc<Instance>> {
        self.instances.borrow().first().cloned()
    }

    /// All module instances, callers before what they call.
    pub(crate) fn all_instances(&self) -> Vec<Rc<Instance>> {
        let mut out: Vec<Rc<Instance>> = self.root().into_iter().collect();
        let mut next = 0;
        while let Some(instance) = out.get(next).cloned() {
            next += 1;
            for name in instance.module.calls.keys() {
                if let Some(children) = self.children(&instance, name) {
                    out.extend(children.instances.iter().flatten().cloned());
                }
            }
        }
        out
    }

    /// The modules that a call brings in, where they are there.
    pub(crate) fn called(&self, instance: &Rc<Instance>, name: &str) -> Vec<Rc<Instance>> {
        let children = self.children(instance, name);
        children.iter().flat_map(|children| children.instances.iter().flatten()).cloned().collect()
    }

    /// The instances that a call makes; `None` when there is no such call.
    pub(super) fn children(&self, instance: &Rc<Instance>, name: &str) -> Option<Rc<Children>> {
        let call = instance.module.calls.get(name)?;
        let key = (instance.id, Str::new(name));
        if let Some(children) = self.children.borrow().get(&key) {
            return Some(children.clone());
        }
        let local = format!("module.{name}");
        let scope = Scope::of(instance);
        let expansion = self.expansion(&scope, &local, Some(&call.body), call.header);
        let (module, unknown) = match self.find(instance, call) {
            Ok(module) => (Some(module), Unknown::Invalid),
            Err(unknown) => (None, unknown),
        };
        let mut made = Vec::new();
        for repeated in &expansion.items {
            let prefix = smol_str::format_smolstr!("{}{local}{}.", instance.prefix, repeated.key);
            let id = self.instances.borrow().len();
            if id > MOST_MODULES {
                self.problem(
                    ProblemKind::Limit,
                    call.header,
                    format!("more than {MOST_MODULES} module instances are not looked at"),
                );
                made.push(None);
                continue;
            }
            let child = module.clone().map(|module| {
                Rc::new(Instance {
                    id,
                    module,
                    prefix: prefix.clone(),
                    call: Some(CallSite {
                        caller: instance.clone(),
                        name: call.name.clone(),
                        header: call.header,
                        repeated: repeated.clone(),
                    }),
                    condition: instance.condition.clone().and(repeated.condition.clone()),
                })
            });
            if let Some(child) = &child {
                self.instances.borrow_mut().push(child.clone());
            }
            let address = Str::new(prefix.trim_end_matches('.'));
            let open = expansion.open.filter(|_| repeated.key == InstanceKey::Any);
            self.nodes
                .borrow_mut()
                .insert(address, Node::Module { instance: child.clone(), unknown, any: open });
            made.push(child);
        }
        let children = Rc::new(Children { expansion, instances: made });
        self.children.borrow_mut().insert(key, children.clone());
        Some(children)
    }

    /// The values that calls of modules which are not there are given, with a header for the call.
    pub(crate) fn arguments_of_missing(&self, instance: &Rc<Instance>) -> Vec<(Header, V)> {
        let mut out = Vec::new();
        for (name, call) in &instance.module.calls {
            let Some(children) = self.children(instance, name) else { continue };
            if children.instances.iter().any(Option::is_some) {
                continue;
            }
            for repeated in &children.expansion.items {
                let scope = Scope::repeated(instance, repeated);
                let address =
                    smol_str::format_smolstr!("{}module.{name}{}", instance.prefix, repeated.key);
                let mut header =
                    Header::new(Address::new(self.unit.clone(), address), "module", call.header);
                header.condition = instance.condition.clone().and(repeated.condition.clone());
                for argument in &call.body.attributes {
                    let skipped = ["source", "version", "count", "for_each", "providers"];
                    if !skipped.contains(&argument.name.text.as_str()) {
                        out.push((header.clone(), self.eval(&argument.value, &scope)));
                    }
                }
            }
        }
        out
    }

    /// The addresses of the resources in a module instance and the modules below it; nothing when
    /// the address is no module's.
    pub(crate) fn addresses_below(&self, address: &Address) -> Vec<Address> {
        let prefix = format!("{}.", address.name());
        let below: Vec<Rc<Instance>> = self
            .instances
            .borrow()
            .iter()
            .filter(|instance| instance.prefix.starts_with(&prefix))
            .cloned()
            .collect();
        below
            .iter()
            .flat_map(|instance| self.resources(instance))
            .map(|resource| resource.address.clone())
            .collect()
    }

    fn find(&self, instance: &Rc<Instance>, call: &ModuleCall) -> Result<Arc<Module>, Unknown> {
        let module = match self.modules.module(instance, call) {
            Ok(module) => module,
            Err(Missing::NotInstalled(source)) => {
                self.missing_modules.borrow_mut().push(MissingModule { source, span: call.header });
                return Err(Unknown::External);
            }
            Err(Missing::Empty) => {
                let span = call.text("source").map_or(call.header, |(_, span)| span);
                self.problem(ProblemKind::Reference, span, "the module source is empty".to_owned());
                return Err(Unknown::Invalid);
            }
            Err(Missing::Unreadable(message)) => {
                let span = call.text("source").map_or(call.header, |(_, span)| span);
                self.problem(ProblemKind::Outside, span, message);
                return Err(Unknown::External);
            }
            Err(Missing::Outside(directory)) => {
                let span = call.text("source").map_or(call.header, |(_, span)| span);
                let message = format!(
                    "the module in `{directory}` lies outside of the scanned directories and was \
                     not opened"
                );
                self.problem(ProblemKind::Outside, span, message);
                return Err(Unknown::External);
            }
            Err(Missing::Undecided) => return Err(Unknown::Unsupported),
        };
        let recursive = instance
            .ancestors()
            .any(|above| above.module.directory == module.directory && !module.is_description);
        if recursive || instance.ancestors().count() > MOST_LEVELS {
            self.problem(
                ProblemKind::Reference,
                call.header,
                format!("the module in `{}` calls itself", module.directory),
            );
            return Err(Unknown::Cycle);
        }
        Ok(module)
    }

    /// The value of an input; `None` when it is not declared.
    pub(super) fn variable(
        &self,
        instance: &Rc<Instance>,
        name: &Str,
        span: Span,
    ) -> Option<Rc<V>> {
        let variable = instance.module.variables.get(name)?;
        let key = Key { instance: instance.id, slot: Slot::Variable, name: name.clone() };
        Some(self.memo(key, span, || {
            let own = Scope::of(instance);
            let given = match &instance.call {
                None => self.inputs.get(name).cloned(),
                Some(call) => {
                    let body = call.caller.module.calls.get(&call.name).map(|call| &call.body);
                    body.and_then(|body| body.attribute(name))
                        .map(|argument| self.eval(&argument.value, &call.scope()))
                }
            };
            let given = given
                .filter(|value| variable.nullable || !value.value.is_null())
                .map(|value| if variable.replaces_null() { without_inputs(value) } else { value });
            let mut default = |expr: &Expr| self.eval(expr, &own);
            match (given, &variable.default) {
                (Some(value), _) => variable.kind.convert(value, &mut default),
                (None, Some(expr)) => {
                    let value = default(expr);
                    variable.kind.convert(value, &mut default)
                }
                (None, None) => {
                    let span = variable.header;
                    let gap = Gap { span, unknown: Unknown::Input };
                    match variable.kind {
                        Type::Bool => self.boolean_input(&instance.prefix, name, span),
                        Type::String if instance.call.is_none() => {
                            let input = self.input(&smol_str::format_smolstr!("var.{name}"));
                            Located::new(Value::Text(input), span)
                        }
                        _ => Located::new(variable.kind.unknown(Unknown::Input, gap), span),
                    }
                }
            }
        }))
    }

    /// An input of the root module without a value, in a text.
    pub(super) fn input(&self, name: &str) -> Text {
        Text::input(Address::new(self.unit.clone(), name))
    }

    /// The value of a local; `None` when it is not declared.
    pub(super) fn local(&self, instance: &Rc<Instance>, name: &Str, span: Span) -> Option<Rc<V>> {
        let local = instance.module.locals.get(name)?;
        let key = Key { instance: instance.id, slot: Slot::Local, name: name.clone() };
        Some(self.memo(key, span, || self.eval(&local.value, &Scope::of(instance))))
    }

    /// Evaluates what no resource takes of a module, for the names in it: Terraform refuses one that
    /// is not declared wherever it stands.
    pub(crate) fn name_the_rest(&self, instance: &Rc<Instance>) {
        let module = &instance.module;
        if module.is_planned || module.is_description {
            return;
        }
        for (name, local) in &module.locals {
            self.local(instance, name, local.value.span);
        }
        for (name, output) in &module.outputs {
            self.output(instance, name, output.value.span);
        }
    }

    /// The value of an output.
    pub(super) fn output(&self, instance: &Rc<Instance>, name: &str, span: Span) -> Rc<V> {
        let Some(output) = instance.module.outputs.get(name) else {
            let unknown = if instance.module.is_description {
                Unknown::External
            } else if instance.module.gaps.is_empty() {
                let others = instance.module.outputs.keys().map(|it| format!("`{it}`")).collect();
                let others = first_of(others, "and", MOST_NAMED);
                let only = if others.is_empty() { others } else { format!(", only {others}") };
                let message = format!("the module has no output `{name}`{only}");
                self.problem(ProblemKind::Output, span, message);
                Unknown::Invalid
            } else {
                Unknown::Unsupported
            };
            return Rc::new(Located::new(Value::Unknown(unknown), span));
        };
        let key = Key { instance: instance.id, slot: Slot::Output, name: name.into() };
        self.memo(key, span, || self.eval(&output.value, &Scope::of(instance)))
    }
}

/// What an input passes on whose value may be replaced by another: nothing that equals itself.
fn without_inputs(value: V) -> V {
    match &value.value {
        Value::Text(text) => match text.as_unknown() {
            Some(unknown) => value.with(Value::Text(Text::unknown(unknown))),
            None => value,
        },
        _ => value,
    }
}
