//! What to write in place of the `*`.

use iacscan_core::{Address, Located, Text};
use iacscan_graph::{ExecutionRole, Reached};
use iacscan_iam::Resolve;

use super::declared::Declared;
use super::forms::{breadth, forms, is_method, service};
use super::left::{Left, is_describing, is_limited};
use super::logs::OwnGroups;
use super::parts::Part;
use super::proposals::{Proposal, Proposals};
use super::regions::{REGIONS, speaks_of_several};
use crate::framework::spell::{self, condition};
use crate::framework::statements::{
    Item, covered, is_made_by_tool, is_pattern, items, known, only_service, whole_service,
};
use crate::framework::words::{all_choice, all_code, code_list, list};

/// What a statement holds whose actions can be limited.
pub(super) struct Help<'h, 'g> {
    pub(super) role: &'h ExecutionRole<'g>,
    pub(super) reached: &'h Reached<'g>,
    /// The actions reported.
    pub(super) names: &'h [&'h str],
    /// The `*`.
    pub(super) star: &'h Located<Text>,
    /// Further ones beside it.
    pub(super) alike: &'h [&'h Item],
    /// The log groups that the functions themselves write to.
    pub(super) logs: Option<&'h OwnGroups>,
    /// What the environment variables of its functions refer to.
    pub(super) told: &'h [Address],
    /// Roles get different actions from the statement.
    pub(super) is_divided: bool,
}

/// How many forms of ARNs of several services a person reads.
const MOST: usize = 8;

/// A pattern that covers actions on more kinds of resources is to be written out.
const MOST_OF_PATTERN: usize = 8;

/// How many kinds of resources that a call may name besides.
const MOST_OPTIONAL: usize = 3;

const VALUES: &str = "Put your own values for the words in capitals, and `*` for an id that only the \
                      running code learns.";

const PREFIX: &str = "Put your own values for the words in capitals; a prefix such as `orders-*` will do for a name.";

/// What Terraform has no expression for without a data source.
const PLACE: &str = "`*` will do for `REGION` and `ACCOUNT`.";

/// How the reference calls the name of an identity of SES.
pub(super) const SENDER_NAME: &str = "IdentityName";

/// What that is.
const SENDER: &str =
    "`DOMAIN_OR_ADDRESS` is the domain or e-mail address that the code sends from.";

/// API Gateway's resources are the paths of its API.
const COLLECTIONS: &str = "Keys, usage plans and the like are paths of their own, such as \
                           `/apikeys/*` and `/usageplans/*`.";

/// No condition of publishing limits which.
const MESSAGES: &str = "Only if the code sends text messages (SMS), leave `sns:Publish` on `*` in a \
                        statement of its own: phone numbers have no ARN.";

impl Help<'_, '_> {
    /// `takes_name` where what stands there is a name and no ARN.
    pub(super) fn text(&self, takes_name: bool) -> String {
        if takes_name {
            return self.name();
        }
        let proposals = Proposals::new(self);
        let all = self.all();
        let (mut sentences, later) = self.resources(&proposals);
        let left = Left {
            role: self.role,
            reached: self.reached,
            all: &all,
            names: self.names,
            later: &later,
            is_divided: self.is_divided,
        };
        sentences.extend(left.sentences());
        sentences.join("\n")
    }

    /// The name that stands in place of an ARN.
    fn name(&self) -> String {
        let form = self.in_order().iter().find_map(|name| forms(name).into_iter().next());
        let named = || {
            Declared::beside(self.role, self.reached, self.star, self.told)?.names(form.as_ref()?)
        };
        let as_named = named().map_or_else(String::new, |named| format!(", as {named}"));
        let last = form.as_ref().and_then(|form| form.arn.rsplit_once("${")?.1.split_once('}'));
        if last.is_some_and(|(variable, _)| variable == SENDER_NAME) {
            return format!(
                "Give the domain or e-mail address that the code sends from{as_named}."
            );
        }
        match last.map(|(variable, _)| Part::of(variable)) {
            Some(Part::Id(_)) => format!("Give the id of the resource{as_named}."),
            _ => format!(
                "Give the name of the resource{as_named}; a prefix such as `orders-*` will do."
            ),
        }
    }

    /// The ARNs, and what may stand in them; and the services of which there are too many to say.
    fn resources(&self, proposals: &Proposals<'_, '_>) -> (Vec<String>, Vec<String>) {
        let written_out: Vec<String> =
            self.in_order().into_iter().filter(|name| is_written_out(name)).collect();
        let each = self.in_order().into_iter().flat_map(|name| {
            if written_out.contains(&name) {
                covered(&name).iter().map(|action| action.full_name.to_owned()).collect()
            } else {
                vec![name]
            }
        });
        let limited: Vec<String> = each.filter(|name| is_limited(name)).collect();
        let is_broad = |name: &&String| is_pattern(name) && breadth(name) > MOST_OF_PATTERN;
        let (broad, others): (Vec<&String>, Vec<&String>) = limited.iter().partition(is_broad);
        let (named, unnamed): (Vec<&String>, Vec<&String>) =
            others.iter().partition(|name| !proposals.forms(name).is_empty());
        let all = proposals.of(named.iter().copied());
        let (shown, later) = divided(all);
        let mut sentences = Vec::new();
        if !shown.is_empty() {
            sentences.push(self.naming(&shown, &written_out));
        }
        let has = |of: fn(&Proposal) -> bool| shown.iter().any(of);
        if has(|it| it.written.has_name) {
            sentences.push(PREFIX.to_owned());
        } else if has(|it| it.written.has_id) {
            sentences.push(VALUES.to_owned());
        }
        if has(|it| it.written.has_sender) {
            sentences.push(SENDER.to_owned());
        }
        if has(|it| it.written.words.contains(":REGION:ACCOUNT:")) {
            sentences.push(PLACE.to_owned());
        } else if has(|it| it.written.has_region) && speaks_of_several(self.role) {
            sentences.push(REGIONS.to_owned());
        }
        if has(|it| it.written.is_declared) {
            sentences.push("If the code uses other resources, name those.".to_owned());
        }
        for (arn, names) in proposals.allowed(named.iter().copied()) {
            let is = if names.len() == 1 { "is" } else { "are" };
            let list = all_code(names.iter().copied());
            let allowed = format!(
                "{list} on {arn} {is} allowed by another statement: if the code uses no other, remove"
            );
            let them = if names.len() == 1 { "it" } else { "them" };
            if names.len() == self.all().len() && !sentences.is_empty() {
                sentences.insert(0, format!("{allowed} this statement. Otherwise:"));
            } else {
                sentences.push(format!("{allowed} {them} here."));
            }
        }
        if has(|it| it.written.is_made) {
            sentences.push(
                "AWS makes the id for which `*` stands there; a condition on a tag \
                 (`aws:ResourceTag/NAME`) narrows it, where the service supports that."
                    .to_owned(),
            );
        }
        if !later.is_empty() {
            let them = if later.len() == 1 { "it has" } else { "they have" };
            sentences.push(format!(
                "Give the actions of {} statements of their own, and scan again to be told which \
                 resources {them}.",
                all_code(later.iter().map(String::as_str))
            ));
        }
        let is_written = |name: &str| shown.iter().any(|it| it.names.iter().any(|it| it == name));
        let tagging = named.iter().filter(|name| is_written(name));
        let tagging: Vec<&str> =
            tagging.filter_map(|name| proposals.tagged(name).map(|_| name.as_str())).collect();
        sentences.extend(self.tags(proposals, &tagging, has(|it| it.written.is_declared)));
        if !written_out.is_empty() {
            sentences.push(format!(
                "In place of {}, write the actions of these that the code calls.",
                all_code(written_out.iter().map(String::as_str))
            ));
        }
        let is_of = |of: fn(&str) -> bool| shown.iter().any(|it| it.names.iter().any(|it| of(it)));
        if is_of(is_method) {
            sentences.push(COLLECTIONS.to_owned());
        }
        if is_of(reads_parameters) && !has(|it| it.written.is_declared) {
            sentences.push(self.published());
        }
        if let Some(keys) = proposals.managed_keys(&shown) {
            sentences.push(keys);
        }
        if is_written_for_phones(&shown) && self.is_everything() {
            sentences.push(MESSAGES.to_owned());
        }
        sentences.extend(each_kind(proposals, &unnamed));
        for name in broad {
            sentences.push(format!(
                "In place of `{name}`, list the actions that the code calls: they are done to {} \
                 kinds of resources.",
                breadth(name)
            ));
        }
        if !is_made_by_tool(self.role, self.reached) {
            sentences.extend(self.also_named(proposals, &shown));
        }
        (sentences, later)
    }

    /// The advice to name resources, in place of the `*` where the statement names others.
    fn naming(&self, shown: &[Proposal], written_out: &[String]) -> String {
        let graph = self.role.graph;
        let statement = self.reached.statement;
        let from = self.reached.attached.document_holder(graph).holder();
        let language = graph.resolver().unit_of(from).map(|unit| unit.language);
        let is_star = |item: &Item| {
            std::ptr::eq(&item.item, self.star)
                || self.alike.iter().any(|star| std::ptr::eq(*star, item))
        };
        let (stars, others): (Vec<&Item>, Vec<&Item>) =
            items(statement.resources.as_ref()).iter().partition(|item| is_star(item));
        let others: Vec<String> = others
            .into_iter()
            .map(|item| {
                let text = spell::written(graph, from, &item.item.value)?;
                Some(format!("`{}`", spell::noted(language?, statement, text)))
            })
            .map(Option::unwrap_or_default)
            .collect();
        let is_alone = others.is_empty() && stars.len() == 1;
        let star = |item: &Item| graph.resolver().resolve(&item.item.value).as_known();
        let stars: Option<Vec<_>> = stars.into_iter().map(star).collect();
        let Some(stars) = stars.filter(|_| !is_alone) else {
            return format!("Name the resources:{}.", written(shown, written_out));
        };
        let stars = all_code(stars.iter().map(|star| &**star));
        if shown.iter().all(|it| others.contains(&it.written.words)) {
            return format!("Remove {stars}: the statement names {} already.", named(shown));
        }
        format!("In place of {stars}, name the resources:{}.", written(shown, written_out))
    }

    /// What to say of actions on the tags of whatever others make, where it `is_said` already that
    /// there may be more.
    fn tags(&self, proposals: &Proposals<'_, '_>, names: &[&str], is_said: bool) -> Vec<String> {
        let mut sentences = Vec::new();
        if !names.is_empty() && !is_said {
            sentences.push(format!(
                "If the code calls {} for other resources too, name those as well.",
                code_list(names.iter().copied())
            ));
        }
        let creates = names.iter().find(|name| name.eq_ignore_ascii_case("ec2:CreateTags"));
        let graph = self.role.graph;
        let holder = self.reached.attached.document_holder(graph).holder();
        if let Some(name) = creates
            && let Some(unit) = graph.resolver().unit_of(holder)
            && let Some(tagged) = proposals.tagged(name)
            && !tagged.makers.is_empty()
        {
            let statement = self.reached.statement;
            let key = "ec2:CreateAction";
            let condition = condition(unit, statement, "StringEquals", key, &tagged.makers);
            sentences.push(format!(
                "Where the code gives tags only in the calls that make things, `{name}` may have a \
                 statement of its own with {condition}."
            ));
        }
        sentences
    }

    /// Whether what stands there is `*` itself, and no ARN of a service.
    fn is_everything(&self) -> bool {
        let text = self.role.graph.resolver().resolve(&self.star.value);
        !is_made_by_tool(self.role, self.reached) && text.as_known().is_some_and(|it| it == "*")
    }

    /// What to say of the parameters that belong to no account.
    fn published(&self) -> String {
        let graph = self.role.graph;
        let holder = self.reached.attached.document_holder(graph).holder();
        let arn = "arn:${Partition}:ssm:${Region}::parameter/aws/service/*";
        let arn = spell::form(graph.resolver().unit_of(holder), arn);
        format!("Parameters that AWS publishes belong to no account: `{arn}`.")
    }

    /// What calls may name that the resources do not cover.
    fn also_named(&self, proposals: &Proposals<'_, '_>, known: &[Proposal]) -> Option<String> {
        let is_known = |name: &&&str| known.iter().any(|it| it.names.iter().any(|it| it == **name));
        let all = self.names.iter().filter(is_known);
        let mut all = all.map(|&name| (name, proposals.also_named(name, known)));
        let (first, mut arns) = all.find(|(_, arns)| !arns.is_empty())?;
        let alike = all.filter(|(_, others)| *others == arns).map(|(name, _)| name);
        let names = all_choice([first].into_iter().chain(alike));
        let such = if arns.len() > MOST_OPTIONAL { ", as with " } else { ": " };
        arns.truncate(MOST_OPTIONAL);
        Some(format!(
            "If a call of {names} names something else too, allow it as well{such}{}.",
            list(arns)
        ))
    }

    /// The actions of the statement that lose their `*`, those reported before the others.
    fn in_order(&self) -> Vec<String> {
        let only = only_service(&self.role.graph.resolver().resolve(&self.star.value));
        let is_other = |name: &String| {
            !self.names.contains(&name.as_str())
                && !passes_roles(name)
                && only.as_deref().is_none_or(|only| service(name).eq_ignore_ascii_case(only))
                && whole_service(name).is_none()
                && !is_describing(name)
        };
        let others = self.all().into_iter().filter(is_other);
        self.names.iter().map(|&name| name.to_owned()).chain(others).collect()
    }

    /// The known actions of the statement.
    fn all(&self) -> Vec<String> {
        items(self.reached.statement.actions.as_ref())
            .iter()
            .filter_map(|item| known(self.role, &item.item))
            .map(|name| name.to_string())
            .collect()
    }
}

/// What to say of actions that are done to any of many kinds.
fn each_kind(proposals: &Proposals<'_, '_>, names: &[&String]) -> Vec<String> {
    let mut examples: Vec<(Option<String>, Vec<&str>)> = Vec::new();
    for name in names {
        let example = proposals.example(name);
        match examples.iter_mut().find(|(known, _)| *known == example) {
            Some((_, alike)) => alike.push(name),
            None => examples.push((example, vec![name])),
        }
    }
    let said = examples.into_iter().map(|(example, names)| {
        let them = if names.len() == 1 { "it" } else { "them" };
        let example = example.map_or_else(String::new, |it| format!(", such as {it}"));
        format!(
            "For {}, name each kind of resources that the code calls {them} for{example}.",
            code_list(names)
        )
    });
    said.collect()
}

/// Whether the few actions of a pattern are done to different kinds of resources.
fn is_written_out(name: &str) -> bool {
    const FEW: usize = 12;
    is_pattern(name)
        && whole_service(name).is_none()
        && breadth(name) > 1
        && covered(name).len() <= FEW
}

/// It needs a statement of its own, which another rule asks for.
fn passes_roles(name: &str) -> bool {
    covered(name).iter().any(|action| action.full_name == "iam:PassRole")
}

fn reads_parameters(name: &str) -> bool {
    let reads = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"];
    covered(name).iter().any(|action| reads.contains(&action.full_name))
}

/// Whether it is told what to name for publishing, which is done to phone numbers too.
fn is_written_for_phones(shown: &[Proposal]) -> bool {
    let is_publishing =
        |name: &String| covered(name).iter().any(|it| it.full_name == "sns:Publish");
    shown.iter().any(|proposal| proposal.names.iter().any(is_publishing))
}

/// What to name at once, that of the first service at least, and the services that are left then.
fn divided(all: Vec<Proposal>) -> (Vec<Proposal>, Vec<String>) {
    let mut services: Vec<(String, Vec<Proposal>)> = Vec::new();
    for proposal in all {
        let own = proposal.names.first().map_or("", |name| service(name));
        match services.iter_mut().find(|(service, _)| service == own) {
            Some((_, of_service)) => of_service.push(proposal),
            None => services.push((own.to_owned(), vec![proposal])),
        }
    }
    let (mut shown, mut later) = (Vec::new(), Vec::new());
    for (service, of_service) in services {
        if shown.is_empty() || (later.is_empty() && shown.len() + of_service.len() <= MOST) {
            shown.extend(of_service);
        } else {
            later.push(service);
        }
    }
    (shown, later)
}

/// The ARNs, each once.
fn named(proposals: &[Proposal]) -> String {
    let mut words: Vec<String> = Vec::new();
    for proposal in proposals {
        if !words.contains(&proposal.written.words) {
            words.push(proposal.written.words.clone());
        }
    }
    list(words)
}

/// The ARNs with what they are for, each on a line where these are several.
fn written(proposals: &[Proposal], written_out: &[String]) -> String {
    let alike = proposals.chunk_by(|one, next| one.names == next.names);
    let written: Vec<String> = alike
        .filter_map(|alike| {
            let arns: Vec<String> = alike.iter().map(|it| it.written.words.clone()).collect();
            let arns = match arns.split_last() {
                Some((last, before)) if !before.is_empty() => {
                    format!("{} and {last}", before.join(", "))
                }
                _ => arns.concat(),
            };
            Some(format!("{arns} for {}", alike.first()?.purpose(written_out)))
        })
        .collect();
    match written.as_slice() {
        [only] => format!(" {only}"),
        several => several.iter().map(|it| format!("\n  {it}")).collect::<Vec<_>>().join(";"),
    }
}
