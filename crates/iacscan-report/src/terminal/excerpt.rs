//! The few lines of a source that a finding shows, made fit for a terminal.
//!
//! An excerpt costs what it shows, however large the file and however long its lines: lines are
//! found through the line index and long ones are cut around what they mark. Each source
//! character becomes one character of the excerpt, so columns stay right up to a cut.

use std::ops::Range;

use iacscan_core::{Label, LabelKind, LineColumn, Source, SourceId, Sources};
use indexmap::IndexMap;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::visible;

/// Labels with more lines than this between them are shown in separate excerpts.
const GAP: usize = 3;
/// Of a span of more lines than this, the first is shown.
const MOST_LINES: usize = 10;
/// An excerpt has at most about this many lines.
const MOST_SHOWN: usize = 40;
/// Columns of a tab, as the renderer draws it.
pub(super) const TAB: usize = 4;
/// Columns that the arrow of a mark on several lines takes: `╭─▶ `.
pub(super) const ARROW: usize = 4;
/// Columns between the middle of a mark and its label: `╰── `.
pub(super) const LEADER: usize = 4;

/// What a finding shows of one source.
#[derive(Debug)]
pub(super) struct Excerpts {
    /// Display path, nothing hostile in it.
    pub(super) path: String,
    /// The excerpt with the primary label first, then in the order of the file.
    pub(super) excerpts: Vec<Excerpt>,
}

/// Consecutive lines of one source.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// The line number of the first line.
    pub(super) first_line: usize,
    /// The lines, each with a line break.
    pub(super) text: String,
    /// Columns for source text and labels.
    pub(super) columns: usize,
    /// What is marked in `text`, in order. Marks on one line do not overlap, and of those that
    /// cover several lines no two share one.
    pub(super) marks: Vec<Mark>,
}

/// A labelled range of bytes of an excerpt's text.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) range: Range<usize>,
    /// The column, from 0, of the middle of the mark in a terminal; `None` when it covers several
    /// lines.
    pub(super) middle: Option<usize>,
    /// Where it starts in the source.
    pub(super) place: LineColumn,
    pub(super) label: String,
    pub(super) primary: bool,
}

/// What a terminal can show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Columns for source text in the first source, and for arrows before it.
    pub(super) columns: usize,
    /// Columns that the other sources have less.
    pub(super) indent: usize,
    /// Longer labels can be wrapped to this many columns; nothing is wrapped without.
    pub(super) label: Option<usize>,
    /// Stands for what is cut.
    pub(super) ellipsis: &'static str,
}

/// The excerpts that show these labels, source by source, that of the first label first.
pub(super) fn excerpts(labels: &[&Label], sources: &Sources, limits: Limits) -> Vec<Excerpts> {
    let mut by_source: IndexMap<SourceId, Vec<&Label>> = IndexMap::new();
    for label in labels {
        by_source.entry(label.span.source).or_default().push(label);
    }
    let mut limits = limits;
    let mut files = Vec::with_capacity(by_source.len());
    for (source, labels) in by_source {
        let source = sources.get(source);
        let mut clusters: Vec<Cluster> = Vec::new();
        for region in regions(&labels, &source) {
            match clusters.last_mut() {
                Some(cluster) if cluster.can_show(&region, &source, limits) => cluster.add(region),
                _ => clusters.push(Cluster::new(region)),
            }
        }
        clusters.sort_by_key(|cluster| !cluster.is_primary());
        files.push(Excerpts {
            path: visible::line(&source.path).into_owned(),
            excerpts: clusters.iter().map(|cluster| cluster.excerpt(&source, limits)).collect(),
        });
        if files.len() == 1 {
            limits.columns = limits.columns.saturating_sub(limits.indent);
        }
    }
    files
}

/// What labels of a source mark, in order; those that mark the same become one.
fn regions(labels: &[&Label], source: &Source) -> Vec<Region> {
    let mut all: Vec<Region> = labels.iter().map(|label| Region::new(label, source)).collect();
    all.sort_by_key(|region| (region.bytes.start, region.bytes.end, !region.primary));
    let mut distinct: Vec<Region> = Vec::with_capacity(all.len());
    for region in all {
        match distinct.last_mut() {
            Some(last) if last.bytes == region.bytes => last.merge(&region),
            _ => distinct.push(region),
        }
    }
    distinct
}

/// What a label marks, clipped to what can be shown. Lines count from 0.
#[derive(Debug)]
struct Region {
    label: String,
    primary: bool,
    bytes: Range<usize>,
    lines: Range<usize>,
}

impl Region {
    fn new(label: &Label, source: &Source) -> Self {
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
        // Lines that are not side by side in the file are not shown so.
        let apart = index.number_of(last) - index.number_of(first) != last - first;
        if last - first >= MOST_LINES || apart {
            end = content(source, first).end.max(start);
            last = first;
        }
        Self {
            label: visible::line(&label.text).into_owned(),
            primary: label.kind == LabelKind::Primary,
            bytes: start..end,
            lines: first..last + 1,
        }
    }

    /// Says both.
    fn merge(&mut self, other: &Self) {
        if !self.label.lines().any(|line| line == other.label) {
            self.label.push('\n');
            self.label.push_str(&other.label);
        }
        self.primary |= other.primary;
    }

    fn is_on_one_line(&self) -> bool {
        self.lines.len() == 1
    }

    /// Whether a region that starts no earlier cannot be marked beside this one.
    fn is_in_the_way_of(&self, next: &Self) -> bool {
        match (self.is_on_one_line(), next.is_on_one_line()) {
            (true, true) => {
                self.lines == next.lines
                    && next.bytes.start < self.bytes.end.max(self.bytes.start + 1)
            }
            (false, false) => next.lines.start < self.lines.end,
            _ => false,
        }
    }

    /// Whether there is room for the label on a line that is not cut.
    fn has_room(&self, line: usize, source: &Source, limits: Limits) -> bool {
        let before = || source.slice(content(source, line).start..self.bytes.start);
        self.lines.start != line || drawn_width(before()) <= self.most_before(source, limits)
    }

    /// The columns before the mark that leave room for its label.
    fn most_before(&self, source: &Source, limits: Limits) -> usize {
        let Some(most) = limits.label.filter(|_| self.is_on_one_line()) else { return usize::MAX };
        let marked = source.slice(self.bytes.clone());
        // A mark that is no shorter than the line has no room beside it.
        let half = if fits(marked, limits.columns) { drawn_width(marked) / 2 } else { 0 };
        let label = self.label.lines().map(UnicodeWidthStr::width).max().unwrap_or_default();
        limits.columns.saturating_sub(half + LEADER + label.min(most))
    }

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

/// Regions that one excerpt shows.
#[derive(Debug)]
struct Cluster {
    regions: Vec<Region>,
    lines: Range<usize>,
}

impl Cluster {
    fn new(region: Region) -> Self {
        Self { lines: region.lines.clone(), regions: vec![region] }
    }

    fn add(&mut self, region: Region) {
        self.lines.end = self.lines.end.max(region.lines.end);
        self.regions.push(region);
    }

    fn is_primary(&self) -> bool {
        self.regions.iter().any(|region| region.primary)
    }

    /// Whether the region is near enough, in nobody's way, and fits into the lines it shares with
    /// the others.
    fn can_show(&self, region: &Region, source: &Source, limits: Limits) -> bool {
        let number = |line: usize| source.lines().number_of(line);
        let apart = number(region.lines.end.saturating_sub(1)) - number(self.lines.start)
            != region.lines.end.saturating_sub(1) - self.lines.start;
        if apart
            || region.lines.start > self.lines.end + GAP
            || region.lines.end.saturating_sub(self.lines.start) > MOST_SHOWN
            || self.regions.iter().any(|other| other.is_in_the_way_of(region))
        {
            return false;
        }
        let columns = limits.columns.saturating_sub(ARROW);
        let line = region.lines.start;
        let shared: Vec<Range<usize>> =
            self.regions.iter().filter_map(|other| other.on_line(line, source)).collect();
        let Some(start) = shared.iter().map(|range| range.start).min() else { return true };
        let range = content(source, line);
        let whole = source.slice(range.clone());
        let end = region.on_line(line, source).map_or(range.end, |part| part.end);
        fits(whole, columns) || fits(source.slice(start..end), columns * 2 / 3)
    }

    fn excerpt(&self, source: &Source, mut limits: Limits) -> Excerpt {
        if !self.regions.iter().all(Region::is_on_one_line) {
            limits.columns = limits.columns.saturating_sub(ARROW);
        }
        let mut text = String::new();
        let mut cuts = Vec::with_capacity(self.lines.len());
        for line in self.lines.clone() {
            cuts.push(Cut::write(line, &self.regions, source, limits, &mut text));
        }
        let cut_of = |line: usize| cuts.get(line - self.lines.start);
        let marks = self
            .regions
            .iter()
            .filter_map(|region| {
                let cut = cut_of(region.lines.start)?;
                let start = cut.position(region.bytes.start);
                let end = cut_of(region.lines.end - 1)?.position(region.bytes.end).max(start);
                let column = |at| text.get(cut.start..at).map_or(0, drawn_width);
                let at = u32::try_from(region.bytes.start).unwrap_or(u32::MAX);
                Some(Mark {
                    range: start..end,
                    middle: region.is_on_one_line().then(|| (column(start) + column(end)) / 2),
                    place: source.lines().line_column(&source.text, at),
                    label: region.label.clone(),
                    primary: region.primary,
                })
            })
            .collect();
        let first_line = source.lines().number_of(self.lines.start) + 1;
        Excerpt { first_line, text, columns: limits.columns, marks }
    }
}

/// One line of an excerpt, and where its characters come from.
#[derive(Debug)]
struct Cut {
    /// Offsets in the source and in the excerpt of each character shown.
    characters: Vec<(usize, usize)>,
    /// The offset in the excerpt of the line.
    start: usize,
    /// The offset in the excerpt after the last character.
    end: usize,
}

impl Cut {
    /// Writes a line, or what fits of it around the parts that are marked.
    fn write(
        line: usize,
        regions: &[Region],
        source: &Source,
        limits: Limits,
        out: &mut String,
    ) -> Self {
        let range = content(source, line);
        let whole = source.slice(range.clone());
        let mut start = range.start;
        let mut budget = usize::MAX;
        let has_room = || regions.iter().all(|region| region.has_room(line, source, limits));
        if !fits(whole, limits.columns) || !has_room() {
            budget = limits.columns.saturating_sub(2 * limits.ellipsis.len());
            let part = |region: &Region| {
                Some((region.on_line(line, source)?.start, region.most_before(source, limits)))
            };
            let (marked, most) = regions.iter().filter_map(part).min().unwrap_or((range.start, 0));
            let before = source.slice(range.start..marked);
            let most = most.saturating_sub(limits.ellipsis.len()).min(budget / 3);
            start = marked - tail_within(before, most).len();
        }
        let line_start = out.len();
        if start > range.start {
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
        Self { characters, start: line_start, end }
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

/// The columns that the text of a line takes, with its tabs at the stops of the renderer.
fn drawn_width(text: &str) -> usize {
    text.chars().fold(0, |column, c| match c {
        '\t' => column + TAB - column % TAB,
        _ => column + columns(c),
    })
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
