//! What frontends emit: one type per kind of resource that some rule asks about. References are
//! texts still; `link` turns them into edges.

mod event_source;
mod function;
mod header;
mod invocation;
mod policy;
mod resource;
mod role;

pub use event_source::{
    EventInvokeConfig, EventSourceMapping, KafkaCluster, SourceAccess, SourceKind,
};
pub use function::{
    ByInput, EnvironmentVariable, FileSystemMount, Function, InvalidPolicy, InvalidPolicyProblem,
    SecretSource, ShadowedKey, Tracing, Vpc,
};
pub use header::{Author, Header, Waiting};
pub use invocation::{EdgeAssociation, FunctionUrl, InvokePermission, Origin, Trigger};
pub use policy::{CustomerPolicy, InlinePolicy, Mechanism, PolicyAttachment, ResourcePolicy};
pub use resource::{Resource, ResourceKind};
pub use role::{Gives, InstanceProfile, Listing, Role, RoleInput, RoleUser, Written};
