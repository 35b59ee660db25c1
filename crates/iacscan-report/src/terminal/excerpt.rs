//! The few lines of a source that a finding shows, made fit for a terminal.
//!
//! An excerpt costs what it shows, however large the file and however long its lines: lines are
//! found through the line index and long ones are cut around what they mark. Each source
//! character becomes one character of the excerpt, so columns stay right up to a cut.

use std::ops::Range;

use iacscan_core::{Label, LabelKind, Source, SourceId, Sources};
use unicode_width::UnicodeWidthChar;

use crate::place::Place;
use crate::visible;

/// Labels farther apart than this many lines are shown in separate excerpts.
const GAP: usize = 20;
/// Of a span of more lines than this, the first is shown.
const MOST_LINES: usize = 60;
/// Columns of a tab, as the renderer draws it.
const TAB: usize = 4;

/// Consecutive lines of one source.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// Display path, nothing hostile in it.
    pub(super) path: String,
    /// The line number of the first line.
    pub(super) first_line: usize,
    /// The lines, each with a line break.
    pub(super) text: String,
    /// What is marked in `text`.
    pub(super) marks: Vec<Mark>,
    /// The place to name, when the text before it is cut and its column cannot be counted.
    pub(super) place: Option<Place>,
}

/// A labelled range of bytes of an excerpt's text.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) range: Range<usize>,
    pub(super) label: String,
    pub(super) primary: bool,
}

/// What a terminal can show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Columns for source text.
    pub(super) columns: usize,
    /// Stands for what is cut.
    pub(super) ellipsis: &'static str,
}

/// The excerpts that show these labels, the one with the first label first, those of one source
/// together.
pub(super) fn excerpts(labels: &[&Label], sources: &Sources, limits: Limits) -> Vec<Excerpt> {
    let mut by_source: Vec<(SourceId, Vec<&Label>)> = Vec::new();
    for label in labels {
        match by_source.iter_mut().find(|(source, _)| *source == label.span.source) {
            Some((_, same)) => same.push(label),
            None => by_source.push((label.span.source, vec![label])),
        }
    }
    let mut excerpts = Vec::new();
    for (source, labels) in by_source {
        let source = sources.get(source);
        let mut regions: Vec<Region<'_>> =
            labels.into_iter().map(|label| Region::new(label, &source)).collect();
        regions.sort_by_key(|region| (region.bytes.start, region.bytes.end));
        let mut clusters: Vec<Cluster<'_>> = Vec::new();
        for region in regions {
            match clusters.last_mut() {
                Some(cluster) if cluster.can_show(&region, &source, limits) => cluster.add(region),
                _ => clusters.push(Cluster::new(region)),
            }
        }
        clusters.sort_by_key(|cluster| !cluster.is_primary());
        excerpts.extend(clusters.into_iter().map(|cluster| cluster.excerpt(&source, limits)));
    }
    excerpts
}

/// What a label marks, clipped to what can be shown. Lines count from 0.
#[derive(Debug)]
struct Region<'l> {
    label: &'l Label,
    bytes: Range<usize>,
    lines: Range<usize>,
}

impl<'l> Region<'l> {
    fn new(label: &'l Label, source: &Source) -> Self {
        let text = source.text.as_str();
        let index = source.lines();
        let line_of = |offset: usize| index.line_of(u32::try_from(offset).unwrap_or(u32::MAX));
        let mut start = text.floor_char_boundary(label.span.start as usize);
        let end = text.floor_char_boundary((label.span.end as usize).max(start));
        // At the end of the file the last line that has text is shown.
        if start == text.len() {
            start = text.strip_suffix('\n').unwrap_or(text).len();
            start -= usize::from(text.get(..start).is_some_and(|before| before.ends_with('\r')));
        }
        let marked = text.get(start..end).unwrap_or_default();
        let mut end = start + marked.trim_end().len();
        let first = line_of(start);
        let mut last = line_of(end);
        if last - first >= MOST_LINES {
            end = content(source, first).end.max(start);
            last = first;
        }
        Self { label, bytes: start..end, lines: first..last + 1 }
    }
}

/// Regions that one excerpt shows.
#[derive(Debug)]
struct Cluster<'l> {
    regions: Vec<Region<'l>>,
    lines: Range<usize>,
}

impl<'l> Cluster<'l> {
    fn new(region: Region<'l>) -> Self {
        Self { lines: region.lines.clone(), regions: vec![region] }
    }

    fn add(&mut self, region: Region<'l>) {
        self.lines.end = self.lines.end.max(region.lines.end);
        self.regions.push(region);
    }

    fn is_primary(&self) -> bool {
        self.regions.iter().any(|region| region.label.kind == LabelKind::Primary)
    }

    /// Whether the region is near enough, and fits into the lines it shares with the others.
    fn can_show(&self, region: &Region<'_>, source: &Source, limits: Limits) -> bool {
        if region.lines.start > self.lines.end + GAP
            || region.lines.end.saturating_sub(self.lines.start) > 4 * MOST_LINES
        {
            return false;
        }
        let line = region.lines.start;
        let shared: Vec<Range<usize>> =
            self.regions.iter().filter_map(|other| other.on_line(line, source)).collect();
        let Some(start) = shared.iter().map(|range| range.start).min() else { return true };
        let range = content(source, line);
        let whole = source.slice(range.clone());
        let end = region.on_line(line, source).map_or(range.end, |part| part.end);
        fits(whole, limits.columns) || fits(source.slice(start..end), limits.columns * 2 / 3)
    }

    fn excerpt(self, source: &Source, limits: Limits) -> Excerpt {
        let mut text = String::new();
        let mut cuts = Vec::with_capacity(self.lines.len());
        for line in self.lines.clone() {
            let parts = self.regions.iter().filter_map(|region| region.on_line(line, source));
            cuts.push(Cut::write(line, parts, source, limits, &mut text));
        }
        let cut_of = |line: usize| cuts.get(line - self.lines.start);
        let first = self
            .regions
            .iter()
            .find(|region| region.label.kind == LabelKind::Primary)
            .or_else(|| self.regions.first());
        let place = first
            .filter(|region| cut_of(region.lines.start).is_some_and(|cut| cut.left))
            .map(|region| Place::of_source(region.label.span, source));
        let marks = self
            .regions
            .iter()
            .filter_map(|region| {
                let start = cut_of(region.lines.start)?.position(region.bytes.start);
                let end = cut_of(region.lines.end - 1)?.position(region.bytes.end);
                Some(Mark {
                    range: start..end.max(start),
                    label: visible::line(&region.label.text).into_owned(),
                    primary: region.label.kind == LabelKind::Primary,
                })
            })
            .collect();
        let path = visible::line(&source.path).into_owned();
        Excerpt { path, first_line: self.lines.start + 1, text, marks, place }
    }
}

impl Region<'_> {
    /// The part of the region on a line: all of it, or the character at its end that lies there.
    fn on_line(&self, line: usize, source: &Source) -> Option<Range<usize>> {
        if self.lines.len() == 1 {
            (self.lines.start == line).then(|| self.bytes.clone())
        } else if line == self.lines.start {
            Some(self.bytes.start..source.text.ceil_char_boundary(self.bytes.start + 1))
        } else if line + 1 == self.lines.end {
            let last = self.bytes.end.saturating_sub(1);
            Some(source.text.floor_char_boundary(last)..self.bytes.end)
        } else {
            None
        }
    }
}

/// One line of an excerpt, and where its characters come from.
#[derive(Debug)]
struct Cut {
    /// Offsets in the source and in the excerpt of each character shown.
    characters: Vec<(usize, usize)>,
    /// The offset in the excerpt after the last character.
    end: usize,
    /// Whether text on the left is missing.
    left: bool,
}

impl Cut {
    /// Writes a line, or what fits of it around the parts that are marked.
    fn write(
        line: usize,
        parts: impl Iterator<Item = Range<usize>>,
        source: &Source,
        limits: Limits,
        out: &mut String,
    ) -> Self {
        let range = content(source, line);
        let whole = source.slice(range.clone());
        let mut start = range.start;
        let mut budget = usize::MAX;
        if !fits(whole, limits.columns) {
            budget = limits.columns.saturating_sub(2 * limits.ellipsis.len());
            let marked = parts.map(|part| part.start).min().unwrap_or(range.start);
            let before = source.slice(range.start..marked);
            start = marked - tail_within(before, budget / 3).len();
        }
        let left = start > range.start;
        if left {
            out.push_str(limits.ellipsis);
        }
        let hidden = source.hidden();
        let is_hidden = |at: usize| {
            u32::try_from(at).is_ok_and(|at| hidden.iter().any(|range| range.contains(&at)))
        };
        let mut characters = Vec::new();
        for (at, c) in source.slice(start..range.end).char_indices() {
            let columns = columns(c);
            if columns > budget {
                break;
            }
            budget -= columns;
            characters.push((start + at, out.len()));
            out.push(if is_hidden(start + at) {
                '*'
            } else if c == '\t' {
                c
            } else {
                visible::replacement(c).unwrap_or(c)
            });
        }
        let end = out.len();
        let shown = characters.last().map_or(start, |(at, _)| *at + 1);
        if source.text.ceil_char_boundary(shown) < range.end {
            out.push_str(limits.ellipsis);
        }
        out.push('\n');
        Self { characters, end, left }
    }

    /// The offset in the excerpt of a byte of the line; its end, when the byte is not shown.
    fn position(&self, at: usize) -> usize {
        let index = self.characters.partition_point(|(source, _)| *source < at);
        self.characters.get(index).map_or(self.end, |(_, excerpt)| *excerpt)
    }
}

/// The bytes of a line counted from 0, without its line break and a byte order mark before it.
fn content(source: &Source, line: usize) -> Range<usize> {
    let range = source.lines().range_of(line);
    let text = source.slice(range.clone());
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    let mark = if line == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    range.start + mark..range.start + text.len()
}

/// The columns of a character in a terminal, once it is visible.
fn columns(c: char) -> usize {
    match c {
        '\t' => TAB,
        _ => visible::replacement(c).unwrap_or(c).width().unwrap_or(1),
    }
}

/// Whether a text needs no more columns; looks at no more characters than that.
fn fits(text: &str, most: usize) -> bool {
    let mut used = 0;
    // Characters without width are counted by the bytes they take.
    if text.len() > 8 * most {
        return false;
    }
    text.chars().all(|c| {
        used += columns(c);
        used <= most
    })
}

/// The end of a text that needs no more columns.
fn tail_within(text: &str, most: usize) -> &str {
    let mut used = 0;
    let mut start = text.len();
    for (at, c) in text.char_indices().rev().take(most + 1) {
        used += columns(c);
        if used > most {
            break;
        }
        start = at;
    }
    text.get(start..).unwrap_or_default()
}
