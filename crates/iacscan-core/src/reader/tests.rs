//! Both readers: the same tree from both languages, limits, arbitrary bytes.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::{Sources, Span};

pub(super) fn source() -> SourceId {
    Sources::new().add("file", "")
}

fn shown(text: &str) -> String {
    text.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t")
}

/// One line per key and node: what it is and the source text of its span.
pub(super) fn outline(node: &Node, text: &str) -> String {
    let mut out = String::new();
    let slice = |span: Span| shown(text.get(span.range()).unwrap_or("<no characters>"));
    fn walk(node: &Node, depth: usize, slice: &dyn Fn(Span) -> String, out: &mut String) {
        let indent = "  ".repeat(depth);
        let tag = node
            .tag
            .as_ref()
            .map_or(String::new(), |tag| format!(" tag {}={}", tag.value, slice(tag.span)));
        let open = node.open.map_or(String::new(), |open| format!(" open {open:?}"));
        match &node.kind {
            NodeKind::Scalar(scalar) => {
                let style = format!("{:?}", scalar.style).to_lowercase();
                let text = shown(&scalar.literal.text);
                writeln!(out, "{indent}{style} `{text}` = `{}`{tag}", slice(node.span)).unwrap();
            }
            NodeKind::List(items) => {
                writeln!(out, "{indent}list = `{}`{tag}{open}", slice(node.span)).unwrap();
                items.iter().for_each(|item| walk(item, depth + 1, slice, out));
            }
            NodeKind::Map(entries) => {
                writeln!(out, "{indent}map = `{}`{tag}{open}", slice(node.span)).unwrap();
                for entry in entries {
                    let (key, span) = (shown(&entry.key.value), slice(entry.key.span));
                    writeln!(out, "{indent}  key `{key}` = `{span}`").unwrap();
                    walk(&entry.value, depth + 2, slice, out);
                }
            }
            NodeKind::Unread(unknown) => {
                writeln!(out, "{indent}unread {unknown:?} = `{}`", slice(node.span)).unwrap();
            }
        }
    }
    walk(node, 0, &slice, &mut out);
    out
}

pub(super) fn problems(documents: &Documents, text: &str) -> Vec<String> {
    let slice = |span: Span| shown(text.get(span.range()).unwrap_or("<no characters>"));
    let line = |problem: &Problem| {
        let related = problem.related.as_ref();
        let related = related
            .map_or(String::new(), |(span, _)| format!(" related {}..{}", span.start, span.end));
        let Problem { kind, span, .. } = problem;
        format!("{kind:?} {}..{} `{}`{related}", span.start, span.end, slice(*span))
    };
    documents.problems.iter().map(line).collect()
}

/// Every byte of every scalar comes from inside the scalar's span, in order.
pub(super) fn check_origins(node: &Node, text: &str) {
    match &node.kind {
        NodeKind::Scalar(scalar) => {
            let literal = &scalar.literal;
            let mut last = 0;
            for (at, character) in literal.text.char_indices() {
                let span = literal.span(at..at + character.len_utf8()).unwrap();
                assert!(span.start >= last, "{node:?}");
                assert!(node.span.contains(span) || character == '\n', "{span:?} {node:?}");
                last = span.start;
                let written = text.get(span.range()).unwrap();
                if matches!(literal.origin, crate::Origin::At(..)) {
                    assert!(written.starts_with(character) || written.is_empty(), "{node:?}");
                }
            }
        }
        NodeKind::List(items) => items.iter().for_each(|item| check_origins(item, text)),
        NodeKind::Map(entries) => {
            entries.iter().for_each(|entry| check_origins(&entry.value, text));
        }
        NodeKind::Unread(_) => {}
    }
}

#[test]
fn nesting_of_any_depth_is_a_problem_and_no_more() {
    let (limits, id) = (Limits::default(), source());
    let block: String = (0..5000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let texts = [
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        format!("{}1{}", "[".repeat(5000), "]".repeat(5000)),
        "- ".repeat(50_000),
        "? ".repeat(50_000),
        "!a &b ".repeat(3000),
        block,
    ];
    for text in texts {
        let head: String = text.chars().take(20).collect();
        for documents in [yaml::read(id, &text, &limits), json::read(id, &text, &limits)] {
            assert!(!documents.problems.is_empty(), "{head}");
        }
    }
}

#[test]
fn what_is_nested_too_deeply_is_skipped() {
    let text = format!("{{\"a\": {}\"]\"{}, \"b\": 1}}", "[".repeat(300), "]".repeat(300));
    let documents = json::read(source(), &text, &Limits::default());
    let root = &documents.documents[0];
    assert_eq!(root.get("b").and_then(Node::as_str), Some("1"));
    assert_eq!(documents.problems.len(), 1);
    assert_eq!(documents.problems[0].kind, ProblemKind::Limit);
}

#[test]
fn large_texts_stay_within_their_limits() {
    let limits = Limits { bytes: 1000, depth: 8, nodes: 10, problems: 2 };
    let id = source();
    let cases = [
        ("x".repeat(1001), 0),
        ("- a\n".repeat(100), 0),
        (format!("[{}1]", "1,".repeat(100)), 0),
        ("a: 1\n".repeat(5), 5),
    ];
    for (text, entries) in cases {
        let documents = read(id, &text, &limits);
        assert!((1..=3).contains(&documents.problems.len()), "{text}");
        if entries > 0 {
            assert_eq!(documents.documents[0].as_map().map(<[Entry]>::len), Some(entries));
        } else {
            assert_eq!(documents.problems[0].kind, ProblemKind::Limit, "{text}");
        }
    }
}

#[test]
fn many_problems_of_one_kind_hide_no_other() {
    let text = format!("{}b: @\n", "a: 1\n".repeat(200));
    let documents = read(source(), &text, &Limits::default());
    let count = |kind| documents.problems.iter().filter(|problem| problem.kind == kind).count();
    assert_eq!((count(ProblemKind::DuplicateKey), count(ProblemKind::Syntax)), (50, 1));
}

#[test]
fn the_language_is_chosen_by_the_first_character() {
    let cases = [
        ("{\"a\": 1,}", 0),
        ("{\"a\": 1, // why\n\"b\": 2}", 1),
        ("{Resources: {a: !Ref b}}", 0),
        ("\u{feff} [1]", 0),
        ("{{ cookiecutter.name }}: 1\n", 1),
        ("a: 1", 0),
    ];
    for (text, count) in cases {
        let documents = read(source(), text, &Limits::default());
        assert_eq!(documents.problems.len(), count, "{text}: {:?}", documents.problems);
    }
}

fn json_value() -> impl Strategy<Value = String> {
    let string = "[ -~é\u{1f600}\n\"\\\\]{0,12}".prop_map(|text| {
        let mut out = String::from("\"");
        for (index, character) in text.chars().enumerate() {
            match character {
                '"' | '\\' => out.extend(['\\', character]),
                '\n' => out.push_str("\\n"),
                _ if index % 3 == 0 => {
                    let mut units = [0; 2];
                    for unit in character.encode_utf16(&mut units) {
                        write!(out, "\\u{unit:04X}").unwrap();
                    }
                }
                _ => out.push(character),
            }
        }
        out.push('"');
        out
    });
    let leaf = prop_oneof![
        string.clone(),
        Just("null".to_owned()),
        (-1000_i64..1000).prop_map(|number| number.to_string()),
        (-1e9..1e9_f64).prop_map(|number| format!("{number:e}")),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        let entry = (string.clone(), inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..5)
                .prop_map(|items| format!("[ {} ]", items.join(" ,\n"))),
            prop::collection::vec(entry, 0..5).prop_map(|entries| {
                let entries: Vec<String> =
                    entries.into_iter().map(|(key, value)| format!("{key} : {value}")).collect();
                format!("{{{}}}", entries.join(","))
            }),
        ]
    })
}

/// Every scalar's span reads as the same scalar.
fn check_spans(node: &Node, text: &str) {
    match &node.kind {
        NodeKind::Scalar(scalar) => {
            let written = text.get(node.span.range()).unwrap();
            let again = json::read(node.span.source, written, &Limits::default());
            assert_eq!(
                again.documents[0].as_str(),
                Some(scalar.literal.text.as_str()),
                "{written}"
            );
        }
        NodeKind::List(items) => items.iter().for_each(|item| check_spans(item, text)),
        NodeKind::Map(entries) => entries.iter().for_each(|entry| check_spans(&entry.value, text)),
        NodeKind::Unread(unknown) => panic!("{unknown:?} in {text}"),
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(text) = decode(bytes) {
            let _ = read(source(), &text, &Limits::default());
            let _ = yaml::read(source(), &text, &Limits::default());
            let _ = json::read(source(), &text, &Limits::default());
        }
    }

    #[test]
    fn arbitrary_punctuation_is_read_without_panic(
        text in "[-\\[\\]{}:,?!&*|>'\"%#@ab<1 \\\\\r\n\t\u{feff}é]{0,60}",
    ) {
        for documents in [
            read(source(), &text, &Limits::default()),
            yaml::read(source(), &text, &Limits::default()),
            json::read(source(), &text, &Limits::default()),
        ] {
            documents.documents.iter().for_each(|node| { outline(node, &text); });
        }
    }

    #[test]
    fn json_reads_the_same_in_both_languages(text in json_value()) {
        let json = json::read(source(), &text, &Limits::default());
        prop_assert!(json.problems.iter().all(|problem| problem.kind == ProblemKind::DuplicateKey));
        check_spans(&json.documents[0], &text);
        check_origins(&json.documents[0], &text);
        let yaml = yaml::read(source(), &text, &Limits::default());
        if yaml.problems.is_empty() {
            prop_assert_eq!(outline(&json.documents[0], &text), outline(&yaml.documents[0], &text));
        }
    }
}

#[test]
fn many_errors_cost_no_more_than_their_text() {
    let cases = ["--- a: @\n", "--- {%\n", "a: 'b\n", "a: {{ b\n", "[1,]"];
    for case in cases {
        let text = case.repeat(200_000 / case.len());
        let started = std::time::Instant::now();
        for documents in [
            read(source(), &text, &Limits::default()),
            json::read(source(), &text, &Limits::default()),
        ] {
            assert!(documents.problems.len() <= 3 * Limits::default().problems);
        }
        assert!(started.elapsed().as_secs() < 20, "{case:?} takes {:?}", started.elapsed());
    }
}

#[test]
fn a_text_is_json_by_what_stands_behind_its_comments() {
    let cases = [
        ("{}", "{}"),
        ("\u{feff} \n{}", "{}"),
        ("// a\n/* b\n{ */ {}", "{}"),
        ("/* {}", "/* {}"),
        ("// {}", ""),
        ("# a\n{}", "# a\n{}"),
        ("a: 1", "a: 1"),
    ];
    for (text, expected) in cases {
        assert_eq!(behind_comments(text.as_bytes()), expected.as_bytes(), "{text}");
    }
    let documents = read(SourceId::NONE, "// a\n{\"a\": 1}", &Limits::default());
    assert_eq!(documents.documents.len(), 1);
    let problems: Vec<&str> = documents.problems.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(problems, ["JSON has no comments"]);
}
