//! Text of which only some parts may be known.

use std::fmt;
use std::sync::Arc;

use crate::{Address, OffsetMap, ResourceAttribute, SourceId, Span, Str, Unknown};

/// A string as a sequence of known and unknown parts: `"arn:aws:s3:::${b}/*"` keeps what is known.
///
/// No literal segment is empty, and no two literals stand side by side unless their origins differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text {
    segments: Vec<Segment>,
}

/// One part of a [`Text`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// Known characters.
    Literal(Literal),
    /// An attribute of a resource in the scanned source.
    Reference {
        /// The resource.
        target: Address,
        /// Which of its attributes.
        attribute: ResourceAttribute,
    },
    /// What another unit exports under this name (`Fn::ImportValue`).
    Import(Str),
    /// A value that the deployment's place decides.
    Pseudo(Pseudo),
    /// An input without a value.
    Input(Input),
    /// Characters that are not known.
    Unknown(Unknown),
}

/// An input of a module or template that nothing gives a value: not known, but the same wherever it
/// stands. Equality looks at the input alone.
#[derive(Clone, Debug)]
pub struct Input {
    /// Where it is declared. Each instance of a module has inputs of its own.
    pub address: Address,
    /// Whether it is part of the name of a resource, which has no colons and no wildcards.
    pub in_name: bool,
}

/// What the place of a deployment decides: CloudFormation's pseudo parameters, Terraform's
/// `aws_region`, `aws_caller_identity` and `aws_partition`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pseudo {
    /// The account id, 12 digits.
    AccountId,
    /// The region, as `eu-central-1`.
    Region,
    /// `aws`, `aws-cn`, `aws-us-gov`, ...
    Partition,
    /// `amazonaws.com` or `amazonaws.com.cn`.
    UrlSuffix,
    /// The name of the CloudFormation stack.
    StackName,
    /// The ARN of the CloudFormation stack.
    StackId,
}

/// Known characters and where they were written. Equality looks at the characters alone.
#[derive(Clone, Debug)]
pub struct Literal {
    /// The characters, escapes resolved.
    pub text: Str,
    /// Where they were written.
    pub origin: Origin,
}

/// Where the characters of a literal were written.
#[derive(Clone, Debug)]
pub enum Origin {
    /// Nowhere: computed.
    None,
    /// By AWS: the whole document of its managed policy of this name.
    ManagedPolicy(&'static str),
    /// By AWS: a text in the document of its managed policy of this name.
    InManagedPolicy(&'static str),
    /// Byte for byte from this offset on.
    At(SourceId, u32),
    /// Through a map, because the decoded text differs from the source.
    Mapped(Arc<OffsetMap>),
}

impl Literal {
    /// The source of a range of the literal's bytes, where there is one.
    #[must_use]
    pub fn span(&self, range: std::ops::Range<usize>) -> Option<Span> {
        match &self.origin {
            Origin::None | Origin::ManagedPolicy(_) | Origin::InManagedPolicy(_) => None,
            Origin::At(source, start) => {
                let start = *start as usize;
                Some(Span::new(*source, start + range.start, start + range.end))
            }
            Origin::Mapped(map) => Some(map.span(range)),
        }
    }

    /// The bytes `range` of the literal with their origin, where they fall on characters.
    #[must_use]
    pub fn slice(&self, range: std::ops::Range<usize>) -> Option<Self> {
        let text = self.text.get(range.clone())?.into();
        let origin = match &self.origin {
            Origin::None | Origin::ManagedPolicy(_) | Origin::InManagedPolicy(_) => Origin::None,
            Origin::At(source, start) => {
                Origin::At(*source, start + u32::try_from(range.start).unwrap_or(u32::MAX))
            }
            Origin::Mapped(map) => map.origin(range),
        };
        Some(Self { text, origin })
    }
}

impl PartialEq for Input {
    fn eq(&self, other: &Self) -> bool {
        self.address == other.address
    }
}
impl Eq for Input {}
impl PartialOrd for Input {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Input {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.address.cmp(&other.address)
    }
}
impl std::hash::Hash for Input {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.address.hash(state);
    }
}

impl PartialEq for Literal {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
impl Eq for Literal {}
impl PartialOrd for Literal {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Literal {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}
impl std::hash::Hash for Literal {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Text {
    /// The empty text.
    #[must_use]
    pub const fn new() -> Self {
        Self { segments: Vec::new() }
    }

    /// Known text of no particular place.
    pub fn literal(text: impl Into<Str>) -> Self {
        Self::located_literal(text, Origin::None)
    }

    /// Known text written at `origin`.
    pub fn located_literal(text: impl Into<Str>, origin: Origin) -> Self {
        let mut result = Self::new();
        result.push(Segment::Literal(Literal { text: text.into(), origin }));
        result
    }

    /// Text of which nothing is known.
    #[must_use]
    pub fn unknown(unknown: Unknown) -> Self {
        Self { segments: vec![Segment::Unknown(unknown)] }
    }

    /// An attribute of a resource.
    #[must_use]
    pub fn reference(target: Address, attribute: ResourceAttribute) -> Self {
        Self { segments: vec![Segment::Reference { target, attribute }] }
    }

    /// An input without a value.
    #[must_use]
    pub fn input(address: Address) -> Self {
        Self { segments: vec![Segment::Input(Input { address, in_name: false })] }
    }

    /// A value that the deployment's place decides.
    #[must_use]
    pub fn pseudo(pseudo: Pseudo) -> Self {
        Self { segments: vec![Segment::Pseudo(pseudo)] }
    }

    /// The parts.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Adds a part; empty literals vanish, and computed literals join their neighbour.
    pub fn push(&mut self, segment: Segment) {
        if let Segment::Literal(new) = &segment {
            if new.text.is_empty() {
                return;
            }
            if let Some(Segment::Literal(last)) = self.segments.last_mut()
                && let (Origin::None, Origin::None) = (&last.origin, &new.origin)
            {
                last.text = smol_str::format_smolstr!("{}{}", last.text, new.text);
                return;
            }
        }
        self.segments.push(segment);
    }

    /// Adds another text behind this one.
    pub fn extend(&mut self, other: &Self) {
        for segment in &other.segments {
            self.push(segment.clone());
        }
    }

    /// Whether it is the empty string.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The whole text, when all of it is known.
    #[must_use]
    pub fn as_known(&self) -> Option<Str> {
        match self.segments.as_slice() {
            [] => Some(Str::default()),
            [Segment::Literal(literal)] => Some(literal.text.clone()),
            segments => {
                let mut text = String::new();
                for segment in segments {
                    let Segment::Literal(literal) = segment else { return None };
                    text.push_str(&literal.text);
                }
                Some(text.into())
            }
        }
    }

    /// The whole text when it is one known piece, without copying.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self.segments.as_slice() {
            [] => Some(""),
            [Segment::Literal(literal)] => Some(&literal.text),
            _ => None,
        }
    }

    /// The resource and attribute, when the text is one reference and nothing else.
    #[must_use]
    pub fn as_reference(&self) -> Option<(&Address, &ResourceAttribute)> {
        match self.segments.as_slice() {
            [Segment::Reference { target, attribute }] => Some((target, attribute)),
            _ => None,
        }
    }

    /// The first reason why part of the text is not known. References and pseudo parameters count
    /// as known here: they say what they are.
    #[must_use]
    pub fn first_unknown(&self) -> Option<Unknown> {
        self.segments.iter().find_map(|segment| match segment {
            Segment::Input(_) => Some(Unknown::Input),
            Segment::Unknown(unknown) => Some(*unknown),
            _ => None,
        })
    }

    /// Why nothing of the text is known, if so.
    #[must_use]
    pub fn as_unknown(&self) -> Option<Unknown> {
        match self.segments.as_slice() {
            [Segment::Input(_) | Segment::Unknown(_)] => self.first_unknown(),
            _ => None,
        }
    }

    /// Whether equal texts are the same for every value of the inputs: no part is just not known.
    #[must_use]
    pub fn is_symbolic(&self) -> bool {
        !self.segments.iter().any(|segment| matches!(segment, Segment::Unknown(_)))
    }

    /// As the name of a resource.
    #[must_use]
    pub fn into_name(mut self) -> Self {
        for segment in &mut self.segments {
            if let Segment::Input(input) = segment {
                input.in_name = true;
            }
        }
        self
    }

    /// The known characters before the first other part.
    #[must_use]
    pub fn known_prefix(&self) -> Str {
        let mut prefix = String::new();
        for segment in &self.segments {
            let Segment::Literal(literal) = segment else { break };
            prefix.push_str(&literal.text);
        }
        prefix.into()
    }

    /// The known characters behind the last other part.
    #[must_use]
    pub fn known_suffix(&self) -> Str {
        let tail: Vec<&str> = self
            .segments
            .iter()
            .rev()
            .map_while(|segment| match segment {
                Segment::Literal(literal) => Some(literal.text.as_str()),
                _ => None,
            })
            .collect();
        tail.into_iter().rev().collect::<String>().into()
    }

    /// The references in the text.
    pub fn references(&self) -> impl Iterator<Item = (&Address, &ResourceAttribute)> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Reference { target, attribute } => Some((target, attribute)),
            _ => None,
        })
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::literal(text)
    }
}

impl fmt::Display for Pseudo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccountId => "account",
            Self::Region => "region",
            Self::Partition => "partition",
            Self::UrlSuffix => "url-suffix",
            Self::StackName => "stack-name",
            Self::StackId => "stack-id",
        })
    }
}

/// How reports show a text: known characters as they are, everything else in `${}`.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.segments {
            match segment {
                Segment::Literal(literal) => f.write_str(&literal.text)?,
                Segment::Reference { target, attribute } => match attribute {
                    ResourceAttribute::Arn => write!(f, "${{{target}.arn}}")?,
                    ResourceAttribute::Name => write!(f, "${{{target}}}")?,
                    ResourceAttribute::Url => write!(f, "${{{target}.url}}")?,
                    ResourceAttribute::UniqueId => write!(f, "${{{target}.id}}")?,
                    ResourceAttribute::StreamArn => write!(f, "${{{target}.stream_arn}}")?,
                    ResourceAttribute::Credential(part) => write!(f, "${{{target}.{part}}}")?,
                    ResourceAttribute::Other(name) => write!(f, "${{{target}.{name}}}")?,
                },
                Segment::Import(name) => write!(f, "${{import {name}}}")?,
                Segment::Pseudo(pseudo) => write!(f, "${{{pseudo}}}")?,
                Segment::Input(_) | Segment::Unknown(_) => f.write_str("${?}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_join_and_compare_by_characters() {
        let mut text = Text::literal("a");
        text.push(Segment::Literal(Literal { text: "b".into(), origin: Origin::None }));
        text.push(Segment::Literal(Literal { text: Str::default(), origin: Origin::None }));
        assert_eq!(text.as_str(), Some("ab"));
        assert_eq!(text, Text::from("ab"));
        assert!(Text::literal("").is_empty());
    }

    #[test]
    fn what_is_known_stays_known() {
        let bucket = Address::new("infra", "aws_s3_bucket.b");
        let mut text = Text::reference(bucket, ResourceAttribute::Arn);
        text.extend(&Text::from("/*"));
        assert_eq!(text.as_known(), None);
        assert_eq!(text.known_prefix(), "");
        assert_eq!(text.known_suffix(), "/*");
        assert_eq!(text.first_unknown(), None);
        assert_eq!(text.to_string(), "${aws_s3_bucket.b.arn}/*");
        text.push(Segment::Unknown(Unknown::Input));
        assert_eq!(text.first_unknown(), Some(Unknown::Input));
        assert_eq!(text.known_suffix(), "");
    }
}
