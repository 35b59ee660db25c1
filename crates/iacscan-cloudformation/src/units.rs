//! From files to units.

use iacscan_core::reader::{self, Limits, Node, NodeKind, ProblemKind};
use iacscan_core::{Files, Gap, Str, Undecided, Unknown};
use iacscan_graph::{Format, Lowered, Unit, Unreadable};
use rayon::prelude::*;

use crate::eval::{Evaluator, generates_entries, is_loop};
use crate::lower::{self, Context};
use crate::template::{Template, TransformKind};
use crate::{Inputs, check, findings, notes, sam, tree};

/// Reads templates and lowers each to a unit. What is no template is passed over; what cannot be
/// read is said so, and everything else is lowered.
pub fn lower_templates(templates: &[String], files: &dyn Files, inputs: &Inputs) -> Lowered {
    let parts: Vec<Lowered> =
        templates.par_iter().map(|path| lower_file(path, files, inputs)).collect();
    let mut lowered = Lowered::default();
    for part in parts {
        lowered.extend(part);
    }
    lowered
}

fn lower_file(path: &str, files: &dyn Files, inputs: &Inputs) -> Lowered {
    let mut lowered = Lowered::default();
    let source = match files.read(path) {
        Ok(source) => source,
        Err(error) => {
            lowered.unreadable.push(Unreadable { path: path.into(), reason: error.to_string() });
            return lowered;
        }
    };
    let text = files.sources().get(source);
    let documents = reader::read(source, &text.text, &Limits::default());
    let mut problems = Some(&documents.problems).filter(|problems| !problems.is_empty());
    let mut units = Vec::new();
    for root in documents.documents.iter().filter(|root| is_template(root)) {
        let name = match units.len() {
            0 => Str::from(path),
            more => smol_str::format_smolstr!("{path}#{}", more + 1),
        };
        units.push(lower_document(name, root, inputs));
    }
    if units.is_empty() && problems.is_some() {
        units.push(Unit::new(path, Format::CloudFormation));
    }
    if let (Some(unit), Some(problems)) = (units.first_mut(), problems.take()) {
        for problem in problems {
            unit.findings.extend(problem.to_finding(path));
            unit.undecided.extend(problem.to_undecided(path));
            if problem.kind != ProblemKind::DuplicateKey {
                let unknown = match problem.kind {
                    ProblemKind::Limit => Unknown::Limit,
                    ProblemKind::Template => Unknown::Unsupported,
                    ProblemKind::Syntax | ProblemKind::DuplicateKey => Unknown::Invalid,
                };
                unit.open_world.push(Gap { span: problem.span, unknown });
            }
        }
    }
    if !units.is_empty() {
        lowered.files.push(path.into());
    }
    lowered.units = units;
    lowered
}

/// A document without resources is no template.
fn is_template(root: &Node) -> bool {
    root.get("Resources").is_some()
}

fn lower_document(name: Str, written: &Node, inputs: &Inputs) -> Unit {
    let expanded = sam::applies(written).then(|| sam::expand(written, inputs));
    let root = expanded.as_ref().map_or(written, |expanded| &expanded.root);
    let mut template = Template::new(name.clone(), Str::default(), root);
    let sam = template.is_sam() || expanded.is_some();
    let mut unit = Unit::new(name, if sam { Format::Sam } else { Format::CloudFormation });
    template.unroll(inputs);
    open_world(&mut template, &mut unit);
    let evaluator = Evaluator::new(&template, inputs);
    let checked = check::check(&template);
    unit.findings.extend(checked.findings);
    let mut context = Context::new(&evaluator, unit);
    lower::resources(&mut context, &checked.dependencies);
    lower::outputs(&mut context);
    let mut unit = context.unit;
    if let Some(expanded) = &expanded {
        notes::annotate(&mut unit, &template.scope, &expanded.notes);
    }
    unit
}

/// Says why there may be more resources than are written.
fn open_world(template: &mut Template<'_>, unit: &mut Unit) {
    for transform in &template.transforms {
        if transform.kind() == TransformKind::Macro {
            let gap = Gap { span: transform.span, unknown: Unknown::External };
            unit.open_world.push(gap);
            unit.undecided.push(Undecided {
                subject: unit.path.clone(),
                unit: unit.path.clone(),
                reason: format!(
                    "the macro `{}` may add resources and change what is written",
                    transform.name
                ),
                gap,
            });
        }
    }
    let sections = ["Resources", "Parameters", "Conditions", "Mappings"];
    for node in sections.into_iter().filter_map(|section| template.root.get(section)) {
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
    let cut = template.root.open.map(|unknown| Gap { span: template.root.span, unknown });
    template.open = unit.open_world.first().copied().or(cut);
    if template.open.is_none() && template.is_sam() {
        // The transform makes resources that other ones may name.
        let span = template.transforms.first().map_or(template.root.span, |first| first.span);
        template.open = Some(Gap { span, unknown: Unknown::Unsupported });
    }
}
