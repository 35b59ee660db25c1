//! Repairing what the parser wrongly refuses, and giving up what is wrong.
//!
//! Repairs overwrite bytes of a copy and never change its length before the end, so that spans stay
//! those of the source.

use std::ops::Range;

use hcl::edit::structure::Body as HclBody;

use super::ProblemKind;
use super::scan::scan;
use super::wording::{Explained, explain, word};

/// How many bytes a piece may cost in repeated parsing.
const REPAIR_BYTES: usize = 4 << 20;
/// How many repairs a piece may need.
const MOST_REPAIRS: usize = 64;
/// How many lines of a piece are given up before all of it is.
const MOST_LOST_LINES: usize = 8;

/// Parses one piece of a broken file, changing a copy until it parses.
pub(super) struct Repair {
    copy: String,
    length: usize,
    problems: Vec<Explained>,
    /// The lines that were given up.
    lost: Vec<Range<usize>>,
    renamed: usize,
    has_unquoted: bool,
}

pub(super) struct Repaired {
    pub(super) body: Option<HclBody>,
    pub(super) problems: Vec<Explained>,
    pub(super) lost: Vec<Range<usize>>,
}

impl Repair {
    pub(super) fn new(piece: &str) -> Self {
        let mut copy = piece.as_bytes().to_vec();
        for comment in scan(piece).comments {
            // Lines keep their ends: only the comment goes.
            let newlines: Vec<usize> =
                comment.clone().filter(|at| copy.get(*at) == Some(&b'\n')).collect();
            blank(&mut copy, comment);
            for at in newlines {
                if let Some(byte) = copy.get_mut(at) {
                    *byte = b'\n';
                }
            }
        }
        let copy = String::from_utf8(copy).unwrap_or_default();
        Self {
            length: copy.len(),
            copy,
            problems: Vec::new(),
            lost: Vec::new(),
            renamed: 0,
            has_unquoted: false,
        }
    }

    pub(super) fn run(mut self) -> Repaired {
        let budget = (REPAIR_BYTES / self.copy.len().max(1)).clamp(4, MOST_REPAIRS);
        let mut body = None;
        for _ in 0..budget {
            match self.copy.parse::<HclBody>() {
                Ok(parsed) => {
                    body = Some(parsed);
                    break;
                }
                Err(error) => {
                    let at = error.location().offset();
                    if !self.repair(at, error.message()) {
                        break;
                    }
                }
            }
        }
        if body.is_none() && self.problems.is_empty() {
            let message = "this could not be read".to_owned();
            self.problems.push((ProblemKind::Syntax, 0..1, message));
        }
        Repaired { body, problems: self.problems, lost: self.lost }
    }

    /// Changes the copy so that the parser gets past `at`; false when nothing helps.
    fn repair(&mut self, at: usize, message: &str) -> bool {
        if message.contains("redefined object key") {
            return self.rename(at);
        }
        if message.contains("redefined attribute") {
            // Those of `locals` are compared across all blocks of the module.
            if !self.copy.trim_start().starts_with("locals") {
                let message = "this argument is set twice".to_owned();
                self.report((ProblemKind::Duplicate, word(&self.copy, at), message));
            }
            return self.rename(at);
        }
        if self.join_lines(at) {
            return true;
        }
        if self.unquote(at) || self.drop_comma(at, message) {
            return true;
        }
        // What follows from the first error is no error of its own.
        if self.lost.is_empty() {
            self.report(explain(&self.copy, at, message));
        }
        if self.copy.get(at..).is_none_or(|rest| rest.trim().is_empty())
            && self.copy.len() < self.length + 12
        {
            // The end came too early: close what is open.
            let start = self.copy.trim_end().len();
            self.lost.push(start..self.length.max(start));
            self.copy.push_str("\n}\n");
            return true;
        }
        self.drop_line(at)
    }

    /// Takes the quotes off the names of arguments, at `at` and in the lines behind it: what they
    /// are set to is plain all the same.
    fn unquote(&mut self, at: usize) -> bool {
        let mut start = line_start(&self.copy, at);
        let mut quotes = Vec::new();
        for line in self.copy.get(start..).unwrap_or_default().split_inclusive('\n') {
            let Some(name) = quoted_argument(line) else { break };
            quotes.push(start + name.start..start + name.end);
            start += line.len();
        }
        let Some(first) = quotes.first().filter(|first| first.start == at).cloned() else {
            return false;
        };
        if !self.has_unquoted && self.lost.is_empty() {
            let message = "the name of an argument is written without quotes";
            self.report((ProblemKind::Syntax, first, message.to_owned()));
        }
        self.has_unquoted = true;
        let mut bytes = std::mem::take(&mut self.copy).into_bytes();
        for name in quotes {
            blank(&mut bytes, name.start..name.start + 1);
            blank(&mut bytes, name.end - 1..name.end);
        }
        self.copy = String::from_utf8(bytes).unwrap_or_default();
        true
    }

    /// Takes a `,` away that ends a line between arguments or blocks, as old versions of the language
    /// let it: what stands around it is plain all the same.
    fn drop_comma(&mut self, at: usize, message: &str) -> bool {
        let Some(behind) = self.copy.get(at..).and_then(|rest| rest.strip_prefix(',')) else {
            return false;
        };
        let is_last = behind.lines().next().is_none_or(|line| line.trim().is_empty());
        if !is_last || !message.contains("newline") {
            return false;
        }
        if self.lost.is_empty() {
            let message = "arguments and blocks are not separated by `,`: remove it";
            self.report((ProblemKind::Syntax, at..at + 1, message.to_owned()));
        }
        let mut bytes = std::mem::take(&mut self.copy).into_bytes();
        blank(&mut bytes, at..at + 1);
        self.copy = String::from_utf8(bytes).unwrap_or_default();
        true
    }

    fn report(&mut self, (kind, range, message): Explained) {
        let end = range.end.min(self.length);
        self.problems.push((kind, range.start.min(end)..end, message));
    }

    /// Gives the key at `at` another name of the same length: the last of equal keys wins, which
    /// is decided after parsing.
    fn rename(&mut self, at: usize) -> bool {
        const LETTERS: &[u8; 52] = b"zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA";
        let Some(rest) = self.copy.get(at..) else { return false };
        let Some(skipped) = rest.find(|c: char| c.is_ascii_alphanumeric()) else { return false };
        let start = at + skipped;
        let length = self
            .copy
            .bytes()
            .skip(start)
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .count();
        let mut bytes = std::mem::take(&mut self.copy).into_bytes();
        let mut number = self.renamed;
        self.renamed += 1;
        for byte in bytes.iter_mut().skip(start).take(length) {
            *byte = LETTERS.get(number % LETTERS.len()).copied().unwrap_or(b'z');
            number /= LETTERS.len();
        }
        self.copy = String::from_utf8(bytes).unwrap_or_default();
        true
    }

    /// Inside an object `for` lines may break anywhere, which the parser does not know.
    fn join_lines(&mut self, at: usize) -> bool {
        let Some(before) = self.copy.get(..at) else { return false };
        let Some(open) = scan(before).open.last().copied() else { return false };
        let inside = self.copy.get(open..).unwrap_or_default();
        let Some(inside) = inside.strip_prefix('{') else { return false };
        let word = inside.trim_start();
        if !word.starts_with("for") || word.get(3..4).is_none_or(|next| !next.trim().is_empty()) {
            return false;
        }
        let start = before.trim_end().len();
        let rest = self.copy.get(at..).unwrap_or_default();
        let end = at + (rest.len() - rest.trim_start().len());
        if !self.copy.get(start..end).is_some_and(|space| space.contains('\n')) {
            return false;
        }
        let mut bytes = std::mem::take(&mut self.copy).into_bytes();
        blank(&mut bytes, start..end);
        self.copy = String::from_utf8(bytes).unwrap_or_default();
        true
    }

    /// Gives up the line at `at`, unless it holds the header of the piece.
    fn drop_line(&mut self, at: usize) -> bool {
        let start = line_start(&self.copy, at);
        let rest = self.copy.get(start..).unwrap_or_default();
        let end = start + rest.find('\n').unwrap_or(rest.len());
        let line = self.copy.get(start..end).unwrap_or_default();
        if start == 0 || line.trim().is_empty() || self.lost.len() >= MOST_LOST_LINES {
            return false;
        }
        self.lost.push(start..end.min(self.length));
        let mut bytes = std::mem::take(&mut self.copy).into_bytes();
        blank(&mut bytes, start..end);
        self.copy = String::from_utf8(bytes).unwrap_or_default();
        true
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1)
}

/// The quoted name, quotes included, of an argument that a line sets.
fn quoted_argument(line: &str) -> Option<Range<usize>> {
    let start = line.len() - line.trim_start().len();
    let name = line.get(start..)?.strip_prefix('"')?;
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))?;
    let behind = name.get(end..)?.strip_prefix('"')?.trim_start();
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_set = behind.starts_with('=') && !behind.starts_with("==");
    (is_name && is_set).then_some(start..start + end + 2)
}

/// Overwrites bytes by spaces.
pub(super) fn blank(bytes: &mut [u8], range: Range<usize>) {
    if let Some(bytes) = bytes.get_mut(range) {
        bytes.fill(b' ');
    }
}
