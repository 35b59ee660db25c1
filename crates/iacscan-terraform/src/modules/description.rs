//! Descriptions of modules that are not installed: which of their inputs create and attach what,
//! written as the part of the module that matters, in Terraform itself.
//!
//! A description is a file with a `description` block that names the module and the versions it is
//! for, and with the variables, resources and outputs that a call is evaluated against. Whatever a
//! module has beyond that is not known: outputs that a description leaves out are unknown.

use std::sync::{Arc, LazyLock};

use iacscan_core::{Files, ReadError, SourceId, Span};

use super::source::Source;
use super::version::overlaps;
use crate::module::Module;
use crate::paths;
use crate::read::{Place, Problem, ProblemKind, read_hcl};
use crate::syntax::ExprKind;

/// The descriptions that come with the product, each in one or two files. Of those for one module
/// the newest comes first: it is what a call without a version gets.
const BUILT_IN: &[[&str; 2]] = &[
    [
        include_str!("../../descriptions/terraform-aws-modules-lambda.tf"),
        include_str!("../../descriptions/terraform-aws-modules-lambda-inline.tf"),
    ],
    [
        include_str!("../../descriptions/terraform-aws-modules-lambda.tf"),
        include_str!("../../descriptions/terraform-aws-modules-lambda-attached.tf"),
    ],
    [include_str!("../../descriptions/cloudposse-lambda-function.tf"), ""],
    [include_str!("../../descriptions/iam-assumable-role.tf"), ""],
    [include_str!("../../descriptions/cloudposse-label-null.tf"), ""],
];

/// How descriptions say what a call writes to give a role more.
const ROLE_INPUT: &str = "iacscan_role_input.";

/// The description of one module in a range of versions.
#[derive(Clone, Debug)]
pub(crate) struct Description {
    /// `namespace/name/provider`, with `//submodule` behind it.
    module: String,
    /// A version constraint.
    versions: String,
    text: Arc<str>,
}

/// The user's own descriptions, which come before the built-in ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Descriptions(Vec<Description>);

/// Read when the first remote module is called.
static BUILT_IN_PARSED: LazyLock<Vec<Description>> = LazyLock::new(|| {
    BUILT_IN.iter().filter_map(|parts| Description::parse(&parts.concat()).ok()).collect()
});

impl Descriptions {
    /// The descriptions in the user's directories.
    pub(crate) fn new(files: &dyn Files, directories: &[String]) -> (Self, Vec<Problem>) {
        let (mut all, mut problems) = (Vec::new(), Vec::new());
        for directory in directories {
            let names = match files.list(directory) {
                Ok(names) => names,
                Err(error) => {
                    problems.push(unreadable(files, directory, &error));
                    continue;
                }
            };
            for name in names.iter().filter(|name| name.ends_with(".tf")) {
                let path = paths::join(directory, name);
                match files.read(&path) {
                    Ok(source) => match Description::parse(&files.sources().get(source).text) {
                        Ok(description) => all.push(description),
                        Err(message) => problems.push(Problem {
                            kind: ProblemKind::Syntax,
                            span: Span::at(source, 0),
                            message,
                        }),
                    },
                    Err(error) => problems.push(unreadable(files, &path, &error)),
                }
            }
        }
        (Self(all), problems)
    }

    /// The description of a module in the version that a call asks for.
    pub(super) fn find(&self, source: &Source, version: Option<&str>) -> Option<&Description> {
        let Source::Remote { module, submodule, reference } = source else { return None };
        let version = version.or(reference.as_deref());
        let name =
            if submodule.is_empty() { module.clone() } else { format!("{module}//{submodule}") };
        self.0.iter().chain(BUILT_IN_PARSED.iter()).find(|description| {
            description.module == name
                && version.is_none_or(|version| overlaps(version, &description.versions))
        })
    }
}

fn unreadable(files: &dyn Files, path: &str, error: &ReadError) -> Problem {
    let source: SourceId = files.sources().add(path, "");
    Problem {
        kind: ProblemKind::Syntax,
        span: Span::at(source, 0),
        message: format!("the module descriptions in `{path}` cannot be read: {error}"),
    }
}

impl Description {
    /// Reads the text of a description; the error is a sentence.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let sources = iacscan_core::Sources::new();
        let place = Place::Source(sources.add("description.tf", ""), 0);
        let (body, problems) = read_hcl(text, &place, false);
        if let Some(problem) = problems.first() {
            return Err(format!("this description cannot be read: {}", problem.message));
        }
        let block = body.blocks("description").next();
        let block = block.ok_or("a module description needs a `description` block")?;
        let module = block.labels.first().ok_or("a `description` block names its module")?;
        let versions = match block.body.attribute("versions").map(|a| &a.value.kind) {
            Some(ExprKind::Text(literal)) => literal.text.to_string(),
            None => ">= 0".to_owned(),
            Some(_) => return Err("`versions` is a version constraint in quotes".to_owned()),
        };
        Ok(Self { module: module.text.to_string(), versions, text: text.into() })
    }

    /// Adds to the module itself what its call writes to give its role more, shown at the call, with
    /// the variables that another version of it may lack.
    pub(super) fn add_role_inputs(&self, module: &mut Module, shown_at: Span) {
        let described = self.module(shown_at);
        let inputs = described.resources.into_iter();
        module.resources.extend(inputs.filter(|(name, _)| name.starts_with(ROLE_INPUT)));
        for (name, variable) in described.variables {
            module.variables.entry(name).or_insert(variable);
        }
    }

    /// The module as described, shown at the call that brings it in.
    pub(super) fn module(&self, shown_at: Span) -> Module {
        let (body, problems) = read_hcl(&self.text, &Place::Fixed(shown_at), false);
        let mut module = Module::new(self.module.as_str().into(), vec![body], Vec::new(), problems);
        module.shown_at = Some(shown_at);
        module.is_description = true;
        module
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_descriptions_can_be_read() {
        for parts in BUILT_IN {
            let description = Description::parse(&parts.concat()).unwrap();
            let sources = iacscan_core::Sources::new();
            let at = Span::at(sources.add("x", ""), 0);
            let module = description.module(at);
            assert_eq!(module.problems, []);
            assert!(!module.outputs.is_empty());
        }
        assert_eq!(BUILT_IN_PARSED.len(), BUILT_IN.len());
    }
}
