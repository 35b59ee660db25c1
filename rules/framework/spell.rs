//! How the language of a unit writes a text that stands in a policy.

use iacscan_core::{Address, Input, Located, Notation, Pseudo, ResourceAttribute, Segment, Text};
use iacscan_graph::{Chain, Graph, Language, Passed, Spelled, Unit};

use iacscan_graph::instances::{are_beside, block, split};
use iacscan_iam::Statement;

use super::inputs;

/// A text as the policies of the chain's role write it: an ARN as it stands between quotes, or a
/// reference. What is not known, or cannot be named there without a circle, is `*`.
pub(crate) fn spell(chain: &Chain<'_>, text: &Text) -> String {
    let Some(language) = chain.graph.unit_of(chain.id).map(|unit| unit.language) else {
        return "*".to_owned();
    };
    // What a module is given is written at its call.
    let call = inputs::place(chain);
    let own = chain.linked().map_or(&chain.function.header.address, |it| &it.role.header.address);
    let from = call.as_ref().unwrap_or(own);
    let text = &by_inputs(chain.graph, from, text);
    let part = |target: &Address, attribute: &ResourceAttribute| {
        // The function waits for its role.
        if *target == chain.function.header.address || *target == *own {
            return None;
        }
        inside(chain.graph, from, target, attribute)
    };
    if let Some((target, attribute)) = text.as_reference()
        && let Some(part) = part(target, attribute)
    {
        return language.alone(&part);
    }
    if let [Segment::Input(input)] = text.segments()
        && let Some(name) = input_beside(from, input)
    {
        return language.alone(&name);
    }
    let (mut out, mut refers) = (String::new(), false);
    for segment in text.segments() {
        let written = match segment {
            Segment::Literal(literal) => {
                out.push_str(&literal.text);
                continue;
            }
            Segment::Reference { target, attribute } => part(target, attribute),
            Segment::Pseudo(pseudo) => match language.pseudo(*pseudo) {
                Some(Spelled::Literally(text)) => {
                    out.push_str(text);
                    continue;
                }
                Some(Spelled::By(expression)) => Some(expression.to_owned()),
                None => None,
            },
            Segment::Input(input) => input_beside(from, input),
            Segment::Import(_) | Segment::Unknown(_) => None,
        };
        match written {
            Some(part) => {
                refers = true;
                out.push_str(&format!("${{{part}}}"));
            }
            None if out.ends_with('*') => {}
            None => out.push('*'),
        }
    }
    if refers { language.interpolated(out) } else { out }
}

/// A text made of parts of one that stands at a place, to be written there instead: `None` unless
/// all of the old one is written at that place, and all of the new one can be.
pub(crate) fn exactly(
    graph: &Graph,
    from: &Address,
    old: &Located<Text>,
    new: &Text,
) -> Option<String> {
    let is_here = old.passages().next().is_none()
        && old.value.segments().iter().all(|segment| match segment {
            Segment::Literal(literal) => {
                let span = literal.span(0..literal.text.len());
                span.is_some_and(|span| {
                    span.source == old.span.source
                        && old.span.start <= span.start
                        && span.end <= old.span.end
                })
            }
            Segment::Reference { .. } | Segment::Pseudo(_) | Segment::Input(_) => true,
            Segment::Import(_) | Segment::Unknown(_) => false,
        });
    if is_here { composed(graph, from, new) } else { None }
}

/// A text as it is written in a resource; `None` unless all of it can be, and what it names is there
/// whenever that is.
pub(crate) fn written(graph: &Graph, from: &Address, new: &Text) -> Option<String> {
    if sometimes_gone(graph, from, new).is_some() { None } else { composed(graph, from, new) }
}

/// What a text names that may not be there when the resource that names it is, with what decides
/// that.
pub(crate) fn sometimes_gone<'g>(
    graph: &'g Graph,
    from: &Address,
    text: &Text,
) -> Option<(&'g Address, &'g str)> {
    let from = &graph.resolver().resource(from)?.header;
    let named = text.references().filter_map(|(target, _)| graph.resolver().resource(target));
    let mut gone = named.map(|resource| &resource.header).filter(|header| {
        let address = &header.address;
        let is_near =
            address.unit() == from.address.unit() && address.scope() == from.address.scope();
        is_near && !header.is_with(from)
    });
    gone.find_map(|header| Some((&header.address, header.under.as_deref()?)))
}

/// A text as it is written in a resource where all that it names is there.
fn composed(graph: &Graph, from: &Address, new: &Text) -> Option<String> {
    let language = graph.resolver().unit_of(from)?.language;
    let new = &by_inputs(graph, from, new);
    if let Some((target, attribute)) = new.as_reference() {
        return Some(language.alone(&inside(graph, from, target, attribute)?));
    }
    if let [Segment::Input(input)] = new.segments() {
        return Some(language.alone(&input_beside(from, input)?));
    }
    let (mut out, mut refers) = (String::new(), false);
    for segment in new.segments() {
        let expression = match segment {
            Segment::Literal(literal) => {
                out.push_str(&literal.text);
                continue;
            }
            Segment::Reference { target, attribute } => inside(graph, from, target, attribute)?,
            Segment::Pseudo(pseudo) => match language.pseudo(*pseudo)? {
                Spelled::By(expression) => expression.to_owned(),
                Spelled::Literally(_) => return None,
            },
            Segment::Input(input) => input_beside(from, input)?,
            Segment::Import(_) | Segment::Unknown(_) => return None,
        };
        refers = true;
        out.push_str(&format!("${{{expression}}}"));
    }
    Some(if refers { language.interpolated(out) } else { out })
}

/// What a language writes, in a statement: in a text of JSON a reference needs the marks of one.
pub(crate) fn noted(language: &dyn Language, statement: &Statement, written: String) -> String {
    let is_bare = !written.starts_with('"') && !written.starts_with("arn:");
    if statement.notation == Notation::Text && is_bare && written != "*" {
        language.interpolated(format!("${{{written}}}"))
    } else {
        written
    }
}

/// A key of a statement as it is written there: `NotAction`, or `not_actions`.
pub(crate) fn key(statement: &Statement, name: &'static str) -> &'static str {
    match (statement.notation, name) {
        (Notation::Block, "Action") => "actions",
        (Notation::Block, "NotAction") => "not_actions",
        (Notation::Block, "NotPrincipal") => "not_principals",
        (Notation::Block, "Resource") => "resources",
        (Notation::Block, "NotResource") => "not_resources",
        _ => name,
    }
}

/// A condition of a statement, as it is written there: what a key has to be, one of these.
pub(crate) fn condition(
    unit: &Unit,
    statement: &Statement,
    operator: &str,
    key: &str,
    values: &[&str],
) -> String {
    unit.language.condition(statement.notation, operator, key, values)
}

/// The form of an ARN as a unit writes it, where `${Partition}`, `${Region}` and `${Account}` stand
/// for where it is deployed to. What its language has no expression for is in capitals.
pub(crate) fn form(unit: Option<&Unit>, arn: &str) -> String {
    let (mut out, mut refers) = (arn.to_owned(), false);
    for (variable, pseudo, capitals) in [
        ("${Partition}", Pseudo::Partition, "aws"),
        ("${Region}", Pseudo::Region, "REGION"),
        ("${Account}", Pseudo::AccountId, "ACCOUNT"),
    ] {
        let spelled = unit.and_then(|unit| unit.language.pseudo(pseudo));
        let is_there = out.contains(variable);
        out = match spelled {
            Some(Spelled::By(expression)) => {
                refers |= is_there;
                out.replace(variable, &format!("${{{expression}}}"))
            }
            Some(Spelled::Literally(text)) => out.replace(variable, text),
            None => out.replace(variable, capitals),
        };
    }
    match unit {
        Some(unit) if refers => unit.language.interpolated(out),
        _ => out,
    }
}

/// A reference to an attribute of one resource that stands in for those of several instances, each
/// written at the same place by the block of the first of a pair: by the key that both have, where
/// the instances differ.
pub(crate) fn reference(
    graph: &Graph,
    pairs: &[(&Address, &Address)],
    attribute: &ResourceAttribute,
) -> Option<String> {
    let written = |each: fn(&dyn Language, &str, &str) -> Option<String>| {
        let mut all = pairs.iter().map(|(from, target)| {
            let unit = graph.resolver().unit_of(target)?;
            let kind = graph.resolver().resource(target)?.header.resource_type.as_str();
            let name = each(unit.language, split(target.name()).1, split(from.name()).1)?;
            Some(unit.language.alone(&unit.language.attribute(&name, kind, attribute)?))
        });
        let first = all.next()??;
        all.all(|other| other.as_ref() == Some(&first)).then_some(first)
    };
    written(|_, target, _| Some(target.to_owned()))
        .or_else(|| written(|language, target, from| language.same_instance(target, from)))
}

/// A text in which inputs that are declared beside `from` stand for what their defaults write:
/// another value may be given to them.
fn by_inputs(graph: &Graph, from: &Address, text: &Text) -> Text {
    let defaults = graph.resolver().unit_of(from).map_or(&[][..], |unit| &unit.defaults);
    let mut out = Text::new();
    for segment in text.segments() {
        let place = match segment {
            Segment::Literal(literal) => literal.span(0..literal.text.len()),
            _ => None,
        };
        let input = place.and_then(|place| {
            defaults.iter().find(|it| it.span == place && are_beside(&it.value, from))
        });
        match input {
            Some(input) => out.extend(&Text::input(input.value.clone())),
            None => out.push(segment.clone()),
        }
    }
    out
}

/// What stands between `${` and `}` for an input, written beside `from`: its name, where that is
/// declared.
fn input_beside(from: &Address, input: &Input) -> Option<String> {
    let declared = &input.address;
    are_beside(declared, from).then(|| declared.name().to_string())
}

/// What to do so that a role can name what another module declares.
pub(crate) fn to_pass(chain: &Chain<'_>, text: &Text) -> Option<String> {
    let graph = chain.graph;
    let call = inputs::place(chain);
    let from = call.as_ref().or_else(|| Some(&chain.linked()?.role.header.address))?;
    let around = split(from.name()).0;
    text.references().find_map(|(target, attribute)| {
        let (modules, name) = split(target.name());
        let is_here = target.unit() == from.unit() && target.scope() == from.scope();
        if !is_here || modules == around || *target == chain.function.header.address {
            return None;
        }
        if passed(graph, from, target, attribute).is_some() {
            return None;
        }
        let header = &graph.resolver().resource(target)?.header;
        let language = graph.resolver().unit_of(target)?.language;
        let written = language.attribute(block(name), &header.resource_type, attribute)?;
        Some(if modules.len() > around.len() {
            format!("Hand `{written}` out of its module by an output.")
        } else {
            format!("Pass `{written}` to the module of the role.")
        })
    })
}

/// What names an attribute of a resource, or the resource, beside `from` in a module that does not
/// declare it.
pub(crate) fn passed<'g>(
    graph: &'g Graph,
    from: &Address,
    target: &Address,
    attribute: &ResourceAttribute,
) -> Option<&'g Passed> {
    if target.unit() != from.unit() || target.scope() != from.scope() {
        return None;
    }
    let module = split(from.name()).0.join(".");
    graph.resolver().unit_of(target)?.passed.iter().find(|passed| {
        passed.module == module
            && passed.target == *target
            && passed.attribute.as_ref().is_none_or(|it| it == attribute)
    })
}

/// What stands between `${` and `}` for an attribute of a resource, written beside `from`.
fn inside(
    graph: &Graph,
    from: &Address,
    target: &Address,
    attribute: &ResourceAttribute,
) -> Option<String> {
    if target.unit() != from.unit() || target.scope() != from.scope() {
        return None;
    }
    let kind = graph.resolver().type_of(target)?.as_str();
    let (modules, name) = split(target.name());
    let around = split(from.name()).0;
    let passed = (around != modules).then(|| passed(graph, from, target, attribute)).flatten();
    let name = match passed {
        Some(Passed { expression, attribute: Some(_), .. }) => return Some(expression.to_string()),
        Some(Passed { expression, attribute: None, .. }) => expression.as_str(),
        None if around == modules => name,
        None => target.name().as_str(),
    };
    graph.resolver().unit_of(target)?.language.attribute(name, kind, attribute)
}
