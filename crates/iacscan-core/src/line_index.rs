//! From byte offsets to lines and columns.

/// A place as people count: both start at 1, the column counts Unicode characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: usize,
    /// The column in Unicode characters, from 1.
    pub column: usize,
}

/// A place in a text behind which its file says more, which was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cut {
    /// The offset in the text.
    pub at: u32,
    /// The line breaks that were left out.
    pub lines: u32,
    /// The characters that were left out behind the last of them.
    pub characters: u32,
}

/// The byte offsets at which the lines of one text start. A line ends at `\n`.
#[derive(Debug)]
pub struct LineIndex {
    /// In order, with the place in the file behind each.
    cuts: Vec<(u32, LineColumn)>,
    starts: Vec<u32>,
    /// How many characters start before each block of [`BLOCK`] bytes, so that a column far into
    /// a minified file costs no more than one near its start.
    characters: Vec<u32>,
    length: u32,
}

/// Bytes between two entries of [`LineIndex::characters`].
const BLOCK: usize = 4096;

impl LineIndex {
    /// Indexes a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self::with_cuts(text, &[])
    }

    /// Indexes a text of which parts were left out, so that places count as they do in the file.
    /// `cuts` are in order.
    #[must_use]
    pub fn with_cuts(text: &str, cuts: &[Cut]) -> Self {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let starts = std::iter::once(0)
            .chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| offset(at + 1)))
            .collect();
        let mut count = 0;
        let mut characters = vec![0];
        for block in text.as_bytes().chunks_exact(BLOCK) {
            count += starting(block);
            characters.push(offset(count));
        }
        let mut index = Self { cuts: Vec::new(), starts, characters, length: offset(text.len()) };
        // Counted on from cut to cut: there can be a million of them in one line.
        let mut last: Option<(u32, LineColumn)> = None;
        for cut in cuts {
            let line = index.line_of(cut.at) + 1;
            let at = match last {
                Some((at, place)) if place.line == line && place.column > 1 => {
                    let passed = text.as_bytes().get(at as usize..cut.at as usize);
                    let column = place.column + starting(passed.unwrap_or_default());
                    LineColumn { line, column }
                }
                _ => index.in_the_text(text, cut.at),
            };
            let place = match (last, index.cuts.last()) {
                (Some((_, before)), Some((_, behind))) => counted_on(*behind, before, at),
                _ => at,
            };
            let column = if cut.lines == 0 { place.column } else { 1 };
            let behind = LineColumn {
                line: place.line + cut.lines as usize,
                column: column + cut.characters as usize,
            };
            index.cuts.push((cut.at, behind));
            last = Some((cut.at, at));
        }
        index
    }

    /// The number of lines; an empty text has one.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line of a byte offset in the text, from 0.
    #[must_use]
    pub fn line_of(&self, offset: u32) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The bytes of a line counted from 0, its line break included.
    #[must_use]
    pub fn range_of(&self, line: usize) -> std::ops::Range<usize> {
        let at = |line: usize| self.starts.get(line).copied().unwrap_or(self.length) as usize;
        at(line)..at(line + 1)
    }

    /// The line and column of a byte offset in the text that was indexed, as the file counts.
    #[must_use]
    pub fn line_column(&self, text: &str, offset: u32) -> LineColumn {
        self.in_the_file(text, offset, self.in_the_text(text, offset))
    }

    fn in_the_text(&self, text: &str, offset: u32) -> LineColumn {
        let line = self.line_of(offset);
        let start = self.range_of(line).start;
        let characters = if (offset as usize).saturating_sub(start) <= BLOCK {
            starting(text.as_bytes().get(start..offset as usize).unwrap_or_default())
        } else if offset <= self.length {
            self.characters_before(text, offset as usize) - self.characters_before(text, start)
        } else {
            0
        };
        let bom = usize::from(line == 0 && text.starts_with('\u{feff}') && offset >= 3);
        LineColumn { line: line + 1, column: characters - bom + 1 }
    }

    /// The line of the file that a line of the text starts on; both count from 0.
    #[must_use]
    pub fn number_of(&self, line: usize) -> usize {
        let start = self.starts.get(line).copied().unwrap_or(self.length);
        self.behind_cut(start).map_or(line, |(at, place)| place.line - 1 + line - self.line_of(at))
    }

    /// The last cut before a byte offset, and the place in the file behind it.
    fn behind_cut(&self, offset: u32) -> Option<(u32, LineColumn)> {
        let before = self.cuts.partition_point(|(at, _)| *at <= offset);
        self.cuts.get(before.checked_sub(1)?).copied()
    }

    /// The place in the file of a place in the text.
    fn in_the_file(&self, text: &str, offset: u32, place: LineColumn) -> LineColumn {
        let Some((at, behind)) = self.behind_cut(offset) else { return place };
        counted_on(behind, self.in_the_text(text, at), place)
    }

    /// The number of characters that start before a byte offset.
    fn characters_before(&self, text: &str, offset: usize) -> usize {
        let block = offset / BLOCK;
        let counted = self.characters.get(block).copied().unwrap_or_default() as usize;
        counted + starting(text.as_bytes().get(block * BLOCK..offset).unwrap_or_default())
    }
}

/// The place in the file of a place in the text, from those of the last cut before it.
const fn counted_on(behind: LineColumn, cut: LineColumn, place: LineColumn) -> LineColumn {
    let column = if cut.line == place.line {
        behind.column + place.column - cut.column
    } else {
        place.column
    };
    LineColumn { line: behind.line + place.line - cut.line, column }
}

/// The number of characters that start in these bytes of UTF-8: every byte that does not continue
/// a character starts one.
fn starting(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "ab\nüß x\n\r\nlast";
        let index = LineIndex::new(text);
        let cases = [
            (0, (1, 1)),
            (2, (1, 3)),
            (3, (2, 1)),
            (5, (2, 2)),
            (8, (2, 4)),
            (10, (3, 1)),
            (12, (4, 1)),
            (16, (4, 5)),
            (99, (4, 1)),
        ];
        for (offset, (line, column)) in cases {
            assert_eq!(index.line_column(text, offset), LineColumn { line, column }, "{offset}");
        }
        assert_eq!(index.count(), 4);
        assert_eq!(index.range_of(0), 0..3);
        assert_eq!(index.range_of(3), 12..16);
    }

    #[test]
    fn columns_far_into_a_long_line_count_characters() {
        let text = format!("x\n{}\n", "ü".repeat(3 * BLOCK));
        let index = LineIndex::new(&text);
        for characters in [0, 1, BLOCK / 2 - 1, BLOCK / 2, BLOCK, 2 * BLOCK + 7, 3 * BLOCK] {
            let offset = u32::try_from(2 + 2 * characters).unwrap();
            let expected = LineColumn { line: 2, column: characters + 1 };
            assert_eq!(index.line_column(&text, offset), expected);
        }
    }

    #[test]
    fn places_count_what_was_left_out() {
        // Every way to leave out a stretch (and another) of a text.
        let file = "{\n \"ä\": 1,\n \"b\": [2],\n\n \"c\": 3}\n";
        let whole = LineIndex::new(file);
        let offset = |at: usize| u32::try_from(at).unwrap();
        let part = |text: &str, range: Range<usize>| text.get(range).unwrap().to_owned();
        let cut = |at: usize, left_out: &str| Cut {
            at: offset(at),
            lines: offset(left_out.matches('\n').count()),
            characters: offset(left_out.rsplit('\n').next().unwrap().chars().count()),
        };
        let is_start = |at: &usize| file.is_char_boundary(*at);
        for start in (0..file.len()).filter(is_start) {
            for end in (start..file.len()).filter(is_start) {
                let second = (end + 3).min(file.len())..(end + 9).min(file.len());
                if !is_start(&second.start) || !is_start(&second.end) {
                    continue;
                }
                let kept = [0..start, end..second.start, second.end..file.len()];
                let text: String = kept.iter().map(|range| part(file, range.clone())).collect();
                let cuts = [
                    cut(start, &part(file, start..end)),
                    cut(start + second.start - end, &part(file, second.clone())),
                ];
                let index = LineIndex::with_cuts(&text, &cuts);
                let mut originals = kept.into_iter().flatten().filter(is_start);
                for (at, _) in text.char_indices() {
                    let expected = whole.line_column(file, offset(originals.next().unwrap()));
                    assert_eq!(index.line_column(&text, offset(at)), expected, "{text:?} {at}");
                    let line = index.line_of(offset(at));
                    if index.range_of(line).start == at {
                        assert_eq!(index.number_of(line) + 1, expected.line, "{text:?} {at}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let text = "\u{feff}ab";
        let index = LineIndex::new(text);
        assert_eq!(index.line_column(text, 3), LineColumn { line: 1, column: 1 });
        assert_eq!(index.line_column(text, 4), LineColumn { line: 1, column: 2 });
    }
}
