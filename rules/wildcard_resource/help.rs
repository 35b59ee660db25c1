//! What to write in place of the `*`.

use iacscan_core::{Located, Text};
use iacscan_graph::{ExecutionRole, Reached};
use iacscan_iam::aws::AccessLevel;

use super::declared::Declared;
use super::forms::{Form, Part, finds_all, forms, optional, spoken};
use super::{NETWORK, is_checked_unscoped};
use crate::framework::spell;
use crate::framework::statements::{covered, is_limited_by_aws, is_made_by_tool, items, known};
use crate::framework::words::{code_list, list};

/// What a statement holds whose actions can be limited.
pub(super) struct Help<'h, 'g> {
    pub(super) role: &'h ExecutionRole<'g>,
    pub(super) reached: &'h Reached<'g>,
    /// The actions reported.
    pub(super) names: &'h [&'h str],
    /// The `*`.
    pub(super) star: &'h Located<Text>,
}

/// How many forms of ARNs a person reads.
const MOST: usize = 4;

/// How many kinds of resources that a call may name besides.
const MOST_OPTIONAL: usize = 2;

const PREFIX: &str = "A prefix such as `orders-*` will do for a name.";

impl Help<'_, '_> {
    /// `takes_name` where what stands there is a name and no ARN.
    pub(super) fn text(&self, takes_name: bool) -> String {
        if takes_name {
            return self.name();
        }
        let proposals = self.proposals();
        let mut sentences = self.resources(&proposals);
        // Nobody can add to or divide what a tool writes.
        if !is_made_by_tool(self.role, self.reached) {
            sentences.extend(self.also_named(&proposals));
            sentences.extend(self.beside());
        }
        sentences.join(" ")
    }

    /// The name that stands in place of an ARN.
    fn name(&self) -> String {
        let form = self.in_order().find_map(|name| forms(&name).into_iter().next());
        let named = || Declared::beside(self.role, self.reached, self.star)?.names(form.as_ref()?);
        let as_named = named().map_or_else(String::new, |named| format!(", as {named}"));
        let last = form.as_ref().and_then(|form| form.arn.rsplit_once("${")?.1.split_once('}'));
        match last.map(|(variable, _)| Part::of(variable)) {
            Some(Part::Id(_)) => format!("Give the id of the resource{as_named}."),
            _ => format!(
                "Give the name of the resource{as_named}; a prefix such as `orders-*` will do."
            ),
        }
    }

    /// The ARNs, and what may stand in them.
    fn resources(&self, all: &[Proposal]) -> Vec<String> {
        let (shown, hidden) = all.split_at(MOST.min(all.len()));
        let is_shown = |name: &String| shown.iter().any(|proposal| proposal.names.contains(name));
        let others: Vec<String> =
            self.in_order().filter(|name| !is_shown(name) && is_limited(name)).collect();
        let of_others = code_list(others.iter().map(String::as_str));
        if shown.is_empty() {
            return vec![format!("Name the resources of {of_others}.")];
        }
        let mut written: Vec<String> = shown
            .chunk_by(|one, next| one.names == next.names)
            .filter_map(|alike| {
                let arns = list(alike.iter().map(|proposal| proposal.written.words.clone()));
                Some(format!("{arns} for {}", alike.first()?.purpose()))
            })
            .collect();
        match hidden.iter().filter(|proposal| proposal.names.iter().any(is_shown)).count() {
            0 => {}
            1 => written.push("and 1 more kind of resources".to_owned()),
            more => written.push(format!("and {more} more kinds of resources")),
        }
        if !others.is_empty() {
            written.push(format!("and the resources of {of_others}"));
        }
        let mut sentences = vec![format!("Name the resources: {}.", written.join("; "))];
        if shown.iter().any(|proposal| proposal.written.has_name) {
            sentences.push(PREFIX.to_owned());
        }
        if shown.iter().any(|proposal| proposal.written.is_declared) {
            sentences.push("If the code uses others, add them.".to_owned());
        }
        if shown.iter().any(|proposal| proposal.written.is_made) {
            sentences.push(
                "Where `*` stands for an id that AWS makes with the resource, a condition on \
                 `aws:ResourceTag/NAME` limits what exists already, if the service supports it."
                    .to_owned(),
            );
        }
        sentences
    }

    /// What to write, by the action that each is for first: the actions reported, then all else that
    /// would lose its `*`.
    fn proposals(&self) -> Vec<Proposal> {
        let mut proposals: Vec<Proposal> = Vec::new();
        for name in self.in_order() {
            for form in forms(&name) {
                let written = self.proposed(&name, &form);
                match proposals.iter_mut().find(|it| it.written.words == written.words) {
                    Some(known) if known.names.contains(&name) => {}
                    Some(known) => known.names.push(name.clone()),
                    None => proposals.push(Proposal { written, names: vec![name.clone()] }),
                }
            }
        }
        proposals
    }

    /// The actions of the statement, those reported before the others.
    fn in_order(&self) -> impl Iterator<Item = String> {
        let others = self.all().into_iter().filter(|name| !self.names.contains(&name.as_str()));
        self.names.iter().map(|&name| name.to_owned()).chain(others)
    }

    /// The known actions of the statement.
    fn all(&self) -> Vec<String> {
        items(self.reached.statement.actions.as_ref())
            .iter()
            .filter_map(|item| known(self.role, &item.item))
            .map(|name| name.to_string())
            .collect()
    }

    /// What calls may name that the resources do not cover.
    fn also_named(&self, known: &[Proposal]) -> Option<String> {
        let is_new = |form: &Form| {
            let words = self.write(form).words;
            known.iter().all(|proposal| proposal.written.words != words)
        };
        let (name, forms) = self.names.iter().find_map(|name| {
            let mut forms = optional(name);
            forms.retain(is_new);
            (!forms.is_empty()).then_some((name, forms))
        })?;
        let arns = if forms.len() > MOST_OPTIONAL {
            String::new()
        } else {
            format!(": {}", list(forms.iter().map(|form| self.proposed(name, form).words)))
        };
        Some(format!("If a call of `{name}` names something else too, allow it as well{arns}."))
    }

    /// What must stay on `*`.
    fn beside(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        let (mut whole, mut networks) = (Vec::new(), false);
        for name in self.all() {
            let covered = covered(&name);
            let stays: Vec<_> = covered.iter().filter(|action| stays(action)).collect();
            networks |= stays.iter().any(|action| NETWORK.contains(&action.full_name));
            // One that speaks of what the others are done to is the likeliest to be meant.
            let kind = forms(&name).first().map_or("", |form| form.kind.name);
            match stays.iter().rev().max_by_key(|action| spoken(action.name(), kind)) {
                Some(_) if stays.len() == covered.len() || is_describing(&name) => whole.push(name),
                Some(first) => sentences.push(format!(
                    "Of `{name}`, what can be allowed on `*` alone, as `{}`, belongs into a \
                     statement of its own where it is needed.",
                    first.full_name
                )),
                None => {}
            }
        }
        if !whole.is_empty() {
            let of_lambda = |name: &&String| NETWORK.iter().any(|it| name.eq_ignore_ascii_case(it));
            let (tested, others): (Vec<&String>, Vec<&String>) = whole.iter().partition(of_lambda);
            let why = match (tested.len(), others.len()) {
                (0, 1) => "it cannot be limited".to_owned(),
                (0, _) => "they cannot be limited".to_owned(),
                (1, 0) => "Lambda checks it there for functions in a VPC".to_owned(),
                (_, 0) => "Lambda checks them there for functions in a VPC".to_owned(),
                _ => format!(
                    "Lambda checks {} there for functions in a VPC, and nothing limits {}",
                    code_list(tested.iter().map(|name| name.as_str())),
                    code_list(others.iter().map(|name| name.as_str()))
                ),
            };
            let all = code_list(whole.iter().map(String::as_str));
            sentences.insert(
                0,
                format!("Leave {all} on `*` and move the rest to a statement of its own: {why}."),
            );
        }
        if networks {
            let idle: Vec<&str> =
                self.names.iter().copied().filter(|name| BESIDE_NETWORK.contains(name)).collect();
            if !idle.is_empty() {
                sentences.push(format!(
                    "Lambda itself does not need {}: unless the code does, remove {}.",
                    code_list(idle.iter().copied()),
                    if idle.len() == 1 { "it" } else { "them" }
                ));
            }
        }
        sentences
    }

    /// What stands beside the statement, where that may be meant; else the form.
    fn proposed(&self, name: &str, form: &Form) -> Written {
        let is_meant = !makes_or_ends(name, form) && !covered(name).iter().any(finds_all);
        let declared = Declared::beside(self.role, self.reached, self.star).filter(|_| is_meant);
        match declared.and_then(|it| it.arns(form)) {
            Some(words) => Written { words, is_declared: true, has_name: false, is_made: false },
            None => self.write(form),
        }
    }

    fn write(&self, form: &Form) -> Written {
        let mut written = Written::default();
        let (mut out, mut has_id) = (String::new(), false);
        let mut rest = form.arn.as_str();
        while let Some((before, behind)) = rest.split_once("${") {
            out.push_str(before);
            let (variable, behind) = behind.split_once('}').unwrap_or((behind, ""));
            rest = behind;
            match variable {
                "Partition" | "Region" | "Account" => out.push_str(&format!("${{{variable}}}")),
                _ => match Part::of(variable) {
                    Part::Name(name) => {
                        written.has_name = true;
                        out.push_str(&name);
                    }
                    Part::Id(id) => {
                        has_id = true;
                        out.push_str(&id);
                    }
                    Part::Made => {
                        written.is_made = true;
                        out.push('*');
                    }
                },
            }
        }
        out.push_str(rest);
        written.is_made &= !written.has_name && !has_id;
        let graph = self.role.graph;
        let holder = self.reached.attached.document_holder(graph).holder();
        written.words = format!("`{}`", spell::form(graph.resolver().unit_of(holder), &out));
        written
    }
}

/// What to write for the resources of some actions.
struct Proposal {
    written: Written,
    /// Never empty.
    names: Vec<String>,
}

impl Proposal {
    fn purpose(&self) -> String {
        match self.names.as_slice() {
            [first, _, more @ ..] if !more.is_empty() => {
                format!("`{first}` and {} more", more.len() + 1)
            }
            names => code_list(names.iter().map(String::as_str)),
        }
    }
}

/// Whether an action makes or deletes resources of this kind: hardly one that stands beside the
/// statement.
fn makes_or_ends(pattern: &str, form: &Form) -> bool {
    let letters = |text: &str| text.replace(|c: char| !c.is_ascii_alphanumeric(), "");
    let kind = letters(form.kind.name);
    covered(pattern).iter().any(|action| {
        let name = action.name();
        let done_to = name.strip_prefix("Create").or_else(|| name.strip_prefix("Delete"));
        // The object of a bucket is not what stands there.
        done_to.is_some_and(|done_to| done_to.eq_ignore_ascii_case(&kind) && kind != "object")
    })
}

/// A form as it stands in the help.
#[derive(Default)]
struct Written {
    words: String,
    /// It stands beside the statement.
    is_declared: bool,
    has_name: bool,
    /// Nothing in it but the kind is known.
    is_made: bool,
}

/// Whether something of an action or pattern can be limited.
fn is_limited(pattern: &str) -> bool {
    covered(pattern).iter().any(|action| action.has_resource_types() && !stays(action))
}

/// Whether an action can be allowed on `*` alone.
fn stays(action: &iacscan_iam::aws::Action) -> bool {
    let cannot = !action.has_resource_types()
        && action.level != AccessLevel::Unknown
        && !is_limited_by_aws(action.full_name);
    cannot || is_checked_unscoped(action.full_name)
}

/// Few of these can be limited.
fn is_describing(name: &str) -> bool {
    name.eq_ignore_ascii_case("ec2:Describe*")
}

/// Actions on network interfaces that are often allowed beside those that Lambda uses.
const BESIDE_NETWORK: &[&str] = &[
    "ec2:AttachNetworkInterface",
    "ec2:DetachNetworkInterface",
    "ec2:ModifyNetworkInterfaceAttribute",
];
