//! Principals as questions ask about them.

use iacscan_core::{Pseudo, Segment, Text, Truth};

use crate::{Principal, PrincipalKind};

impl Principal {
    /// Whether the principal is the service with this short name (`lambda`): as
    /// `lambda.amazonaws.com`, with the suffix of another partition, or with `${AWS::URLSuffix}`.
    #[must_use]
    pub fn is_service(&self, name: &str) -> Truth {
        if self.kind != PrincipalKind::Service {
            return Truth::False;
        }
        let text = &self.value.value;
        if let Some(known) = text.as_known() {
            return Truth::from(
                known
                    .strip_prefix(name)
                    .is_some_and(|suffix| matches!(suffix, ".amazonaws.com" | ".amazonaws.com.cn")),
            );
        }
        match text.segments() {
            [Segment::Literal(literal), Segment::Pseudo(Pseudo::UrlSuffix)] => {
                Truth::from(literal.text.strip_suffix('.') == Some(name))
            }
            _ if text.first_unknown().is_some() => {
                // What is known before the unknown part may already differ.
                let prefix = text.known_prefix();
                let open = name.starts_with(prefix.as_str()) || prefix.starts_with(name);
                if open { Truth::Unknown } else { Truth::False }
            }
            _ => Truth::Unknown,
        }
    }

    /// Whether the principal is everyone: `*`, or `AWS: *`.
    #[must_use]
    pub fn is_everyone(&self) -> Truth {
        if !matches!(self.kind, PrincipalKind::Any | PrincipalKind::Aws) {
            return Truth::False;
        }
        let text: &Text = &self.value.value;
        match text.as_known() {
            Some(known) => Truth::from(known == "*"),
            None if text.first_unknown().is_some() && text.segments().len() == 1 => Truth::Unknown,
            None => Truth::False,
        }
    }
}

#[cfg(test)]
mod tests {
    use iacscan_core::{Located, Span, Unknown};

    use super::*;

    fn service(value: Text) -> Principal {
        Principal {
            kind: PrincipalKind::Service,
            key: Span::NONE,
            value: Located::new(value, Span::NONE),
        }
    }

    #[test]
    fn the_spellings_of_a_service() {
        let mut suffixed = Text::from("lambda.");
        suffixed.extend(&Text::pseudo(Pseudo::UrlSuffix));
        let mut other = Text::from("ec2.");
        other.extend(&Text::unknown(Unknown::Input));
        let cases = [
            (Text::from("lambda.amazonaws.com"), Truth::True),
            (Text::from("lambda.amazonaws.com.cn"), Truth::True),
            (Text::from("edgelambda.amazonaws.com"), Truth::False),
            (Text::from("lambda.aws.com"), Truth::False),
            (suffixed, Truth::True),
            (other, Truth::False),
            (Text::unknown(Unknown::Input), Truth::Unknown),
        ];
        for (text, expected) in cases {
            assert_eq!(service(text.clone()).is_service("lambda"), expected, "{text}");
        }
    }
}
