//! From byte offsets to lines and columns.

/// A place as people count: both start at 1, the column counts Unicode characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: usize,
    /// The column in Unicode characters, from 1.
    pub column: usize,
}

/// The byte offsets at which the lines of one text start. A line ends at `\n`.
#[derive(Debug)]
pub struct LineIndex {
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
        Self { starts, characters, length: offset(text.len()) }
    }

    /// The number of lines; an empty text has one.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line of a byte offset, from 0.
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

    /// The line and column of a byte offset in the text that was indexed.
    #[must_use]
    pub fn line_column(&self, text: &str, offset: u32) -> LineColumn {
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

    /// The number of characters that start before a byte offset.
    fn characters_before(&self, text: &str, offset: usize) -> usize {
        let block = offset / BLOCK;
        let counted = self.characters.get(block).copied().unwrap_or_default() as usize;
        counted + starting(text.as_bytes().get(block * BLOCK..offset).unwrap_or_default())
    }
}

/// The number of characters that start in these bytes of UTF-8: every byte that does not continue
/// a character starts one.
fn starting(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
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
    fn a_byte_order_mark_takes_no_column() {
        let text = "\u{feff}ab";
        let index = LineIndex::new(text);
        assert_eq!(index.line_column(text, 3), LineColumn { line: 1, column: 1 });
        assert_eq!(index.line_column(text, 4), LineColumn { line: 1, column: 2 });
    }
}
