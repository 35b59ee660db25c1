//! A function may be created before the policy that lets it be.

use std::collections::BTreeMap;

use iacscan_core::{Address, Attribute, Gap, RuleGroup, RuleMeta, Severity, Span};
use iacscan_graph::instances::{shared, split, without_key};
use iacscan_graph::nodes::{EventSourceMapping, Header, SourceKind};
use iacscan_graph::{Attached, Chain, LinkedRole};
use iacscan_iam::{ArnParts, Resolve};
use indexmap::IndexSet;

use crate::framework::dependencies::{Dependencies, apart, stacks};
use crate::framework::features::{VPC_FEATURE, vpc_gap};
use crate::framework::inputs::Inputs;
use crate::framework::words::{code_list, list};
use crate::needs::{
    Demand, PUBLISH, SEND, SOURCE_NETWORK, VPC, deliveries, demands, everything, is_checked,
    is_checked_destination, kind_of,
};
use crate::{Context, Draft, Report, Rule};

mod waiting;

/// `policy-attachment-race`
pub(crate) struct PolicyAttachmentRace;

static META: RuleMeta = RuleMeta {
    id: "policy-attachment-race",
    summary: "Function may be created before its policy",
    group: RuleGroup::Linkage,
    severity: Severity::Low,
    cwe: &[362],
    page: include_str!("README.md"),
};

impl Rule for PolicyAttachmentRace {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, context: &Context<'_>, report: &mut Report<'_>) {
        for chain in context.chains() {
            let Some(role) = chain.closed().filter(|role| !role.role.implicit) else { continue };
            let mut races: Vec<Race<'_>> = Vec::new();
            for check in checked(chain) {
                let racing = racing(chain, role, &check);
                if racing.is_empty() {
                    continue;
                }
                if let Some(gap) = check.doubt {
                    let names = names(&check, racing.iter().copied());
                    let policies = code_list(names.iter().map(String::as_str));
                    let what = format!("whether it must wait for {policies}");
                    report.perhaps(chain, VPC_FEATURE, META.id, gap, &what);
                    continue;
                }
                let what = check.what;
                let racing: Vec<Racing<'_>> =
                    racing.into_iter().map(|policy| (policy, IndexSet::from([what]))).collect();
                let is_circle = is_circle(chain, &check, &racing);
                let module = module_of(&check, &racing);
                // What waits is one list, written once.
                let same = races.iter_mut().find(|race| {
                    race.check.header.address == check.header.address
                        && (race.is_circle, race.module) == (is_circle, module)
                });
                match same {
                    Some(race) => race.add(racing),
                    None => races.push(Race { check, racing, is_circle, module }),
                }
            }
            leave_to_function(chain, &mut races);
            for race in &races {
                report.in_chain(chain, draft(chain, race));
            }
        }
    }
}

/// What waits for a function waits for the policies that the function is told to wait for.
fn leave_to_function(chain: &Chain<'_>, races: &mut Vec<Race<'_>>) {
    let function = &chain.function.header.address;
    let mut awaited: Vec<&Address> = Vec::new();
    for race in races.iter().filter(|race| race.check.header.address == *function) {
        if !race.is_circle && race.module.is_none() {
            awaited.extend(race.racing.iter().map(|(attached, _)| &attached.holder.address));
        }
    }
    races.retain_mut(|race| {
        let header = race.check.header;
        let follows = || Dependencies::of(chain.graph, header).contain(function);
        if !awaited.is_empty() && header.address != *function && follows() {
            race.racing.retain(|(attached, _)| !awaited.contains(&&attached.holder.address));
        }
        !race.racing.is_empty()
    });
}

/// What does not wait for policies that permissions come from.
struct Race<'g> {
    check: Checked<'g>,
    racing: Vec<Racing<'g>>,
    /// One of the policies itself waits for what would have to wait for it.
    is_circle: bool,
    /// The call of the module that holds it, where its text is not the user's.
    module: Option<&'g str>,
}

/// A policy, and what its permissions are for.
type Racing<'g> = (&'g Attached, IndexSet<&'static str>);

impl<'g> Race<'g> {
    fn add(&mut self, more: Vec<Racing<'g>>) {
        for (policy, purposes) in more {
            let known =
                self.racing.iter_mut().find(|(it, _)| it.holder.address == policy.holder.address);
            match known {
                Some((_, known)) => {
                    known.extend(purposes);
                }
                None => self.racing.push((policy, purposes)),
            }
        }
    }
}

/// The policies that what is checked has to wait for, and does not.
fn racing<'g>(chain: &Chain<'g>, role: &LinkedRole<'g>, check: &Checked<'_>) -> Vec<&'g Attached> {
    let mut racing = separate(chain, role, check);
    if check.header.may_depend_on_more {
        racing.clear();
    }
    if !racing.is_empty() {
        let before = Dependencies::of(chain.graph, check.header);
        racing.retain(|attached| {
            // What another deployment attaches is there before, or is no race.
            attached.holder.address.unit() == check.header.address.unit()
                && !before.contain(&attached.holder.address)
        });
    }
    racing
}

/// Permissions that Lambda checks when a resource is created.
struct Checked<'g> {
    /// The resource.
    header: &'g Header,
    /// What to change about it.
    span: Span,
    /// What the permissions are for: "its VPC configuration".
    what: &'static str,
    demands: Vec<Demand>,
    /// Why it is not known whether they are checked.
    doubt: Option<Gap>,
}

fn checked<'g>(chain: &Chain<'g>) -> Vec<Checked<'g>> {
    let function = chain.function;
    let mut checked = Vec::new();
    let role: Vec<Span> = match chain.get(&function.role) {
        Some(Attribute::Known(role)) => {
            role.passages().map(|passage| passage.span).chain([role.span]).collect()
        }
        other => other.and_then(Attribute::span).into_iter().collect(),
    };
    let span = within(&function.header, role);
    let is_attached = matches!(
        chain.get(&function.vpc),
        Some(Attribute::Known(vpc)) if vpc.value.attached.is_true()
    );
    let doubt = vpc_gap(chain).filter(|_| !is_attached);
    if is_attached || doubt.is_some() {
        checked.push(Checked {
            header: &function.header,
            span,
            what: "a VPC configuration",
            demands: vec![Demand::new(&VPC, everything("ec2"))],
            doubt,
        });
    }
    if let Some(Attribute::Known(target)) = chain.get(&function.dead_letter) {
        let resource = chain.graph.resolver().resolve(&target.value).into_owned();
        let service = ArnParts::split(&resource).and_then(|arn| arn.service().map(str::to_owned));
        let demands = match service.as_deref() {
            Some("sqs") => vec![Demand::new(&SEND, resource)],
            Some("sns") => vec![Demand::new(&PUBLISH, resource)],
            _ => Vec::new(),
        };
        let what = "a dead letter queue";
        let header = &function.header;
        checked.push(Checked { header, span, what, demands, doubt: None });
    }
    for config in chain.invoke_configs() {
        let targets = [&config.on_success, &config.on_failure].into_iter();
        let targets: Vec<_> = targets.filter_map(|target| chain.get(target)?.known()).collect();
        let mut demands: Vec<Demand> =
            targets.iter().flat_map(|target| deliveries(chain, target)).collect();
        demands.retain(is_checked_destination);
        checked.push(Checked {
            header: &config.header,
            span: within(&config.header, targets.iter().map(|target| target.span)),
            what: "a destination",
            demands,
            doubt: None,
        });
    }
    for (_, mapping) in chain.mappings() {
        checked.push(Checked {
            header: &mapping.header,
            span: within(&mapping.header, [mapping.span]),
            what: "an event source",
            demands: of_mapping(chain, mapping),
            doubt: None,
        });
    }
    checked
}

/// What Lambda checks when it makes a mapping.
fn of_mapping(chain: &Chain<'_>, mapping: &EventSourceMapping) -> Vec<Demand> {
    let mut checked = demands(chain, mapping);
    checked.retain(is_checked);
    if kind_of(chain, mapping) == Some(SourceKind::Msk) {
        checked.push(Demand::new(&SOURCE_NETWORK, everything("ec2")));
    }
    checked
}

/// The first of these places that lies in a resource: the resource itself when a value was written
/// elsewhere, since waiting is a matter of the resource.
fn within(header: &Header, places: impl IntoIterator<Item = Span>) -> Span {
    let inside = |span: &Span| {
        span.is_somewhere() && span.source == header.span.source && span.start > header.span.start
    };
    places.into_iter().find(inside).unwrap_or(header.span)
}

/// The policies that alone give the permissions and are resources of their own; none when one of
/// the permissions is missing, or comes with the role.
fn separate<'g>(
    chain: &Chain<'g>,
    role: &LinkedRole<'g>,
    check: &Checked<'_>,
) -> Vec<&'g Attached> {
    let mut separate: Vec<&'g Attached> = Vec::new();
    for (demand, actions) in check.demands.iter().flat_map(|it| it.each().map(move |a| (it, a))) {
        let by: BTreeMap<&Address, &'g Attached> = actions
            .iter()
            .filter_map(|action| chain.decide(action, &demand.resource))
            .filter(|decision| decision.truth.is_true())
            .flat_map(|decision| decision.allowing)
            .map(|grant| (&grant.attached.holder.address, grant.attached))
            .collect();
        if by.is_empty() {
            return Vec::new();
        }
        // Several policies allow the action: the one that is there first will do.
        if by.contains_key(&role.role.header.address) || by.len() > 1 {
            continue;
        }
        for (holder, attached) in by {
            if !separate.iter().any(|known| known.holder.address == *holder) {
                separate.push(attached);
            }
        }
    }
    separate
}

/// The policies, without the modules around both, which differ between the instances of a module.
fn names<'g>(check: &Checked<'_>, racing: impl IntoIterator<Item = &'g Attached>) -> Vec<String> {
    let address = check.header.address.name();
    racing.into_iter().map(|it| waiting::name_beside(address, it.holder.address.name())).collect()
}

/// The call of the module whose text is not the user's that holds a race, all of it.
fn module_of<'g>(check: &Checked<'g>, racing: &[Racing<'_>]) -> Option<&'g str> {
    let (modules, _) = split(check.header.address.name());
    let is_inside = |(attached, _): &Racing<'_>| {
        let (others, _) = split(attached.holder.address.name());
        shared(&modules, &others) == modules.len()
    };
    let is_all = check.header.is_shown_at_call() && racing.iter().any(is_inside);
    modules.last().filter(|_| is_all).map(|call| without_key(call))
}

/// What would have to wait: what a transform makes waits for what it is made of, and a stack as a
/// whole.
fn waits(check: &Checked<'_>, racing: &[Racing<'_>]) -> Address {
    let holder = check.header.holder();
    racing
        .last()
        .map_or_else(|| holder.clone(), |(attached, _)| apart(holder, &attached.holder.address))
}

/// Whether one of the policies waits for what would have to wait for it.
fn is_circle(chain: &Chain<'_>, check: &Checked<'_>, racing: &[Racing<'_>]) -> bool {
    let (address, waits) = (&check.header.address, waits(check, racing));
    racing.iter().any(|(target, _)| {
        let before = Dependencies::of(chain.graph, &target.holder);
        let target = &target.holder.address;
        before.contain(&waits)
            || before.any(|dependency| {
                stacks(dependency).any(|stack| stack == waits)
                    || waiting::is_circle(address, target, dependency)
            })
    })
}

/// What makes the resource wait for the only policy with what it takes of that one's module already,
/// where the policy waits for others of the module that would have to wait, and these take nothing of it.
fn by_output(chain: &Chain<'_>, check: &Checked<'_>, racing: &[Racing<'_>]) -> Option<String> {
    let [(attached, _)] = racing else { return None };
    let graph = chain.graph;
    let (address, target) = (&check.header.address, &attached.holder.address);
    let modules = split(target.name()).0;
    let is_inside =
        |it: &Address| it.unit() == target.unit() && split(it.name()).0 == modules && it != target;
    let takes = |header: &Header| Dependencies::of(graph, header).any(is_inside);
    let before = Dependencies::of(graph, &attached.holder);
    let is_free = |it: &Address| {
        is_inside(it) || graph.resolver().resource(it).is_some_and(|other| !takes(&other.header))
    };
    let is_possible =
        takes(check.header) && !before.contain(address) && !before.any(|it| !is_free(it));
    let unit = graph.resolver().unit_of(check.header.holder()).filter(|_| is_possible)?;
    unit.language.wait_by_output(address.name(), target.name())
}

fn draft(chain: &Chain<'_>, Race { check, racing, is_circle, module }: &Race<'_>) -> Draft {
    let each = |purposes: &IndexSet<&str>| list(purposes.iter().map(|&it| it.to_owned()));
    let purposes = each(&racing.iter().flat_map(|(_, it)| it.iter().copied()).collect());
    let address = &check.header.address;
    let names = names(check, racing.iter().map(|(attached, _)| *attached));
    let policies = code_list(names.iter().map(String::as_str));
    let graph = chain.graph;
    let (holder, waits) = (check.header.holder(), waits(check, racing));
    let targets: IndexSet<Address> =
        racing.iter().map(|(attached, _)| apart(&attached.holder.address, holder)).collect();
    let waiting = graph
        .resolver()
        .resource(&waits)
        .map_or(&check.header.waiting, |resource| &resource.header.waiting);
    let by_inputs = || {
        let inputs = Inputs::of(chain, chain.linked()?)?;
        let mut ways: Vec<String> = Vec::new();
        for (attached, _) in racing {
            ways.push(inputs.instead_of(attached)?);
        }
        Some(format!("Remove {policies} and {} instead.", ways.join(", and ")))
    };
    let depends = if racing.len() == 1 { "depends" } else { "depend" };
    let help = if let Some(call) = module {
        format!(
            "Nothing at the call of `{call}` makes it wait: that module itself has to. Where the \
             first `terraform apply` fails with missing permissions, a second one succeeds."
        )
    } else if *is_circle {
        by_inputs().or_else(|| by_output(chain, check, racing)).unwrap_or_else(|| format!(
            "Write the permissions into the role itself, or make the role and its policies apart from \
             `{waits}`: {policies} {depends} on what would have to wait for it."
        ))
    } else {
        let targets: Vec<&str> = targets.iter().map(|target| target.name().as_str()).collect();
        let language = graph.resolver().unit_of(holder).map(|unit| unit.language);
        language.map_or_else(String::new, |language| language.wait(waits.name(), &targets, waiting))
    };
    let gives = if racing.len() == 1 { "gives" } else { "give" };
    let draft = Draft::new(
        &META,
        META.severity,
        check.span,
        format!("does not wait for {policies}"),
    )
    .message(format!(
        "{{resources}} may be created before {policies}, which {gives} the role the permissions \
         that Lambda checks for {purposes}"
    ))
    .names(address.name().as_str())
    .help(help)
    .holder(check.header)
    .function(chain.function)
    .path_to_role(chain)
    .fingerprint(list(names));
    racing.iter().fold(draft, |draft, (attached, purposes)| {
        let label = format!("gives the permissions for {}", each(purposes));
        draft.label(attached.holder.span, label)
    })
}
