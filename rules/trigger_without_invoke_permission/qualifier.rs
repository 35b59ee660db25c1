//! Which version of a function is named.

use iacscan_core::{Attribute, Input, Property, ResourceAttribute, Segment, Text};
use iacscan_graph::Graph;
use iacscan_graph::nodes::ResourceKind;
use iacscan_iam::Resolve;

/// What stands behind the function's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Qualifier {
    /// Nothing.
    None,
    /// An alias or the number of a version, where its text is known.
    Some(Option<String>),
    /// It is not known whether anything does, or it is `$LATEST`.
    Unknown,
}

/// Stands for a name that is not known and has no colon.
const NAME: char = '\u{1}';

impl Qualifier {
    /// Of a name, an ARN, a reference or an invocation URI.
    pub(super) fn of(graph: &Graph, function: &Text) -> Self {
        let resolver = graph.resolver();
        let whole = match function.as_reference() {
            Some((target, ResourceAttribute::Other(name)))
                if name == "invoke_arn"
                    && resolver
                        .resource(target)
                        .is_some_and(|resource| resource.kind == ResourceKind::FunctionAlias) =>
            {
                Text::reference(target.clone(), ResourceAttribute::Arn)
            }
            _ => function.clone(),
        };
        let mut text = String::new();
        for segment in resolver.resolve(&whole).segments() {
            match segment {
                Segment::Literal(literal) => text.push_str(&literal.text),
                Segment::Pseudo(_)
                | Segment::Input(Input { in_name: true, .. })
                | Segment::Reference { attribute: ResourceAttribute::Name, .. } => text.push(NAME),
                Segment::Reference { attribute: ResourceAttribute::Other(name), .. }
                    if name == "name" =>
                {
                    text.push(NAME);
                }
                Segment::Reference { .. }
                | Segment::Import(_)
                | Segment::Input(_)
                | Segment::Unknown(_) => return Self::Unknown,
            }
        }
        Self::behind(&text)
    }

    /// Of the value that a property has where it has one.
    pub(super) fn of_only(graph: &Graph, function: &Property<Text>) -> Self {
        let mut set = function.iter().filter(|branch| !matches!(branch.item, Attribute::Absent));
        match (set.next().map(|branch| &branch.item), set.next()) {
            (Some(Attribute::Known(text)), None) => Self::of(graph, &text.value),
            _ => Self::Unknown,
        }
    }

    fn behind(text: &str) -> Self {
        let function = text
            .split_once("/functions/")
            .map_or(text, |(_, rest)| rest.strip_suffix("/invocations").unwrap_or(rest));
        let named = match function.rsplit_once("function:") {
            Some((_, named)) => named,
            None if function.starts_with("arn:") => return Self::Unknown,
            None => function,
        };
        // `$LATEST` is the function itself, and a stage variable may be anything.
        if named.contains('$') {
            return Self::Unknown;
        }
        match named.split_once(':') {
            None => Self::None,
            Some((_, qualifier)) => {
                Self::Some((!qualifier.contains(NAME)).then(|| qualifier.to_owned()))
            }
        }
    }

    /// Whether what is permitted for `other` is certainly not permitted for this one. A permission
    /// for an alias or a version counts for the function.
    pub(super) fn is_out_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Some(_), Self::None) => true,
            (Self::Some(Some(wanted)), Self::Some(Some(permitted))) => wanted != permitted,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_the_name() {
        let some = |qualifier: &str| Qualifier::Some(Some(qualifier.to_owned()));
        let cases = [
            ("app", Qualifier::None),
            ("app:live", some("live")),
            ("123456789012:function:app:1", some("1")),
            ("arn:aws:lambda:eu-west-1:123456789012:function:app", Qualifier::None),
            ("arn:aws:lambda:eu-west-1:123456789012:function:app:live", some("live")),
            ("arn:aws:lambda:eu-west-1:123456789012:function:app:$LATEST", Qualifier::Unknown),
            (
                "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:app:live/invocations",
                some("live"),
            ),
            ("arn:aws:lambda:eu-west-1:123456789012:function:\u{1}:\u{1}", Qualifier::Some(None)),
            ("\u{1}:${stageVariables.alias}", Qualifier::Unknown),
        ];
        for (text, expected) in cases {
            assert_eq!(Qualifier::behind(text), expected, "{text}");
        }
    }

    #[test]
    fn a_permission_for_the_function_is_none_for_its_alias() {
        let live = Qualifier::Some(Some("live".to_owned()));
        let test = Qualifier::Some(Some("test".to_owned()));
        let cases = [
            (&live, &Qualifier::None, true),
            (&live, &test, true),
            (&live, &live, false),
            (&live, &Qualifier::Some(None), false),
            (&live, &Qualifier::Unknown, false),
            (&Qualifier::None, &live, false),
            (&Qualifier::Unknown, &Qualifier::None, false),
        ];
        for (wanted, permitted, expected) in cases {
            assert_eq!(wanted.is_out_of(permitted), expected, "{wanted:?} {permitted:?}");
        }
    }
}
