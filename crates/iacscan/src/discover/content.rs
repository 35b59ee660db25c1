//! What a file is, by its bytes.

use iacscan_core::reader;
use memchr::memmem;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A CloudFormation template, as far as a look tells.
    Template,
    /// A Terraform plan in JSON.
    Plan,
    /// A Terraform state in the same form, which is no source of anything.
    State,
    /// Something else.
    Other,
}

/// Keys at the top of a template.
const TOP_KEYS: [&str; 11] = [
    "AWSTemplateFormatVersion",
    "Transform",
    "Description",
    "Metadata",
    "Parameters",
    "Mappings",
    "Conditions",
    "Resources",
    "Outputs",
    "Globals",
    "Rules",
];

/// Whether a file that starts with `head` can be a template: text that starts as JSON or with a
/// key of a template, or YAML by its name.
pub(super) fn may_be_template(head: &[u8], name: &str) -> bool {
    if is_utf16(head) {
        return true;
    }
    if memchr::memchr(0, head).is_some() {
        return false;
    }
    if is_named_like_a_template(name) {
        return true;
    }
    match first_line(head) {
        Some(line) if line.starts_with(b"{") => true,
        Some(line) => {
            let line = line.strip_prefix(b"\"").or(line.strip_prefix(b"'")).unwrap_or(line);
            TOP_KEYS.iter().any(|key| line.starts_with(key.as_bytes()))
        }
        None => false,
    }
}

/// Whether a name ends as those of templates mostly do.
pub(super) fn is_named_like_a_template(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [".yaml", ".yml", ".json", ".template", ".cfn"].iter().any(|end| lower.ends_with(end))
}

/// The first line that is neither empty nor a comment nor the start of a YAML document.
fn first_line(head: &[u8]) -> Option<&[u8]> {
    head.strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .find(|line| !line.is_empty() && !line.starts_with(b"#") && !line.starts_with(b"---"))
}

/// Whether a file that starts with `head` is a plan or a state as `terraform show -json` writes it:
/// an object that starts with its versions.
pub(super) fn shown_by_terraform(head: &[u8]) -> Option<Content> {
    let text: Vec<u8>;
    let head = if is_utf16(head) {
        // The first keys are ASCII.
        text = head.iter().copied().filter(|byte| *byte != 0 && byte.is_ascii()).collect();
        text.as_slice()
    } else {
        head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)
    };
    let inside = head.trim_ascii_start().strip_prefix(b"{")?;
    let is_shown = inside.trim_ascii_start().starts_with(b"\"format_version\"")
        && memmem::find(inside, b"\"terraform_version\"").is_some();
    is_shown.then(|| if state_only(inside) { Content::State } else { Content::Plan })
}

fn state_only(inside: &[u8]) -> bool {
    let planned = [b"\"planned_values\"".as_slice(), b"\"variables\"", b"\"resource_changes\""];
    let values = memmem::find(inside, b"\"values\"");
    let first = planned.iter().filter_map(|key| memmem::find(inside, key)).min();
    match (values, first) {
        (Some(values), Some(planned)) => values < planned,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// What the whole bytes of a candidate are.
pub(super) fn content(bytes: &[u8]) -> Content {
    let decoded: Vec<u8>;
    let text = if is_utf16(bytes) {
        // Enough for a look: everything that is looked for is ASCII.
        decoded = bytes.iter().copied().filter(|byte| *byte != 0).collect();
        decoded.strip_prefix(b"\xff\xfe").or(decoded.strip_prefix(b"\xfe\xff")).unwrap_or(&decoded)
    } else {
        bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
    };
    if is_reordered_plan(text) {
        return Content::Plan;
    }
    let has_types = || memmem::find(text, b"AWS::").is_some();
    let named = || memmem::find(text, b"AWSTemplateFormatVersion").is_some();
    if !is_stream(text) && has_resources(text) && (has_types() || named()) {
        Content::Template
    } else {
        Content::Other
    }
}

/// Whether a text is one JSON value a line: records of something, not one template.
fn is_stream(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let mut next = || lines.find(|line| !line.is_empty()).unwrap_or_default();
    let (first, second) = (next(), next());
    first.starts_with(b"{") && first.ends_with(b"}") && second.starts_with(b"{")
}

/// Whether a JSON text is a plan that another tool wrote again, in whatever order.
fn is_reordered_plan(text: &[u8]) -> bool {
    text.trim_ascii_start().starts_with(b"{")
        && [b"\"planned_values\"".as_slice(), b"\"format_version\"", b"\"terraform_version\""]
            .iter()
            .all(|key| memmem::find(text, key).is_some())
}

/// Whether `Resources` is a key at the start of a line of YAML (behind the document's indentation),
/// or a key somewhere in JSON.
fn has_resources(text: &[u8]) -> bool {
    let json = behind_comments(text).starts_with(b"{");
    let indentation = indentation(text);
    memmem::find_iter(text, b"Resources").any(|at| {
        let after = text.get(at + b"Resources".len()..).unwrap_or_default();
        let before = text.get(..at).unwrap_or_default();
        let (quote, before) = match before {
            [before @ .., quote @ (b'"' | b'\'')] => (Some(quote), before),
            _ => (None, before),
        };
        let after = match quote {
            Some(quote) => match after.strip_prefix(&[*quote]) {
                Some(after) => after,
                None => return false,
            },
            None => after,
        };
        let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        let starts_line = line.len() == indentation && line.iter().all(|byte| *byte == b' ');
        after.trim_ascii_start().starts_with(b":") && (json || starts_line)
    })
}

/// What follows the comments of JSON and YAML that a text starts with.
fn behind_comments(text: &[u8]) -> &[u8] {
    let mut rest = reader::behind_comments(text);
    while rest.starts_with(b"#") {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        rest = reader::behind_comments(rest.get(end..).unwrap_or_default());
    }
    rest
}

/// By how many spaces the first line with content is indented.
fn indentation(text: &[u8]) -> usize {
    text.split(|byte| *byte == b'\n')
        .find(|line| {
            let line = line.trim_ascii();
            !line.is_empty() && !line.starts_with(b"#") && !line.starts_with(b"---")
        })
        .map_or(0, |line| line.iter().take_while(|byte| **byte == b' ').count())
}

fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_known_by_their_bytes() {
        let cases: [(&str, Content); 17] = [
            (
                "---\n  # x\n  Description: d\n  Resources:\n    A: {Type: AWS::X}",
                Content::Template,
            ),
            ("Resources:\n  F:\n    Type: AWS::Lambda::Function\n", Content::Template),
            ("# x\n---\nTransform: a\n'Resources' :\n  A: {Type: AWS::X}", Content::Template),
            ("{\"Resources\": {\"A\": {\"Type\": \"AWS::SQS::Queue\"}}}", Content::Template),
            ("{Resources: {A: {Type: AWS::SQS::Queue}}}", Content::Template),
            ("# x\n {\"Resources\": {\"A\": {\"Type\": \"AWS::X\"}}}", Content::Template),
            ("// x\n{\"Resources\": {\"A\": {\"Type\": \"AWS::X\"}}}", Content::Template),
            ("/* x\n*/ {\"Resources\": {\"A\": {\"Type\": \"AWS::X\"}}}", Content::Template),
            ("/* {\"Resources\": {\"A\": {\"Type\": \"AWS::X\"}}}", Content::Other),
            ("\u{feff}Resources:\n  A: {Type: 'AWS::X'}", Content::Template),
            ("AWSTemplateFormatVersion: 2010-09-09\nResources: {}", Content::Template),
            ("apiVersion: v1\nspec:\n  Resources:\n    a: AWS::X\n", Content::Other),
            ("Resources:\n  - cpu\n", Content::Other),
            ("{\"Resources\": [1]}", Content::Other),
            ("{\"text\": \"AWS::X Resources: 1\"}\n{\"count\": 1}\n", Content::Other),
            ("{\n\"Resources\": {}}\n{\"a\": \"AWS::X\"}", Content::Template),
            ("", Content::Other),
        ];
        for (text, expected) in cases {
            assert_eq!(content(text.as_bytes()), expected, "{text}");
            let wide: Vec<u8> = [0xff, 0xfe]
                .into_iter()
                .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
                .collect();
            if !text.starts_with('\u{feff}') {
                assert_eq!(content(&wide), expected, "in UTF-16: {text}");
            }
        }
    }

    #[test]
    fn a_first_look_spares_most_files() {
        let cases = [
            ("a.yaml", "anything", true),
            ("a.YML", "x", true),
            ("infrastructure", "AWSTemplateFormatVersion: 2010-09-09", true),
            ("infrastructure", "# comment\n\n---\nResources:\n", true),
            ("a.txt", "  {\n", true),
            ("README.md", "# Title\n\nText\n```yaml\nResources:\n", false),
            ("main.py", "import os\n", false),
            ("a.json", "\0\u{1}", false),
            ("empty", "", false),
        ];
        for (name, head, expected) in cases {
            assert_eq!(may_be_template(head.as_bytes(), name), expected, "{name}");
        }
    }

    #[test]
    fn plans_are_told_from_states() {
        let plan =
            r#"{"format_version":"1.2","terraform_version":"1.9.0","variables":{"values":1}"#;
        let state = r#"{ "format_version": "1.0", "terraform_version": "1.9.0", "values": {}}"#;
        assert_eq!(shown_by_terraform(plan.as_bytes()), Some(Content::Plan));
        assert_eq!(shown_by_terraform(state.as_bytes()), Some(Content::State));
        let written = br#"{"version": 4, "terraform_version": "1.9.0"}"#;
        assert_eq!(shown_by_terraform(written), None);
        // Sorted by another tool; a resource may hold a template.
        let sorted = br#"{"configuration": {}, "format_version": "1.2", "planned_values":
            {"template_body": "{\"Resources\": {\"A\": {\"Type\": \"AWS::X\"}}}"}, "terraform_version": "1"}"#;
        assert_eq!(shown_by_terraform(sorted), None);
        assert_eq!(content(sorted), Content::Plan);
        let wide: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(plan.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(shown_by_terraform(&wide), Some(Content::Plan));
    }
}
