//! What to do about a finding, where it can be said exactly.

use crate::{Notation, Span};

/// One way to mend a finding: all of its steps together.
pub type Remedy = Vec<Step>;

/// A step of a [`Remedy`]. Roles are named by their address. Resources and replacements are written
/// in the language of the finding's unit: an ARN as it stands between quotes, or an expression
/// (`!GetAtt Queue.Arn`, `!Sub "${Bucket.Arn}/*"`, `aws_sqs_queue.jobs.arn`,
/// `"${aws_s3_bucket.b.arn}/*"`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Attach a managed policy to a role.
    Attach {
        /// The role; several where instances of one block of text are concerned.
        roles: Vec<String>,
        /// The policy's ARN.
        policy: String,
        /// The list to add it to, in a sentence, where the role's policies are listed.
        list: Option<String>,
        /// What to add and where, in a sentence, where nothing lists them yet.
        new: Option<String>,
    },
    /// Allow actions on resources, in a statement of one of the role's policies.
    Allow {
        /// The roles.
        roles: Vec<String>,
        /// The actions.
        actions: Vec<String>,
        /// The resources.
        resources: Vec<String>,
        /// Where the statement goes, in a sentence, where that is no policy of the user's own.
        place: Option<String>,
        /// The statement that allows more of the same on these resources already, to whose actions
        /// these are added.
        into: Option<Allowing>,
    },
    /// Let a statement of the user's own allow what it names in full.
    Loosen {
        /// The statement.
        statement: Allowing,
        /// The resources that `*` takes the place of.
        resources: Option<Span>,
        /// The key of the conditions to remove.
        conditions: Option<Span>,
    },
    /// Write arguments at the call of the module that the role lies in.
    Set {
        /// The call.
        call: String,
        /// The arguments with their values.
        arguments: Vec<String>,
    },
    /// Let a service assume the role, by a statement of its trust policy.
    Trust {
        /// The roles.
        roles: Vec<String>,
        /// The services.
        services: Vec<String>,
        /// The services that a statement of it lets assume the role already, alone.
        beside: Vec<String>,
        /// How the statements of that policy are written.
        notation: Notation,
    },
    /// Write this in place of the text of the primary label.
    Replace {
        /// The text.
        text: String,
    },
}

/// A statement that allows an action.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Allowing {
    /// The statement.
    pub span: Span,
    /// Where it names the action.
    pub at: Span,
    /// The action.
    pub action: String,
}

impl Step {
    /// The step without its roles and resources, and what is written for one role alone: what is
    /// equal in steps of one cause.
    #[must_use]
    pub fn shape(&self) -> Self {
        let mut shape = self.clone();
        match &mut shape {
            Self::Attach { roles, new, .. } => {
                roles.clear();
                *new = None;
            }
            Self::Trust { roles, .. } => roles.clear(),
            Self::Allow { roles, resources, .. } => {
                roles.clear();
                resources.clear();
            }
            Self::Replace { .. } | Self::Set { .. } | Self::Loosen { .. } => {}
        }
        shape
    }

    /// Adds the roles and resources of a step of the same shape.
    pub fn extend(&mut self, other: &Self) {
        match (self, other) {
            (
                Self::Attach { roles, new, .. },
                Self::Attach { roles: more_roles, new: other, .. },
            ) => {
                add(roles, more_roles);
                if new != other {
                    *new = None;
                }
            }
            (Self::Trust { roles, .. }, Self::Trust { roles: more, .. }) => add(roles, more),
            (
                Self::Allow { roles, resources, .. },
                Self::Allow { roles: more_roles, resources: more, .. },
            ) => {
                add(roles, more_roles);
                add(resources, more);
            }
            _ => {}
        }
    }
}

/// Adds what is not there.
fn add(texts: &mut Vec<String>, more: &[String]) {
    for text in more {
        if !texts.contains(text) {
            texts.push(text.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Step;

    #[test]
    fn steps_of_one_shape_are_one() {
        let allow = |action: &str, resources: &[&str]| Step::Allow {
            roles: vec!["Role".to_owned()],
            actions: vec![action.to_owned()],
            resources: resources.iter().map(ToString::to_string).collect(),
            place: None,
            into: None,
        };
        let (mut a, b) = (allow("sqs:SendMessage", &["b"]), allow("sqs:SendMessage", &["a", "b"]));
        assert_eq!(a.shape(), b.shape());
        assert_ne!(a.shape(), allow("sns:Publish", &["b"]).shape());
        a.extend(&b);
        assert_eq!(a, allow("sqs:SendMessage", &["b", "a"]));
    }

    #[test]
    fn what_is_written_for_one_role_is_not_said_of_two() {
        let attach = |role: &str, new: &str| Step::Attach {
            roles: vec![role.to_owned()],
            policy: "arn".to_owned(),
            list: None,
            new: Some(new.to_owned()),
        };
        let (mut a, b) = (attach("a", "add it to `a`"), attach("b", "add it to `b`"));
        assert_eq!(a.shape(), b.shape());
        a.extend(&attach("a", "add it to `a`"));
        assert!(matches!(&a, Step::Attach { new: Some(_), .. }));
        a.extend(&b);
        assert!(matches!(&a, Step::Attach { new: None, .. }));
    }
}
