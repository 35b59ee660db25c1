//! What the files of one module directory declare, override files merged in.

use iacscan_core::{Span, Str};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::read::Problem;
use crate::syntax::{Attribute, Block, Body, Expr, ExprKind, Item, Key, Name};
use crate::types::Type;

/// Declarations by name, in the order they were written.
pub(crate) type Table<T> = IndexMap<Str, T, FxBuildHasher>;

/// A module: the declarations of all files of a directory.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// Display path.
    pub(crate) directory: Str,
    pub(crate) variables: Table<Variable>,
    pub(crate) locals: Table<Local>,
    /// By address within the module: `aws_iam_role.r`, `data.aws_iam_role.r`.
    pub(crate) resources: Table<Resource>,
    pub(crate) calls: Table<ModuleCall>,
    pub(crate) outputs: Table<Output>,
    /// Whether it configures providers itself: Terraform takes no `depends_on` at its calls.
    pub(crate) has_providers: bool,
    /// Whether one of them is AWS's: it need not be the caller's.
    pub(crate) has_aws_provider: bool,
    /// Where text was left out: what the module does not declare may be there.
    pub(crate) gaps: Vec<Span>,
    pub(crate) problems: Vec<Problem>,
    /// What is declared twice: where for the second time, and its address.
    pub(crate) declared_twice: Vec<DeclaredTwice>,
    /// The call that stands for all of it, when it is not the user's own code.
    pub(crate) shown_at: Option<Span>,
    /// Whether other tools complete it: Terragrunt may generate files beside the ones that are there,
    /// a template engine fills them in. What they declare is not known.
    pub(crate) is_completed: bool,
    /// Whether it is made from a plan: values are known whose references are not.
    pub(crate) is_planned: bool,
    /// Whether it describes a module instead of being it.
    pub(crate) is_description: bool,
}

/// An input.
#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) header: Span,
    pub(crate) kind: Type,
    pub(crate) default: Option<Expr>,
    pub(crate) nullable: bool,
    /// Marked as secret.
    pub(crate) sensitive: bool,
}

impl Variable {
    /// Whether its default stands in for the null that it is given.
    pub(crate) const fn replaces_null(&self) -> bool {
        !self.nullable && self.default.is_some()
    }
}

/// A local value.
#[derive(Debug)]
pub(crate) struct Local {
    pub(crate) value: Expr,
}

/// A declaration whose address another one has.
#[derive(Debug)]
pub(crate) struct DeclaredTwice {
    pub(crate) first: Span,
    pub(crate) second: Span,
    pub(crate) address: String,
}

/// A resource or data source.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) is_data: bool,
    pub(crate) kind: Name,
    pub(crate) header: Span,
    pub(crate) content: Content,
}

/// What a resource sets.
#[derive(Debug)]
pub(crate) enum Content {
    Written(Body),
    /// What a plan says of one instance, made when it is looked at: there may be a million of them.
    Planned,
}

impl Content {
    /// The body that a file holds.
    pub(crate) const fn written(&self) -> Option<&Body> {
        match self {
            Self::Written(body) => Some(body),
            Self::Planned => None,
        }
    }
}

/// A call of a child module.
#[derive(Debug)]
pub(crate) struct ModuleCall {
    pub(crate) header: Span,
    pub(crate) name: Str,
    pub(crate) body: Body,
}

/// An output.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) value: Expr,
    pub(crate) depends_on: Option<Expr>,
}

impl ModuleCall {
    /// An argument that is a plain string: `source`, `version`.
    pub(crate) fn text(&self, name: &str) -> Option<(&Str, Span)> {
        let attribute = self.body.attribute(name)?;
        match &attribute.value.kind {
            ExprKind::Text(literal) => Some((&literal.text, attribute.value.span)),
            _ => None,
        }
    }
}

impl Module {
    /// Collects the declarations of the files of a directory.
    pub(crate) fn new(
        directory: Str,
        files: Vec<Body>,
        overrides: Vec<Body>,
        problems: Vec<Problem>,
    ) -> Self {
        let mut module = Self { directory, problems, ..Self::default() };
        let mut blocks: Vec<Block> = Vec::new();
        for body in files {
            module.gaps.extend(body.gaps);
            blocks.extend(body.blocks);
            for attribute in body.attributes {
                module.declare_argument(attribute);
            }
        }
        for body in overrides {
            module.gaps.extend(body.gaps);
            for block in body.blocks {
                merge(&mut blocks, block);
            }
        }
        for block in blocks {
            module.declare(block);
        }
        module
    }

    fn declare(&mut self, block: Block) {
        let Block { kind, labels, body, header } = block;
        match (kind.text.as_str(), labels.as_slice()) {
            ("resource" | "data" | "ephemeral", [of, name]) => {
                let prefix = match kind.text.as_str() {
                    "data" => "data.",
                    "ephemeral" => "ephemeral.",
                    _ => "",
                };
                let address = smol_str::format_smolstr!("{prefix}{}.{}", of.text, name.text);
                let is_data = !prefix.is_empty();
                let content = Content::Written(body);
                let resource = Resource { is_data, kind: of.clone(), header, content };
                let first = self.resources.get(&address).map(|it| it.header);
                if !declare_once(&mut self.resources, &address, resource) {
                    self.duplicate(first, name.span, &address);
                }
            }
            ("module", [name]) => {
                let call = ModuleCall { header, name: name.text.clone(), body };
                let first = self.calls.get(&name.text).map(|it| it.header);
                if !declare_once(&mut self.calls, &name.text, call) {
                    self.duplicate(first, name.span, &format!("module.{}", name.text));
                }
            }
            ("variable", [name]) => {
                let kind = body.attribute("type").map_or(Type::Any, |a| Type::read(&a.value));
                let flag = |name: &str| match body.attribute(name).map(|a| &a.value.kind) {
                    Some(ExprKind::Bool(value)) => Some(*value),
                    _ => None,
                };
                let nullable = flag("nullable").unwrap_or(true);
                let sensitive = flag("sensitive").unwrap_or(false);
                let default = body.attribute("default").map(|attribute| attribute.value.clone());
                let variable = Variable { header, kind, default, nullable, sensitive };
                let first = self.variables.get(&name.text).map(|it| it.header);
                if !declare_once(&mut self.variables, &name.text, variable) {
                    self.duplicate(first, name.span, &format!("var.{}", name.text));
                }
            }
            ("output", [name]) => {
                let depends_on = body.attribute("depends_on").map(|a| a.value.clone());
                if let Some(value) = body.attributes.into_iter().find(|a| a.name.text == "value") {
                    let output = Output { value: value.value, depends_on };
                    let first = self.outputs.get(&name.text).map(|it| it.value.span);
                    if !declare_once(&mut self.outputs, &name.text, output) {
                        self.duplicate(first, name.span, &format!("output.{}", name.text));
                    }
                }
            }
            ("provider", [provider]) => {
                let sets = body.attributes.iter().map(|attribute| attribute.name.text.as_str());
                let mut sets = sets.chain(body.blocks.iter().map(|block| block.kind.text.as_str()));
                let is_configured = sets.any(|name| !matches!(name, "alias" | "version"));
                self.has_providers |= is_configured;
                self.has_aws_provider |= is_configured && provider.text == "aws";
            }
            ("locals", []) => {
                self.gaps.extend(body.gaps);
                for attribute in body.attributes {
                    self.declare_local(&attribute.name, attribute.value);
                }
            }
            _ => {}
        }
    }

    /// Before Terraform 0.12 a map could stand for a block: `locals = {`.
    fn declare_argument(&mut self, attribute: Attribute) {
        let ExprKind::Object(items) = attribute.value.kind else { return };
        if attribute.name.text != "locals" {
            return;
        }
        for Item { key, value } in items {
            if let Key::Name(name) = key {
                self.declare_local(&name, value);
            }
        }
    }

    fn declare_local(&mut self, name: &Name, value: Expr) {
        let first = self.locals.get(&name.text).map(|it| it.value.span);
        if !declare_once(&mut self.locals, &name.text, Local { value }) {
            self.duplicate(first, name.span, &format!("local.{}", name.text));
        }
    }

    fn duplicate(&mut self, first: Option<Span>, second: Span, address: &str) {
        // What is there twice may follow from what is broken: from both sides of a merge.
        if self.problems.iter().any(|problem| problem.kind.is_of_syntax()) {
            return;
        }
        let first = first.unwrap_or(Span::NONE);
        self.declared_twice.push(DeclaredTwice { first, second, address: address.to_owned() });
    }
}

/// Adds a declaration, and says whether it is the first of its name. A later one is left out.
fn declare_once<T>(table: &mut Table<T>, name: &Str, declared: T) -> bool {
    let is_new = !table.contains_key(name);
    if is_new {
        table.insert(name.clone(), declared);
    }
    is_new
}

/// Merges a block of an override file: its arguments replace those of the block it names, its
/// nested blocks replace all of their type.
fn merge(blocks: &mut Vec<Block>, block: Block) {
    if block.kind.text == "locals" {
        for attribute in block.body.attributes {
            let earlier = blocks
                .iter_mut()
                .filter(|old| old.kind.text == "locals")
                .flat_map(|old| old.body.attributes.iter_mut())
                .find(|old| old.name.text == attribute.name.text);
            match earlier {
                Some(old) => *old = attribute,
                None => blocks.push(Block {
                    kind: block.kind.clone(),
                    labels: Vec::new(),
                    header: block.header,
                    body: Body { attributes: vec![attribute], ..Body::default() },
                }),
            }
        }
        return;
    }
    let same = |old: &&mut Block| {
        old.kind.text == block.kind.text
            && old.labels.len() == block.labels.len()
            && old.labels.iter().zip(&block.labels).all(|(a, b)| a.text == b.text)
    };
    match blocks.iter_mut().find(same) {
        None => blocks.push(block),
        Some(old) => {
            old.body.gaps.extend(block.body.gaps);
            for attribute in block.body.attributes {
                match old.body.attributes.iter_mut().find(|a| a.name.text == attribute.name.text) {
                    Some(existing) => *existing = attribute,
                    None => old.body.attributes.push(attribute),
                }
            }
            let replaced: Vec<Str> =
                block.body.blocks.iter().map(|inner| inner.kind.text.clone()).collect();
            old.body.blocks.retain(|inner| !replaced.contains(&inner.kind.text));
            old.body.blocks.extend(block.body.blocks);
        }
    }
}
