//! How configurations spell what findings propose.

use std::fmt::Write as _;

use iacscan_graph::{Code, quoted};

/// The arguments of a block with their values, in the alignment that `terraform fmt` gives them.
pub(crate) fn arguments(entries: &[(&str, Code)], depth: usize) -> String {
    let indent = " ".repeat(depth);
    let values: Vec<String> = entries.iter().map(|(_, code)| value(code, depth)).collect();
    let is_line = |number: usize| values.get(number).is_some_and(|value| !value.contains('\n'));
    let mut out = String::new();
    for (number, ((key, _), value)) in entries.iter().zip(&values).enumerate() {
        // Neighbours on one line each are aligned.
        let first = (0..=number).rev().take_while(|at| is_line(*at)).last().unwrap_or(number);
        let run = entries.iter().enumerate().skip(first).take_while(|(at, _)| is_line(*at));
        let width = run.map(|(_, (key, _))| key.len()).max().filter(|_| is_line(number));
        let width = width.unwrap_or(key.len());
        let _ = writeln!(out, "{indent}{key:width$} = {value}");
    }
    out
}

/// A value as an argument has it.
fn value(code: &Code, depth: usize) -> String {
    let indent = " ".repeat(depth);
    match code {
        Code::Text(text) => quoted(text),
        Code::Expression(expression) => expression.clone(),
        Code::Map(entries) => format!("{{\n{}{indent}}}", arguments(entries, depth + 2)),
        Code::List(items) => match items.as_slice() {
            [only @ Code::Map(_)] => format!("[{}]", value(only, depth)),
            items if items.iter().any(|item| matches!(item, Code::Map(_) | Code::List(_))) => {
                let items =
                    items.iter().map(|item| format!("{indent}  {},\n", value(item, depth + 2)));
                format!("[\n{}{indent}]", items.collect::<String>())
            }
            items => {
                let items: Vec<String> = items.iter().map(|item| value(item, depth)).collect();
                let line = format!("[{}]", items.join(", "));
                if line.len() <= WIDE {
                    return line;
                }
                let lines = items.iter().map(|item| format!("{indent}  {item},\n"));
                format!("[\n{}{indent}]", lines.collect::<String>())
            }
        },
    }
}

/// How long a list on one line is.
const WIDE: usize = 60;

/// A call of `jsonencode`.
pub(crate) fn json_encoded(code: &Code, depth: usize) -> Code {
    Code::Expression(format!("jsonencode({})", value(code, depth)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_aligned_as_the_formatter_does() {
        let statement = Code::allowing(
            &["sqs:SendMessage".to_owned(), "sqs:GetQueueUrl".to_owned()],
            &["aws_sqs_queue.q.arn".to_owned()],
        );
        let entries = [
            ("role", Code::Expression("aws_iam_role.r.name".to_owned())),
            ("policy", json_encoded(&Code::document(vec![statement]), 2)),
            ("a", Code::text("x")),
            ("bcd", Code::List(vec![Code::text("y"); 13])),
            ("ef", Code::text("z")),
        ];
        let mut expected = "  role = aws_iam_role.r.name\n  policy = jsonencode({\n    Version = \
             \"2012-10-17\"\n    Statement = [{\n      Effect   = \"Allow\"\n      Action   = \
             [\"sqs:SendMessage\", \"sqs:GetQueueUrl\"]\n      Resource = aws_sqs_queue.q.arn\n    \
             }]\n  })\n  a = \"x\"\n  bcd = [\n"
            .to_owned();
        expected.push_str(&"    \"y\",\n".repeat(13));
        expected.push_str("  ]\n  ef = \"z\"\n");
        assert_eq!(arguments(&entries, 2), expected);
        let short = [("a", Code::text("x")), ("bcd", Code::text("y"))];
        assert_eq!(arguments(&short, 0), "a   = \"x\"\nbcd = \"y\"\n");
    }
}
