//! What a pattern may leave none out of.

use super::{OWN_FUNCTION, OWN_ROLE};

/// What an account has many of, and what gives power when it is allowed on every one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Function,
    /// In one region.
    FunctionOfRegion,
    Group,
    Policy,
    Role,
    User,
}

impl Kind {
    /// The kind that the last part of an ARN leaves none out of: `role/*`, `function:*`.
    pub(super) fn of(service: &str, resource: &str) -> Option<Self> {
        let before = resource.strip_suffix('*')?.trim_end_matches('*');
        let kinds = [
            ("lambda", "function", ":", Self::Function),
            ("iam", "group", "/", Self::Group),
            ("iam", "policy", "/", Self::Policy),
            ("iam", "role", "/", Self::Role),
            ("iam", "user", "/", Self::User),
        ];
        let kind = kinds.into_iter().find(|(of, name, separator, _)| {
            let rest = before.strip_prefix(name);
            *of == service && rest.is_some_and(|rest| rest.is_empty() || rest == *separator)
        });
        kind.map(|(.., kind)| kind)
    }

    pub(super) const fn on_every(self) -> &'static str {
        match self {
            Self::Function => "on every function",
            Self::FunctionOfRegion => "on every function of the region",
            Self::Group => "on every group",
            Self::Policy => "on every customer managed policy",
            Self::Role => "on every role",
            Self::User => "on every user",
        }
    }

    /// The actions of the service authorization reference that have this resource type.
    pub(super) fn dangers(self) -> impl Iterator<Item = &'static str> {
        let (own, others): (&[&'static str], &[&'static str]) = match self {
            Self::Function | Self::FunctionOfRegion => (
                OWN_FUNCTION,
                &["lambda:AddPermission", "lambda:GetFunction", "lambda:GetFunctionConfiguration"],
            ),
            Self::Group => {
                (&[], &["iam:AddUserToGroup", "iam:AttachGroupPolicy", "iam:PutGroupPolicy"])
            }
            Self::Policy => (&[], &["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"]),
            Self::Role => (OWN_ROLE, &["iam:CreateRole", "iam:PassRole", "sts:AssumeRole"]),
            Self::User => (
                &[],
                &[
                    "iam:AttachUserPolicy",
                    "iam:CreateAccessKey",
                    "iam:CreateLoginProfile",
                    "iam:PutUserPolicy",
                    "iam:UpdateLoginProfile",
                ],
            ),
        };
        own.iter().chain(others).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_leave_none_out() {
        let cases = [
            ("iam", "role/*", Some(Kind::Role)),
            ("iam", "role*", Some(Kind::Role)),
            ("iam", "role/**", Some(Kind::Role)),
            ("iam", "role/app-*", None),
            ("iam", "roles/*", None),
            ("iam", "user/*", Some(Kind::User)),
            ("iam", "user/team/*", None),
            ("iam", "policy/*", Some(Kind::Policy)),
            ("iam", "group/*", Some(Kind::Group)),
            ("iam", "group/admins", None),
            ("iam", "function:*", None),
            ("lambda", "function:*", Some(Kind::Function)),
            ("lambda", "function*", Some(Kind::Function)),
            ("lambda", "function:app-*", None),
            ("lambda", "function:*:*", None),
            ("lambda", "layer:*", None),
        ];
        for (service, resource, expected) in cases {
            assert_eq!(Kind::of(service, resource), expected, "{service} {resource}");
        }
    }
}
