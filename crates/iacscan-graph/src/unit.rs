//! One deployment as a frontend lowered it.

use iacscan_core::{
    Address, Condition, Finding, Gap, LeftOut, Located, ResourceAttribute, Span, Str, Text,
    Undecided,
};
use iacscan_iam::Partition;

use crate::Language;
use crate::nodes::{
    CustomerPolicy, EdgeAssociation, EventInvokeConfig, EventSourceMapping, Function, FunctionUrl,
    InlinePolicy, InstanceProfile, InvokePermission, KafkaCluster, PolicyAttachment, Resource,
    ResourcePolicy, Role, RoleInput, RoleUser, Trigger,
};

/// The language a unit is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Terraform.
    Terraform,
    /// CloudFormation.
    CloudFormation,
    /// A CloudFormation template with the SAM transform.
    Sam,
}

impl Format {
    /// The name in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::CloudFormation => "cloudformation",
            Self::Sam => "sam",
        }
    }
}

/// One deployment: a Terraform root module with its child modules, or one template with its nested
/// local templates. All nodes stand in the order they were written.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The display path: the template, or the root module's directory.
    pub path: Str,
    /// The language.
    pub format: Format,
    /// How that is written.
    pub language: &'static dyn Language,
    /// Where it is deployed, when that is known.
    pub partition: Option<Partition>,
    /// Every resource, functions and roles among them.
    pub resources: Vec<Resource>,
    /// What it finds and does not make: Terraform's data sources.
    pub found: Vec<Found>,
    /// What says which account it is deployed to: data sources that are one thing each.
    pub accounts: Vec<Address>,
    /// What says as much of other accounts, or is several things.
    pub other_accounts: Vec<Address>,
    /// Inputs with what their defaults write, without quotes.
    pub defaults: Vec<Located<Address>>,
    /// How modules name what other modules declare.
    pub passed: Vec<Passed>,
    /// Lambda functions.
    pub functions: Vec<Function>,
    /// IAM roles.
    pub roles: Vec<Role>,
    /// What calls of modules write to give the roles inside of them more.
    pub role_inputs: Vec<RoleInput>,
    /// Customer managed policies.
    pub policies: Vec<CustomerPolicy>,
    /// Attachments and inline policies as resources of their own.
    pub attachments: Vec<PolicyAttachment>,
    /// Resource-based policies.
    pub resource_policies: Vec<ResourcePolicy>,
    /// MSK clusters.
    pub kafka_clusters: Vec<KafkaCluster>,
    /// Event source mappings.
    pub mappings: Vec<EventSourceMapping>,
    /// Destinations of asynchronous invocations.
    pub invoke_configs: Vec<EventInvokeConfig>,
    /// Permissions to invoke.
    pub invoke_permissions: Vec<InvokePermission>,
    /// Function URLs.
    pub urls: Vec<FunctionUrl>,
    /// Triggers.
    pub triggers: Vec<Trigger>,
    /// CloudFront associations.
    pub edge_associations: Vec<EdgeAssociation>,
    /// Instance profiles.
    pub instance_profiles: Vec<InstanceProfile>,
    /// Other users of roles.
    pub role_users: Vec<RoleUser>,
    /// Policies of resources that rules about statements look at beyond execution roles.
    pub loose_policies: Vec<InlinePolicy>,
    /// What it exports.
    pub exports: Vec<Export>,
    /// Resources that its outputs name, exported or not, or that bear a name where most have a
    /// generated one: what is outside of the scan may use them.
    pub handed_out: Vec<Address>,
    /// Resources that modules and nested stacks which are not there are given: these may add to
    /// them.
    pub given_away: Vec<Address>,
    /// Why there may be resources that are not known: macros, unresolved modules, syntax errors.
    pub open_world: Vec<Gap>,
    /// Some of its text cannot be read: what stands there may name any of its resources.
    pub is_unread: bool,
    /// Problems of the input itself.
    pub findings: Vec<Finding>,
    /// What could not be decided while reading.
    pub undecided: Vec<Undecided>,
    /// Functions and roles of which there is not even a node, for inputs leave them out.
    pub left_out: Vec<LeftOut>,
}

/// A value that other units can import by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    /// The export's name.
    pub name: Located<Text>,
    /// What it exports.
    pub value: Located<Text>,
    /// When it is exported.
    pub condition: Condition,
    /// The output.
    pub span: Span,
}

/// A resource of elsewhere that a unit finds.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Of what finds it.
    pub address: Address,
    /// What it is, as its language calls that.
    pub resource_type: Str,
    /// Its ARN. What only AWS knows of it are references to itself.
    pub arn: Text,
}

/// How a module names a resource that another declares: by an input of its own, or by an output of
/// a module that it calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The calls that lead to the module (`module.a["x"].module.b`), empty for the root.
    pub module: Str,
    /// `var.queue_arn`, `module.queue.arn`
    pub expression: Str,
    /// The resource.
    pub target: Address,
    /// What of it; `None` where it is passed whole.
    pub attribute: Option<ResourceAttribute>,
}

impl Unit {
    /// A unit without resources.
    pub fn new(path: impl Into<Str>, format: Format, language: &'static dyn Language) -> Self {
        Self {
            path: path.into(),
            format,
            language,
            partition: None,
            resources: Vec::new(),
            found: Vec::new(),
            accounts: Vec::new(),
            other_accounts: Vec::new(),
            defaults: Vec::new(),
            passed: Vec::new(),
            functions: Vec::new(),
            roles: Vec::new(),
            role_inputs: Vec::new(),
            policies: Vec::new(),
            attachments: Vec::new(),
            resource_policies: Vec::new(),
            kafka_clusters: Vec::new(),
            mappings: Vec::new(),
            invoke_configs: Vec::new(),
            invoke_permissions: Vec::new(),
            urls: Vec::new(),
            triggers: Vec::new(),
            edge_associations: Vec::new(),
            instance_profiles: Vec::new(),
            role_users: Vec::new(),
            loose_policies: Vec::new(),
            exports: Vec::new(),
            handed_out: Vec::new(),
            given_away: Vec::new(),
            open_world: Vec::new(),
            is_unread: false,
            findings: Vec::new(),
            undecided: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// The resources that others can look up: what a template exports, what the outputs of a
    /// Terraform root module name, all of which stand in its state, and what is given to others.
    pub fn exported(&self) -> impl Iterator<Item = &Address> {
        let by_name = self.exports.iter().flat_map(|export| export.value.value.references());
        let by_state: &[Address] =
            if self.format == Format::Terraform { &self.handed_out } else { &[] };
        by_name.map(|(target, _)| target).chain(by_state).chain(&self.given_away)
    }
}
