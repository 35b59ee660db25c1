//! Where the resources of a plan are written: in the configuration beside the plan, else in the
//! plan itself.

use std::sync::Arc;

use iacscan_core::Span;
use iacscan_core::reader::Entry;

use crate::module::Module;
use crate::modules::{Loader, Source};
use crate::paths;
use crate::syntax::Body;

/// Finds the source of a plan's resources.
pub(super) struct Locator<'l, 'a> {
    loader: &'l Loader<'a>,
    root: Option<Arc<Module>>,
}

/// The source of one resource, or of a block in it.
#[derive(Clone, Copy)]
pub(super) struct Located<'b> {
    pub(super) header: Span,
    written: Written<'b>,
}

#[derive(Clone, Copy)]
enum Written<'b> {
    /// In the configuration.
    Here(&'b Body),
    /// Behind a call in the configuration, which stands for all of it.
    BehindCall,
    /// In the plan alone.
    InPlan,
}

/// A value in the plan: the entry of what is known of it, and of what is configured.
#[derive(Clone, Copy)]
pub(super) struct Planned<'n> {
    pub(super) name: &'n str,
    pub(super) value: Option<&'n Entry>,
    pub(super) expression: Option<&'n Entry>,
}

impl<'l, 'a> Locator<'l, 'a> {
    pub(super) fn new(loader: &'l Loader<'a>, directory: &str) -> Self {
        Self { loader, root: loader.directory(directory).ok() }
    }

    /// The module that the calls lead to.
    pub(super) fn module(&self, calls: &[&str]) -> Option<Arc<Module>> {
        let mut module = self.root.clone()?;
        for name in calls {
            let (source, _) = module.calls.get(*name)?.text("source")?;
            let Source::Local(path) = Source::parse(source) else { return None };
            let directory = paths::join(&module.directory, &path);
            module = self.loader.directory(&directory).ok()?;
        }
        Some(module)
    }

    /// Where a resource is written; `planned` is where the plan names it.
    pub(super) fn resource<'m>(
        &self,
        module: Option<&'m Module>,
        calls: &[&str],
        local: &str,
        planned: Span,
    ) -> Located<'m> {
        if let Some(resource) = module.and_then(|module| module.resources.get(local))
            && let Some(body) = resource.content.written()
        {
            return Located { header: resource.header, written: Written::Here(body) };
        }
        let root = self.root.as_ref();
        match calls.first().and_then(|name| root?.calls.get(*name)) {
            Some(call) => Located { header: call.header, written: Written::BehindCall },
            None => Located { header: planned, written: Written::InPlan },
        }
    }
}

impl<'b> Located<'b> {
    /// The place that stands for values of the plan, when they are not shown in the plan itself.
    pub(super) fn outside(self, span: Span) -> Option<Span> {
        (!matches!(self.written, Written::InPlan)).then_some(span)
    }

    /// Where the name and the value of an argument (or the block of a type) are written.
    pub(super) fn argument(self, planned: Planned<'_>) -> (Span, Span) {
        match self.written {
            Written::Here(body) => match body.attribute(planned.name) {
                Some(attribute) => (attribute.name.span, attribute.value.span),
                None => {
                    let block = self.block(planned.name, 0, self.header);
                    (block.header, block.header)
                }
            },
            Written::BehindCall => (self.header, self.header),
            Written::InPlan => planned
                .value
                .or(planned.expression)
                .map_or((self.header, self.header), |entry| (entry.key.span, entry.value.span)),
        }
    }

    /// Where the block of a type with this number is written; `planned` is its place in the plan.
    pub(super) fn block(self, name: &str, index: usize, planned: Span) -> Self {
        match self.written {
            Written::Here(body) => {
                let blocks = || body.blocks.iter().filter(|block| block.kind.text == name);
                let found = blocks().nth(index).or_else(|| blocks().next_back());
                found.map_or(self, |block| Located {
                    header: block.header,
                    written: Written::Here(&block.body),
                })
            }
            Written::BehindCall => self,
            Written::InPlan => Located { header: planned, ..self },
        }
    }
}
