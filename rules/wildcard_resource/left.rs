//! What is to stay on `*`.

use iacscan_graph::{ExecutionRole, Reached};
use iacscan_iam::aws::{AccessLevel, Action};

use super::forms::{forms, service, spoken};
use super::{NETWORK, is_checked_unscoped};
use crate::framework::features::{all_users_are_known, is_in_network};
use crate::framework::statements::{covered, is_limited_by_aws, is_made_by_tool, whole_service};
use crate::framework::words::{all_code, code_list};

/// Whether something of an action or pattern can be limited.
pub(super) fn is_limited(pattern: &str) -> bool {
    let has_resources =
        |action: &Action| action.has_resource_types() || is_limited_by_aws(action.full_name);
    covered(pattern).iter().any(|action| has_resources(action) && !stays(action))
}

/// Whether an action can be allowed on `*` alone.
fn stays(action: &Action) -> bool {
    cannot_be_limited(action) || is_checked_unscoped(action.full_name)
}

fn cannot_be_limited(action: &Action) -> bool {
    !action.has_resource_types()
        && action.level != AccessLevel::Unknown
        && !is_limited_by_aws(action.full_name)
}

/// Few of these can be limited.
pub(super) fn is_describing(name: &str) -> bool {
    name.eq_ignore_ascii_case("ec2:Describe*")
}

/// The actions of a statement of which some are to be limited.
pub(super) struct Left<'h, 'g> {
    pub(super) role: &'h ExecutionRole<'g>,
    pub(super) reached: &'h Reached<'g>,
    /// All that are known.
    pub(super) all: &'h [String],
    /// Those reported.
    pub(super) names: &'h [&'h str],
    /// The services whose actions are moved to statements of their own.
    pub(super) later: &'h [String],
    /// Roles get different actions from the statement.
    pub(super) is_divided: bool,
}

impl Left<'_, '_> {
    /// What to say of those that stay.
    pub(super) fn sentences(&self) -> Vec<String> {
        // Nobody can divide what a tool writes.
        if is_made_by_tool(self.role, self.reached) {
            return Vec::new();
        }
        // What is written once for several roles has one help.
        let is_out_of_network = !self.role.graph.is_for_several(self.reached.statement)
            && is_in_network(self.role).is_false()
            && !self.has_network_configuration()
            && all_users_are_known(self.role);
        let mut reasons = Reasons::default();
        let mut idle = Vec::new();
        let mut partly: Vec<(&str, &str)> = Vec::new();
        for name in self.all {
            let covered = covered(name);
            if is_out_of_network && !covered.is_empty() && covered.iter().all(is_of_interfaces) {
                idle.push(name.as_str());
                continue;
            }
            let staying: Vec<&Action> = covered.iter().filter(|action| stays(action)).collect();
            // One that speaks of what the others are done to is the likeliest to be meant.
            let kind = forms(name).first().map_or("", |form| form.kind.name);
            let some = staying.iter().rev().max_by_key(|action| spoken(action.name(), kind));
            let some = some.filter(|_| staying.len() < covered.len());
            if whole_service(name).is_some() {
                reasons.services.push(name);
            } else if is_describing(name) {
                reasons.describing.push(name);
            } else if let Some(first) = some {
                partly.push((name, first.full_name));
            } else if staying.is_empty() {
                continue;
            } else if staying.iter().all(|action| cannot_be_limited(action)) {
                reasons.unlimited.push(name);
            } else if staying.iter().any(|action| NETWORK.contains(&action.full_name)) {
                reasons.networks.push(name);
            } else {
                reasons.on_input.push(name);
            }
        }
        let stays = |name: &&str| reasons.all().any(|left| left == *name);
        let named = self.all.iter().map(String::as_str).filter(|name| !idle.contains(name));
        let (left, others): (Vec<&str>, Vec<&str>) = named.partition(stays);
        // Nobody moves what there is none of.
        let is_moved = |name: &&str| {
            !covered(name).is_empty() && !self.later.iter().any(|it| it == service(name))
        };
        let moved: Vec<&str> = others.into_iter().filter(is_moved).collect();
        let leave = reasons.sentence(&left, &moved, self.later, self.is_divided);
        leave.into_iter().chain(covering(&partly)).chain(self.idle(idle)).collect()
    }

    /// Whether a function has a configuration of a VPC, be it one without subnets: inputs may give
    /// it those.
    fn has_network_configuration(&self) -> bool {
        let functions = self.role.functions.iter();
        let mut functions = functions.filter_map(|user| self.role.graph.function(user.item));
        functions.any(|it| it.vpc.iter().any(|branch| branch.item.known().is_some()))
    }

    /// What nobody may need, beside what only a VPC takes and there is none.
    fn idle<'n>(&'n self, mut idle: Vec<&'n str>) -> Option<String> {
        let is_network = |action: &Action| NETWORK.contains(&action.full_name);
        if self.all.iter().any(|name| covered(name).iter().any(is_network)) {
            let beside = self.names.iter().copied().filter(|name| BESIDE_NETWORK.contains(name));
            idle.extend(beside);
        }
        let is_all = self.all.iter().all(|name| idle.contains(&name.as_str()));
        let them = match idle.len() {
            _ if is_all => "the statement",
            1 => "it",
            _ => "them",
        };
        (!idle.is_empty()).then(|| {
            let list = code_list(idle.iter().copied());
            format!("Lambda itself does not need {list}: unless the code does, remove {them}.")
        })
    }
}

/// What to say of patterns of which some actions stay, each with one of these.
fn covering(partly: &[(&str, &str)]) -> Option<String> {
    let (_, first) = partly.first()?;
    let cover = if partly.len() == 1 { "covers" } else { "cover" };
    Some(format!(
        "{} {cover} what can be allowed on `*` alone, such as `{first}`: name what the code calls of \
         that in a new statement on `*`.",
        code_list(partly.iter().map(|(name, _)| *name))
    ))
}

/// Which actions stay, by why they do.
#[derive(Default)]
struct Reasons<'s> {
    networks: Vec<&'s str>,
    on_input: Vec<&'s str>,
    describing: Vec<&'s str>,
    services: Vec<&'s str>,
    unlimited: Vec<&'s str>,
}

impl<'s> Reasons<'s> {
    fn all(&self) -> impl Iterator<Item = &'s str> {
        [&self.networks, &self.on_input, &self.describing, &self.services, &self.unlimited]
            .into_iter()
            .flatten()
            .copied()
    }

    /// `moved` are the others that are not of the services of `later`.
    fn sentence(
        &self,
        left: &[&str],
        moved: &[&str],
        later: &[String],
        is_divided: bool,
    ) -> Option<String> {
        if left.is_empty() {
            return None;
        }
        let why = self.why(left.len());
        if is_divided {
            let left = all_code(left.iter().copied());
            return Some(format!(
                "Allow {left} on `*`, in a second statement that gets a list of its own: {why}."
            ));
        }
        Some(if moved.is_empty() || left.len() <= moved.len().max(FEW) {
            let left = all_code(left.iter().copied());
            let but_later = if later.is_empty() {
                String::new()
            } else {
                let services = all_code(later.iter().map(String::as_str));
                format!(", but for the actions of {services},")
            };
            format!(
                "Leave {left} on `*` and move the rest{but_later} to a new statement beside this one: {why}."
            )
        } else {
            let moved = all_code(moved.iter().copied());
            format!(
                "Move {moved} to a new statement beside this one and leave the rest on `*`: {why}."
            )
        })
    }

    fn why(&self, count: usize) -> String {
        let of = |names: &[&str], one: &str, several: &str| match names.len() {
            all if all == count && all == 1 => one.to_owned(),
            all if all == count => several.to_owned(),
            many if many > FEW => "the others".to_owned(),
            _ => all_code(names.iter().copied()),
        };
        let mut parts = Vec::new();
        if !self.networks.is_empty() {
            let them = of(&self.networks, "it", "them");
            parts.push(format!("Lambda checks {them} there for functions in a VPC"));
        }
        match of(&self.on_input, "its calls", "their calls") {
            _ if self.on_input.is_empty() => {}
            calls if calls.ends_with("calls") => {
                parts.push(format!("{calls} mostly name no resource"));
            }
            names => parts.push(format!("calls of {names} mostly name no resource")),
        }
        if !self.describing.is_empty() {
            let them = of(&self.describing, "it", "it");
            parts.push(format!("hardly anything of {them} can be limited"));
        }
        if !self.services.is_empty() {
            let them = all_code(self.services.iter().copied());
            parts.push(format!("of {them} the actions that are called have to be listed first"));
        }
        match self.unlimited.len() {
            0 => {}
            1 if count == 1 => parts.push("it cannot be limited".to_owned()),
            all if all == count => parts.push("they cannot be limited".to_owned()),
            _ => parts.push(format!("nothing limits {}", of(&self.unlimited, "it", "them"))),
        }
        match parts.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, before)) => format!("{}, and {last}", before.join(", ")),
            None => String::new(),
        }
    }
}

/// So many names are read one by one.
const FEW: usize = 8;

/// Whether Lambda uses the action for network interfaces, and code seldom does.
fn is_of_interfaces(action: &Action) -> bool {
    let is_spoken_of = |what: &str| action.full_name.contains(what);
    NETWORK.contains(&action.full_name)
        && (is_spoken_of("NetworkInterface") || is_spoken_of("PrivateIp"))
}

/// Actions on network interfaces that are often allowed beside those that Lambda uses.
const BESIDE_NETWORK: &[&str] = &[
    "ec2:AttachNetworkInterface",
    "ec2:DetachNetworkInterface",
    "ec2:ModifyNetworkInterfaceAttribute",
];
