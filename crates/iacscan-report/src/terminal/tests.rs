#![allow(clippy::string_slice)]

use iacscan_core::{Label, LabelKind, Sources, Span};
use proptest::prelude::*;

use super::excerpt::{Limits, excerpts};
use super::*;
use crate::fixture::hard_text;

/// A text and labels anywhere in it, in the middle of characters and past the end too.
fn hard_labels() -> impl Strategy<Value = (String, Vec<(usize, usize)>)> {
    hard_text().prop_flat_map(|text| {
        let at = 0..text.len() + 3;
        (Just(text), proptest::collection::vec((at.clone(), at), 1..6))
    })
}

proptest! {
    #[test]
    fn any_labels_on_any_text_are_drawn((text, spans) in hard_labels(), width in 0usize..200, ascii: bool) {
        let sources = Sources::new();
        let source = sources.add("a.tf", text);
        let mut builder = Finding::build("r", Severity::High, Span::new(source, spans[0].0, spans[0].1), "first");
        for (start, end) in &spans[1..] {
            builder = builder.label(Span::new(source, *start, *end), format!("at {start}"));
        }
        let finding = builder.message("what is wrong").finish();
        let options = Options { width: Some(width), ascii, ..Options::default() };
        let mut out = Vec::new();
        Painter::new(&options).write(&Diagnostic::of(&finding, &options), &sources, &mut out).unwrap();
        let drawn = String::from_utf8(out).unwrap();
        prop_assert!(drawn.contains("first"), "{drawn}");
        prop_assert!(drawn.chars().all(|c| c == '\n' || !visible::is_hostile(c)), "{drawn}");
    }

    #[test]
    fn what_fits_is_marked_as_it_is((text, spans) in hard_labels()) {
        let sources = Sources::new();
        let id = sources.add("a.tf", text.as_str());
        let (start, end) = spans[0];
        let (start, end) = (text.floor_char_boundary(start), text.floor_char_boundary(end.max(start)));
        let label = Label { span: Span::new(id, start, end), text: "x".into(), kind: LabelKind::Primary };
        let limits = Limits { columns: 10_000, ellipsis: "…" };
        let excerpts = excerpts(&[&label], &sources, limits);
        let [excerpt] = excerpts.as_slice() else { panic!("one label, one excerpt") };
        prop_assert!(excerpt.place.is_none(), "nothing is cut");
        let marked = &excerpt.text[excerpt.marks[0].range.clone()];
        let unbroken = |text: &str| text.replace("\r\n", "\n").replace('\u{feff}', "");
        let expected: String = unbroken(text[start..end].trim_end())
            .chars()
            .map(|c| if matches!(c, '\n' | '\t') { c } else { visible::replacement(c).unwrap_or(c) })
            .collect();
        let marked = marked.replace('\u{fffd}', "");
        prop_assert_eq!(marked, expected.replace('\u{fffd}', ""));
    }
}

#[test]
fn distant_and_long_spans_are_shown_in_part() {
    let sources = Sources::new();
    let text: String = (1..=500).map(|line| format!("line {line}\n")).collect();
    let source = sources.add("a.tf", text.as_str());
    let find = |needle: &str| {
        let at = text.find(needle).unwrap();
        Span::new(source, at, at + needle.len())
    };
    let label = |span, kind| Label { span, text: "here".into(), kind };
    let labels = [
        label(find("line 400"), LabelKind::Primary),
        label(find("line 410"), LabelKind::Secondary),
        label(Span::new(source, 0, text.len()), LabelKind::Secondary),
    ];
    let limits = Limits { columns: 80, ellipsis: "…" };
    let excerpts = excerpts(&labels.iter().collect::<Vec<_>>(), &sources, limits);
    let shown: Vec<(usize, usize, &str)> = excerpts
        .iter()
        .map(|excerpt| {
            let mark = &excerpt.marks[0];
            (excerpt.first_line, excerpt.marks.len(), &excerpt.text[mark.range.clone()])
        })
        .collect();
    assert_eq!(shown, [(400, 2, "line 400"), (1, 1, "line 1")]);
}

#[test]
fn bare_separators_are_those_of_no_file() {
    assert!(is_bare_separator("   \x1b[1m\x1b[94m ⸬  \x1b[0m"));
    assert!(is_bare_separator("   ::: "));
    assert!(!is_bare_separator("   ::: a.tf:1:1"));
    assert!(!is_bare_separator(" 1 |   :::"));
}

#[test]
fn secrets_are_drawn_as_stars() {
    let sources = Sources::new();
    let text = "KEY: \"hunter2\" # told nobody\n";
    let id = sources.add("a.yaml", text);
    let start = text.find("hunter2").unwrap();
    sources.hide(Span::new(id, start, start + "hunter2".len()));
    let finding =
        Finding::build("r", Severity::High, Span::new(id, 0, 3), "here").message("m").finish();
    let mut out = Vec::new();
    let options = Options::default();
    Painter::new(&options).write(&Diagnostic::of(&finding, &options), &sources, &mut out).unwrap();
    let drawn = String::from_utf8(out).unwrap();
    assert!(drawn.contains("KEY: \"*******\" # told nobody"), "{drawn}");
}
