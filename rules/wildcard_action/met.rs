//! Which actions of a pattern the resources of a statement let through.

use iacscan_core::{Pseudo, ResourceAttribute, Segment, Text, Truth};
use iacscan_iam::ArnParts;
use iacscan_iam::aws::{AccessLevel, Action, Requirement, resource_types};

/// Whether an action is done to something that one of these patterns names.
pub(super) fn meets(resources: &[Text], action: &Action) -> Truth {
    if action.level == AccessLevel::Unknown {
        let formats = || resource_types(action.service()).flat_map(|kind| kind.arn_formats());
        let any = |it| Truth::any(formats().map(|form| may_name(action.service(), it, form)));
        return Truth::any(resources.iter().map(any)).and(Truth::Unknown);
    }
    let kinds: Vec<_> = action.resource_types().collect();
    let named = |name: &str| {
        let kinds = resource_types(action.service()).filter(|kind| kind.name == name);
        let formats: Vec<&str> = kinds.flat_map(|kind| kind.arn_formats()).collect();
        let all = || resources.iter().flat_map(|it| formats.iter().map(move |form| (it, *form)));
        if formats.is_empty() {
            return Truth::Unknown;
        }
        Truth::any(all().map(|(pattern, form)| may_name(action.service(), pattern, form)))
    };
    let any = Truth::any(kinds.iter().map(|kind| named(kind.name)));
    // A call may name one of those that are required, as a query does an index of a table.
    let required = kinds.iter().filter(|kind| kind.requirement == Requirement::Required);
    let is_whole = required.map(|kind| named(kind.name)).all(Truth::is_true);
    if is_whole { any } else { any.and(Truth::Unknown) }
}

/// Services whose resources have names without slashes, but for what lies inside of others.
const PLAIN: &[&str] = &["dynamodb", "kinesis", "lambda", "s3", "sns", "sqs", "states"];

/// Services whose resources have slashes in their names.
const DEEP: &[&str] = &["iam", "logs", "secretsmanager", "ssm"];

/// Whether a pattern and the form of an ARN have an ARN in common.
fn may_name(service: &str, pattern: &Text, form: &str) -> Truth {
    let Some(pattern) = of_pattern(pattern) else { return Truth::Unknown };
    let with = |is_deep| common(&pattern, &of_form(form, is_deep));
    match (with(false), with(true)) {
        (true, _) => Truth::True,
        (false, true) if DEEP.contains(&service) => Truth::True,
        (false, true) if !PLAIN.contains(&service) => Truth::Unknown,
        _ => Truth::False,
    }
}

/// A piece of what stands for ARNs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Is(char),
    /// A name that the deployment gives: no character is known.
    Given,
    One,
    /// Any characters, or any but those that part an ARN.
    Any {
        across: bool,
    },
}

impl Piece {
    fn agrees(self, other: Self) -> bool {
        match (self, other) {
            (Self::Is(one), Self::Is(other)) => one == other,
            (Self::Any { across: false }, Self::Is(c))
            | (Self::Is(c), Self::Any { across: false }) => !matches!(c, '/' | ':'),
            (Self::Given, Self::Is(_)) | (Self::Is(_), Self::Given) => false,
            _ => true,
        }
    }

    const fn repeats(self) -> bool {
        matches!(self, Self::Any { .. })
    }
}

/// The pieces of a resource pattern; `None` where a part is not known.
fn of_pattern(pattern: &Text) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    // `!Sub` writes a policy variable in two literals.
    let mut literal = String::new();
    for segment in pattern.segments() {
        match segment {
            Segment::Literal(it) => literal.push_str(&it.text),
            Segment::Pseudo(Pseudo::AccountId | Pseudo::Partition | Pseudo::Region)
            | Segment::Reference { attribute: ResourceAttribute::Name, .. } => {
                pieces.extend(of_literal(&std::mem::take(&mut literal)));
                pieces.push(Piece::Given);
            }
            Segment::Input(input) if input.in_name => {
                pieces.extend(of_literal(&std::mem::take(&mut literal)));
                pieces.push(Piece::Given);
            }
            _ => return None,
        }
    }
    pieces.extend(of_literal(&literal));
    if ArnParts::split(pattern).is_some() {
        stay_in_fields(&mut pieces);
    }
    Some(pieces)
}

/// The pieces of what a pattern says. A policy variable is filled in when it is asked, but for those
/// that stand for a character itself.
fn of_literal(literal: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = literal;
    while let Some(first) = rest.chars().next() {
        if let Some((name, behind)) = rest.strip_prefix("${").and_then(|it| it.split_once('}')) {
            pieces.push(match name {
                "*" => Piece::Is('*'),
                "?" => Piece::Is('?'),
                "$" => Piece::Is('$'),
                _ => Piece::Given,
            });
            rest = behind;
            continue;
        }
        pieces.push(match first {
            '*' => Piece::Any { across: true },
            '?' => Piece::One,
            other => Piece::Is(other),
        });
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    pieces
}

/// The pieces of an ARN's form; what is inside of something may lie deep whatever it is.
fn of_form(form: &str, is_deep: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = form;
    while let Some(first) = rest.chars().next() {
        if let Some((name, behind)) = rest.strip_prefix("${").and_then(|it| it.split_once('}')) {
            pieces.push(Piece::Any { across: is_deep || name == "ObjectName" });
            rest = behind;
            continue;
        }
        pieces.push(if first == '*' { Piece::Any { across: true } } else { Piece::Is(first) });
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    if form.starts_with("arn:") {
        stay_in_fields(&mut pieces);
    }
    pieces
}

/// What takes any characters stays in its field of an ARN, but in the last one.
fn stay_in_fields(pieces: &mut [Piece]) {
    let mut colons = 0;
    for piece in pieces {
        match piece {
            Piece::Is(':') if colons == 4 => return,
            Piece::Is(':') => colons += 1,
            Piece::Any { across } => *across = false,
            _ => {}
        }
    }
}

/// Whether some text is both.
fn common(one: &[Piece], other: &[Piece]) -> bool {
    // Whether what is behind each place of `other` agrees with what is behind one of `one`.
    let mut behind: Vec<bool> = (0..=other.len())
        .map(|at| other.get(at..).unwrap_or_default().iter().all(|piece| piece.repeats()))
        .collect();
    for piece in one.iter().rev() {
        let mut here = vec![false; other.len() + 1];
        for at in (0..=other.len()).rev() {
            let after = |places: &[bool], at: usize| places.get(at).copied().unwrap_or_default();
            let found = match other.get(at) {
                None => piece.repeats() && after(&behind, at),
                Some(next) => {
                    let both = piece.agrees(*next);
                    (piece.repeats() && (after(&behind, at) || (both && after(&here, at + 1))))
                        || (next.repeats()
                            && (after(&here, at + 1) || (both && after(&behind, at))))
                        || (both && after(&behind, at + 1))
                }
            };
            if let Some(place) = here.get_mut(at) {
                *place = found;
            }
        }
        behind = here;
    }
    behind.first().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use iacscan_iam::aws::action;

    use super::*;

    #[test]
    fn actions_meet_what_they_are_done_to() {
        let cases = [
            ("s3:DeleteBucket", "arn:aws:s3:::b", Truth::True),
            ("s3:DeleteBucket", "arn:aws:s3:::b/*", Truth::False),
            ("s3:DeleteBucket", "arn:aws:s3:::b*", Truth::True),
            ("s3:PutObject", "arn:aws:s3:::b/*", Truth::True),
            ("s3:PutObject", "arn:aws:s3:::b", Truth::False),
            ("s3:PutObject", "arn:aws:s3:::b/in/2020/*", Truth::True),
            ("s3:AssociateAccessGrantsIdentityCenter", "arn:aws:s3:::b/*", Truth::False),
            ("s3:ListAllMyBuckets", "arn:aws:s3:::b/*", Truth::False),
            ("lambda:AddPermission", "arn:aws:lambda:*:*:function:app", Truth::True),
            ("lambda:AddLayerVersionPermission", "arn:aws:lambda:*:*:function:app", Truth::False),
            ("logs:DeleteLogGroup", "arn:aws:logs:*:*:log-group:/aws/lambda/a:*", Truth::True),
            ("logs:DeleteResourcePolicy", "arn:aws:logs:*:*:log-group:/a:*", Truth::False),
            ("logs:DeleteDelivery", "arn:aws:logs:*:*:log-group:/a:*", Truth::False),
            ("iam:DeleteRole", "arn:aws:iam::*:role/app/*", Truth::True),
            ("iam:DeletePolicy", "arn:aws:iam::*:role/app/*", Truth::False),
            ("ssm:DeleteParameter", "arn:aws:ssm:*:*:parameter/app/*", Truth::True),
            ("ssm:DeleteDocument", "arn:aws:ssm:*:*:parameter/app/*", Truth::False),
            ("s3:DeleteBucket", "arn:aws:s3:::b-${aws:PrincipalAccount}", Truth::True),
            ("s3:PutObject", "arn:aws:s3:::b-${aws:PrincipalAccount}", Truth::False),
            ("s3:PutObject", "arn:aws:s3:::b/${*}/${aws:userid}", Truth::True),
            (
                "dynamodb:DeleteTable",
                "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/t}",
                Truth::True,
            ),
            ("sqs:AddPermission", "arn:aws:sqs:*:${aws:PrincipalAccount}:q", Truth::True),
            ("kms:Decrypt", "arn:aws:dynamodb:eu-west-1:1:table/t", Truth::False),
            ("dynamodb:DeleteTable", "arn:aws:dynamodb:*:*:table/t/index/*", Truth::False),
            ("dynamodb:Query", "arn:aws:dynamodb:*:*:table/t/index/i", Truth::Unknown),
            ("sqs:AddPermission", "arn:aws:sqs:*:*:q", Truth::True),
        ];
        for (name, resource, expected) in cases {
            let found = action(name).map(|action| meets(&[Text::from(resource)], &action));
            assert_eq!(found, Some(expected), "{name} {resource}");
        }
    }
}
