//! How templates spell what findings propose.

use std::fmt::Write as _;

use iacscan_graph::{Code, quoted};

/// Lines of YAML.
pub(crate) fn yaml(code: &Code) -> String {
    let mut out = String::new();
    block(code, 0, &mut out);
    out.trim_end().to_owned()
}

/// A value that begins on a line of its own, at this depth.
fn block(code: &Code, depth: usize, out: &mut String) {
    let indent = " ".repeat(depth);
    match code {
        Code::Map(entries) => {
            for (key, value) in entries {
                let _ = write!(out, "{indent}{key}:");
                behind_key(value, depth, out);
            }
        }
        Code::List(items) => {
            for item in items {
                let mut lines = String::new();
                block(item, depth + 2, &mut lines);
                let _ = writeln!(out, "{indent}- {}", lines.trim());
            }
        }
        Code::Text(_) | Code::Expression(_) => {
            let _ = writeln!(out, "{indent}{}", scalar(code));
        }
    }
}

fn behind_key(value: &Code, depth: usize, out: &mut String) {
    match value {
        Code::Map(_) | Code::List(_) => {
            out.push('\n');
            block(value, depth + 2, out);
        }
        Code::Text(_) | Code::Expression(_) => {
            let _ = writeln!(out, " {}", scalar(value));
        }
    }
}

/// A line of YAML, as it stands in a list in brackets.
pub(crate) fn flow(code: &Code) -> String {
    match code {
        Code::Map(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key}: {}", flow(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Code::List(items) => {
            format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", "))
        }
        // A colon ends a key there for some readers.
        Code::Text(text) if text.contains(':') => quoted(text),
        Code::Text(_) | Code::Expression(_) => scalar(code),
    }
}

fn scalar(code: &Code) -> String {
    match code {
        Code::Text(text) if is_plain(text) => text.clone(),
        Code::Text(text) => quoted(text),
        Code::Expression(expression) => expression.clone(),
        Code::List(_) | Code::Map(_) => String::new(),
    }
}

/// Whether YAML reads a text without quotes as that text.
fn is_plain(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_./:-*+@".contains(c);
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_special = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
        .contains(&text.to_ascii_lowercase().as_str());
    is_word && text.chars().all(is_part) && !text.ends_with(':') && !is_special
}

/// Lines of JSON.
pub(crate) fn json(code: &Code) -> String {
    let mut out = String::new();
    in_json(code, 0, &mut out);
    out
}

fn in_json(code: &Code, depth: usize, out: &mut String) {
    let indent = " ".repeat(depth + 2);
    match code {
        Code::Map(entries) => {
            out.push('{');
            for (number, (key, value)) in entries.iter().enumerate() {
                let comma = if number == 0 { "" } else { "," };
                let _ = write!(out, "{comma}\n{indent}\"{key}\": ");
                in_json(value, depth + 2, out);
            }
            let _ = write!(out, "\n{}}}", " ".repeat(depth));
        }
        Code::List(items) if items.iter().all(|item| matches!(item, Code::Text(_))) => {
            let items: Vec<String> = items.iter().map(json).collect();
            let _ = write!(out, "[{}]", items.join(", "));
        }
        Code::List(items) => {
            out.push('[');
            for (number, item) in items.iter().enumerate() {
                let comma = if number == 0 { "" } else { "," };
                let _ = write!(out, "{comma}\n{indent}");
                in_json(item, depth + 2, out);
            }
            let _ = write!(out, "\n{}]", " ".repeat(depth));
        }
        Code::Text(text) => out.push_str(&quoted(text)),
        Code::Expression(expression) => out.push_str(expression),
    }
}

/// The entries of a map as they stand among others of the same map.
pub(crate) fn entries(json: &str) -> String {
    let inside = json.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(json);
    let lines: Vec<&str> = inside
        .trim_matches('\n')
        .lines()
        .map(|line| line.strip_prefix("  ").unwrap_or(line))
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Code {
        let statement = Code::allowing(
            &["sqs:SendMessage".to_owned()],
            &["!GetAtt Dlq.Arn".to_owned(), "arn:aws:sqs:*:*:a".to_owned()],
        );
        Code::Map(vec![(
            "Policies",
            Code::List(vec![Code::Map(vec![
                ("PolicyName", Code::text("SendMessage")),
                ("PolicyDocument", Code::document(vec![statement])),
            ])]),
        )])
    }

    #[test]
    fn yaml_is_written_in_blocks() {
        assert_eq!(
            yaml(&policy()),
            "Policies:\n  \
               - PolicyName: SendMessage\n    \
                 PolicyDocument:\n      \
                   Version: \"2012-10-17\"\n      \
                   Statement:\n        \
                     - Effect: Allow\n          \
                       Action: sqs:SendMessage\n          \
                       Resource:\n            \
                         - !GetAtt Dlq.Arn\n            \
                         - arn:aws:sqs:*:*:a"
        );
    }

    #[test]
    fn yaml_in_brackets_is_one_line() {
        assert_eq!(
            flow(&policy()),
            "{Policies: [{PolicyName: SendMessage, PolicyDocument: {Version: \"2012-10-17\", \
             Statement: [{Effect: Allow, Action: \"sqs:SendMessage\", Resource: [!GetAtt Dlq.Arn, \
             \"arn:aws:sqs:*:*:a\"]}]}}]}"
        );
    }

    #[test]
    fn json_is_written_in_lines() {
        let code = Code::Map(vec![
            ("A", Code::List(vec![Code::text("x"), Code::text("y")])),
            ("B", Code::Expression("{\"Ref\": \"C\"}".to_owned())),
            ("D", Code::List(vec![Code::Map(vec![("E", Code::text("f"))])])),
        ]);
        let written = json(&code);
        assert_eq!(
            written,
            "{\n  \"A\": [\"x\", \"y\"],\n  \"B\": {\"Ref\": \"C\"},\n  \"D\": [\n    {\n      \"E\": \
             \"f\"\n    }\n  ]\n}"
        );
        assert!(entries(&written).starts_with("\"A\": [\"x\", \"y\"],\n\"B\""));
    }

    #[test]
    fn yaml_quotes_what_would_be_something_else() {
        for (text, expected) in [
            ("sqs:SendMessage", "sqs:SendMessage"),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/*"),
            ("*", "\"*\""),
            ("2012-10-17", "\"2012-10-17\""),
            ("no", "\"no\""),
            ("a: b", "\"a: b\""),
            ("a\"b", "\"a\\\"b\""),
            ("arn:${AWS::Partition}:s3", "\"arn:${AWS::Partition}:s3\""),
        ] {
            assert_eq!(scalar(&Code::text(text)), expected);
        }
    }
}
