//! How the language of a unit writes a text that stands in a policy.

use iacscan_core::{Address, ResourceAttribute, Segment, Text};
use iacscan_graph::{Chain, Graph, Spelled};

use super::instances::split;

/// A text as the policies of the chain's role write it: an ARN as it stands between quotes, or a
/// reference. What is not known, or cannot be named there without a circle, is `*`.
pub(crate) fn spell(chain: &Chain<'_>, text: &Text) -> String {
    let Some(language) = chain.graph.unit_of(chain.id).map(|unit| unit.language) else {
        return "*".to_owned();
    };
    let from =
        chain.linked().map_or(&chain.function.header.address, |role| &role.role.header.address);
    let part = |target: &Address, attribute: &ResourceAttribute| {
        // The function waits for its role.
        if *target == chain.function.header.address || *target == *from {
            return None;
        }
        inside(chain.graph, from, target, attribute)
    };
    if let Some((target, attribute)) = text.as_reference()
        && let Some(part) = part(target, attribute)
    {
        return language.alone(&part);
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

/// A reference to an attribute of a resource, where the language of the resource's unit has one.
pub(crate) fn reference(
    graph: &Graph,
    target: &Address,
    attribute: &ResourceAttribute,
) -> Option<String> {
    let language = graph.resolver().unit_of(target)?.language;
    Some(language.alone(&inside(graph, target, target, attribute)?))
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
    let kind = graph.resolver().resource(target)?.header.resource_type.as_str();
    let (modules, name) = split(target.name());
    let name = if split(from.name()).0 == modules { name } else { target.name().as_str() };
    graph.resolver().unit_of(target)?.language.attribute(name, kind, attribute)
}
