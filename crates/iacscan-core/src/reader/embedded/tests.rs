//! Embedded texts: every string's bytes lead back to the file.

use proptest::prelude::*;

use super::super::tests::source;
use super::super::{Node, to_value};
use super::*;
use crate::reader::ProblemKind;
use crate::{Address, ResourceAttribute};

fn whole(text: &str) -> Span {
    Span::new(source(), 0, text.len())
}

/// The value of the first scalar of a YAML or JSON file as embedded JSON.
fn of_file(file: &str) -> (Embedded, Span) {
    let documents = super::super::read(source(), file, &Limits::default());
    assert!(documents.problems.is_empty(), "{:?}", documents.problems);
    let node = documents.documents[0].get("p").unwrap();
    let value = to_value(&Node { tag: None, ..node.clone() }, Typing::CloudFormation);
    let Value::Text(text) = value.value else { panic!("{value:?}") };
    (parse_json(&text, node.span), node.span)
}

fn get<'v>(value: &'v Located<Value>, path: &[&str]) -> &'v Located<Value> {
    path.iter().fold(value, |value, key| match &value.value {
        Value::Map(map) => map.get(key).unwrap(),
        Value::List(list) => &list.items[key.parse::<usize>().unwrap()],
        other => panic!("{other:?} has no {key}"),
    })
}

#[test]
fn strings_in_files_keep_their_places() {
    let files = [
        r#"{"p": "{\"Action\": [\"s3:*\", \"a\\u00e9b\"]}"}"#,
        r#"p: "{\"Action\": [\"s3:*\", \"a\\u00e9b\"]}""#,
        r#"p: '{"Action": ["s3:*", "a\u00e9b"]}'"#,
        "p: !Sub |\n    {\"Action\":\n      [\"s3:*\",\n    \"a\\u00e9b\"]}\nq: 1\n",
        "p: >-\n  {\"Action\":\n    [\"s3:*\",\n  \"a\\u00e9b\"]}\nq: 1\n",
        "p: !Sub '{\r\n\"Action\": [\"s3:*\", \"a\\u00e9b\"]\r\n}'\r\n",
    ];
    for file in files {
        let (embedded, at) = of_file(file);
        assert!(embedded.problems.is_empty(), "{file}: {:?}", embedded.problems);
        assert!(at.contains(embedded.value.span), "{file}");
        let action = get(&embedded.value, &["Action", "0"]);
        let written = file.get(action.span.range()).unwrap();
        assert!(matches!(written, "\"s3:*\"" | "\\\"s3:*\\\""), "{file}: {written}");
        let Value::Text(text) = &action.value else { panic!("{action:?}") };
        let Segment::Literal(literal) = &text.segments()[0] else { panic!("{text:?}") };
        assert_eq!(file.get(literal.span(3..4).unwrap().range()), Some("*"), "{file}");

        let Value::Text(text) = &get(&embedded.value, &["Action", "1"]).value else { panic!() };
        let Segment::Literal(literal) = &text.segments()[0] else { panic!("{text:?}") };
        assert_eq!(literal.text, "aéb");
        let escape = file.get(literal.span(1..3).unwrap().range()).unwrap();
        assert!(matches!(escape, "\\u00e9" | "\\\\u00e9"), "{file}: {escape}");
        assert_eq!(file.get(literal.span(3..4).unwrap().range()), Some("b"), "{file}");
        let Value::Map(map) = &embedded.value.value else { panic!() };
        let key = file.get(map.entry("Action").unwrap().key.range()).unwrap();
        assert!(key.contains("Action") && key.ends_with('"'), "{key}");
    }
}

/// A text of a file in which `${x}` is unknown, `${r}` a reference and everything else literal.
fn template(file: &str) -> Text {
    let mut text = Text::new();
    let mut at = 0;
    let id = source();
    while let Some(rest) = file.get(at..).filter(|rest| !rest.is_empty()) {
        let length = rest.find("${").unwrap_or(rest.len());
        let origin = Origin::At(id, u32::try_from(at).unwrap());
        text.push(Segment::Literal(Literal { text: rest.get(..length).unwrap().into(), origin }));
        at += length;
        match file.get(at..at + 4) {
            Some("${r}") => text.push(Segment::Reference {
                target: Address::new("u", "aws_s3_bucket.b"),
                attribute: ResourceAttribute::Arn,
            }),
            Some(_) => text.push(Segment::Unknown(Unknown::Input)),
            None => {}
        }
        at += 4;
    }
    text
}

#[test]
fn strings_keep_what_is_known_of_them() {
    let file = r#"{"Resource": ["${r}", "${r}/\u0061*", "x\t${x}\ny${r}"], "n": 1}"#;
    let embedded = parse_json(&template(file), whole(file));
    assert!(embedded.problems.is_empty());
    let text = |path: &[&str]| match &get(&embedded.value, path).value {
        Value::Text(text) => text.clone(),
        other => panic!("{other:?}"),
    };
    assert!(text(&["Resource", "0"]).as_reference().is_some());
    assert_eq!(text(&["Resource", "1"]).to_string(), "${aws_s3_bucket.b.arn}/a*");
    assert_eq!(text(&["Resource", "2"]).to_string(), "x\t${?}\ny${aws_s3_bucket.b.arn}");
    let last = text(&["Resource", "1"]);
    let Segment::Literal(literal) = &last.segments()[1] else { panic!() };
    let written = |range| file.get(literal.span(range).unwrap().range());
    assert_eq!(
        (written(0..1), written(1..2), written(2..3)),
        (Some("/"), Some(r"\u0061"), Some("*"))
    );
    assert_eq!(file.get(get(&embedded.value, &["Resource", "0"]).span.range()), Some("\"${r}\""));
    assert_eq!(get(&embedded.value, &["n"]).value, Value::Number(crate::Number::new("1")));
}

#[test]
fn what_is_not_known_outside_of_strings_stays_where_it_is() {
    enum Is {
        /// The value under `a` is not known, written here.
        Value(&'static str),
        /// The list under `a` has this many items and a gap here.
        Gap(usize, &'static str),
        /// The map has a gap here.
        Open(&'static str),
        /// Nothing is known.
        All,
    }
    let cases = [
        (r#"{"a": ${x}, "b": "c"}"#, Is::Value("${x}")),
        (r#"{"a": [${x}], "b": "c"}"#, Is::Gap(0, "${x}")),
        (r#"{"a": ["z", ${x}, "y"], "b": "c"}"#, Is::Gap(2, "${x}")),
        (r#"{"a": 1, "${x}": 2, "b": "c"}"#, Is::Open("\"${x}\"")),
        (r#"{"a": 1${x}, "b": "c"}"#, Is::All),
        (r#"{"a": "b" ${x} "b": "c"}"#, Is::All),
        (r#"{${x}, "b": "c"}"#, Is::All),
        ("${x}", Is::All),
    ];
    for (file, expected) in cases {
        let Embedded { value, problems } = parse_json(&template(file), whole(file));
        assert!(problems.is_empty(), "{file}: {problems:?}");
        let written = |span: Span| file.get(span.range()).unwrap();
        let input = Value::Unknown(Unknown::Input);
        if !matches!(expected, Is::All) {
            assert_eq!(get(&value, &["b"]).value, Value::string("c"), "{file}");
        }
        match expected {
            Is::Value(place) => {
                assert_eq!(get(&value, &["a"]).value, input);
                assert_eq!(written(get(&value, &["a"]).span), place);
            }
            Is::Gap(items, place) => {
                let list = get(&value, &["a"]).value.as_list().unwrap();
                assert_eq!((list.items.len(), written(list.open.unwrap().span)), (items, place));
            }
            Is::Open(place) => {
                assert_eq!(written(value.value.as_map().unwrap().open.unwrap().span), place);
            }
            Is::All => assert_eq!((value.value, value.span), (input, whole(file)), "{file}"),
        }
    }
}

#[test]
fn what_is_wrong_has_its_place() {
    let file = r#"p: "{\"a\": [1,], \"b\": 1, \"b\": 2}""#;
    let (embedded, _) = of_file(file);
    let problems: Vec<_> = embedded
        .problems
        .iter()
        .map(|problem| (problem.kind, file.get(problem.span.range()).unwrap()))
        .collect();
    assert_eq!(problems, [(ProblemKind::Syntax, ","), (ProblemKind::DuplicateKey, r#"\"b\""#)]);
    let (embedded, at) = of_file("p: 'no json'");
    assert_eq!(embedded.value, Located::new(Value::Unknown(Unknown::Invalid), at));
    assert_eq!(embedded.problems.len(), 1);
    let computed = parse_json(&Text::literal("{\"a\": \"b\"}"), at);
    assert_eq!(get(&computed.value, &["a"]).span, at);
}

#[test]
fn yaml_is_read_too() {
    let file = "a:\n  - ${r}/x\n  - ${x}\nb: ${x}\nc: yes ${x}\n";
    let Embedded { value, problems } = parse_yaml(&template(file), whole(file));
    assert!(problems.is_empty());
    let Value::Text(text) = &get(&value, &["a", "0"]).value else { panic!() };
    assert_eq!(text.to_string(), "${aws_s3_bucket.b.arn}/x");
    assert!(get(&value, &["a"]).value.as_list().unwrap().open.is_some());
    assert_eq!(get(&value, &["b"]).value, Value::Unknown(Unknown::Input));
    let Value::Text(text) = &get(&value, &["c"]).value else { panic!() };
    assert_eq!(text.to_string(), "yes ${?}");
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(
        parts in prop::collection::vec(("[-\\[\\]{}:,'\"\\\\a1 \nué]{0,8}", 0..3_usize), 0..8),
    ) {
        let mut file = String::new();
        for (literal, hole) in parts {
            file.push_str(&literal);
            file.push_str(["${x}", "${r}", ""][hole]);
        }
        for embedded in [
            parse_json(&template(&file), whole(&file)),
            parse_yaml(&template(&file), whole(&file)),
        ] {
            prop_assert!(file.get(embedded.value.span.range()).is_some());
        }
    }
}
