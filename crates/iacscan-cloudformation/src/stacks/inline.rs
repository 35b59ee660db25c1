//! Templates that are written inside of others: `TemplateBody` of a stack set.
//!
//! The body is a map, a text, a text under `Fn::Sub`, or a map under `Fn::ToJsonString`. A text is
//! read as a template of its own. What the template around it puts into it becomes a parameter with
//! the value it has there, so that its places and its branches are kept.

use iacscan_core::reader::{self, Entry, Limits, Node, NodeKind, ProblemKind, Scalar};
use iacscan_core::{Literal, Origin, SourceId, Span, Str};

use crate::call::{Call, Function};
use crate::eval::{Arguments, Bindings, Evaluator, Part, parts};
use crate::tree;

/// A template inside of another one.
pub(super) struct Inline {
    /// Its tree, placed where it is written.
    pub(super) root: Node,
    /// What the template around it puts into its text.
    pub(super) arguments: Arguments,
}

/// Reads the body of a template.
pub(super) fn read<'t>(
    body: &'t Node,
    eval: &Evaluator<'t>,
    bindings: &Bindings,
) -> Option<Inline> {
    let Some(call) = Call::of(body) else {
        let root = match &body.kind {
            NodeKind::Scalar(scalar) => parsed(&scalar.literal.text, &scalar.literal, body.span)?,
            NodeKind::Map(_) => body.clone(),
            _ => return None,
        };
        return Some(Inline { root, arguments: Arguments::default() });
    };
    match call.function {
        Function::ToJsonString => {
            call.argument.as_map()?;
            let mut arguments = Arguments::default();
            let mut root = evaluated(call.argument, eval, bindings, &mut arguments);
            declare(&mut root, &arguments);
            Some(Inline { root, arguments })
        }
        Function::Sub => substituted(&call, eval, bindings),
        _ => None,
    }
}

/// Reads a text that is as long as `within`, byte for byte.
fn parsed(text: &str, within: &Literal, whole: Span) -> Option<Node> {
    let documents = reader::read(SourceId::NONE, text, &Limits::default());
    if documents.problems.iter().any(|problem| problem.kind == ProblemKind::Syntax) {
        return None;
    }
    let mut root = documents.documents.into_iter().next()?;
    relocate(&mut root, within, whole);
    Some(root)
}

/// Moves a tree that was read from a scalar to where the scalar is written. Recursive, because
/// trees are never deeper than the reader's limit.
fn relocate(node: &mut Node, within: &Literal, whole: Span) {
    let place = |span: Span| within.span(span.range()).unwrap_or(whole);
    node.span = place(node.span);
    if let Some(tag) = &mut node.tag {
        tag.span = place(tag.span);
    }
    match &mut node.kind {
        NodeKind::Scalar(scalar) => scalar.literal.origin = Origin::None,
        NodeKind::List(items) => items.iter_mut().for_each(|item| relocate(item, within, whole)),
        NodeKind::Map(entries) => {
            for entry in entries {
                entry.key.span = place(entry.key.span);
                relocate(&mut entry.value, within, whole);
            }
        }
        NodeKind::Unread(_) => {}
    }
}

/// A tree of which the template around it evaluates the functions: each becomes a parameter.
/// Recursive, because trees are never deeper than the reader's limit.
fn evaluated<'t>(
    node: &'t Node,
    eval: &Evaluator<'t>,
    bindings: &Bindings,
    arguments: &mut Arguments,
) -> Node {
    if Call::of(node).is_some() {
        let name = parameter(&arguments.len().to_string());
        arguments.insert(name.clone(), eval.given_by(node, bindings));
        return tree::reference(&name, node.span);
    }
    let mut inner = |node| evaluated(node, eval, bindings, arguments);
    let kind = match &node.kind {
        NodeKind::List(items) => NodeKind::List(items.iter().map(inner).collect()),
        NodeKind::Map(entries) => {
            let entry =
                |entry: &'t Entry| Entry { key: entry.key.clone(), value: inner(&entry.value) };
            NodeKind::Map(entries.iter().map(entry).collect())
        }
        NodeKind::Scalar(_) | NodeKind::Unread(_) => return node.clone(),
    };
    Node { kind, ..node.clone() }
}

/// Reads a text into which `Fn::Sub` puts values.
fn substituted<'t>(call: &Call<'t>, eval: &Evaluator<'t>, bindings: &Bindings) -> Option<Inline> {
    let (template, variables) = Evaluator::template_of(call)?;
    let literal = &template.literal;
    let masked = Masked::new(&literal.text)?;
    let mut root = parsed(&masked.text, literal, call.span)?;
    masked.restore(&mut root, Under::Nothing);
    let mut arguments = Arguments::default();
    for name in masked.marks.iter().filter_map(Mark::variable) {
        let argument = eval.argument_for(name, variables, call, bindings);
        arguments.insert(parameter(name), argument);
    }
    declare(&mut root, &arguments);
    Some(Inline { root, arguments })
}

/// The parameter that a variable becomes. No template can have one of that name, and without a dot
/// it is no attribute.
fn parameter(name: &str) -> Str {
    smol_str::format_smolstr!("outer {}", name.replace('.', " "))
}

/// Declares the parameters that take the values from outside.
fn declare(root: &mut Node, arguments: &Arguments) {
    let span = root.span;
    let Some(parameters) = tree::descend_mut(root, &["Parameters"], span) else { return };
    let NodeKind::Map(entries) = &mut parameters.kind else { return };
    let mut names: Vec<&Str> = arguments.keys().collect();
    names.sort();
    for name in names {
        let kind = tree::entry("Type", tree::text("String", span));
        entries.push(tree::entry(name.clone(), tree::map(vec![kind], span)));
    }
}

/// A text in which everything that `Fn::Sub` reads is covered by characters without a meaning in
/// YAML and JSON, as many as there were bytes.
struct Masked {
    text: String,
    marks: Vec<Mark>,
}

/// One covered place.
enum Mark {
    /// `${name}`, with its length in bytes.
    Variable(Str, usize),
    /// `${!name}`, which stands for `${name}`.
    Escaped(Str, usize),
}

impl Mark {
    fn variable(&self) -> Option<&str> {
        match self {
            Self::Variable(name, _) => Some(name),
            Self::Escaped(..) => None,
        }
    }

    fn length(&self) -> usize {
        match self {
            Self::Variable(_, length) | Self::Escaped(_, length) => *length,
        }
    }
}

/// The first of the private characters that marks begin with; each is three bytes long.
const FIRST: u32 = 0xE000;
/// How many there are.
const MOST: usize = 6400;

/// In what a scalar stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Under {
    Nothing,
    /// The text of an `Fn::Sub` of the template's own.
    Sub,
    /// A name in another function.
    Call,
}

impl Masked {
    fn new(source: &str) -> Option<Self> {
        if source.contains(|c: char| mark_of(c).is_some()) {
            return None;
        }
        let mut masked = Self { text: String::with_capacity(source.len()), marks: Vec::new() };
        let mut rest = 0;
        for part in parts(source) {
            match part {
                Part::Variable(name, start, end) => {
                    masked.text.push_str(source.get(rest..start)?);
                    masked.cover(Mark::Variable(name.into(), end - start))?;
                    rest = end;
                }
                // The text before `!` ends with `${`, the one behind it begins with the name.
                Part::Verbatim(_, end) if source.get(end..).is_some_and(|s| s.starts_with('!')) => {
                    let start = end.checked_sub(2)?;
                    let inside = source.get(end + 1..)?;
                    let length = inside.find('}')?;
                    masked.text.push_str(source.get(rest..start)?);
                    let name = Str::from(inside.get(..length)?);
                    masked.cover(Mark::Escaped(name, 2 + 1 + length + 1))?;
                    rest = end + 1 + length + 1;
                }
                Part::Verbatim(..) => {}
            }
        }
        masked.text.push_str(source.get(rest..)?);
        Some(masked)
    }

    fn cover(&mut self, mark: Mark) -> Option<()> {
        if self.marks.len() >= MOST {
            return None;
        }
        let code = FIRST + u32::try_from(self.marks.len()).ok()?;
        self.text.push(char::from_u32(code)?);
        self.text.extend(std::iter::repeat_n('_', mark.length().checked_sub(3)?));
        self.marks.push(mark);
        Some(())
    }

    /// Puts back what is covered in a tree. Recursive, because trees are never deeper than the
    /// reader's limit.
    fn restore(&self, node: &mut Node, under: Under) {
        let function = Call::of(node).map(|call| (call.function, call.short));
        let under = match function {
            // A short call is its own argument.
            Some((Function::Sub, true)) => Under::Sub,
            Some((Function::Ref | Function::GetAtt | Function::Condition, true)) => Under::Call,
            _ => under,
        };
        let inner = match function {
            Some((Function::Sub, _)) => Under::Sub,
            Some((Function::Ref | Function::GetAtt | Function::Condition, _)) => Under::Call,
            _ => Under::Nothing,
        };
        match &mut node.kind {
            NodeKind::Scalar(scalar) => {
                let with_value = self.scalar(scalar, under);
                if with_value && under == Under::Nothing {
                    let span = node.span;
                    let text = std::mem::replace(node, tree::no_value(span));
                    *node = tree::call(Function::Sub, text, span);
                }
            }
            NodeKind::List(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    // Behind the text of an `Fn::Sub` are its variables.
                    let is_text = inner != Under::Sub || index == 0;
                    self.restore(item, if is_text { inner } else { Under::Nothing });
                }
            }
            NodeKind::Map(entries) => {
                let of_variables = under == Under::Nothing && function.is_none();
                for entry in entries {
                    entry.key.value = self.spelled(&entry.key.value);
                    self.restore(
                        &mut entry.value,
                        if of_variables { Under::Nothing } else { inner },
                    );
                }
            }
            NodeKind::Unread(_) => {}
        }
    }

    /// Puts back what is covered in a scalar; whether a value from outside is among it.
    fn scalar(&self, scalar: &mut Scalar, under: Under) -> bool {
        let text = scalar.literal.text.as_str();
        let has_value = self.marked(text).any(|mark| mark.variable().is_some());
        // What is to be read by `Fn::Sub` names parameters and escapes what it must not read.
        let is_read = under == Under::Sub || (has_value && under == Under::Nothing);
        let escape = if is_read && under == Under::Nothing { "!" } else { "" };
        let new = self.replaced(text, |mark| match mark {
            Mark::Variable(name, _) if is_read => format!("${{{}}}", parameter(name)),
            Mark::Variable(name, _) => parameter(name).to_string(),
            Mark::Escaped(name, _) => format!("${{{escape}{name}}}"),
        });
        scalar.literal.text = new;
        has_value
    }

    /// A text as it is written.
    fn spelled(&self, text: &str) -> Str {
        self.replaced(text, |mark| match mark {
            Mark::Variable(name, _) | Mark::Escaped(name, _) => format!("${{{name}}}"),
        })
    }

    fn marked<'s>(&'s self, text: &'s str) -> impl Iterator<Item = &'s Mark> {
        text.chars().filter_map(|c| self.marks.get(mark_of(c)?))
    }

    fn replaced(&self, text: &str, replacement: impl Fn(&Mark) -> String) -> Str {
        let mut new = String::new();
        let mut covered = 0;
        for character in text.chars() {
            match mark_of(character).and_then(|index| self.marks.get(index)) {
                Some(mark) => {
                    new.push_str(&replacement(mark));
                    covered = mark.length().saturating_sub(3);
                }
                None if covered > 0 => covered -= 1,
                None => new.push(character),
            }
        }
        new.into()
    }
}

/// The number of the mark that a character begins.
fn mark_of(character: char) -> Option<usize> {
    let index = usize::try_from(u32::from(character).checked_sub(FIRST)?).ok()?;
    (index < MOST).then_some(index)
}
