//! JSON with the source text of its spans, and what is wrong with what is nearly JSON.

use super::super::tests::{check_origins, outline, problems, source};
use super::super::{Limits, Node};
use super::read;

fn outlines(text: &str) -> String {
    let documents = read(source(), text, &Limits::default());
    documents.documents.iter().for_each(|node| check_origins(node, text));
    let mut out: String = documents.documents.iter().map(|node| outline(node, text)).collect();
    for problem in problems(&documents, text) {
        out.push_str(&format!("! {problem}\n"));
    }
    out
}

#[test]
fn shapes() {
    for case in include_str!("cases.txt").split("\n====\n") {
        let (text, expected) = case.split_once("\n->\n").unwrap();
        let actual = outlines(text);
        assert_eq!(actual.trim_end(), expected.trim_end(), "\n{text}\nreads as\n{actual}");
    }
}

#[test]
fn escapes_map_to_the_bytes_that_wrote_them() {
    let text = r#"{"k": "a\n\"b\"\u00e9\ud83d\ude00/\/z"}"#;
    let documents = read(source(), text, &Limits::default());
    let literal = &documents.documents[0].get("k").and_then(Node::as_scalar).unwrap().literal;
    assert_eq!(literal.text, "a\n\"b\"é😀//z");
    let cases = [
        ("a", "a"),
        ("\n", r"\n"),
        ("\"b\"", r#"\"b\""#),
        ("é", r"\u00e9"),
        ("😀", r"\ud83d\ude00"),
        ("//", r"/\/"),
        ("z", "z"),
    ];
    for (decoded, written) in cases {
        let at = literal.text.find(decoded).unwrap();
        let span = literal.span(at..at + decoded.len()).unwrap();
        assert_eq!(text.get(span.range()), Some(written), "{decoded}");
    }
}

#[test]
fn numbers_are_those_of_json() {
    let cases = [
        ("0", true),
        ("-12.5e+3", true),
        ("012345678901", false),
        ("1.", false),
        (".5", false),
        ("+1", false),
        ("1e", false),
        ("--1", false),
        ("0x10", false),
    ];
    for (number, good) in cases {
        let documents = read(source(), number, &Limits::default());
        assert_eq!(documents.problems.is_empty(), good, "{number}");
        if number.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
            assert_eq!(documents.documents[0].as_str(), Some(number));
        }
    }
}
