//! The ARNs to write, with the actions that each is for.

use std::collections::BTreeSet;

use iacscan_graph::{ExecutionRole, Reached};
use iacscan_iam::aws::{self, AccessLevel, Action, ResourceType, resource_types};

use iacscan_core::{Address, Located, Text};

use super::WRITES_LOGS;
use super::declared::Declared;
use super::forms::{Form, finds_all, forms, is_method, optional};
use super::help::{Help, SENDER_NAME};
use super::logs::OwnGroups;
use super::made::{ended, made};
use super::parts::Part;
use crate::framework::spell;
use crate::framework::statements::{
    covered, is_every_action, is_pattern, items, known, whole_service,
};
use crate::framework::words::all_code;

/// Where a statement stands that is to name resources.
pub(super) struct Proposals<'h, 'g> {
    role: &'h ExecutionRole<'g>,
    reached: &'h Reached<'g>,
    star: &'h Located<Text>,
    /// The log groups that the functions themselves write to.
    logs: Option<&'h OwnGroups>,
    /// What the code is told of.
    told: &'h [Address],
    /// The actions that the role is allowed by name or by a pattern of names.
    allowed: Vec<String>,
    /// The kinds of resources that some of them make or delete.
    made: Vec<ResourceType>,
}

/// What to write for the resources of some actions.
pub(super) struct Proposal {
    pub(super) written: Written,
    /// Never empty.
    pub(super) names: Vec<String>,
}

impl Proposal {
    /// The actions; many of them are as many as the statement has, with these patterns in it of
    /// which the actions are told apart.
    pub(super) fn purpose(&self, written_out: &[String]) -> String {
        let [first, more @ ..] = self.names.as_slice() else { return String::new() };
        if more.len() < MOST_NAMED {
            return all_code(self.names.iter().map(String::as_str));
        }
        let entry = |name: &'_ String| {
            let is_of = |pattern: &&String| covered(pattern).iter().any(|it| it.full_name == name);
            written_out.iter().find(is_of).unwrap_or(name).clone()
        };
        let entries: BTreeSet<String> = self.names.iter().map(entry).collect();
        match entries.len() - 1 {
            0 => format!("`{}`", entry(first)),
            more => format!("`{}` and {more} more of the statement", entry(first)),
        }
    }
}

/// So many actions are named each.
const MOST_NAMED: usize = 12;

/// A form as it stands in the help.
#[derive(Default)]
pub(super) struct Written {
    pub(super) words: String,
    /// It stands beside the statement, or is what the function itself writes to.
    pub(super) is_declared: bool,
    pub(super) has_name: bool,
    pub(super) has_id: bool,
    /// It names a region.
    pub(super) has_region: bool,
    /// It names whom mail is from.
    pub(super) has_sender: bool,
    /// Nothing in it but the kind is known.
    pub(super) is_made: bool,
}

/// What tags are given to.
pub(super) struct Tagged {
    pub(super) forms: Vec<Form>,
    /// The actions that make them, without the service.
    pub(super) makers: Vec<&'static str>,
}

/// Of more kinds than that, no few are meant.
const MOST_TAGGED: usize = 4;

impl<'h, 'g> Proposals<'h, 'g> {
    pub(super) fn new(help: &Help<'h, 'g>) -> Self {
        let Help { role, reached, star, logs, told, .. } = *help;
        let statements = role.written_statements();
        let all = statements.iter().filter(|reached| reached.statement.is_allow());
        let names = all.flat_map(|reached| items(reached.statement.actions.as_ref()));
        let mut allowed: Vec<String> = names
            .filter_map(|item| known(role, &item.item))
            .filter(|name| !is_every_action(name) && whole_service(name).is_none())
            .map(|name| name.to_string())
            .collect();
        allowed.sort_unstable();
        allowed.dedup();
        let actions = allowed.iter().flat_map(|name| covered(name));
        let kinds = actions.flat_map(|action| made(&action).into_iter().chain(ended(&action)));
        let made = kinds.collect();
        Self { role, reached, star, logs, told, allowed, made }
    }

    /// By the action that each is for first.
    pub(super) fn of<'n>(&self, names: impl IntoIterator<Item = &'n String>) -> Vec<Proposal> {
        let mut proposals: Vec<Proposal> = Vec::new();
        for name in names {
            let forms = self.forms(name);
            let mut all: Vec<Written> =
                forms.iter().map(|form| self.proposed(name, form)).collect();
            // One kind of APIs is called by the same methods as the other.
            if is_method(name) && all.iter().any(|written| written.is_declared) {
                all.retain(|written| written.is_declared);
            }
            for written in all {
                match proposals.iter_mut().find(|it| it.written.words == written.words) {
                    Some(known) if known.names.contains(name) => {}
                    Some(known) => known.names.push(name.clone()),
                    None => proposals.push(Proposal { written, names: vec![name.clone()] }),
                }
            }
        }
        proposals
    }

    /// The forms for an action; where it gives tags to any of many, for what the role makes.
    pub(super) fn forms(&self, name: &str) -> Vec<Form> {
        match self.tagged(name) {
            Some(tagged) => tagged.forms,
            None => forms(name),
        }
    }

    /// What an action tags that may tag any of many: what else the role makes, or uses.
    pub(super) fn tagged(&self, name: &str) -> Option<Tagged> {
        let action = aws::action(name).filter(|it| {
            let is_tagging = it.level == AccessLevel::Tagging || it.name().contains("Tag");
            is_tagging && it.has_resource_types() && forms(name).is_empty()
        })?;
        let may_tag = |kind: &ResourceType| action.resource_types().any(|it| it.name == kind.name);
        let others: Vec<Action> = self
            .allowed
            .iter()
            .filter(|other| !is_pattern(other))
            .filter_map(|other| aws::action(other))
            .filter(|other| other.service() == action.service() && *other != action)
            .collect();
        let (mut kinds, mut makers) = (Vec::new(), Vec::new());
        for other in &others {
            let of_other: Vec<ResourceType> = made(other).into_iter().filter(may_tag).collect();
            if !of_other.is_empty() {
                makers.push(other.name());
            }
            add(&mut kinds, of_other);
        }
        if kinds.is_empty() {
            for other in &others {
                add(
                    &mut kinds,
                    forms(other.full_name).iter().map(|form| form.kind).filter(may_tag),
                );
            }
        }
        if kinds.len() > MOST_TAGGED {
            kinds.clear();
        }
        let forms = kinds.into_iter().filter_map(|kind| Form::of(&action, kind)).collect();
        Some(Tagged { forms, makers })
    }

    /// One of what an action is done to, where it is done to any of many.
    pub(super) fn example(&self, name: &str) -> Option<String> {
        let action = aws::action(name)?;
        // What most of the service is about.
        let actions = |kind: &str| {
            let all = aws::actions_of(action.service());
            all.filter(|it| it.resource_types().any(|wanted| wanted.name == kind)).count()
        };
        let kinds = action.resource_types().map(|wanted| wanted.name).enumerate();
        let (_, example) =
            kinds.max_by_key(|(index, kind)| (actions(kind), std::cmp::Reverse(*index)))?;
        let kind = resource_types(action.service()).find(|kind| kind.name == example)?;
        Some(self.write(&Form::of(&action, kind)?).words)
    }

    /// What a call of an action may name that is not proposed.
    pub(super) fn also_named(&self, name: &str, known: &[Proposal]) -> Vec<String> {
        let is_new = |form: &Form| {
            let words = self.write(form).words;
            let declared = self.declared(name, form);
            known.iter().all(|proposal| proposal.written.words != words)
                && !declared.is_some_and(|it| it.is_without(form, name))
        };
        let new = optional(name).into_iter().filter(is_new);
        new.map(|form| self.proposed(name, &form).words).collect()
    }

    /// What stands beside the statement and another one allows these on, with those.
    pub(super) fn allowed<'n>(
        &self,
        names: impl IntoIterator<Item = &'n String>,
    ) -> Vec<(String, Vec<&'n str>)> {
        let mut allowed: Vec<(String, Vec<&str>)> = Vec::new();
        for name in names {
            for form in self.forms(name) {
                let words = self.declared(name, &form).and_then(|it| it.allowed(&form, name));
                let Some(words) = words else { continue };
                match allowed.iter_mut().find(|(known, _)| *known == words) {
                    Some((_, alike)) => alike.push(name),
                    None => allowed.push((words, vec![name])),
                }
            }
        }
        allowed
    }

    /// What stands beside the statement, where that may be meant.
    fn declared(&self, name: &str, form: &Form) -> Option<Declared<'h, 'g>> {
        // Lambda makes groups of logs, and an object is made in what stands there.
        let is_made = self.made.contains(&form.kind)
            && !matches!(form.kind.name, "log-group" | "log-stream" | "object");
        let is_meant =
            !is_made && !makes_or_ends(name, form) && !covered(name).iter().any(finds_all);
        let declared = Declared::beside(self.role, self.reached, self.star, self.told);
        declared.filter(|_| is_meant)
    }

    /// What stands beside the statement, where that may be meant; else the form. Where logs are
    /// written, the functions' own groups are meant.
    fn proposed(&self, name: &str, form: &Form) -> Written {
        if writes_logs(name)
            && let Some(own) = self.own_logs(name, form)
        {
            return own;
        }
        match self.declared(name, form).and_then(|it| it.arns(form, name)) {
            Some(words) => Written { words, is_declared: true, ..Written::default() },
            None if self.looks_for_stream(name) => {
                self.own_form(form, self.logs).unwrap_or_else(|| self.write(form))
            }
            None => self.write(form),
        }
    }

    /// The functions' own log groups, for the actions that writing logs takes.
    fn own_logs(&self, name: &str, form: &Form) -> Option<Written> {
        let logs = self.logs?;
        let Some(declared) = self.declared(name, form) else {
            return self.own_form(form, Some(logs));
        };
        let groups = declared.log_groups(form, name, logs)?;
        let others = logs.besides(&groups.own);
        if others.are_none() {
            let words = groups.words(None);
            return Some(Written { words, is_declared: true, ..Written::default() });
        }
        let form = self.own_form(form, Some(&others))?;
        Some(Written { words: groups.words(Some(form.words)), ..form })
    }

    /// What to say of decrypting what the role reads, where no key stands there: who may read what AWS's
    /// own keys encrypt may have it decrypted.
    pub(super) fn managed_keys(&self, shown: &[Proposal]) -> Option<String> {
        let decrypts = |it: &&Proposal| it.names.iter().any(|name| is_decrypting(name));
        shown.iter().find(decrypts).filter(|it| !it.written.is_declared)?;
        let reads = |starts: &str| self.allowed.iter().any(|name| name.starts_with(starts));
        let key = [
            ("ssm:GetParameter", "alias/aws/ssm"),
            ("secretsmanager:GetSecretValue", "alias/aws/secretsmanager"),
        ];
        let (_, key) = key.into_iter().find(|(action, _)| reads(action))?;
        Some(format!(
            "Keys of AWS's own, such as `{key}`, need no grant: if no other is used, remove \
             `kms:Decrypt`."
        ))
    }

    /// Whether an action looks for a stream to write logs to.
    fn looks_for_stream(&self, name: &str) -> bool {
        let beside = items(self.reached.statement.actions.as_ref());
        let mut beside = beside.iter().filter_map(|item| known(self.role, &item.item));
        name.eq_ignore_ascii_case("logs:DescribeLogStreams") && beside.any(|it| writes_logs(&it))
    }

    /// The form for groups that the functions themselves write to.
    fn own_form(&self, form: &Form, logs: Option<&OwnGroups>) -> Option<Written> {
        let arn = form.arn.replace("${LogGroupName}", &logs?.form()?);
        let written = self.write(&Form { kind: form.kind, arn });
        Some(Written { is_declared: !written.has_name, ..written })
    }

    fn write(&self, form: &Form) -> Written {
        let mut written = Written::default();
        let mut out = String::new();
        // What tells a resource already: its name, or that it is any.
        let mut told = false;
        let mut rest = form.arn.as_str();
        while let Some((before, behind)) = rest.split_once("${") {
            out.push_str(before);
            let (variable, behind) = behind.split_once('}').unwrap_or((behind, ""));
            rest = behind;
            if matches!(variable, "Partition" | "Region" | "Account") {
                written.has_region |= variable == "Region";
                out.push_str(&format!("${{{variable}}}"));
                continue;
            }
            let is_last = !behind.contains("${");
            // `autoScalingGroup:${GroupId}:autoScalingGroupName/${GroupFriendlyName}`
            let is_named_behind =
                behind.split_once("${").is_some_and(|(it, _)| it.ends_with("Name/"));
            let is_behind = told && matches!(before, "/" | ":") && is_made_up(variable);
            let is_told = is_behind || is_named_behind;
            match Part::of(variable) {
                Part::Id(_) if is_told || (is_last && self.made.contains(&form.kind)) => {
                    written.is_made = true;
                    out.push('*');
                }
                Part::Name(name) => {
                    told = true;
                    let is_sender = variable == SENDER_NAME;
                    written.has_sender |= is_sender;
                    written.has_name |= !is_sender;
                    out.push_str(&name);
                }
                Part::Id(id) => {
                    told = false;
                    written.has_id = true;
                    out.push_str(&id);
                }
                Part::Made => {
                    told = true;
                    written.is_made = true;
                    out.push('*');
                }
            }
        }
        out.push_str(rest);
        written.is_made &= !written.has_name && !written.has_id && !written.has_sender;
        let graph = self.role.graph;
        let holder = self.reached.attached.document_holder(graph).holder();
        written.words = format!("`{}`", spell::form(graph.resolver().unit_of(holder), &out));
        written
    }
}

fn is_decrypting(name: &str) -> bool {
    name.eq_ignore_ascii_case("kms:Decrypt")
}

fn writes_logs(name: &str) -> bool {
    WRITES_LOGS.iter().any(|it| it.eq_ignore_ascii_case(name))
}

/// Whether AWS makes up what stands there, behind the name of what it belongs to; a user of a
/// database it does not.
fn is_made_up(variable: &str) -> bool {
    ["Id", "ID", "Uuid", "UUID", "Version", "RevisionNumber", "Revision", "Timpstamp", "Timestamp"]
        .iter()
        .any(|end| variable.ends_with(end))
}

fn add(kinds: &mut Vec<ResourceType>, more: impl IntoIterator<Item = ResourceType>) {
    for kind in more {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
}

/// Whether an action makes or deletes resources of this kind: hardly one that stands beside the
/// statement.
fn makes_or_ends(pattern: &str, form: &Form) -> bool {
    // An object or a stream is made in what stands there.
    let is_inside = matches!(form.kind.name, "object" | "log-stream");
    let is_it = |kind: &ResourceType| *kind == form.kind;
    !is_inside
        && covered(pattern).iter().any(|action| {
            made(action).iter().any(is_it) || ended(action).as_ref().is_some_and(is_it)
        })
}
