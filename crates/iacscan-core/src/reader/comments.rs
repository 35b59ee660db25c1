//! Where a text that was read has comments.

use super::Documents;
use super::tree::{Node, NodeKind};
use crate::{SourceId, Span};

impl Documents {
    /// The comments of the text these documents were read from, each from its sign to the end of
    /// the line, in order. Looked for when asked: a scan needs them in few files.
    #[must_use]
    pub fn comments(&self, source: SourceId, text: &str) -> Vec<Span> {
        if !self.json_comments.is_empty() {
            return self.json_comments.clone();
        }
        let mut scalars = Vec::new();
        let mut open: Vec<&Node> = self.documents.iter().collect();
        while let Some(node) = open.pop() {
            match &node.kind {
                NodeKind::Scalar(_) => scalars.push(node.span),
                NodeKind::List(items) => open.extend(items),
                NodeKind::Map(entries) => {
                    for entry in entries {
                        scalars.push(entry.key.span);
                        open.push(&entry.value);
                    }
                }
                NodeKind::Unread(_) => {}
            }
        }
        scalars.sort();
        let bytes = text.as_bytes();
        let mut comments: Vec<Span> = Vec::new();
        let mut inside = scalars.iter().peekable();
        for at in memchr::memchr_iter(b'#', bytes) {
            // A `#` behind a character other than white space is part of what it stands in.
            let starts = at == 0 || bytes.get(at - 1).is_some_and(u8::is_ascii_whitespace);
            let after = comments.last().is_none_or(|last| last.end as usize <= at);
            if !starts || !after {
                continue;
            }
            while inside.next_if(|span| span.end as usize <= at).is_some() {}
            if inside.peek().is_some_and(|span| span.start as usize <= at) {
                continue;
            }
            let line = bytes.get(at..).unwrap_or_default();
            let end = memchr::memchr2(b'\n', b'\r', line).map_or(bytes.len(), |length| at + length);
            comments.push(Span::new(source, at, end));
        }
        comments
    }
}
