//! IAM roles and who else uses them.

use iacscan_core::{Address, Collection, Located, Property, Span, Str, Text};
use iacscan_iam::PolicyDocument;

use super::{Header, InlinePolicy};

/// An IAM role with the policies that its own resource names.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Address and places.
    pub header: Header,
    /// `RoleName`; absent when AWS generates it.
    pub name: Property<Text>,
    /// `Path`; absent means `/`.
    pub path: Property<Text>,
    /// The trust policy.
    pub trust: Property<PolicyDocument>,
    /// The key of the trust policy.
    pub trust_key: Option<Span>,
    /// The ARN of the permissions boundary.
    pub boundary: Property<Text>,
    /// ARNs of managed policies that the role's own resource attaches.
    pub managed: Collection<Located<Text>>,
    /// The key that attaches them.
    pub managed_key: Option<Span>,
    /// Inline policies that the role's own resource holds.
    pub inline: Collection<InlinePolicy>,
    /// The key that holds them.
    pub inline_key: Option<Span>,
    /// How what that key holds is written.
    pub listing: Listing,
    /// Terraform: `managed_policy_arns`, which removes every other attachment.
    pub exclusive_managed: Option<Span>,
    /// Terraform: `inline_policy`, which removes every other inline policy.
    pub exclusive_inline: Option<Span>,
    /// SAM made it for a function without `Role`.
    pub implicit: bool,
    /// The places of the managed policies that SAM attaches to it by itself: features of the
    /// function, not texts that name a policy.
    pub by_itself: Vec<Span>,
    /// Where rules about what the role lacks point at: the key that lists its policies, or its
    /// header. `None` lets the rule choose the only attachment, else the header.
    pub lacking: Option<Span>,
}

/// How the policies of a role are written, which tells how another goes among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Listing {
    /// A list whose items have lines of their own.
    #[default]
    Lines,
    /// A list in brackets.
    Brackets,
    /// A choice between lists.
    Choice,
    /// One policy with no list around it.
    Alone,
}

impl Role {
    /// A role with nothing configured.
    #[must_use]
    pub fn new(header: Header) -> Self {
        Self {
            header,
            name: Property::default(),
            path: Property::default(),
            trust: Property::default(),
            trust_key: None,
            boundary: Property::default(),
            managed: Collection::default(),
            managed_key: None,
            inline: Collection::default(),
            inline_key: None,
            listing: Listing::default(),
            exclusive_managed: None,
            exclusive_inline: None,
            implicit: false,
            by_itself: Vec::new(),
            lacking: None,
        }
    }

    /// The role in a sentence: by its address, or, where no text names it, by the function that SAM
    /// makes it for.
    #[must_use]
    pub fn in_words(&self) -> String {
        if self.implicit {
            format!("the role that SAM makes for `{}`", self.header.holder())
        } else {
            format!("role `{}`", self.header.address)
        }
    }
}

/// An instance profile.
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceProfile {
    /// Address and places.
    pub header: Header,
    /// The names of its roles.
    pub roles: Collection<Located<Text>>,
}

/// A resource of another service that assumes a role: an ECS task, a state machine, a build.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleUser {
    /// Address and places.
    pub header: Header,
    /// The service, as its principal's short name: `ecs-tasks`, `states`, `codebuild`, `ec2`.
    pub service: Str,
    /// The role as written.
    pub role: Property<Text>,
}

/// What the call of a module writes to give a role inside of it more.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleInput {
    /// Address and places.
    pub header: Header,
    /// The role.
    pub role: Address,
    /// What is written.
    pub written: Written,
    /// What that gives.
    pub gives: Gives,
}

/// How something is written at the call of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// By these arguments: `attach_tracing_policy = true`. [`RoleInput::POLICY`] stands for the ARN.
    Set(Vec<Str>),
    /// In this place, as a sentence says it: "`policies`, with `attach_policies = true`".
    Add(Str),
}

/// What is given to a role at the call of its module.
#[derive(Clone, Debug, PartialEq)]
pub enum Gives {
    /// A managed policy of choice.
    Policy,
    /// A statement of choice.
    Statement,
    /// A permissions boundary of choice.
    Boundary,
    /// The trust of Lambda@Edge, with logs there.
    Edge,
    /// To the function that runs with it, a VPC configuration, with what the role needs for it.
    Network,
    /// Less: without these arguments, or an item of this place, a policy is not attached.
    Removal {
        /// What attaches it in the module, by its own name there.
        of: Str,
        /// The argument at the call that does.
        at: Span,
    },
    /// These actions on these resources.
    Actions {
        /// The actions.
        actions: Vec<Str>,
        /// The resources.
        resources: Collection<Located<Text>>,
    },
}

impl RoleInput {
    /// Stands for the ARN of a policy in the arguments that attach it.
    pub const POLICY: &str = "POLICY";
}
