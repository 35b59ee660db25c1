//! Sorted text tables and the binary search over their lines.
//!
//! A table is one header line and then one record per line: columns parted by
//! a tab, the first of them the key. Lines are sorted by key without regard to
//! ASCII case, and no two keys are equal in that sense.

use std::cmp::Ordering;

use memchr::{memchr, memrchr};

/// A table as embedded by `include_str!`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    text: &'static str,
}

/// One line of a table, without its line break.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    line: &'static str,
}

impl Record {
    /// The first column.
    pub(super) fn key(self) -> &'static str {
        self.line.split('\t').next().unwrap_or_default()
    }

    /// The columns; `None` unless there are exactly `N` (the tables' tests see
    /// to it that there always are).
    pub(super) fn columns<const N: usize>(self) -> Option<[&'static str; N]> {
        let mut columns = self.line.split('\t');
        let mut out = [""; N];
        for slot in &mut out {
            *slot = columns.next()?;
        }
        columns.next().is_none().then_some(out)
    }
}

impl Table {
    pub(super) const fn new(text: &'static str) -> Self {
        Self { text }
    }

    /// All records in the order of their keys.
    pub(super) fn records(self) -> impl Iterator<Item = Record> {
        lines(self.body())
    }

    /// The record whose key equals `key` but for ASCII case.
    pub(super) fn find_ignoring_case(self, key: &str) -> Option<Record> {
        self.starting_at(key).next().filter(|record| record.key().eq_ignore_ascii_case(key))
    }

    /// The record whose key is exactly `key`.
    pub(super) fn find(self, key: &str) -> Option<Record> {
        self.find_ignoring_case(key).filter(|record| record.key() == key)
    }

    /// The records from the first whose key is not less than `key`.
    fn starting_at(self, key: &str) -> impl Iterator<Item = Record> + use<> {
        let body = self.body();
        lines(body.get(lower_bound(body, key)..).unwrap_or_default())
    }

    /// The records whose key begins with `prefix`, but for ASCII case.
    pub(super) fn with_prefix(self, prefix: String) -> impl Iterator<Item = Record> {
        self.starting_at(&prefix).take_while(move |record| {
            record.key().get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(&prefix))
        })
    }

    fn body(self) -> &'static str {
        self.text.split_once('\n').map_or("", |(_, body)| body)
    }
}

fn lines(text: &'static str) -> impl Iterator<Item = Record> {
    text.lines().map(|line| Record { line })
}

/// Where in `text` the first line starts whose key is not less than `key`.
fn lower_bound(text: &str, key: &str) -> usize {
    let bytes = text.as_bytes();
    // Both are starts of lines (or the end): keys before `low` are less than
    // `key`, keys from `high` on are not.
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes
            .get(low..middle)
            .and_then(|head| memrchr(b'\n', head))
            .map_or(low, |at| low + at + 1);
        let line = bytes.get(start..high).unwrap_or_default();
        let line_key = line.split(|byte| matches!(byte, b'\t' | b'\n')).next().unwrap_or_default();
        match compare_ignoring_case(line_key, key.as_bytes()) {
            Ordering::Less => {
                let end = memchr(b'\n', line);
                low = end.map_or(high, |end| start + end + 1);
            }
            Ordering::Equal | Ordering::Greater => high = start,
        }
    }
    low
}

/// The order of the tables: bytes, ASCII letters in lower case.
fn compare_ignoring_case(a: &[u8], b: &[u8]) -> Ordering {
    a.iter().map(u8::to_ascii_lowercase).cmp(b.iter().map(u8::to_ascii_lowercase))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const SMALL: Table = Table::new("# header\nab\t1\nAC\t2\nac-d\t3\nb\t4\n");

    #[test]
    fn every_key_is_found_in_any_case_and_no_other() {
        let cases = [
            ("ab", Some("1")),
            ("AB", Some("1")),
            ("ac", Some("2")),
            ("Ac-D", Some("3")),
            ("b", Some("4")),
            ("", None),
            ("a", None),
            ("abc", None),
            ("c", None),
            ("# header", None),
            ("ab\t1", None),
            ("é", None),
        ];
        for (key, wanted) in cases {
            let found =
                SMALL.find_ignoring_case(key).map(|record| record.columns::<2>().unwrap()[1]);
            assert_eq!(found, wanted, "{key:?}");
        }
    }

    #[test]
    fn exact_look_up_minds_case() {
        assert!(SMALL.find("AC").is_some());
        assert!(SMALL.find("ac").is_none());
    }

    #[test]
    fn a_prefix_selects_a_run_of_records() {
        let keys = |prefix: &str| {
            SMALL.with_prefix(prefix.to_owned()).map(Record::key).collect::<Vec<_>>()
        };
        assert_eq!(keys("a"), ["ab", "AC", "ac-d"]);
        assert_eq!(keys("aC"), ["AC", "ac-d"]);
        assert_eq!(keys("x"), [""; 0]);
        assert_eq!(keys("").len(), 4);
    }

    #[test]
    fn a_record_has_exactly_the_columns_asked_for() {
        let record = SMALL.find("ab").unwrap();
        assert_eq!(record.columns(), Some(["ab", "1"]));
        assert_eq!(record.columns::<1>(), None);
        assert_eq!(record.columns::<3>(), None);
    }

    #[test]
    fn an_empty_table_holds_nothing() {
        for text in ["", "# header", "# header\n"] {
            assert!(Table::new(text).find_ignoring_case("a").is_none());
            assert_eq!(Table::new(text).records().count(), 0);
        }
    }

    proptest::proptest! {
        #[test]
        fn the_search_finds_what_a_scan_finds(key in "[a-dA-D_:-]{0,4}") {
            let mut keys: Vec<String> = Vec::new();
            for a in ["a", "B", "_", "c:"] {
                for b in ["", "a", "D", "-", ":b", "_C"] {
                    keys.push(format!("{a}{b}"));
                }
            }
            keys.sort_by_key(|key| key.to_ascii_lowercase());
            let text = format!("# header\n{}\tx\n", keys.join("\tx\n"));
            let table = Table::new(Box::leak(text.into_boxed_str()));
            let lower = key.to_ascii_lowercase();
            let scanned: Vec<_> = keys
                .iter()
                .filter(|it| it.to_ascii_lowercase().starts_with(&lower))
                .map(String::as_str)
                .collect();
            let found: Vec<_> = table.with_prefix(key.clone()).map(Record::key).collect();
            proptest::prop_assert_eq!(found, scanned);
            proptest::prop_assert_eq!(
                table.find_ignoring_case(&key).is_some(),
                keys.iter().any(|it| it.eq_ignore_ascii_case(&key))
            );
        }
    }
}
