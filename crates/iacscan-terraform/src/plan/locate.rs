//! Where the resources of a plan are written: in the configuration beside the plan, else in the
//! plan itself.

use std::sync::Arc;

use iacscan_core::Span;

use crate::module::Module;
use crate::modules::{Loader, Source};
use crate::paths;
use crate::syntax::Body;

/// Finds the source of a plan's resources.
pub(super) struct Locator<'l, 'a> {
    loader: &'l Loader<'a>,
    root: Option<Arc<Module>>,
    /// The plan.
    fallback: Span,
}

/// The source of one resource, or of a block in it.
#[derive(Clone, Copy)]
pub(super) struct Located<'b> {
    pub(super) header: Span,
    body: Option<&'b Body>,
}

impl<'l, 'a> Locator<'l, 'a> {
    pub(super) fn new(loader: &'l Loader<'a>, directory: &str, fallback: Span) -> Self {
        Self { loader, root: loader.directory(directory).ok(), fallback }
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

    /// The first call on the way to a module that cannot be followed, or all of them.
    pub(super) fn call(&self, calls: &[&str]) -> Option<Span> {
        let (name, _) = calls.split_first()?;
        Some(self.root.as_ref()?.calls.get(*name)?.header)
    }

    /// Where a resource is written.
    pub(super) fn resource<'m>(
        &self,
        module: Option<&'m Module>,
        calls: &[&str],
        local: &str,
    ) -> Located<'m> {
        match module.and_then(|module| module.resources.get(local)) {
            Some(resource) => Located { header: resource.header, body: Some(&resource.body) },
            None => Located { header: self.call(calls).unwrap_or(self.fallback), body: None },
        }
    }
}

impl<'b> Located<'b> {
    /// Where the name and the value of an argument (or the block of a type) are written.
    pub(super) fn argument(self, name: &str) -> (Span, Span) {
        let Some(body) = self.body else { return (self.header, self.header) };
        if let Some(attribute) = body.attribute(name) {
            return (attribute.name.span, attribute.value.span);
        }
        let block = self.block(name, 0);
        (block.header, block.header)
    }

    /// Where the block of a type with this number is written.
    pub(super) fn block(self, name: &str, index: usize) -> Self {
        let Some(body) = self.body else { return self };
        let blocks = || body.blocks.iter().filter(|block| block.kind.text == name);
        let found = blocks().nth(index).or_else(|| blocks().next_back());
        found.map_or(self, |block| Located { header: block.header, body: Some(&block.body) })
    }
}
