//! Who and what invokes functions.

use iacscan_core::{Address, Property, Span, Str, Text, Truth};

use super::Header;

/// A statement of a function's resource-based policy: `AWS::Lambda::Permission`,
/// `aws_lambda_permission`.
#[derive(Clone, Debug, PartialEq)]
pub struct InvokePermission {
    /// Address and places.
    pub header: Header,
    /// The function: name, ARN or reference.
    pub function: Property<Text>,
    /// The alias or version, where it is given apart from the function.
    pub qualifier: Property<Text>,
    /// The action, as `lambda:InvokeFunction`.
    pub action: Property<Text>,
    /// The principal: a service, an account, an ARN, or `*`.
    pub principal: Property<Text>,
    /// `SourceArn`.
    pub source_arn: Property<Text>,
    /// `SourceAccount`.
    pub source_account: Property<Text>,
    /// `PrincipalOrgID`.
    pub organization: Property<Text>,
    /// `EventSourceToken`.
    pub event_source_token: Property<Text>,
    /// `FunctionUrlAuthType`.
    pub url_auth_type: Property<Text>,
    /// `InvokedViaFunctionUrl`.
    pub via_url: Property<Text>,
}

/// The URL of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionUrl {
    /// Address and places.
    pub header: Header,
    /// The function: name, ARN or reference.
    pub function: Property<Text>,
    /// `AWS_IAM` or `NONE`.
    pub auth_type: Property<Text>,
    /// The input by which a call of a module of others brings it in, where that module says what
    /// it asks.
    pub by_input: Option<Span>,
}

/// Something that invokes a function and needs its permission to.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// Address and places.
    pub header: Header,
    /// The place that names the function.
    pub span: Span,
    /// The service that invokes, as its principal's short name: `apigateway`, `s3`, `sns`,
    /// `events`, `cognito-idp`, `iot`, `logs`, `ses`, `elasticloadbalancing`.
    pub service: Str,
    /// The resource on whose behalf the service invokes, and whose ARN a permission names: the API
    /// of an integration, the bucket of a notification. `None` when it is not known.
    pub origin: Option<Origin>,
    /// The function: ARN, invocation URI or reference.
    pub function: Property<Text>,
    /// Whether it names a role of its own, with which most services invoke without a permission.
    pub has_role: Truth,
    /// Whether the tool that made it adds the permission (SAM events).
    pub permitted: Truth,
}

/// On whose behalf a service invokes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A resource of the scan, or one that is found.
    Resource(Address),
    /// What has this name, or this ARN.
    Named(Str),
}

impl Origin {
    /// What a trigger says that it belongs to; `None` when that is not known.
    #[must_use]
    pub fn of(owner: &Property<Text>) -> Option<Self> {
        let [only] = owner.0.as_slice() else { return None };
        let text = &only.item.known()?.value;
        match text.as_reference() {
            Some((target, _)) => Some(Self::Resource(target.clone())),
            None => text.as_known().map(Self::Named),
        }
    }

    /// The resource, where it is known.
    #[must_use]
    pub const fn resource(&self) -> Option<&Address> {
        match self {
            Self::Resource(address) => Some(address),
            Self::Named(_) => None,
        }
    }
}

/// A CloudFront distribution runs the function at the edge.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeAssociation {
    /// Address and places.
    pub header: Header,
    /// The place that names the function.
    pub span: Span,
    /// The function's version ARN or reference.
    pub function: Property<Text>,
}
