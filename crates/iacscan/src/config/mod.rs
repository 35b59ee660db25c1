//! The configuration: `iacscan.yaml`.

mod decode;
mod find;
mod init;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use globset::Glob;
use iacscan_core::reader::{self, Limits, Node, ProblemKind};
use iacscan_core::{Located, RuleMeta, Severity, SourceId, Sources, Span, Str, Value};
use iacscan_rules::Switch;

pub use decode::ConfigProblem;
use decode::Decoder;
pub use find::{FILE_NAME, find, repository_root};
pub use init::TEMPLATE;
pub use schema::schema;

use crate::args::FailOn;
use crate::names;

/// What `iacscan.yaml` says.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The severity at which a scan fails.
    pub fail_on: Option<FailOn>,
    /// The lowest severity that is reported.
    pub min_severity: Option<Severity>,
    /// Globs of what is not scanned, relative to the directory of the configuration.
    pub exclude: Vec<Str>,
    /// Settings of rules by id.
    pub rules: BTreeMap<&'static str, RuleConfig>,
    /// What every execution role must carry.
    pub baseline: Vec<Requirement>,
    /// Terraform variables.
    pub variables: BTreeMap<Str, Located<Value>>,
    /// CloudFormation parameters.
    pub parameters: BTreeMap<Str, Located<Str>>,
}

/// Settings of one rule.
#[derive(Clone, Debug, Default)]
pub struct RuleConfig {
    /// Whether it is not checked.
    pub off: bool,
    /// The severity of its findings instead of its own.
    pub severity: Option<Severity>,
    /// Roles it says nothing about, as globs over their names and addresses.
    pub allow_roles: Vec<Str>,
    /// What it is asked beyond what it looks for by itself.
    pub switches: BTreeSet<&'static str>,
}

/// One thing that every execution role of the organisation must carry.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// The entry in the configuration.
    pub span: Span,
    /// The functions it is asked of; all when it names nothing.
    pub when: When,
    /// What is asked.
    pub demand: Demand,
}

/// The functions a [`Requirement`] is asked of: those that match everything named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct When {
    /// Functions with (or without) a VPC configuration.
    pub vpc: Option<bool>,
    /// Functions with (or without) active tracing.
    pub tracing: Option<bool>,
    /// Functions with an event source of this kind, as `sqs`.
    pub event_source: Option<Str>,
}

/// What a [`Requirement`] asks of the role.
#[derive(Clone, Debug, PartialEq)]
pub enum Demand {
    /// This managed policy is attached: the name of an AWS managed policy or an ARN.
    ManagedPolicy(Located<Str>),
    /// These actions are granted.
    Actions(Vec<Located<Str>>),
    /// A permissions boundary whose ARN matches this pattern is set.
    PermissionsBoundary(Located<Str>),
}

pub(crate) const TOP_KEYS: [&str; 7] =
    ["fail-on", "min-severity", "exclude", "rules", "baseline", "terraform", "cloudformation"];
pub(crate) const RULE_KEYS: [&str; 2] = ["severity", "allow-roles"];
pub(crate) const REQUIREMENT_KEYS: [&str; 4] =
    ["when", "managed-policy", "actions", "permissions-boundary"];
pub(crate) const WHEN_KEYS: [&str; 3] = ["vpc", "tracing", "event-source"];
pub(crate) const TERRAFORM_KEYS: [&str; 1] = ["vars"];
pub(crate) const CLOUDFORMATION_KEYS: [&str; 1] = ["parameters"];
pub(crate) const EVENT_SOURCES: [&str; 7] =
    ["sqs", "kinesis", "dynamodb", "msk", "self-managed-kafka", "mq", "documentdb"];

impl Config {
    /// Reads the configuration in a source text.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, in the order of the text.
    pub fn read(
        sources: &Sources,
        source: SourceId,
        rules: &[&RuleMeta],
    ) -> Result<Self, Vec<ConfigProblem>> {
        let text = sources.get(source);
        let documents = reader::yaml::read(source, &text.text, &Limits::default());
        let mut decoder = Decoder::default();
        for problem in &documents.problems {
            let message = match problem.kind {
                ProblemKind::DuplicateKey => "this key is set twice".to_owned(),
                _ => problem.message.clone(),
            };
            decoder.problem(problem.span, message, None);
        }
        let mut config = Self::default();
        if let Some(second) = documents.documents.get(1) {
            decoder.problem(second.span, "a configuration is one YAML document", None);
        }
        if let Some(root) = documents.documents.first() {
            config.decode(&mut decoder, root, rules);
        }
        decoder.problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
        if decoder.problems.is_empty() { Ok(config) } else { Err(decoder.problems) }
    }

    fn decode(&mut self, decoder: &mut Decoder, root: &Node, rules: &[&RuleMeta]) {
        for entry in decoder.map(root, FILE_NAME) {
            let (key, node) = (entry.key.value.as_str(), &entry.value);
            match key {
                "fail-on" => self.fail_on = word(decoder, node, key, &FAIL_ON),
                "min-severity" => self.min_severity = word(decoder, node, key, &SEVERITIES),
                "exclude" => {
                    for glob in decoder.texts(node, key) {
                        self.exclude.extend(checked_glob(decoder, glob));
                    }
                }
                "rules" => self.decode_rules(decoder, node, rules),
                "baseline" => {
                    for item in decoder.list(node, key) {
                        self.baseline.extend(requirement(decoder, item));
                    }
                }
                "terraform" => {
                    if let Some(vars) = section(decoder, node, key, &TERRAFORM_KEYS) {
                        for entry in decoder.map(vars, "vars") {
                            let value = decode::value(&entry.value);
                            self.variables.insert(entry.key.value.clone(), value);
                        }
                    }
                }
                "cloudformation" => {
                    if let Some(parameters) = section(decoder, node, key, &CLOUDFORMATION_KEYS) {
                        for entry in decoder.map(parameters, "parameters") {
                            if let Some(value) = parameter(decoder, &entry.value) {
                                self.parameters.insert(entry.key.value.clone(), value);
                            }
                        }
                    }
                }
                _ => decoder.unknown_key(&entry.key, &TOP_KEYS),
            }
        }
    }

    fn decode_rules(&mut self, decoder: &mut Decoder, node: &Node, rules: &[&RuleMeta]) {
        for entry in decoder.map(node, "rules") {
            let Some(rule) = rules.iter().find(|rule| entry.key.value == rule.id) else {
                let ids: Vec<&str> = rules.iter().map(|rule| rule.id).collect();
                let message = format!("there is no rule `{}`", entry.key.value);
                let help = names::suggestion(&entry.key.value, &ids)
                    .unwrap_or_else(|| "`iacscan rules` lists the rules".to_owned());
                decoder.problem(entry.key.span, message, help);
                continue;
            };
            let config = rule_config(decoder, &entry.value, rule.id);
            self.rules.insert(rule.id, config);
        }
    }
}

const SEVERITIES: [(&str, Severity); 4] = [
    ("info", Severity::Info),
    ("low", Severity::Low),
    ("medium", Severity::Medium),
    ("high", Severity::High),
];
const FAIL_ON: [(&str, FailOn); 5] = [
    ("info", FailOn::Severity(Severity::Info)),
    ("low", FailOn::Severity(Severity::Low)),
    ("medium", FailOn::Severity(Severity::Medium)),
    ("high", FailOn::Severity(Severity::High)),
    ("never", FailOn::Never),
];

/// One of a few words.
fn word<T: Copy>(decoder: &mut Decoder, node: &Node, name: &str, words: &[(&str, T)]) -> Option<T> {
    let text = decoder.text(node, name)?;
    let found = words.iter().find(|(word, _)| text.value == *word);
    if found.is_none() {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let message = format!("`{}` is no value of `{name}`", text.value);
        decoder.problem(text.span, message, names::suggestion(&text.value, &known));
    }
    found.map(|(_, value)| *value)
}

/// The value of the one key of a section.
fn section<'n>(
    decoder: &mut Decoder,
    node: &'n Node,
    name: &str,
    keys: &[&str; 1],
) -> Option<&'n Node> {
    let mut found = None;
    for entry in decoder.map(node, name) {
        if entry.key.value == keys[0] {
            found = Some(&entry.value);
        } else {
            decoder.unknown_key(&entry.key, keys);
        }
    }
    found
}

fn checked_glob(decoder: &mut Decoder, glob: Located<Str>) -> Option<Str> {
    match Glob::new(&glob.value) {
        Ok(_) => Some(glob.value),
        Err(error) => {
            let message = format!("`{}` is no valid glob: {}", glob.value, error.kind());
            decoder.problem(glob.span, message, None);
            None
        }
    }
}

/// A parameter's value: a string, or a list as CloudFormation writes it.
fn parameter(decoder: &mut Decoder, node: &Node) -> Option<Located<Str>> {
    match &node.kind {
        reader::NodeKind::Scalar(scalar) => {
            Some(Located::new(scalar.literal.text.clone(), node.span))
        }
        _ => {
            let items = decoder.texts(node, "parameters");
            let items: Vec<&str> = items.iter().map(|item| item.value.as_str()).collect();
            Some(Located::new(Str::from(items.join(",")), node.span))
        }
    }
}

/// The switches of a rule by name.
fn switches(rule: &str) -> impl Iterator<Item = &'static Switch> {
    iacscan_rules::rule(rule).into_iter().flat_map(iacscan_rules::Rule::switches)
}

fn rule_config(decoder: &mut Decoder, node: &Node, rule: &str) -> RuleConfig {
    let mut config = RuleConfig::default();
    if let Some(text) = node.as_str() {
        match text {
            "off" | "false" => config.off = true,
            _ => {
                let words: Vec<(&str, Option<Severity>)> = std::iter::once(("off", None))
                    .chain(SEVERITIES.map(|(word, severity)| (word, Some(severity))))
                    .collect();
                config.severity = word(decoder, node, rule, &words).flatten();
            }
        }
        return config;
    }
    for entry in decoder.map(node, rule) {
        let key = entry.key.value.as_str();
        match key {
            "severity" => config.severity = word(decoder, &entry.value, key, &SEVERITIES),
            "allow-roles" => {
                for glob in decoder.texts(&entry.value, key) {
                    config.allow_roles.extend(checked_glob(decoder, glob));
                }
            }
            _ => match switches(rule).find(|switch| switch.name == key) {
                Some(switch) => {
                    if decoder.boolean(&entry.value, key) == Some(true) {
                        config.switches.insert(switch.name);
                    }
                }
                None => {
                    let own = switches(rule).map(|switch| switch.name);
                    let known: Vec<&str> = RULE_KEYS.into_iter().chain(own).collect();
                    decoder.unknown_key(&entry.key, &known);
                }
            },
        }
    }
    config
}

fn requirement(decoder: &mut Decoder, node: &Node) -> Option<Requirement> {
    let mut when = When::default();
    let mut demands = Vec::new();
    for entry in decoder.map(node, "baseline") {
        let (key, value) = (entry.key.value.as_str(), &entry.value);
        match key {
            "when" => when = condition(decoder, value),
            "managed-policy" => demands.extend(decoder.text(value, key).map(Demand::ManagedPolicy)),
            "actions" => demands.push(Demand::Actions(decoder.texts(value, key))),
            "permissions-boundary" => {
                demands.extend(decoder.text(value, key).map(Demand::PermissionsBoundary));
            }
            _ => decoder.unknown_key(&entry.key, &REQUIREMENT_KEYS),
        }
    }
    if demands.len() != 1 {
        let message = "a baseline entry asks for exactly one of `managed-policy`, `actions` and \
                       `permissions-boundary`";
        decoder.problem(node.span, message, None);
    }
    let demand = demands.pop()?;
    Some(Requirement { span: node.span, when, demand })
}

fn condition(decoder: &mut Decoder, node: &Node) -> When {
    let mut when = When::default();
    for entry in decoder.map(node, "when") {
        let (key, value) = (entry.key.value.as_str(), &entry.value);
        match key {
            "vpc" => when.vpc = decoder.boolean(value, key),
            "tracing" => when.tracing = decoder.boolean(value, key),
            "event-source" => {
                let words = EVENT_SOURCES.map(|name| (name, name));
                when.event_source = word(decoder, value, key, &words).map(Str::new_static);
            }
            _ => decoder.unknown_key(&entry.key, &WHEN_KEYS),
        }
    }
    when
}
