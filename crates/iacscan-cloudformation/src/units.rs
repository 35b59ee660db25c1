//! From files to units.

use std::borrow::Cow;
use std::collections::BTreeSet;

use iacscan_core::reader::{self, Limits, Node, NodeKind, Problem, ProblemKind};
use iacscan_core::{Files, Gap, Str, Undecided, Unknown};
use iacscan_graph::{Format, Lowered, Unit, Unreadable};
use iacscan_iam::Partition;
use rayon::prelude::*;

use crate::eval::{Arguments, Evaluator, Outputs, generates_entries, is_loop};
use crate::language::Templates;
use crate::lower::{self, Context};
use crate::stacks::ReadTexts;
use crate::template::{Template, TransformKind};
use crate::{Inputs, cdk, check, findings, fragment, include, notes, sam, stacks, tree};

/// Reads templates and lowers each to a unit, together with the templates it calls. What is no
/// template is passed over; what cannot be read is said so, and everything else is lowered.
pub fn lower_templates(templates: &[String], files: &dyn Files, inputs: &Inputs) -> Lowered {
    let world = World { files, inputs };
    let (roots, read) = stacks::roots(templates, files, inputs);
    let parts: Vec<Lowered> =
        roots.into_par_iter().map(|path| lower_file(path, &world, &read)).collect();
    let mut lowered = Lowered::default();
    for part in parts {
        lowered.extend(part);
    }
    let alone: BTreeSet<&str> = lowered.files.iter().map(Str::as_str).collect();
    let called = templates.iter().filter(|path| !alone.contains(path.as_str()));
    let called = called.filter(|path| is_read(path, files)).map(|path| Str::from(path.as_str()));
    let called: Vec<Str> = called.collect();
    lowered.files.extend(called);
    lowered
}

/// What all templates of a scan share.
#[derive(Clone, Copy)]
pub(crate) struct World<'w> {
    /// The files.
    pub(crate) files: &'w dyn Files,
    /// What the user gives.
    pub(crate) inputs: &'w Inputs,
}

/// Where a template stands.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The unit it belongs to.
    pub(crate) unit: Str,
    /// The stack it is in that unit, as logical ids; empty for the unit's own template.
    pub(crate) scope: Str,
    /// The region it is deployed to, when that is known.
    pub(crate) region: Option<Str>,
    /// Its display path.
    pub(crate) path: Str,
    /// The display paths of the templates around it and its own.
    pub(crate) chain: Vec<Str>,
}

/// Whether a file was read in the scan and holds a template: one that others call.
fn is_read(path: &str, files: &dyn Files) -> bool {
    files.sources().by_path(path).is_some_and(|source| {
        let text = files.sources().get(source);
        text.text.contains("Resources")
    })
}

fn lower_file(path: &str, world: &World<'_>, read: &ReadTexts<'_>) -> Lowered {
    let mut lowered = Lowered::default();
    let source = match world.files.read(path) {
        Ok(source) => source,
        Err(error) => {
            lowered.unreadable.push(Unreadable { path: path.into(), reason: error.to_string() });
            return lowered;
        }
    };
    let text = world.files.sources().get(source);
    let documents = match read.get(path) {
        Some(documents) => Cow::Borrowed(documents),
        None => Cow::Owned(reader::read(source, &text.text, &Limits::default())),
    };
    let region = world.inputs.region().or_else(|| cdk::region(path, world.files));
    let mut units = Vec::new();
    for root in documents.documents.iter().filter(|root| is_template(root)) {
        let name = match units.len() {
            0 => Str::from(path),
            more => smol_str::format_smolstr!("{path}#{}", more + 1),
        };
        let chain = vec![Str::from(path)];
        let (scope, region) = (Str::default(), region.clone());
        let place = Place { unit: name, scope, region, path: path.into(), chain };
        let (unit, _) = lower_document(&place, root, Arguments::default(), world);
        units.push(unit);
    }
    if units.is_empty() && !documents.problems.is_empty() {
        units.push(Unit::new(path, Format::CloudFormation, &Templates::Yaml));
    }
    if let Some(unit) = units.first_mut() {
        problems(unit, &documents.problems, path);
    }
    if !units.is_empty() {
        lowered.files.push(path.into());
    }
    lowered.units = units;
    lowered
}

/// Says what is wrong with the text of a template.
fn problems(unit: &mut Unit, problems: &[Problem], path: &str) {
    for problem in problems {
        unit.findings.extend(problem.to_finding(path));
        unit.undecided.extend(problem.to_undecided(path));
        if problem.kind != ProblemKind::DuplicateKey {
            let unknown = match problem.kind {
                ProblemKind::Limit => Unknown::Limit,
                ProblemKind::Template => Unknown::Unsupported,
                ProblemKind::Syntax | ProblemKind::Conflict | ProblemKind::DuplicateKey => {
                    Unknown::Invalid
                }
            };
            unit.open_world.push(Gap { span: problem.span, unknown });
        }
    }
}

/// A document without resources is no template, nor is the application specification of a
/// `CodeDeploy` deployment, which lists resources behind a `version`.
fn is_template(root: &Node) -> bool {
    let is_specification = |resources: &Node| {
        matches!(resources.kind, NodeKind::List(_)) && root.get("version").is_some()
    };
    root.get("Resources").is_some_and(|resources| !is_specification(resources))
}

/// A template that another one calls: its tree, and what is wrong with its text.
pub(crate) fn template_at(path: &str, world: &World<'_>) -> Option<(Node, Vec<Problem>)> {
    let source = world.files.read(path).ok()?;
    let text = world.files.sources().get(source);
    let documents = reader::read(source, &text.text, &Limits::default());
    let root = documents.documents.into_iter().find(is_template)?;
    Some((root, documents.problems))
}

/// Lowers a template that another one calls.
pub(crate) fn lower_nested(
    place: &Place,
    root: &Node,
    wrong: &[Problem],
    arguments: Arguments,
    world: &World<'_>,
) -> (Unit, Outputs) {
    // What the user gives is for the templates that the user deploys.
    let nothing = Inputs::default();
    let world = World { inputs: &nothing, ..*world };
    let (mut unit, outputs) = lower_document(place, root, arguments, &world);
    problems(&mut unit, wrong, &place.path);
    (unit, outputs)
}

fn lower_document(
    place: &Place,
    written: &Node,
    arguments: Arguments,
    world: &World<'_>,
) -> (Unit, Outputs) {
    let inputs = world.inputs;
    let included = include::included(written, &place.path, world);
    let written = included.as_ref().unwrap_or(written);
    let partition = place.region.as_deref().map(Partition::of_region);
    let expanded = sam::applies(written).then(|| sam::expand(written, inputs, partition));
    let root = expanded.as_ref().map_or(written, |expanded| &expanded.root);
    let mut template = Template::new(place.unit.clone(), place.scope.clone(), root);
    template.region = place.region.clone();
    let sam = template.is_sam() || expanded.is_some();
    let format = if sam { Format::Sam } else { Format::CloudFormation };
    let text = world.files.sources().get(written.span.source);
    let first = text.text.as_bytes().get(written.span.start as usize);
    let language = Templates::opened_by(first.copied().unwrap_or_default());
    let mut unit = Unit::new(place.unit.clone(), format, language);
    unit.partition = partition;
    template.unroll(inputs);
    let serverless = expanded.as_ref().map(|expanded| expanded.serverless.clone());
    open_world(&mut template, &mut unit, serverless.unwrap_or_default());
    let evaluator = Evaluator::new(&template, inputs).given(arguments);
    let written = expanded.as_ref().map_or(&[][..], |expanded| &expanded.properties);
    let is_included = || fragment::is_of_serverless(&place.path, world.files);
    let checked = check::check(&template, written, language, is_included);
    unit.findings.extend(checked.findings);
    if let Some((span, reason)) = checked.completed {
        // Others may attach policies to what they know of this one.
        opened(&mut unit, Gap { span, unknown: Unknown::External }, reason);
    }
    let nested = stacks::nested(&evaluator, &checked.dependencies, world, place);
    let mut context = Context::new(&evaluator, unit);
    lower::resources(&mut context, &checked.dependencies);
    lower::outputs(&mut context);
    lower::defaults(&mut context);
    let mut unit = context.unit;
    for problem in evaluator.take_unread() {
        unit.findings.push(findings::no_json(problem.span, &problem.message, &place.path));
    }
    if let Some(expanded) = &expanded {
        notes::annotate(&mut unit, &template.scope, &expanded.notes);
        notes::shadow(&mut unit, &template.scope, &expanded.notes, &evaluator);
    }
    notes::annotate(&mut unit, &template.scope, &cdk::notes(&template));
    nested.absorbed_by(&mut unit);
    (unit, evaluator.outputs())
}

/// Says that there may be more resources than are written, and why.
fn opened(unit: &mut Unit, gap: Gap, reason: String) {
    unit.open_world.push(gap);
    let (subject, unit_path) = (unit.path.clone(), unit.path.clone());
    unit.undecided.push(Undecided { subject, unit: unit_path, reason, gap });
}

/// Says why there may be more resources than are written.
fn open_world(template: &mut Template<'_>, unit: &mut Unit, serverless: Vec<Str>) {
    for transform in &template.transforms {
        if transform.kind() == TransformKind::Macro {
            let gap = Gap { span: transform.span, unknown: Unknown::Code };
            let name = transform.name;
            let reason = format!("the macro `{name}` may add resources and change what is written");
            opened(unit, gap, reason);
        }
        if transform.kind() == TransformKind::Include {
            let gap = Gap { span: transform.span, unknown: Unknown::External };
            let reason =
                "the file that `AWS::Include` names is not in the scan and may add resources";
            opened(unit, gap, reason.to_owned());
        }
    }
    if let Some(span) = fragment::variable(template.root) {
        let gap = Gap { span, unknown: Unknown::External };
        let reason = "the Serverless Framework joins it with other files and puts its variables in";
        opened(unit, gap, reason.to_owned());
    }
    if let Some((name, span)) = fragment::section_of_tools(template.root) {
        let gap = Gap { span, unknown: Unknown::External };
        opened(unit, gap, format!("a tool puts in what `{name}` names before it is deployed"));
    }
    let sections = ["Resources", "Parameters", "Conditions", "Mappings"]
        .into_iter()
        .filter_map(|section| template.root.get(section));
    for node in sections.clone() {
        if tree::is_given(node) && !matches!(node.kind, NodeKind::Map(_) | NodeKind::Unread(_)) {
            unit.findings.push(findings::not_a_map(node, &unit.path));
        }
    }
    if let Some(resources) = template.root.get("Resources") {
        let entries = resources.as_map().unwrap_or_default().iter();
        let macros = entries.filter(|entry| !is_loop(entry)).filter_map(generates_entries);
        unit.open_world.extend(macros);
    }
    for gap in &template.loop_gaps {
        unit.open_world.push(*gap);
        unit.undecided.push(Undecided {
            subject: unit.path.clone(),
            unit: unit.path.clone(),
            reason: "not all rounds of a loop are known".to_owned(),
            gap: *gap,
        });
        if gap.unknown == Unknown::Limit {
            unit.findings.push(findings::too_many_rounds(gap.span, &unit.path));
        }
    }
    // What could not be read of a section may define any name.
    let cut = std::iter::once(template.root).chain(sections).find_map(|node| {
        let unread = match node.kind {
            NodeKind::Unread(unknown) => Some(unknown),
            _ => None,
        };
        node.open.or(unread).map(|unknown| Gap { span: node.span, unknown })
    });
    let named = ["Parameters", "Mappings", "Conditions"].into_iter();
    let mut named = named.filter_map(|section| template.root.get(section)?.as_map()).flatten();
    let named = named.find_map(|entry| generates_entries(entry).filter(|_| !is_loop(entry)));
    template.open = unit.open_world.first().copied().or(cut).or(named);
    if template.open.is_none() && !serverless.is_empty() {
        // The transform makes resources that other ones may name.
        let span = template.transforms.first().map_or(template.root.span, |first| first.span);
        template.open = Some(Gap { span, unknown: Unknown::Unsupported });
        template.named_after = Some(serverless);
    }
}
