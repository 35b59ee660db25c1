//! What Terraform refuses of a resource before it looks at any value: a block that refers to itself,
//! and arguments of a policy document that are spelt as in JSON.

use std::rc::Rc;

use iacscan_core::Str;

use super::Evaluator;
use super::data::document_argument;
use super::dependencies::places_in_body;
use super::instance::Instance;
use crate::read::ProblemKind;
use crate::syntax::Body;

/// Blocks that are read once the resource is there.
const LATER: [&str; 3] = ["connection", "lifecycle", "provisioner"];

/// Arguments that are evaluated before a resource, or name what it waits for.
const ELSEWHERE: [&str; 3] = ["count", "depends_on", "for_each"];

impl Evaluator<'_> {
    /// Reports what is refused of the resources of a module.
    pub(crate) fn refused(&self, instance: &Rc<Instance>) {
        for (local, resource) in &instance.module.resources {
            let Some(body) = resource.content.written() else { continue };
            self.refers_to_itself(local, body);
            if local.starts_with("data.aws_iam_policy_document.") {
                body.blocks
                    .iter()
                    .filter(|block| block.kind.text == "statement")
                    .for_each(|block| self.misspelt(&block.body));
                let loops = body.blocks.iter().filter(|block| {
                    block.kind.text == "dynamic"
                        && block.labels.iter().any(|label| label.text == "statement")
                });
                loops
                    .flat_map(|block| &block.body.blocks)
                    .filter(|block| block.kind.text == "content")
                    .for_each(|block| self.misspelt(&block.body));
            }
        }
    }

    fn refers_to_itself(&self, local: &str, body: &Body) {
        let mut report = |name: Str, span| {
            if name == local {
                let message =
                    format!("`{local}` refers to itself: nothing of it is known before it is made");
                self.problem(ProblemKind::Itself, span, message);
            }
        };
        let attributes = body.attributes.iter();
        for attribute in attributes.filter(|it| !ELSEWHERE.contains(&it.name.text.as_str())) {
            super::dependencies::places(&attribute.value, &mut report);
        }
        for block in body.blocks.iter().filter(|block| !LATER.contains(&block.kind.text.as_str())) {
            places_in_body(&block.body, &mut report);
        }
    }

    fn misspelt(&self, statement: &Body) {
        for attribute in &statement.attributes {
            let written = attribute.name.text.as_str();
            if let Some(argument) = document_argument(written) {
                let message =
                    format!("a `statement` has no `{written}`: here that is `{argument}`");
                self.problem(ProblemKind::Syntax, attribute.name.span, message);
            }
        }
    }
}
