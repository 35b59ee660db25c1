//! Names that a module uses and no file of it declares: one finding for all of a kind, unless the
//! directory is a piece that other files complete.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iacscan_core::{
    Files, Finding, Gap, Severity, Span, Str, Undecided, Unknown, first_of, is_placeholder,
};
use iacscan_graph::Unit;
use iacscan_iam::aws::nearest;

use crate::module::Module;
use crate::paths;

/// Names that a message lists, and places that a finding shows besides the first.
pub(crate) const MOST: usize = 8;

/// What a name would have to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Variable,
    Local,
    Module,
    /// Data sources, too.
    Resource,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Variable => "var.",
            Self::Local => "local.",
            Self::Module => "module.",
            Self::Resource => "",
        }
    }

    fn plural(self) -> &'static str {
        match self {
            Self::Variable => "variables",
            Self::Local => "locals",
            Self::Module => "modules",
            Self::Resource => "resources",
        }
    }

    /// The names of this kind that a module declares, sorted as they are written.
    fn declared(self, module: &Module) -> Vec<&str> {
        fn names<T>(table: &crate::module::Table<T>) -> Vec<&str> {
            table.keys().map(Str::as_str).collect()
        }
        match self {
            Self::Variable => names(&module.variables),
            Self::Local => names(&module.locals),
            Self::Module => names(&module.calls),
            Self::Resource => names(&module.resources),
        }
    }

    /// What declares a name.
    fn declaration(self, name: &str) -> String {
        match self {
            Self::Variable => format!("declare it with `variable \"{name}\" {{}}`"),
            Self::Local => format!("set `{name}` in a `locals` block"),
            Self::Module => format!("call it with `module \"{name}\" {{ source = ... }}`"),
            Self::Resource => {
                let (block, rest) = match name.split_once('.') {
                    Some((block @ ("data" | "ephemeral"), rest)) => (block, rest),
                    _ => ("resource", name),
                };
                let (kind, name) = rest.split_once('.').unwrap_or((rest, ""));
                format!("write `{block} \"{kind}\" \"{name}\"`")
            }
        }
    }

    /// What declares several.
    fn declarations(self) -> &'static str {
        match self {
            Self::Variable => "Declare each with `variable \"NAME\" {}`",
            Self::Local => "Set each in a `locals` block",
            Self::Module => "Call each with `module \"NAME\" { source = ... }`",
            Self::Resource => "Write a `resource` or `data` block for each",
        }
    }

    /// The declared name that somebody most likely meant, of the same type.
    fn near<'m>(self, name: &str, module: &'m Module) -> Option<&'m str> {
        let kind = |name: &str| name.rsplit_once('.').map(|(kind, _)| kind.to_owned());
        let same = self.declared(module).into_iter().filter(|other| kind(other) == kind(name));
        nearest(name, same)
    }
}

/// The names, and where they are used.
#[derive(Debug, Default)]
pub(crate) struct Undeclared(BTreeMap<Str, Uses>);

/// Those of one module.
#[derive(Debug)]
struct Uses {
    module: Arc<Module>,
    names: BTreeMap<(Kind, Str), BTreeSet<Span>>,
}

impl Undeclared {
    /// Adds a place that names what the module does not declare.
    pub(crate) fn add(&mut self, module: &Arc<Module>, kind: Kind, name: &str, span: Span) {
        let uses = self
            .0
            .entry(module.directory.clone())
            .or_insert_with(|| Uses { module: module.clone(), names: BTreeMap::new() });
        uses.names.entry((kind, name.into())).or_default().insert(span);
    }

    /// Says so.
    pub(crate) fn report(self, unit: &mut Unit, files: &dyn Files) {
        for uses in self.0.into_values() {
            match uses.completed(files) {
                Some(undecided) => {
                    // Other files may attach policies to what they know of this one.
                    if uses.names.keys().any(|(kind, _)| *kind >= Kind::Module) {
                        unit.open_world.push(undecided.gap);
                    }
                    let unit_path = unit.path.clone();
                    unit.undecided.push(Undecided { unit: unit_path, ..undecided });
                }
                None => unit.findings.extend(uses.findings(&unit.path)),
            }
        }
    }
}

/// A name with its places.
type Use<'u> = (&'u Str, &'u BTreeSet<Span>);

impl Uses {
    /// What other files or tools have to complete before Terraform reads the directory: it uses more
    /// of a kind than it declares, or names what is to be filled in.
    fn completed(&self, files: &dyn Files) -> Option<Undecided> {
        let named = |(kind, name): &(Kind, Str)| format!("`{}{name}`", kind.prefix());
        let (placeholder, of_piece) = (
            self.names.keys().find(|(_, name)| name.split('.').any(is_placeholder)),
            [Kind::Variable, Kind::Local, Kind::Module, Kind::Resource]
                .into_iter()
                .any(|kind| self.others(kind).count() > kind.declared(&self.module).len()),
        );
        let reason = match placeholder {
            Some(name) => format!("something else has to fill in {} first", named(name)),
            None if of_piece => format!(
                "no file here declares {}; other files seem to be put beside these first",
                first_of(self.names.keys().map(named).collect(), "or", MOST)
            ),
            None => {
                let (tool, configuration) = completing(files, &self.module.directory)?;
                format!(
                    "no file here declares {}; {tool}, whose configuration is at \
                     `{configuration}`, may put one beside them that does",
                    first_of(self.names.keys().map(named).collect(), "or", MOST),
                )
            }
        };
        let span = self.names.values().filter_map(|spans| spans.first()).min().copied();
        Some(Undecided {
            subject: self.module.directory.clone(),
            unit: Str::default(),
            reason,
            gap: Gap { span: span.unwrap_or(Span::NONE), unknown: Unknown::External },
        })
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = Use<'_>> {
        let names = self.names.iter().filter(move |((of, _), _)| *of == kind);
        names.map(|((_, name), spans)| (name, spans))
    }

    /// The names of a kind that are no slip of a declared one.
    fn others(&self, kind: Kind) -> impl Iterator<Item = Use<'_>> {
        self.of(kind).filter(move |(name, _)| kind.near(name, &self.module).is_none())
    }

    fn findings(&self, unit: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        for kind in [Kind::Variable, Kind::Local, Kind::Module, Kind::Resource] {
            for (name, spans) in self.of(kind) {
                if let Some(near) = kind.near(name, &self.module) {
                    let prefix = kind.prefix();
                    let help = format!("Write `{prefix}{near}` if that is meant, or");
                    findings.extend(of_one(kind, name, spans, &help, unit));
                }
            }
            let mut others: Vec<Use<'_>> = self.others(kind).collect();
            others.sort_by_key(|(_, spans)| spans.first().copied());
            match others.as_slice() {
                [] => {}
                [(name, spans)] => {
                    let help = "Name what is declared, or";
                    findings.extend(of_one(kind, name, spans, help, unit));
                }
                others => findings.extend(of_several(kind, others, unit)),
            }
        }
        findings
    }
}

/// The tool that puts files of its own into a copy of a directory, and where it is configured.
/// Terragrunt: in a directory above, or in a folder of such a one. Terraspace: in a `config` folder
/// of one above, whose `config/terraform` it puts beside every stack.
fn completing(files: &dyn Files, directory: &str) -> Option<(&'static str, String)> {
    let is_terragrunt = |name: &str| name.starts_with("terragrunt.hcl") || name == "root.hcl";
    let is_terraspace = |name: &str| name == "app.rb";
    let named = |directory: &str, is_sought: &dyn Fn(&str) -> bool| {
        let names = files.list(directory).unwrap_or_default();
        let found = names.iter().find(|name| is_sought(name));
        (found.map(|name| paths::join(directory, name)), names)
    };
    let mut at = directory;
    loop {
        let (found, names) = named(at, &is_terragrunt);
        let folders = names.iter().filter_map(|name| name.strip_suffix('/'));
        let below = || {
            let mut folders = folders.map(|folder| paths::join(at, folder));
            folders.find_map(|folder| named(&folder, &is_terragrunt).0)
        };
        if let Some(found) = found.or_else(below) {
            return Some(("Terragrunt", found));
        }
        if names.iter().any(|name| name == "config/")
            && let Some(found) = named(&paths::join(at, "config"), &is_terraspace).0
        {
            return Some(("Terraspace", found));
        }
        at = match at.rsplit_once('/') {
            Some((above, _)) => above,
            None if at == "." => return None,
            None => ".",
        };
    }
}

fn of_one(
    kind: Kind,
    name: &str,
    spans: &BTreeSet<Span>,
    help: &str,
    unit: &str,
) -> Option<Finding> {
    let mut spans = spans.iter().copied();
    let message = format!("`{}{name}` is not declared in this module", kind.prefix());
    let declaration = kind.declaration(name);
    let mut finding =
        Finding::build("unresolved-reference", Severity::Medium, spans.next()?, "not declared")
            .fingerprint(message.clone())
            .message(message)
            .help(format!("{help} {declaration}; whatever depends on it was not checked."))
            .unit(unit);
    for span in spans.by_ref().take(MOST) {
        finding = finding.label(span, "names it too");
    }
    let unshown = spans.count();
    if unshown > 0 {
        let places = if unshown == 1 { "place names" } else { "places name" };
        finding = finding.message_more(&format!("; {unshown} more {places} it"));
    }
    Some(finding.finish())
}

fn of_several(kind: Kind, names: &[Use<'_>], unit: &str) -> Option<Finding> {
    let prefix = kind.prefix();
    let firsts = names.iter().filter_map(|(_, spans)| spans.first());
    let more = names.iter().flat_map(|(_, spans)| spans.iter().skip(1));
    let mut places = firsts.chain(more).copied();
    let message = format!(
        "{} {} are not declared in this module: {}",
        names.len(),
        kind.plural(),
        first_of(names.iter().map(|(name, _)| format!("`{prefix}{name}`")).collect(), "and", MOST)
    );
    let mut sorted: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
    sorted.sort_unstable();
    let mut finding =
        Finding::build("unresolved-reference", Severity::Medium, places.next()?, "not declared")
            .fingerprint(format!("{prefix}{} not declared", sorted.join(" ")))
            .message(message)
            .help(format!(
                "{}, or add the file that does; whatever depends on them was not checked.",
                kind.declarations()
            ))
            .unit(unit);
    for span in places.take(MOST) {
        finding = finding.label(span, "not declared either");
    }
    Some(finding.finish())
}

#[cfg(test)]
mod tests {
    use iacscan_core::{Files as _, MemoryFiles};
    use iacscan_graph::Unit;

    use crate::{Options, lower};

    fn unit(files: &MemoryFiles) -> Unit {
        lower(&[".".to_owned()], &[], files, &Options::default()).units.remove(0)
    }

    /// A module with these declarations whose queues are named by these references.
    fn module(declared: &str, references: &[&str]) -> MemoryFiles {
        let queues = references.iter().enumerate();
        let queues: String = queues
            .map(|(at, name)| {
                format!("resource \"aws_sqs_queue\" \"q{at}\" {{\n  name = {name}\n}}\n")
            })
            .collect();
        MemoryFiles::new().with("main.tf", format!("{declared}{queues}"))
    }

    #[test]
    fn all_names_of_a_kind_are_one_finding() {
        let declared = "variable \"name\" {}\nvariable \"a\" {}\nvariable \"b\" {}\nlocals {\n  \
                        here = 1\n}\nresource \"aws_iam_role\" \"worker\" {}\n";
        for (references, expected) in [
            (
                &["var.nmae", "join(\"\", [var.nmae, var.stage, local.there_not, var.region])"][..],
                &[
                    (
                        "`var.nmae` is not declared in this module",
                        "Write `var.name` if that is meant, or declare it with `variable \"nmae\" {}`; \
                         whatever depends on it was not checked.",
                        &["var.nmae", "var.nmae"][..],
                    ),
                    (
                        "2 variables are not declared in this module: `var.stage` and `var.region`",
                        "Declare each with `variable \"NAME\" {}`, or add the file that does; whatever \
                         depends on them was not checked.",
                        &["var.stage", "var.region"],
                    ),
                    (
                        "`local.there_not` is not declared in this module",
                        "Name what is declared, or set `there_not` in a `locals` block; whatever depends \
                         on it was not checked.",
                        &["local.there_not"],
                    ),
                ][..],
            ),
            (
                &["data.aws_iam_role.worker.arn"],
                &[(
                    "`data.aws_iam_role.worker` is not declared in this module",
                    "Name what is declared, or write `data \"aws_iam_role\" \"worker\"`; whatever \
                     depends on it was not checked.",
                    &["data.aws_iam_role.worker.arn"],
                )],
            ),
        ] {
            let files = module(declared, references);
            let unit = unit(&files);
            assert_eq!(unit.undecided, []);
            let found: Vec<_> = unit
                .findings
                .iter()
                .map(|finding| {
                    let labels = finding.labels.iter();
                    let shown: Vec<_> = labels.map(|l| files.sources().slice(l.span)).collect();
                    (finding.message.as_str(), finding.help.clone().unwrap_or_default(), shown)
                })
                .collect();
            assert_eq!(found.len(), expected.len(), "{found:#?}");
            for ((message, help, shown), expected) in found.iter().zip(expected) {
                assert_eq!((*message, help.as_str()), (expected.0, expected.1));
                assert_eq!(shown, expected.2);
            }
        }
    }

    #[test]
    fn no_more_is_listed_than_can_be_read() {
        let declared: String = (0..20).map(|at| format!("variable \"v{at}\" {{}}\n")).collect();
        let missing: Vec<String> = (0..12).map(|at| format!("var.undeclared_{at}")).collect();
        let names: Vec<&str> = missing.iter().map(String::as_str).collect();
        let unit = unit(&module(&declared, &names));
        let [found] = unit.findings.as_slice() else { panic!("{:#?}", unit.findings) };
        assert!(found.message.ends_with("`var.undeclared_7` and 4 more"), "{}", found.message);
        assert_eq!(found.labels.len(), 9);
    }

    #[test]
    fn a_piece_of_a_module_is_no_mistake() {
        for (declared, references, reason) in [
            ("", &["var.a", "var.b"][..], "no file here declares `var.a` or `var.b`"),
            ("variable \"x\" {}\n", &["local.a"], "no file here declares `local.a`"),
            ("", &["module.vpc.id"], "no file here declares `module.vpc`"),
        ] {
            let unit = unit(&module(declared, references));
            assert_eq!(unit.findings, []);
            let [undecided] = unit.undecided.as_slice() else { panic!("{:?}", unit.undecided) };
            assert!(undecided.reason.starts_with(reason), "{}", undecided.reason);
            // What is put beside a module call may attach policies.
            assert_eq!(unit.open_world.is_empty(), !references[0].starts_with("module."));
        }
    }
}
