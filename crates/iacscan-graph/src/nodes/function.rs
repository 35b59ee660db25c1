//! Lambda functions.

use iacscan_core::{
    Address, Collection, Condition, Gap, Guarded, Located, Property, Span, Str, Text, Truth, Value,
};

use super::Header;

/// A Lambda function and the features that need permissions.
///
/// Every feature's attribute carries the span rules point at: the feature's key in a template, the
/// block or argument in Terraform, the `Globals` key when it is inherited from there.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Address and places.
    pub header: Header,
    /// `FunctionName`; absent when AWS generates it.
    pub name: Property<Text>,
    /// The execution role as written: an ARN, a reference, or what should not stand there.
    pub role: Property<Text>,
    /// Where a branch of the role says that there is none, and when.
    pub role_left_out: Vec<Guarded<Span>>,
    /// The resource whose code makes the role's ARN up, where that is one: a custom resource.
    pub role_maker: Option<Address>,
    /// `VpcConfig`; absent when there is none or it is empty.
    pub vpc: Property<Vpc>,
    /// X-Ray tracing; absent when it is not configured.
    pub tracing: Property<Tracing>,
    /// Layer version ARNs.
    pub layers: Collection<Located<Text>>,
    /// The target of the dead letter queue.
    pub dead_letter: Property<Text>,
    /// Mounted file systems.
    pub file_systems: Collection<FileSystemMount>,
    /// Environment variables.
    pub environment: Collection<EnvironmentVariable>,
    /// The key that encrypts the environment.
    pub kms_key: Property<Text>,
    /// The log group's name when it is configured; absent means `/aws/lambda/NAME`.
    pub log_group: Property<Text>,
    /// Whether it is a durable function.
    pub durable: Property<bool>,
    /// `MemorySize` in MiB, where it is known.
    pub memory: Property<Text>,
    /// `PackageType: Image`.
    pub container_image: Truth,
    /// Runs on a capacity provider, which replaces the VPC configuration.
    pub capacity_provider: Truth,
    /// Features that another deployment of the same text may have.
    pub by_input: ByInput,
    /// SAM: keys that a `Role` makes SAM ignore.
    pub shadowed: Vec<ShadowedKey>,
    /// SAM: entries of `Policies`, and keys of `Globals.Function`, that SAM refuses.
    pub invalid_policies: Vec<InvalidPolicy>,
}

/// Features that inputs or conditions decide, so that another value of theirs may decide otherwise
/// where a default or a given one counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByInput {
    /// The VPC configuration.
    pub vpc: bool,
    /// X-Ray tracing.
    pub tracing: bool,
    /// Layers.
    pub layers: bool,
}

/// A key that a `Role` makes SAM ignore.
#[derive(Clone, Debug, PartialEq)]
pub struct ShadowedKey {
    /// `Policies`.
    pub name: Str,
    /// The key.
    pub span: Span,
    /// From `Globals`.
    pub inherited: bool,
    /// When it has a value.
    pub condition: Condition,
}

/// Something SAM refuses to make a policy of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPolicy {
    /// The entry, or the key of `Globals.Function`.
    pub span: Span,
    /// What is wrong with it.
    pub problem: InvalidPolicyProblem,
}

/// Why SAM refuses an entry of `Policies`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidPolicyProblem {
    /// A map that has no `Statement` and whose only key (this one) is no policy template.
    UnknownTemplate(Str),
    /// A map that has no `Statement` and several keys.
    NoStatement,
    /// A map whose keys are several policy templates, with the second of them.
    SeveralTemplates(Str),
    /// The name of a policy template, this one, where the name of a managed policy belongs.
    TemplateAsName(Str),
    /// `PolicyName` and `PolicyDocument`, as `AWS::IAM::Role` takes them.
    Wrapped,
    /// A policy template without a parameter it takes.
    MissingParameter {
        /// The template.
        template: Str,
        /// The parameter.
        parameter: Str,
    },
    /// A policy template with a parameter it does not take.
    UnknownParameter {
        /// The template.
        template: Str,
        /// The parameter.
        parameter: Str,
        /// The parameter that is not given, where there is one, and no other name that is not one.
        missing: Option<Str>,
    },
    /// The name of an AWS managed policy with its path, `service-role/...`, which is neither the
    /// name alone nor an ARN.
    NameWithPath(Str),
    /// `Globals.Function` has a key that it does not support: `Role`, `Policies`, `Events`,
    /// `FunctionName`.
    GlobalsKey(Str),
}

/// A VPC configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vpc {
    /// Whether subnets and security groups are both given, so that Lambda attaches the function.
    pub attached: Truth,
    /// What it depends on, where that is not known.
    pub gap: Option<Gap>,
}

/// X-Ray tracing as configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tracing {
    /// `Active`: Lambda records and uploads segments.
    Active,
    /// `PassThrough`, or off.
    Passive,
}

/// A mounted file system.
#[derive(Clone, Debug, PartialEq)]
pub struct FileSystemMount {
    /// Access point ARN.
    pub arn: Located<Text>,
    /// The key or block that configures it.
    pub span: Span,
    /// Direct reads from S3: `AUTO`, `ENABLED`, `DISABLED`.
    pub direct_read: Property<Text>,
}

/// Where a value comes from that is marked as secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// An input that the source marks (`NoEcho`, `sensitive`).
    Input,
    /// The content of a secret, which the deployment reads.
    Secret,
    /// A parameter, which the deployment reads.
    Parameter,
    /// What the deployment generates.
    Generated,
    /// A secret property of another resource.
    Attribute,
}

/// An environment variable.
#[derive(Clone, Debug, PartialEq)]
pub struct EnvironmentVariable {
    /// Its name and the place of the name.
    pub name: Located<Str>,
    /// Its value.
    pub value: Located<Value>,
    /// Where the value comes from, if that is marked as secret.
    pub secret: Option<SecretSource>,
    /// The input that is marked as secret, by its name and where it is declared.
    pub secret_input: Option<Located<Str>>,
    /// Whether what is marked is the secret itself, not one of several values that are marked as a
    /// whole.
    pub is_secret_itself: bool,
    /// Whether the deployment looks the value up in a parameter that is kept in plain text.
    pub plain_parameter: bool,
}

impl Function {
    /// A function with nothing configured.
    #[must_use]
    pub fn new(header: Header) -> Self {
        Self {
            header,
            name: Property::default(),
            role: Property::default(),
            role_left_out: Vec::new(),
            role_maker: None,
            vpc: Property::default(),
            tracing: Property::default(),
            layers: Collection::default(),
            dead_letter: Property::default(),
            file_systems: Collection::default(),
            environment: Collection::default(),
            kms_key: Property::default(),
            log_group: Property::default(),
            durable: Property::default(),
            memory: Property::default(),
            container_image: Truth::False,
            capacity_provider: Truth::False,
            by_input: ByInput::default(),
            shadowed: Vec::new(),
            invalid_policies: Vec::new(),
        }
    }
}
