//! The native syntax: parsing, and saving what a syntax error does not touch.

use std::ops::Range;

use hcl::edit::Span as _;
use hcl::edit::structure::{Block as HclBlock, BlockLabel, Body as HclBody, Structure};
use iacscan_core::Unknown;
use iacscan_core::reader::conflict;

use super::expr::Lowering;
use super::pieces;
use super::repair::{Repair, blank};
use super::scan::{self, scan};
use super::{Place, Problem, ProblemKind};
use crate::syntax::{Attribute, Block, Body, Expr, ExprKind, Name};

/// The largest file that is parsed, in bytes.
const MOST_BYTES: usize = 4 << 20;

/// Reads a text in the native syntax. `values` says that it is a file of variable values.
pub(crate) fn read_hcl(text: &str, place: &Place, values: bool) -> (Body, Vec<Problem>) {
    let mut body = Body::default();
    let mut problems = Vec::new();
    if text.len() > MOST_BYTES {
        let span = place.span(0..0);
        problems.push(Problem {
            kind: ProblemKind::Limit,
            span,
            message: format!(
                "the file has {} bytes; more than {MOST_BYTES} are not read",
                text.len()
            ),
        });
        body.gaps.push(span);
        return (body, problems);
    }
    let conflicts = unresolved(text);
    problems.extend(conflicts.iter().map(|range| Problem {
        kind: ProblemKind::Conflict,
        span: place.span(range.start..range.start + conflict::MARKER),
        message: conflict::UNRESOLVED.to_owned(),
    }));
    // Of what stands between the markers nothing is certain.
    let blanked = (!conflicts.is_empty()).then(|| {
        let markers = conflict::marker_lines(text, &conflicts);
        (conflict::without(text, &markers), conflict::without(text, &conflicts))
    });
    let (written, text) =
        blanked.as_ref().map_or((text, text), |(sides, rest)| (sides.as_str(), rest.as_str()));
    let found = scan(text);
    let mut copy = text.as_bytes().to_vec();
    if text.starts_with('\u{feff}') {
        blank(&mut copy, 0..3);
    }
    for range in &found.too_large {
        blank(&mut copy, range.start + 1..range.end.saturating_sub(1));
        if scan::groups(text, range)
            && let Some(inside) = copy.get_mut(range.start + 1)
        {
            *inside = b'0';
        }
        problems.push(Problem {
            kind: ProblemKind::Limit,
            span: place.span(range.start..range.start + 1),
            message: "what stands between these brackets is too large or too deeply nested to be \
                      read"
                .to_owned(),
        });
    }
    if let Some(unclosed) = found.unclosed_comment(text) {
        problems.push(Problem {
            kind: ProblemKind::Syntax,
            span: place.span(unclosed.start..unclosed.start + 2),
            message: "this comment is never closed".to_owned(),
        });
        body.gaps.push(place.span(unclosed));
    }
    let copy = String::from_utf8(copy).unwrap_or_default();
    if let Ok(parsed) = copy.parse::<HclBody>() {
        let (place, blanked) = (place.clone(), &found.too_large);
        let lowering = Lowering { text: written, place, blanked, gaps: &conflicts };
        lowering.body(&parsed, &mut body);
        lowering.open(&parsed, &conflicts, values, &mut body);
        return (body, problems);
    }
    for range in pieces::pieces(&copy, &found, values) {
        let (Some(piece), Some(original)) = (copy.get(range.clone()), written.get(range.clone()))
        else {
            continue;
        };
        let place = place.offset_by(range.start);
        let inside = |ranges: &[Range<usize>]| -> Vec<Range<usize>> {
            let inside = ranges.iter().filter(|inner| contains(&range, inner));
            inside.map(|inner| inner.start - range.start..inner.end - range.start).collect()
        };
        let (blanked, conflicts) = (inside(&found.too_large), inside(&conflicts));
        let repaired = Repair::new(piece).run();
        problems.extend(repaired.problems.into_iter().map(|(kind, range, message)| Problem {
            kind,
            span: place.span(range),
            message,
        }));
        if let Some(parsed) = repaired.body {
            let mut gaps = repaired.lost.clone();
            gaps.extend(conflicts.iter().cloned());
            let lowering = Lowering { text: original, place, blanked: &blanked, gaps: &gaps };
            lowering.body(&parsed, &mut body);
            let headers = repaired.lost.iter().filter(|lost| lowering.is_header(lost, values));
            body.gaps.extend(headers.map(|lost| lowering.place.span(lost.clone())));
            lowering.open(&parsed, &conflicts, values, &mut body);
        } else {
            body.gaps.push(place.span(0..original.trim_end().len()));
        }
    }
    if problems.iter().any(|problem| problem.kind.is_of_syntax()) {
        // What is there twice may follow from what is broken: from both sides of a merge.
        problems.retain(|problem| problem.kind != ProblemKind::Duplicate);
    }
    (body, problems)
}

/// The unresolved merges of a text, where it cannot be read with them.
fn unresolved(text: &str) -> Vec<Range<usize>> {
    let conflicts = conflict::conflicts(text);
    if conflicts.is_empty() || text.parse::<HclBody>().is_ok() { Vec::new() } else { conflicts }
}

impl Lowering<'_> {
    /// Whether a line of what was left out begins a block, or sets a value of a file of values.
    fn is_header(&self, lost: &Range<usize>, values: bool) -> bool {
        let begins = if values { pieces::begins_value } else { pieces::begins_block };
        let lines = self.text.get(lost.clone()).unwrap_or_default().lines();
        lines.map(str::trim_start).any(begins)
    }

    /// Opens the file where merges were left out that may hold more of it: those that stand in no
    /// block, begin one, or begin or end what does not end or begin there.
    fn open(&self, parsed: &HclBody, conflicts: &[Range<usize>], values: bool, body: &mut Body) {
        let is_inside = |conflict: &Range<usize>| {
            parsed.iter().filter_map(hcl::edit::Span::span).any(|range| contains(&range, conflict))
        };
        let opening = conflicts.iter().filter(|conflict| {
            !is_inside(conflict) || self.is_header(conflict, values) || !self.is_whole(conflict)
        });
        body.gaps.extend(opening.map(|conflict| self.place.span(conflict.clone())));
    }

    fn body(&self, body: &HclBody, out: &mut Body) {
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => out.attributes.push(Attribute {
                    name: self.name(&attribute.key),
                    value: self.expr(&attribute.value),
                }),
                Structure::Block(block) => out.blocks.push(self.block(block)),
            }
        }
    }

    fn block(&self, block: &HclBlock) -> Block {
        let range = block.span().unwrap_or_default();
        let kind = self.name(&block.ident);
        let labels: Vec<Name> = block
            .labels
            .iter()
            .map(|label| match label {
                BlockLabel::Ident(name) => self.name(name),
                BlockLabel::String(text) => {
                    let range = text.span().unwrap_or_default();
                    Name { text: self.quoted(range.clone()).text, span: self.place.span(range) }
                }
            })
            .collect();
        let header = labels.last().map_or(kind.span, |last| kind.span.to(last.span));
        let mut inner = Body::default();
        self.body(&block.body, &mut inner);
        let lost =
            self.gaps.iter().filter(|gap| contains(&range, gap) && !self.is_deeper(block, gap));
        inner.gaps.extend(lost.map(|gap| self.place.span(gap.clone())));
        if let Some(gap) = self.blanked.iter().find(|gap| gap.end == range.end) {
            inner.gaps.push(self.place.span(gap.clone()));
        }
        Block { kind, labels, body: inner, header }
    }

    /// Whether what was given up can only have belonged to a block inside of this one: nothing that
    /// was given up opens or closes anything.
    fn is_deeper(&self, block: &HclBlock, gap: &Range<usize>) -> bool {
        self.gaps.iter().all(|gap| self.text.get(gap.clone()).is_some_and(scan::is_balanced))
            && block
                .body
                .blocks()
                .any(|inner| inner.span().is_some_and(|inner| contains(&inner, gap)))
    }
}

pub(super) fn contains(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Reads the text of an expression (`--var`, a string that holds an expression).
pub(crate) fn read_expression(text: &str, place: Place) -> Expr {
    let span = place.span(0..text.len());
    if scan(text).too_large.is_empty()
        && let Ok(parsed) = text.parse::<hcl::edit::expr::Expression>()
    {
        return Lowering { text, place, blanked: &[], gaps: &[] }.expr(&parsed);
    }
    Expr { kind: ExprKind::Unknown(Unknown::Invalid), span }
}
