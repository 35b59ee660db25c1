//! Expressions with the JSON of their values, as the language itself evaluates them.

use super::*;

/// One expression and the JSON of its value on each line, a tab between them.
const TABLE: &str = include_str!("expressions.tsv");

fn root() -> Root {
    Root::new(&[
        ("main.tf", "locals {\n  t = \"Hello $${name}\"\n}\n"),
        ("hello.txt", "Hello\n"),
        ("greet.tpl", "Hello, ${name}!\n%{ for x in list ~}\n- ${x}\n%{ endfor ~}\n"),
        ("sub/a.json", "{}\n"),
    ])
}

#[test]
fn expressions_have_the_values_the_language_gives_them() {
    let root = root();
    let mut wrong = Vec::new();
    for line in TABLE.lines() {
        let (expression, expected) = line.split_once('\t').unwrap();
        let actual = root.with(expression, |evaluator, value| {
            assert_eq!(
                evaluator.take_problems().iter().map(|p| &p.message).collect::<Vec<_>>(),
                Vec::<&String>::new(),
                "{expression}"
            );
            json::to_text(&settle(value)).map_or_else(|| "?".to_owned(), |text| text.to_string())
        });
        if actual != expected {
            wrong.push(format!("{expression}\n    is  {actual}\n    not {expected}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        TABLE.lines().count(),
        wrong.join("\n")
    );
}
