//! Shapes of YAML, each with the source text of its spans; the parser's own decoding as the
//! judge of ours.

use granit_parser::{Event, Parser};
use proptest::prelude::*;

use super::super::tests::{check_origins, outline, problems, source};
use super::super::{Limits, Node, NodeKind, ProblemKind};
use super::read;

fn outlines(text: &str) -> String {
    let documents = read(source(), text, &Limits::default());
    let tree = |node: &Node| {
        if documents.problems.is_empty() {
            check_origins(node, text);
        }
        outline(node, text)
    };
    let mut out = documents.documents.iter().map(tree).collect::<Vec<_>>().join("---\n");
    for problem in problems(&documents, text) {
        out.push_str(&format!("! {problem}\n"));
    }
    out
}

/// Cases separated by lines of `=`: the text, then behind `->` its outline. `⇥` is a tab, `␍` a
/// carriage return, `␣` a space at the end of a line.
fn check(cases: &str) {
    for case in cases.split("\n====\n") {
        let (text, expected) = case.split_once("\n->\n").unwrap();
        let text = text.replace('⇥', "\t").replace('␍', "\r").replace('␣', " ");
        let text = format!("{}\n", text.trim_start_matches('\n'));
        let actual = outlines(&text);
        assert_eq!(actual.trim_end(), expected.trim_end(), "\n{text}\nreads as\n{actual}");
    }
}

#[test]
fn scalars() {
    check(include_str!("cases/scalars.txt"));
}

#[test]
fn collections() {
    check(include_str!("cases/collections.txt"));
}

#[test]
fn aliases_and_merges() {
    check(include_str!("cases/aliases.txt"));
}

#[test]
fn errors() {
    check(include_str!("cases/errors.txt"));
}

#[test]
fn texts_without_a_last_line_break() {
    let cases = [
        ("", ""),
        ("# only a comment", ""),
        ("a: |\n  x", "map = `a: |\\n  x`\n  key `a` = `a`\n    block `x\\n` = `|\\n  x`\n"),
        ("\u{feff}a: 1", "map = `a: 1`\n  key `a` = `a`\n    plain `1` = `1`\n"),
        ("a:", "map = `a:`\n  key `a` = `a`\n    plain `` = ``\n"),
    ];
    for (text, expected) in cases {
        assert_eq!(outlines(text), expected, "{text:?}");
    }
}

#[test]
fn comments_have_their_places() {
    let text = "# one\na: 1 # two\nb: \"# none\"\nc: |\n  # none\n# three\n";
    let documents = read(source(), text, &Limits::default());
    let comments: Vec<&str> = documents
        .comments(source(), text)
        .iter()
        .filter_map(|span| text.get(span.range()))
        .collect();
    assert_eq!(comments, ["# one", "# two", "# three"]);
    let many = format!("a:\n{}  b: 1\n", "  # x\n".repeat(5000));
    let documents = read(source(), &many, &Limits::default());
    assert_eq!((documents.comments(source(), &many).len(), documents.problems.len()), (5000, 0));
}

#[test]
fn an_alias_bomb_is_a_limit() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    text.push_str("last: 1\n");
    let documents = read(source(), &text, &Limits::default());
    let kinds: Vec<ProblemKind> = documents.problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [ProblemKind::Limit]);
    assert_eq!(documents.documents[0].get("last").and_then(Node::as_str), Some("1"));
}

/// The texts of all keys and scalars in order.
fn texts(node: &Node, out: &mut Vec<String>) {
    match &node.kind {
        NodeKind::Scalar(scalar) => out.push(scalar.literal.text.to_string()),
        NodeKind::List(items) => items.iter().for_each(|item| texts(item, out)),
        NodeKind::Map(entries) => {
            for entry in entries {
                out.push(entry.key.value.to_string());
                texts(&entry.value, out);
            }
        }
        NodeKind::Unread(_) => {}
    }
}

fn check_against_parser(text: &str) {
    let documents = read(source(), text, &Limits::default());
    if documents.problems.iter().any(|problem| problem.kind != ProblemKind::DuplicateKey) {
        return;
    }
    let mut ours = Vec::new();
    documents.documents.iter().for_each(|node| texts(node, &mut ours));
    documents.documents.iter().for_each(|node| check_origins(node, text));
    let mut theirs = Vec::new();
    for event in Parser::new_from_str(text) {
        match event {
            // The parser writes absent values as `~`.
            Ok((Event::Scalar(_, granit_parser::ScalarStyle::Plain, ..), span))
                if span.byte_range().unwrap().is_empty() =>
            {
                theirs.push(String::new());
            }
            Ok((Event::Scalar(decoded, ..), _)) => theirs.push(decoded.into_owned()),
            Ok(_) => {}
            Err(_) => return,
        }
    }
    assert_eq!(ours, theirs, "{text:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn flow_scalars_decode_as_the_parser_decodes_them(
        quote in "['\"]|",
        inside in "([a-c '\n\r\t]|\\\\[nt\" \n\\\\/x]|\\\\u00e9|é|\n {1,3}){0,20}",
    ) {
        check_against_parser(&format!("k:\n  {quote}{inside}{quote}\nl: 1\n"));
        check_against_parser(&format!("- [{quote}{inside}{quote}, b]\n"));
    }

    #[test]
    fn block_scalars_decode_as_the_parser_decodes_them(
        header in "[|>][-+]?[1-3]?( # c)?",
        lines in "((  ? ? ?[a #\t]{0,3})?\r?\n){0,8}",
        last in "(k: 1\n|# c\n|  # c|   x)?",
    ) {
        check_against_parser(&format!("k: {header}\n{lines}{last}"));
        check_against_parser(&format!("- !Sub {header}\n{lines}- 1"));
    }
}
