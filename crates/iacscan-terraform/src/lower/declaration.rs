//! One resource with its evaluated arguments, as lowering reads it.

use std::cell::RefCell;
use std::rc::Rc;

use iacscan_core::reader::{self, embedded};
use iacscan_core::{
    Address, Attribute, Collection, Gap, Located, Map, Property, Segment, Span, Str, Text, Unknown,
    Value,
};
use iacscan_graph::lower;
use iacscan_graph::nodes::{Author, Header};
use iacscan_iam::PolicyDocument;

use super::values;
use crate::eval::{Evaluator, Resource};
use crate::module::Variable;
use crate::print::print;
use crate::syntax::ExprKind;

/// A resource and what it sets.
pub(crate) struct Declaration {
    pub(crate) resource: Rc<Resource>,
    pub(crate) config: Map,
    header: Header,
    /// Why policies of it are none.
    unread: RefCell<Vec<reader::Problem>>,
}

/// What Lambda checks the permissions of when it is created, so that its order matters.
const CHECKED_ON_CREATION: [&str; 2] = ["aws_lambda_function", "aws_lambda_event_source_mapping"];

impl Declaration {
    pub(crate) fn new(eval: &Evaluator<'_>, resource: &Rc<Resource>) -> Self {
        let config = eval.config(resource);
        let span = resource.shown_at();
        let mut header = Header::new(resource.address.clone(), resource.kind(), span);
        header.condition = resource.condition.clone();
        header.under = repetition(resource);
        let mut calls: Vec<Span> = resource
            .instance
            .ancestors()
            .filter_map(|instance| instance.call.as_ref())
            .map(|call| call.header)
            .collect();
        calls.reverse();
        calls.dedup();
        header.calls = calls;
        header.author = Author::User;
        let mut depends_on = Vec::new();
        for (_, entry) in config.iter() {
            lower::references(&entry.value, &mut depends_on);
        }
        if CHECKED_ON_CREATION.contains(&resource.kind()) {
            for referred in eval.referred(resource) {
                lower::references(&referred, &mut depends_on);
            }
        }
        let explicit = eval.explicit_dependencies(resource);
        for awaited in &explicit.awaited {
            lower::references(awaited, &mut depends_on);
        }
        let modules: Vec<Address> =
            depends_on.iter().flat_map(|target| eval.addresses_below(target)).collect();
        depends_on.extend(modules);
        depends_on.retain(|target| *target != resource.address);
        depends_on.sort();
        depends_on.dedup();
        header.depends_on = depends_on;
        header.waiting = explicit.waiting;
        header.in_json = eval.files.sources().get(span.source).path.ends_with(".json");
        header.may_depend_on_more = resource.instance.module.is_planned;
        Self { resource: resource.clone(), config, header, unread: RefCell::default() }
    }

    /// The type without its provider: `lambda_function` of AWS and awscc alike keep theirs.
    pub(crate) fn kind(&self) -> &str {
        self.resource.kind()
    }

    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    /// The value of an argument or of the nested blocks of a type.
    pub(crate) fn get(&self, name: &str) -> Option<&Located<Value>> {
        self.config.get(name)
    }

    /// Whether a loop makes the blocks of a type.
    pub(crate) fn is_dynamic(&self, name: &str) -> bool {
        self.resource.has_dynamic(name)
    }

    /// Where an argument or the first block of a type is named.
    pub(crate) fn key(&self, name: &str) -> Option<Span> {
        let entry = self.config.entry(name)?;
        Some(match &entry.value.value {
            Value::List(list) => list.items.first().map_or(entry.key, |first| {
                if matches!(first.value, Value::Map(_)) && first.span.contains(entry.key) {
                    first.span
                } else {
                    entry.key
                }
            }),
            _ => entry.key,
        })
    }

    /// Where the call of a module, at which all of it is shown, gives a value that configures this;
    /// `None` where the module's text is the user's, or the value is the module's.
    pub(crate) fn given<T>(&self, property: &Property<T>) -> Option<Span> {
        let mut known = property.iter().filter_map(|branch| branch.item.known());
        known.find_map(|value| self.given_of(value))
    }

    /// As [`Self::given`], of one value.
    pub(crate) fn given_of<T>(&self, value: &Located<T>) -> Option<Span> {
        let call = self.header.is_shown_at_call().then_some(self.header.span)?;
        let mut places = value.passages().map(|passage| passage.span).chain([value.span]);
        places.find(|place| *place != call)
    }

    /// What stands where an argument is not set: nothing, unless part of the resource could not be
    /// read.
    fn missing<T>(&self) -> Property<T> {
        self.config
            .open
            .map_or_else(Property::default, |gap| values::unknown(gap.span, gap.unknown))
    }

    pub(crate) fn text(&self, name: &str) -> Property<Text> {
        self.get(name).map_or_else(|| self.missing(), |value| values::text(Some(value)))
    }

    /// An argument as text that may be an input and nothing else.
    pub(crate) fn symbol(&self, name: &str) -> Property<Text> {
        self.get(name).map_or_else(|| self.missing(), |value| values::symbol(Some(value)))
    }

    /// As [`Self::text`], where an argument that a variable of the root module leaves empty by
    /// default is given at deployment.
    pub(crate) fn awaited_text(&self, name: &str) -> Property<Text> {
        let Some(value) = self.get(name) else { return self.missing() };
        values::text(Some(&lower::awaited(value, &|span| self.is_default(span, |_| true))))
    }

    /// Whether a value stands in the default of such a variable of the root module.
    pub(crate) fn is_default(&self, span: Span, such: impl Fn(&Variable) -> bool) -> bool {
        let Some(root) = self.resource.instance.ancestors().last() else { return false };
        root.module.variables.values().filter(|variable| such(variable)).any(|variable| {
            variable.default.as_ref().is_some_and(|default| default.span.contains(span))
        })
    }

    /// The first of several arguments that is set.
    pub(crate) fn text_of(&self, names: &[&str]) -> Property<Text> {
        names
            .iter()
            .find(|name| self.get(name).is_some())
            .map_or_else(|| self.missing(), |name| self.text(name))
    }

    /// The name of the resource: the first of several arguments that is set.
    pub(crate) fn name_of(&self, names: &[&str]) -> Property<Text> {
        names
            .iter()
            .find_map(|name| self.get(name))
            .map_or_else(|| self.missing(), |value| values::name(Some(value)))
    }

    /// A name, or the known beginning of one.
    pub(crate) fn name(&self, name: &str, prefix: &str) -> Property<Text> {
        if self.get(name).is_some_and(|value| !value.value.is_null()) || self.get(prefix).is_none()
        {
            return self.name_of(&[name]);
        }
        let mut property = self.name_of(&[prefix]);
        for branch in &mut property.0 {
            if let Attribute::Known(text) = &mut branch.item {
                text.value.push(Segment::Unknown(Unknown::Computed));
            }
        }
        property
    }

    pub(crate) fn text_at(&self, name: &str, path: &[&str]) -> Property<Text> {
        self.get(name).map_or_else(
            || self.missing(),
            |value| values::at_path(Some(value), path, &|value| values::text(value)),
        )
    }

    /// A name under a path of arguments.
    pub(crate) fn name_at(&self, name: &str, path: &[&str]) -> Property<Text> {
        self.get(name).map_or_else(
            || self.missing(),
            |value| values::at_path(Some(value), path, &|value| values::name(value)),
        )
    }

    pub(crate) fn texts(&self, name: &str) -> Collection<Located<Text>> {
        match (self.get(name), self.config.open) {
            (None, Some(gap)) => {
                let mut out = Collection::default();
                out.open(iacscan_core::Condition::Always, gap);
                out
            }
            (value, _) => lower::texts(value),
        }
    }

    pub(crate) fn policy(&self, name: &str) -> Property<PolicyDocument> {
        self.get(name).map_or_else(|| self.missing(), |value| self.read_policy(value))
    }

    /// A value of it as a policy document.
    pub(crate) fn read_policy(&self, value: &Located<Value>) -> Property<PolicyDocument> {
        self.unread.borrow_mut().extend(embedded::no_json(value));
        values::policy(Some(value))
    }

    /// Why policies that were read so far are none.
    pub(crate) fn take_unread(&self) -> Vec<reader::Problem> {
        self.unread.take()
    }

    /// The gap that a part of the resource leaves that could not be read.
    pub(crate) const fn gap(&self) -> Option<Gap> {
        self.config.open
    }
}

/// The `count` or `for_each` of a resource, unless a number is written there.
fn repetition(resource: &Resource) -> Option<Str> {
    let body = resource.declared()?.content.written()?;
    let mut repeated = ["count", "for_each"].into_iter().filter_map(|name| body.attribute(name));
    let decides = repeated.next().filter(|it| !matches!(it.value.kind, ExprKind::Number(_)));
    // What names nothing decides the same in every deployment.
    let written = decides.map(|argument| print(&argument.value));
    written.filter(|written| written.contains('.')).map(Into::into)
}
