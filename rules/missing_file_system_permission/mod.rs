//! A function mounts a file system that it cannot reach or may not use.

use iacscan_core::{
    Attribute, ResourceAttribute, RuleGroup, RuleMeta, Severity, Span, Step, Text, Truth,
};
use iacscan_graph::nodes::{FileSystemMount, ResourceKind};
use iacscan_graph::{Chain, LinkedRole};
use iacscan_iam::{ArnParts, Resolve};

use crate::framework::features::{VPC_FEATURE, vpc_gap};
use crate::framework::inputs::Inputs;
use crate::framework::remedies::{phrase, sentence};
use crate::framework::words::argument;
use crate::framework::{attach, unmet};
use crate::needs::{
    Demand, EFS_MOUNT, S3_FILES_MOUNT, VPC, actions_of, can_be_given, everything, lacking,
};
use crate::{Context, Draft, Report, Rule};

/// `missing-file-system-permission`
pub(crate) struct MissingFileSystemPermission;

static META: RuleMeta = RuleMeta {
    id: "missing-file-system-permission",
    summary: "Mounted file system is not accessible",
    group: RuleGroup::Baseline,
    severity: Severity::Medium,
    cwe: &[],
    page: include_str!("README.md"),
};

impl Rule for MissingFileSystemPermission {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for chain in context.chains() {
            for mount in chain.function.file_systems.in_world(&chain.world) {
                if let Some(gap) = vpc_gap(chain) {
                    let what = "whether it can reach the file system that it mounts";
                    report.perhaps(chain, VPC_FEATURE, FEATURE, gap, what);
                }
                if is_outside_of_vpc(chain).is_true() {
                    report.in_chain(chain, unreachable(chain, mount));
                } else if let Some(role) = chain.closed()
                    && let Some((demand, policy)) = demand(chain, mount)
                {
                    match refused(chain, role, mount, demand.clone(), policy) {
                        Some(draft) => report.in_chain(chain, draft),
                        None => report.perhaps_allowed(chain, FEATURE, mount.span, &[demand]),
                    }
                }
            }
        }
    }
}

/// File systems are mounted over the network of the function's VPC.
fn is_outside_of_vpc(chain: &Chain<'_>) -> Truth {
    let attached = match chain.get(&chain.function.vpc) {
        Some(Attribute::Absent) => Truth::False,
        Some(Attribute::Known(vpc)) => vpc.value.attached,
        Some(Attribute::Unknown(..)) | None => Truth::Unknown,
    };
    (!attached).and(!chain.function.capacity_provider)
}

/// What the VPC configuration of a function has to name.
const REACHED: &str = "with subnets from which a mount target of the file system can be reached";

fn unreachable(chain: &Chain<'_>, mount: &FileSystemMount) -> Draft {
    let header = &chain.function.header;
    let at_call = chain.linked().and_then(|role| Inputs::of(chain, role)?.in_vpc());
    let help = match at_call {
        Some(step) => {
            let set = sentence(&[vec![step]], None);
            format!("{}, {REACHED}.", set.trim_end_matches('.'))
        }
        None => format!(
            "Give the function a `{}` {REACHED}{}.",
            argument(header, "VpcConfig"),
            and_permission(chain).unwrap_or_default()
        ),
    };
    Draft::new(&META, Severity::High, mount.span, "is mounted over a VPC")
        .message("{functions} cannot mount a file system without a VPC configuration")
        .help(help)
        .holder(header)
        .function(chain.function)
        .label(header.span, "has no VPC configuration")
        .fingerprint(header.address.name().as_str())
}

/// What gives the role what it lacks for a VPC. SAM gives it to the roles that it makes.
fn and_permission(chain: &Chain<'_>) -> Option<String> {
    let role = chain.closed().filter(|role| !role.role.implicit)?;
    let missing = lacking(chain, [Demand::new(&VPC, everything("ec2"))]);
    let [only] = missing.as_slice() else { return None };
    let policy = VPC.managed_arn().filter(|_| can_be_given(chain, role, only))?;
    let step = attach(chain, role, &[], policy);
    let of_its_role =
        if matches!(step, Step::Attach { new: None, .. }) { " of its role" } else { "" };
    Some(format!(", and {}{of_its_role}", phrase(&step, None)))
}

/// What is in doubt.
const FEATURE: &str = "a file system that it mounts";

fn refused(
    chain: &Chain<'_>,
    role: &LinkedRole<'_>,
    mount: &FileSystemMount,
    demand: Demand,
    policy: Option<Span>,
) -> Option<Draft> {
    let lacking = lacking(chain, [demand]);
    let actions = actions_of(&lacking)?;
    let label = format!("role {{role}} does not allow {actions} on it");
    let writing = actions.trim_matches('`').replace("ClientMount", "ClientWrite");
    let draft = Draft::new(&META, META.severity, mount.span, label)
        .message(format!(
            "{{functions}} cannot mount the file system: role {{role}} does not allow {actions}"
        ))
        .meet(chain, role, &lacking)
        .note(format!("Where the function writes, it needs `{writing}` too."));
    let draft = unmet(draft, chain, role, &chain.function.header, &actions);
    Some(match policy {
        Some(span) => draft.label(span, "this policy does not let it either"),
        None => draft,
    })
}

/// The file system of S3 Files that an access point belongs to, where its ARN is written.
fn file_system_of(access_point: &Text) -> Text {
    let file_system = access_point.as_str().and_then(|arn| arn.split_once("/access-point/"));
    file_system.map_or_else(|| Text::from("*"), |(file_system, _)| Text::literal(file_system))
}

/// What the mount needs. EFS asks for permissions once the file system has a policy.
fn demand(chain: &Chain<'_>, mount: &FileSystemMount) -> Option<(Demand, Option<Span>)> {
    let resolver = chain.graph.resolver();
    let arn = resolver.resolve(&mount.arn.value);
    let parts = ArnParts::split(&arn)?;
    match parts.service()? {
        "s3files" => {
            let named = file_system_of(&mount.arn.value);
            let demand = Demand::new(&S3_FILES_MOUNT, arn.into_owned());
            Some((demand.named(named), None))
        }
        "elasticfilesystem" => {
            // By its ARN, or by its id in one.
            let mut named = arn.references().filter_map(|(target, _)| resolver.resource(target));
            let access_point = named.find(|it| it.kind == ResourceKind::AccessPoint)?;
            let Some(Attribute::Known(parent)) = chain.get(&access_point.parent) else {
                return None;
            };
            let (file_system, _) = parent.value.as_reference()?;
            let arn = Text::reference(file_system.clone(), ResourceAttribute::Arn);
            let unit = chain.graph.unit_of(chain.id)?;
            let policy = unit.resource_policies.iter().find_map(|policy| {
                let exists = policy.header.condition.holds(&chain.world);
                chain.get(&policy.document).and_then(Attribute::known)?;
                let about = exists.and(chain.is_about(policy, &arn));
                about.is_true().then_some(policy.header.span)
            })?;
            Some((Demand::new(&EFS_MOUNT, arn), Some(policy)))
        }
        _ => None,
    }
}
