//! `count` and `for_each`: which instances a block has, each under which condition.

use std::fmt;
use std::rc::Rc;

use iacscan_core::{Condition, Gap, List, Located, Map, Number, Span, Str, Text, Unknown, Value};

use super::{Evaluator, Scope, V, one_of};
use crate::syntax::Body;

/// Instances of one block that a scan makes.
const MOST_INSTANCES: usize = 512;

/// How a block repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Single,
    Count,
    ForEach,
}

/// The instances of a block.
#[derive(Debug)]
pub(super) struct Expansion {
    pub(super) shape: Shape,
    pub(super) items: Vec<Rc<Repeated>>,
    /// Which of them exist, per alternative.
    pub(super) branches: Vec<(Condition, Vec<usize>)>,
    /// Set when there may be more than are known.
    pub(super) open: Option<Gap>,
}

/// One instance of a repeated block.
#[derive(Clone, Debug)]
pub(crate) struct Repeated {
    pub(crate) key: InstanceKey,
    pub(crate) each_key: V,
    pub(crate) each_value: V,
    pub(crate) condition: Condition,
}

/// The key of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum InstanceKey {
    /// The block does not repeat.
    None,
    Index(usize),
    Name(Str),
    /// One of which the key is not known, counted from 0.
    Unnamed(usize),
    /// Stands for instances of which number or keys are not known.
    Any,
}

impl fmt::Display for InstanceKey {
    /// As addresses write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None | Self::Any => Ok(()),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Name(name) => write!(f, "[\"{name}\"]"),
            Self::Unnamed(index) => write!(f, "[? {}]", index + 1),
        }
    }
}

impl Expansion {
    /// What a block has that is not there.
    fn single(span: Span) -> Self {
        let nothing = Located::new(Value::Unknown(Unknown::Invalid), span);
        Self {
            shape: Shape::Single,
            items: vec![Rc::new(Repeated {
                key: InstanceKey::None,
                each_key: nothing.clone(),
                each_value: nothing,
                condition: Condition::Always,
            })],
            branches: vec![(Condition::Always, vec![0])],
            open: None,
        }
    }

    /// The value of all instances: a list, a map, or the one instance.
    pub(super) fn whole(&self, span: Span, instance: &mut dyn FnMut(&Repeated) -> V) -> V {
        let any = |key: &InstanceKey| *key == InstanceKey::Any;
        if let Some(repeated) = self.items.iter().find(|repeated| any(&repeated.key)) {
            // Stands for all of them, unless there are known ones beside it.
            if self.items.len() == 1 {
                return instance(repeated);
            }
        }
        let branches: Vec<(Condition, V)> = self
            .branches
            .iter()
            .map(|(condition, members)| {
                let members: Vec<&Rc<Repeated>> =
                    members.iter().filter_map(|index| self.items.get(*index)).collect();
                let value = match self.shape {
                    Shape::Single => members.first().map_or(Value::Null, |one| instance(one).value),
                    Shape::Count => Value::List(List {
                        items: members.iter().map(|one| instance(one)).collect(),
                        open: self.open,
                    }),
                    Shape::ForEach => {
                        let mut map = Map { open: self.open, ..Map::default() };
                        map.unnamed.others = self.open;
                        for one in members {
                            match &one.key {
                                InstanceKey::Name(name) => {
                                    map.insert(name.clone(), one.each_key.span, instance(one));
                                }
                                InstanceKey::Unnamed(_) => {
                                    let (key, span) = (&one.each_key, one.each_key.span);
                                    let unknown = super::unknown_of(&key.value);
                                    map.open.get_or_insert(Gap { span, unknown });
                                    map.unnamed.entries.push((key.clone(), instance(one)));
                                }
                                _ => {}
                            }
                        }
                        Value::Map(map)
                    }
                };
                (condition.clone(), Located::new(value, span))
            })
            .collect();
        one_of(span, branches)
    }
}

impl Evaluator<'_> {
    /// The instances of the block with this address (within its module) and body. What a plan
    /// names, which is in no body, is an instance already.
    pub(super) fn expansion(
        &self,
        scope: &Scope<'_>,
        address: &str,
        body: Option<&Body>,
        span: Span,
    ) -> Rc<Expansion> {
        let key = (scope.instance.id, Str::new(address));
        if let Some(expansion) = self.expansions.borrow().get(&key) {
            return expansion.clone();
        }
        let expansion = Rc::new(match body {
            Some(body) => self.expand(scope, address, body, span),
            None => Expansion::single(span),
        });
        self.expansions.borrow_mut().insert(key, expansion.clone());
        expansion
    }

    fn expand(&self, scope: &Scope<'_>, address: &str, body: &Body, span: Span) -> Expansion {
        let full = format!("{}{address}", scope.instance.prefix);
        // While the argument itself is evaluated, the block counts as one of unknown number, so that
        // a reference to itself ends.
        let evaluate = |expr: &crate::syntax::Expr| {
            let slot = super::Key {
                instance: scope.instance.id,
                slot: super::Slot::Whole,
                name: smol_str::format_smolstr!("{address} (its instances)"),
            };
            let value = self.memo(slot, expr.span, || self.eval(expr, scope));
            super::settle(self.copy(&value))
        };
        if let Some(count) = body.attribute("count") {
            let value = evaluate(&count.value);
            return self.counted(&value, &full, &count.value, scope);
        }
        if let Some(each) = body.attribute("for_each") {
            let value = evaluate(&each.value);
            return self.each_of(&value, &full, &each.value, scope);
        }
        Expansion::single(span)
    }

    fn counted(
        &self,
        value: &V,
        address: &str,
        expr: &crate::syntax::Expr,
        scope: &Scope<'_>,
    ) -> Expansion {
        let mut out = Builder::new(Shape::Count, value.span);
        for (condition, value) in value.branches() {
            match super::operators::number(&value.value) {
                Ok(number) if number >= 0.0 && number <= MOST_INSTANCES as f64 => {
                    // Bounded just above.
                    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                    let number = number as usize;
                    out.branch(condition.clone());
                    for index in 0..number {
                        let text = smol_str::format_smolstr!("{index}");
                        let key = value.with(Value::Number(Number::new(text)));
                        out.add(InstanceKey::Index(index), key.clone(), key, &condition);
                    }
                }
                Ok(number) if number > MOST_INSTANCES as f64 => {
                    self.problem(
                        crate::read::ProblemKind::Limit,
                        expr.span,
                        format!(
                            "`{address}` has {number} instances; more than {MOST_INSTANCES} are \
                             not looked at one by one"
                        ),
                    );
                    out.branch(condition.clone());
                    out.any(condition, Gap { span: expr.span, unknown: Unknown::Limit });
                }
                result => {
                    let unknown = result.err().unwrap_or(Unknown::Invalid);
                    out.branch(condition.clone());
                    let condition = condition.and(self.exists(address, expr, scope));
                    out.any(condition, Gap { span: expr.span, unknown });
                }
            }
        }
        out.finish()
    }

    fn each_of(
        &self,
        value: &V,
        address: &str,
        expr: &crate::syntax::Expr,
        scope: &Scope<'_>,
    ) -> Expansion {
        let mut out = Builder::new(Shape::ForEach, value.span);
        for (condition, value) in value.branches() {
            let mut open;
            let mut members: Vec<(Option<InstanceKey>, V, V)> = Vec::new();
            let mut all = None;
            let mut is_filled = false;
            match &value.value {
                Value::Map(map) => {
                    let unnamed = &map.unnamed.entries;
                    open = map.others();
                    is_filled = map.unnamed.has_another;
                    members.extend(map.iter().map(|(key, entry)| {
                        let text = Value::Text(Text::literal(key.clone()));
                        let name = InstanceKey::Name(key.clone());
                        (Some(name), Located::new(text, entry.key), entry.value.clone())
                    }));
                    members.extend(
                        unnamed.iter().map(|(key, value)| {
                            (Some(out.unnamed(key)), key.clone(), value.clone())
                        }),
                    );
                }
                Value::List(list) => {
                    open = list.open;
                    for item in &list.items {
                        // Two alternatives of an item make the instances uncertain.
                        let text = item.value.to_text();
                        let key = text.as_ref().and_then(|text| {
                            self.known(text).or_else(|| {
                                text.first_unknown().is_none().then(|| text.to_string().into())
                            })
                        });
                        members.push((key.map(InstanceKey::Name), item.clone(), item.clone()));
                    }
                    // There is one for an item whose text is not known.
                    let is_there =
                        |item: &V| item.branches().iter().all(|(_, item)| !item.value.is_null());
                    is_filled =
                        members.iter().any(|(key, item, _)| key.is_none() && is_there(item));
                }
                other => {
                    let unknown = super::unknown_of(other);
                    open = Some(Gap { span: expr.span, unknown });
                    if let Value::Resource(address) = other {
                        all = self.stands_for_all(address);
                    }
                }
            }
            if members.len() > MOST_INSTANCES {
                self.problem(
                    crate::read::ProblemKind::Limit,
                    expr.span,
                    format!(
                        "`{address}` has {} instances; more than {MOST_INSTANCES} are not looked \
                         at one by one",
                        members.len()
                    ),
                );
                members.clear();
                open = Some(Gap { span: expr.span, unknown: Unknown::Limit });
            }
            out.branch(condition.clone());
            for (key, each_key, each_value) in members {
                match key {
                    Some(key) => out.add(key, each_key, each_value, &condition),
                    None => {
                        open.get_or_insert(Gap {
                            span: each_key.span,
                            unknown: super::unknown_of(&each_key.value),
                        });
                    }
                }
            }
            match (open, all) {
                // One for each of the other's instances, whichever there are.
                (Some(gap), Some(exist)) => out.any_of(condition.and(exist), gap, value.clone()),
                (Some(gap), None) => {
                    let condition = match is_filled {
                        true => condition,
                        false => condition.and(self.exists(address, expr, scope)),
                    };
                    match self.any_item(expr, scope) {
                        Some(item) => out.any_of(condition, gap, item),
                        None => out.any(condition, gap),
                    }
                }
                (None, _) => {}
            }
        }
        out.finish()
    }
}

/// An instance with its `each.key`, and its `each.value` in each alternative.
type Member = (InstanceKey, V, Vec<(Condition, V)>);

struct Builder {
    shape: Shape,
    span: Span,
    items: Vec<Member>,
    /// The keys of which parts are not known, each once.
    unnamed: Vec<V>,
    branches: Vec<(Condition, Vec<usize>)>,
    open: Option<Gap>,
}

impl Builder {
    const fn new(shape: Shape, span: Span) -> Self {
        Self {
            shape,
            span,
            items: Vec::new(),
            unnamed: Vec::new(),
            branches: Vec::new(),
            open: None,
        }
    }

    fn branch(&mut self, condition: Condition) {
        self.branches.push((condition, Vec::new()));
    }

    fn add(&mut self, key: InstanceKey, each_key: V, each_value: V, condition: &Condition) {
        let found = self.items.iter().position(|(old, ..)| *old == key);
        let index = found.unwrap_or_else(|| {
            self.items.push((key, each_key, Vec::new()));
            self.items.len() - 1
        });
        if let Some((_, _, values)) = self.items.get_mut(index)
            && values.last().is_none_or(|(last, _)| last != condition)
        {
            values.push((condition.clone(), each_value));
        }
        if let Some((_, members)) = self.branches.last_mut()
            && !members.contains(&index)
        {
            members.push(index);
        }
    }

    /// The instance with a key that is not known: one of its own, unless it has been added.
    fn unnamed(&mut self, key: &V) -> InstanceKey {
        let is_it = |known: &V| super::for_expr::is_same(known, key);
        let index = self.unnamed.iter().position(is_it).unwrap_or_else(|| {
            self.unnamed.push(key.clone());
            self.unnamed.len() - 1
        });
        InstanceKey::Unnamed(index)
    }

    /// Instances of which nothing is known but where they come from.
    fn any(&mut self, condition: Condition, gap: Gap) {
        let nothing = Located::new(Value::Unknown(gap.unknown), gap.span);
        self.any_of(condition, gap, nothing);
    }

    /// Instances of unknown keys, each with this value.
    fn any_of(&mut self, condition: Condition, gap: Gap, each_value: V) {
        match self.items.iter_mut().find(|(key, ..)| *key == InstanceKey::Any) {
            Some((_, _, values)) => values.push((condition, each_value)),
            None => {
                let key = Located::new(Value::Unknown(gap.unknown), gap.span);
                self.items.push((InstanceKey::Any, key, vec![(condition, each_value)]));
            }
        }
        self.open.get_or_insert(gap);
    }

    fn finish(self) -> Expansion {
        let span = self.span;
        let items = self
            .items
            .into_iter()
            .map(|(key, each_key, values)| {
                let condition = values
                    .iter()
                    .fold(Condition::Never, |all, (condition, _)| all.or(condition.clone()));
                let each_value = one_of(span, values);
                Rc::new(Repeated { key, each_key, each_value, condition })
            })
            .collect();
        Expansion { shape: self.shape, items, branches: self.branches, open: self.open }
    }
}
