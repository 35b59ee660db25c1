//! The arguments and nested blocks of resources.

use std::ops::Deref;
use std::rc::Rc;

use iacscan_core::{
    Address, Condition, Gap, LeftOut, LeftOutKind, List, Located, Map, Span, Str, Unknown, Value,
};

use super::repetition::{InstanceKey, Repeated};
use super::{Evaluator, Instance, Key, Names, Scope, Slot, V, branches};
use crate::module::Content;
use crate::syntax::{Block, Body, ExprKind};

/// One instance of a resource or data source.
pub(crate) struct Resource {
    pub(crate) address: Address,
    pub(crate) instance: Rc<Instance>,
    /// `aws_iam_role.r` or `data.aws_iam_role.r`.
    pub(crate) local: Str,
    pub(crate) repeated: Repeated,
    /// When it exists.
    pub(crate) condition: Condition,
    /// `resource "type" "name"`.
    pub(crate) header: Span,
}

impl Resource {
    pub(super) fn new(
        evaluator: &Evaluator<'_>,
        instance: &Rc<Instance>,
        local: &str,
        declared: &crate::module::Resource,
        repeated: &Repeated,
    ) -> Self {
        let name = smol_str::format_smolstr!("{}{local}{}", instance.prefix, repeated.key);
        Self {
            address: Address::new(evaluator.unit.clone(), name),
            instance: instance.clone(),
            local: local.into(),
            repeated: repeated.clone(),
            condition: instance.condition.clone().and(repeated.condition.clone()),
            header: declared.header,
        }
    }

    /// Where it is shown: at its header; in a module that is shown at its call at what the call gives
    /// for this instance.
    pub(crate) fn shown_at(&self) -> Span {
        match self.repeated.key {
            InstanceKey::Name(_) if self.instance.module.shown_at == Some(self.header) => {
                self.repeated.each_key.span
            }
            _ => self.header,
        }
    }

    pub(crate) fn declared(&self) -> Option<&crate::module::Resource> {
        self.instance.module.resources.get(&self.local)
    }

    /// Whether a loop makes its blocks of this type.
    pub(crate) fn has_dynamic(&self, name: &str) -> bool {
        let body = self.declared().and_then(|declared| declared.content.written());
        body.is_some_and(|body| body.blocks.iter().any(|block| is_dynamic(block, name)))
    }

    /// `aws_iam_role`.
    pub(crate) fn kind(&self) -> &str {
        self.declared().map_or("", |declared| declared.kind.text.as_str())
    }

    pub(crate) fn is_data(&self) -> bool {
        self.declared().is_some_and(|declared| declared.is_data)
    }

    /// Whether it stands for instances of unknown number or keys.
    pub(crate) fn is_any(&self) -> bool {
        self.repeated.key == InstanceKey::Any
    }

    fn scope(&self) -> Scope<'_> {
        Scope::repeated(&self.instance, &self.repeated)
    }
}

/// The body of a resource.
pub(super) enum Sets<'m> {
    Written(&'m Body),
    Planned(Rc<Body>),
}

impl Deref for Sets<'_> {
    type Target = Body;

    fn deref(&self) -> &Body {
        match self {
            Self::Written(body) => body,
            Self::Planned(body) => body,
        }
    }
}

/// The arguments that Terraform itself reads.
const META: [&str; 8] = [
    "count",
    "for_each",
    "depends_on",
    "provider",
    "lifecycle",
    "connection",
    "provisioner",
    "dynamic",
];

impl Evaluator<'_> {
    /// All instances of all resources of a module instance, data sources left out.
    pub(crate) fn resources(&self, instance: &Rc<Instance>) -> Vec<Rc<Resource>> {
        let scope = Scope::of(instance);
        let mut out = Vec::new();
        for (local, declared) in &instance.module.resources {
            if declared.is_data {
                continue;
            }
            let expansion =
                self.expansion(&scope, local, declared.content.written(), declared.header);
            for repeated in &expansion.items {
                out.push(Rc::new(Resource::new(self, instance, local, declared, repeated)));
            }
        }
        out
    }

    /// The functions and roles of a module instance of which there is none.
    pub(crate) fn left_out(&self, instance: &Rc<Instance>) -> Vec<LeftOut> {
        let (scope, mut out) = (Scope::of(instance), Vec::new());
        for (local, declared) in &instance.module.resources {
            let kind = match local.split_once('.') {
                Some(("aws_lambda_function" | "awscc_lambda_function", _)) => LeftOutKind::Function,
                Some(("aws_iam_role" | "awscc_iam_role", _)) => LeftOutKind::Role,
                _ => continue,
            };
            let Some(body) = declared.content.written().filter(|_| !declared.is_data) else {
                continue;
            };
            let expansion = self.expansion(&scope, local, Some(body), declared.header);
            if expansion.items.is_empty() && expansion.open.is_none() {
                let is_counted = body.attribute("count").is_some();
                let reason =
                    if is_counted { "its `count` is 0" } else { "its `for_each` is empty" };
                out.push(LeftOut {
                    subject: smol_str::format_smolstr!("{}{local}", instance.prefix),
                    kind,
                    reason: reason.to_owned(),
                    span: declared.header,
                });
            }
        }
        out
    }

    /// What a resource sets, as it is written or as the plan says.
    pub(super) fn content<'i>(&self, instance: &'i Instance, local: &Str) -> Option<Sets<'i>> {
        if let Content::Written(body) = &instance.module.resources.get(local)?.content {
            return Some(Sets::Written(body));
        }
        if let Some(body) = self.planned.borrow().get(local) {
            return Some(Sets::Planned(body.clone()));
        }
        let body = Rc::new(self.modules.planned(local)?);
        self.planned.borrow_mut().insert(local.clone(), body.clone());
        Some(Sets::Planned(body))
    }

    /// An argument of a resource, or its nested blocks of that type as a list of maps. `None` when
    /// it is not set.
    pub(crate) fn argument(&self, resource: &Resource, name: &str) -> Option<Rc<V>> {
        let body = &*self.content(&resource.instance, &resource.local)?;
        if body.attribute(name).is_none() && !has_blocks(body, name) {
            let gap = *body.gaps.first()?;
            return Some(Rc::new(Located::new(Value::Unknown(Unknown::Unread), gap)));
        }
        let key = Key {
            instance: resource.instance.id,
            slot: Slot::Argument,
            name: smol_str::format_smolstr!("{}{}.{name}", resource.local, resource.repeated.key),
        };
        Some(self.memo(key, resource.header, || {
            let scope = resource.scope();
            match body.attribute(name) {
                Some(attribute) => self.eval(&attribute.value, &scope),
                None => self.blocks(body, name, &scope, resource.header),
            }
        }))
    }

    /// Everything a resource sets, for lowering.
    pub(crate) fn config(&self, resource: &Resource) -> Map {
        let Some(body) = self.content(&resource.instance, &resource.local) else {
            return Map::default();
        };
        let mut map = Map { open: gap_of(&body), ..Map::default() };
        for (name, span) in names(&body) {
            if let Some(value) = self.argument(resource, &name) {
                map.insert(name, span, super::settle(self.copy(&value)));
            }
        }
        map
    }

    /// The content of a nested block.
    fn body_value(&self, body: &Body, scope: &Scope<'_>, span: Span) -> V {
        let mut map = Map { open: gap_of(body), ..Map::default() };
        for (name, key) in names(body) {
            let value = match body.attribute(&name) {
                Some(attribute) => self.eval(&attribute.value, scope),
                None => self.blocks(body, &name, scope, span),
            };
            map.insert(name, key, value);
        }
        Located::new(Value::Map(map), span)
    }

    /// The nested blocks of one type, `dynamic` ones among them, as a list.
    fn blocks(&self, body: &Body, name: &str, scope: &Scope<'_>, span: Span) -> V {
        let mut lists: Vec<V> = Vec::new();
        let mut first = None;
        for block in &body.blocks {
            if block.kind.text == name {
                first.get_or_insert(block.header);
                let item = self.body_value(&block.body, scope, block.header);
                if let Some(Located { value: Value::List(list), .. }) = lists.last_mut()
                    && list.open.is_none()
                {
                    list.items.push(item);
                    continue;
                }
                let list = List { items: vec![item], open: None };
                lists.push(Located::new(Value::List(list), block.header));
            } else if is_dynamic(block, name) {
                first.get_or_insert(block.header);
                lists.push(self.dynamic(block, scope));
            }
        }
        let span = first.unwrap_or(span);
        if lists.len() == 1
            && let Some(list) = lists.pop()
        {
            return list;
        }
        branches::combine(span, lists, &mut |lists| {
            let mut all = List::default();
            for part in lists {
                match part.value {
                    Value::List(list) => {
                        all.items.extend(list.items);
                        all.open = all.open.or(list.open);
                    }
                    other => {
                        let unknown = super::unknown_of(&other);
                        all.open.get_or_insert(Gap { span: part.span, unknown });
                    }
                }
            }
            Located::new(Value::List(all), span)
        })
    }

    fn dynamic(&self, block: &Block, scope: &Scope<'_>) -> V {
        let span = block.header;
        let open = |unknown: Unknown, at: Span| {
            let gap = Gap { span: at, unknown };
            Located::new(Value::List(List { items: Vec::new(), open: Some(gap) }), span)
        };
        let (Some(each), Some(content), Some(iterator)) = (
            block.body.attribute("for_each"),
            block.body.blocks("content").next(),
            dynamic_iterator(block),
        ) else {
            return open(Unknown::Invalid, span);
        };
        // In a set every item is its own key.
        let is_set = matches!(&each.value.kind, ExprKind::Call(call)
            if call.name.text == "toset" || call.name.text.starts_with("set"));
        branches::each(self.eval(&each.value, scope), &mut |collection| {
            let Some(items) = self.items_of(&collection) else {
                return open(super::unknown_of(&collection.value), each.value.span);
            };
            let mut list = List { items: Vec::new(), open: items.open };
            for (key, value) in items.items {
                let key = if is_set { value.clone() } else { key };
                let mut map = Map::default();
                map.insert("key", key.span, key);
                map.insert("value", value.span, value);
                let bound = Located::new(Value::Map(map), each.value.span);
                let names = Names::One { name: iterator, value: &bound, outer: scope.names };
                list.items.push(self.body_value(
                    &content.body,
                    &scope.with(&names),
                    content.header,
                ));
            }
            Located::new(Value::List(list), span)
        })
    }
}

fn gap_of(body: &Body) -> Option<Gap> {
    body.gaps.first().map(|span| Gap { span: *span, unknown: Unknown::Unread })
}

/// The name that a `dynamic` block binds each item to.
pub(crate) fn dynamic_iterator(block: &Block) -> Option<&Str> {
    match block.body.attribute("iterator").map(|attribute| &attribute.value.kind) {
        Some(ExprKind::Variable(name)) => Some(name),
        Some(ExprKind::Text(literal)) => Some(&literal.text),
        _ => block.labels.first().map(|label| &label.text),
    }
}

fn is_dynamic(block: &Block, name: &str) -> bool {
    block.kind.text == "dynamic" && block.labels.first().is_some_and(|label| label.text == name)
}

fn has_blocks(body: &Body, name: &str) -> bool {
    body.blocks.iter().any(|block| block.kind.text == name || is_dynamic(block, name))
}

/// The arguments and nested block types that a body sets, each once.
fn names(body: &Body) -> Vec<(Str, Span)> {
    let mut out: Vec<(Str, Span)> = Vec::new();
    let attributes = body.attributes.iter().map(|attribute| &attribute.name);
    let blocks = body.blocks.iter().map(|block| match block.labels.first() {
        Some(label) if block.kind.text == "dynamic" => label,
        _ => &block.kind,
    });
    for name in attributes.chain(blocks) {
        if !META.contains(&name.text.as_str()) && !out.iter().any(|(known, _)| *known == name.text)
        {
            out.push((name.text.clone(), name.span));
        }
    }
    out
}
