//! The parts of a plan that matter, read as a stream: of resources that lowering looks at the
//! values and expressions are kept as text, everything else is passed over without being held.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Range;

use iacscan_core::reader::{Limits, Node, json};
use iacscan_core::{SourceId, Str};

use super::stream::{Kept, Stopped, Stream};
use crate::lower;

/// Modules inside each other.
const MOST_DEPTH: usize = 64;

/// The output of `terraform show -json`.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) format_version: Option<Str>,
    /// Whether there are values of a state, as the command prints them without a plan.
    pub(super) is_state: bool,
    pub(super) planned: PlannedModule,
    pub(super) configuration: Option<ConfigModule>,
}

/// A module instance with its resources.
#[derive(Debug, Default)]
pub(super) struct PlannedModule {
    pub(super) address: Str,
    pub(super) resources: Vec<Planned>,
    pub(super) child_modules: Vec<PlannedModule>,
}

/// One instance of a resource.
#[derive(Debug, Default)]
pub(super) struct Planned {
    pub(super) address: Str,
    /// Where the address is written.
    pub(super) header: Range<usize>,
    pub(super) is_data: bool,
    pub(super) kind: Str,
    pub(super) name: Str,
    /// The values that are known.
    pub(super) values: Option<Range<usize>>,
}

/// The configuration of a module.
#[derive(Debug, Default)]
pub(super) struct ConfigModule {
    /// The arguments of resources, by their addresses in the module.
    pub(super) resources: BTreeMap<String, Part>,
    pub(super) module_calls: BTreeMap<String, ConfigCall>,
    pub(super) outputs: Option<Part>,
}

#[derive(Debug, Default)]
pub(super) struct ConfigCall {
    pub(super) expressions: Option<Part>,
    pub(super) module: ConfigModule,
}

/// A value in the text, read when it is first looked at.
#[derive(Debug)]
pub(super) struct Part {
    range: Range<usize>,
    node: OnceCell<Option<Node>>,
}

impl Part {
    const fn new(range: Range<usize>) -> Self {
        Self { range, node: OnceCell::new() }
    }

    pub(super) fn node(&self, text: &PlanText<'_>) -> Option<&Node> {
        self.node.get_or_init(|| text.node(self.range.clone())).as_ref()
    }
}

/// The text that was kept of a plan.
pub(super) struct PlanText<'t> {
    pub(super) source: SourceId,
    pub(super) text: &'t str,
}

impl PlanText<'_> {
    /// The value at a range.
    pub(super) fn node(&self, range: Range<usize>) -> Option<Node> {
        let read = json::read_part(self.source, self.text, range, &Limits::default());
        read.documents.into_iter().next()
    }
}

/// Whether what a resource of this type refers to matters: it uses it.
fn is_aws(kind: &str) -> bool {
    kind.starts_with("aws_") || kind.starts_with("awscc_")
}

impl Plan {
    /// Reads a plan; the error is the end of a sentence.
    pub(super) fn read(input: impl Read) -> Result<(Self, Kept), Stopped> {
        let mut stream = Stream::new(input);
        let mut plan = Self::default();
        stream.object(&mut |stream, key| match key {
            "format_version" => {
                plan.format_version = Some(stream.text()?.0);
                Ok(())
            }
            "values" => {
                plan.is_state = true;
                stream.skip()
            }
            "planned_values" => stream.object(&mut |stream, key| match key {
                "root_module" => plan.planned.read(stream, 0),
                _ => stream.skip(),
            }),
            "configuration" => stream.object(&mut |stream, key| match key {
                "root_module" => plan.configuration.get_or_insert_default().read(stream, 0),
                _ => stream.skip(),
            }),
            _ => stream.skip(),
        })?;
        Ok((plan, stream.finish()?))
    }
}

fn deeper(depth: usize) -> Result<usize, Stopped> {
    if depth >= MOST_DEPTH {
        return Err(format!("more than {MOST_DEPTH} modules lie inside each other"));
    }
    Ok(depth + 1)
}

impl PlannedModule {
    /// Calls `f` for the module instance and those in it. The reader bounds how deep they lie.
    pub(super) fn each<'p>(&'p self, f: &mut dyn FnMut(&'p Self)) {
        f(self);
        self.child_modules.iter().for_each(|child| child.each(f));
    }

    fn read<R: Read>(&mut self, stream: &mut Stream<R>, depth: usize) -> Result<(), Stopped> {
        let depth = deeper(depth)?;
        stream.object(&mut |stream, key| match key {
            "address" => {
                self.address = stream.text()?.0;
                Ok(())
            }
            "resources" => stream.list(&mut |stream| {
                let described = Described::read(stream)?;
                self.resources.push(Planned {
                    address: described.address,
                    header: described.header,
                    is_data: described.is_data,
                    kind: described.kind,
                    name: described.name,
                    values: described.content,
                });
                Ok(())
            }),
            "child_modules" => stream.list(&mut |stream| {
                let mut module = Self::default();
                module.read(stream, depth)?;
                self.child_modules.push(module);
                Ok(())
            }),
            _ => stream.skip(),
        })
    }
}

impl ConfigModule {
    fn read<R: Read>(&mut self, stream: &mut Stream<R>, depth: usize) -> Result<(), Stopped> {
        let depth = deeper(depth)?;
        stream.object(&mut |stream, key| match key {
            "resources" => stream.list(&mut |stream| {
                let described = Described::read(stream)?;
                let local = local_name(described.is_data, &described.kind, &described.name);
                if let Some(range) = described.content {
                    self.resources.insert(local, Part::new(range));
                }
                Ok(())
            }),
            "module_calls" => stream.object(&mut |stream, name| {
                let mut call = ConfigCall::default();
                stream.object(&mut |stream, key| match key {
                    "expressions" => {
                        call.expressions = Some(Part::new(stream.keep()?));
                        Ok(())
                    }
                    "module" => call.module.read(stream, depth),
                    _ => stream.skip(),
                })?;
                self.module_calls.insert(name.to_owned(), call);
                Ok(())
            }),
            "outputs" => {
                self.outputs = Some(Part::new(stream.keep()?));
                Ok(())
            }
            _ => stream.skip(),
        })
    }
}

/// A resource of either tree: what it is, and its values or expressions where its type matters.
#[derive(Default)]
struct Described {
    address: Str,
    header: Range<usize>,
    is_data: bool,
    kind: Str,
    name: Str,
    content: Option<Range<usize>>,
}

impl Described {
    fn read<R: Read>(stream: &mut Stream<R>) -> Result<Self, Stopped> {
        let mut described = Self::default();
        stream.object(&mut |stream, key| {
            match key {
                "address" => (described.address, described.header) = stream.text()?,
                "mode" => described.is_data = stream.text()?.0 == "data",
                "type" => described.kind = stream.text()?.0,
                "name" => described.name = stream.text()?.0,
                // Types come first in what Terraform writes; without one nothing is dropped.
                "values" if described.kind.is_empty() || described.has_values() => {
                    described.content = Some(stream.keep()?);
                }
                "expressions" if described.kind.is_empty() || is_aws(&described.kind) => {
                    described.content = Some(stream.keep()?);
                }
                _ => stream.skip()?,
            }
            Ok(())
        })?;
        Ok(described)
    }

    /// Whether something looks at the values: lowering, or who refers to a data source. What the
    /// others refer to stands in the configuration.
    fn has_values(&self) -> bool {
        if self.is_data { is_aws(&self.kind) } else { lower::of(&self.kind).is_some() }
    }
}

/// The address of a declaration within its module.
pub(super) fn local_name(is_data: bool, kind: &str, name: &str) -> String {
    let prefix = if is_data { "data." } else { "" };
    format!("{prefix}{kind}.{name}")
}
