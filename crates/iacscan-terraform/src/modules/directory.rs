//! Reading the files of a module directory.

use iacscan_core::reader::{self, Limits};
use iacscan_core::{Files, ReadError, Span, is_placeholder};

use crate::module::Module;
use crate::paths;
use crate::read::{Place, Problem, ProblemKind, read_hcl, read_json_body};
use crate::syntax::Body;

/// The spellings of configuration files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Native,
    Json,
}

/// Reads all configuration files of a directory.
pub(super) fn read(
    files: &dyn Files,
    directory: &str,
    shown_at: Option<Span>,
) -> Result<Module, ReadError> {
    let names = files.list(directory)?;
    let is_generated_into = names.iter().any(|name| name.starts_with("terragrunt.hcl"));
    let is_filled_in = directory.split('/').any(is_placeholder);
    let names = configuration_files(&names);
    if names.is_empty() {
        return Err(ReadError::NotFound);
    }
    let (mut bodies, mut overrides, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for (name, syntax, is_override) in names {
        let path = paths::join(directory, &name);
        let source = match files.read(&path) {
            Ok(source) => source,
            Err(error) => {
                let source = files.sources().add(path.as_str(), "");
                let (kind, message) = match error {
                    // The directory lists it.
                    ReadError::NotFound => {
                        (ProblemKind::Outside, "this link leads to no file".to_owned())
                    }
                    ReadError::Outside => {
                        (ProblemKind::Outside, format!("this link is not followed: {error}"))
                    }
                    _ => (ProblemKind::Unreadable, format!("this file cannot be read: {error}")),
                };
                problems.push(Problem { kind, span: Span::at(source, 0), message });
                let gap = Span::at(source, 0);
                bodies.push(Body { gaps: vec![gap], ..Body::default() });
                continue;
            }
        };
        let text = files.sources().get(source);
        let (body, found) = match syntax {
            Syntax::Native => {
                let place = shown_at.map_or(Place::Source(source, 0), Place::Fixed);
                read_hcl(&text.text, &place, false)
            }
            Syntax::Json => {
                let documents = reader::json::read(source, &text.text, &Limits::default());
                let mut body = documents
                    .documents
                    .first()
                    .map(|node| read_json_body(node, shown_at))
                    .unwrap_or_default();
                let problems = from_reader(documents.problems);
                if let Some(first) = problems.iter().find(|p| p.kind != ProblemKind::Duplicate) {
                    body.gaps.push(first.span);
                }
                (body, problems)
            }
        };
        problems.extend(found);
        if is_override {
            overrides.push(body);
        } else {
            bodies.push(body);
        }
    }
    if shown_at.is_some() {
        // What others wrote is theirs to correct.
        problems.clear();
    }
    let mut module = Module::new(directory.into(), bodies, overrides, problems);
    module.shown_at = shown_at;
    module.is_completed = is_generated_into
        || is_filled_in
        || module.problems.iter().any(|problem| problem.kind == ProblemKind::Placeholder);
    Ok(module)
}

/// Problems of the JSON reader as ours.
pub(crate) fn from_reader(problems: Vec<reader::Problem>) -> Vec<Problem> {
    problems
        .into_iter()
        .map(|problem| Problem {
            kind: match problem.kind {
                reader::ProblemKind::DuplicateKey => ProblemKind::Duplicate,
                reader::ProblemKind::Limit => ProblemKind::Limit,
                reader::ProblemKind::Conflict => ProblemKind::Conflict,
                _ => ProblemKind::Syntax,
            },
            span: problem.span,
            message: problem.message,
        })
        .collect()
}

/// The configuration files among the names in a directory, in order, override files last. OpenTofu's
/// own files stand for Terraform's of the same name.
fn configuration_files(names: &[String]) -> Vec<(String, Syntax, bool)> {
    let mut out: Vec<(String, Syntax, bool)> = Vec::new();
    for name in names {
        let stem = [
            (".tofu.json", Syntax::Json),
            (".tf.json", Syntax::Json),
            (".tofu", Syntax::Native),
            (".tf", Syntax::Native),
        ]
        .into_iter()
        .find_map(|(suffix, syntax)| Some((name.strip_suffix(suffix)?, suffix, syntax)));
        let Some((stem, suffix, syntax)) = stem else { continue };
        if stem.starts_with('.') || stem.starts_with('#') || stem.is_empty() {
            continue;
        }
        let preferred = format!("{stem}{}", suffix.replacen(".tf", ".tofu", 1));
        if !suffix.starts_with(".tofu") && names.contains(&preferred) {
            continue;
        }
        let is_override = stem == "override" || stem.ends_with("_override");
        out.push((name.clone(), syntax, is_override));
    }
    out
}
