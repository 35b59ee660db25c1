//! The two readers held against each other: what the one in one pass reads is what the parser of
//! all YAML reads, spans and all.

use proptest::prelude::*;

use super::super::read_all;
use super::read;
use crate::reader::Limits;
use crate::reader::tests::source;

/// Whether the text is usual. Panics where the readers differ.
fn agree(text: &str) -> bool {
    let limits = Limits::default();
    let Some(usual) = read(source(), text, &limits) else { return false };
    let all = read_all(source(), text, &limits);
    assert_eq!(format!("{usual:#?}"), format!("{all:#?}"), "{text}");
    true
}

#[test]
fn templates_are_usual() {
    let templates = [
        include_str!("cases/template.yaml"),
        include_str!("cases/collections.yaml"),
        include_str!("cases/scalars.yaml"),
    ];
    for text in templates {
        assert!(agree(text), "{text}");
    }
}

#[test]
fn other_yaml_is_not() {
    let unusual = [
        "",
        "a",
        "- &x a\n- *x\n",
        "a: 1\n<<: {b: 2}\n",
        "? a\n: b\n",
        "a: 1\n---\nb: 2\n",
        "a: 1\r\n",
        "a:\tb\n",
        "a: b: c\n",
        "a: !!str 1\n",
        "a: |2\n   b\n",
        "a: 'b\nc'\n",
        "a: [b\n",
        "{% if a %}\nb: c\n{% endif %}\n",
    ];
    for text in unusual {
        assert!(!agree(text), "{text}");
    }
}

/// What YAML is made of, more of it right than wrong.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "Key",
        "b c",
        "é",
        "1",
        "-x",
        "x-",
        ": ",
        ":",
        ":\n",
        "\n",
        "\n",
        "\n  ",
        "\n  ",
        "\n    ",
        "\n- ",
        "\n  - ",
        "- ",
        "-\n",
        "!Ref ",
        "!Sub",
        "!If\n",
        "'",
        "\"",
        "''",
        "'a'",
        "\"b\"",
        "'a\n   b'",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ",",
        "|\n",
        ">-\n",
        "|-\n    x\n",
        "#",
        " # c\n",
        "\\n",
        "\\",
        "-",
        "?",
        "? ",
        "&a ",
        "*a",
        "<<: ",
        "%",
        "---\n",
        "...\n",
        "|2\n",
        ":*",
        "?x",
        "{a: b}",
        "[a, b]",
        "[a,\n  b]",
        "!GetAtt a.b",
        "a: b\n",
        "\n  a: b",
        "\n\n",
        "\n     # c\n",
        "  ",
        " ",
        "\t",
    ]);
    prop::collection::vec(piece, 1..24).prop_map(|pieces| pieces.concat())
}

/// Lines as templates have them, with an indentation that is mostly right.
fn lines() -> impl Strategy<Value = String> {
    let content = prop::sample::select(vec![
        "Key:",
        "Other: value",
        "A: !Ref B",
        "B: !If",
        "- item",
        "- Key: value",
        "- - nested",
        "-",
        "- !Sub x",
        "C: |",
        "D: >-",
        "text that goes on",
        "E: 'quoted",
        "end'",
        "F: [a, b,",
        "c]",
        "]",
        "G: {a: b,",
        "c: d}",
        "# comment",
        "",
        "H: \"x\\n\\",
        "y\"",
        "'q': 1",
        "- [a]",
        "I: a # c",
        "!Ref J",
        "K: !GetAtt",
        "L: - m",
        "- !A",
        "[a: b]",
        "M: [!Ref a: b, c: [d: e]]",
        "!If",
        "\"n\" : o",
        "- |",
        "P: x:y",
        "Q: -",
        "R: !Join [ '', [ a",
    ]);
    let line = (0_usize..5, content)
        .prop_map(|(depth, content)| format!("{}{content}\n", " ".repeat(depth * 2)));
    prop::collection::vec(line, 1..12).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn readers_agree_on_pieces(text in pieces()) {
        agree(&text);
    }

    #[test]
    fn readers_agree_on_lines(text in lines()) {
        agree(&text);
    }

}

proptest! {
    // Whole templates, which take their time.
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn readers_agree_on_cut_templates(at in 0_usize..4000, length in 0_usize..40, put in pieces()) {
        let mut text = include_str!("cases/template.yaml").to_owned();
        let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let end = (at + length).min(text.len());
        let end = (end..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap();
        text.replace_range(at..end, if length % 2 == 0 { "" } else { &put });
        agree(&text);
    }
}
