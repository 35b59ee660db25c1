//! SARIF against its schema, and regions against the text they select.

use iacscan_core::Span;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::fixture;

fn rendered() -> (Value, Report, Sources, Options) {
    let (report, sources, options) = fixture::report();
    let mut out = Vec::new();
    render(&report, &sources, &options, &mut out).unwrap();
    (serde_json::from_slice(&out).unwrap(), report, sources, options)
}

#[test]
fn it_is_valid_by_the_official_schema() {
    let schema = include_str!("../../testdata/sarif-schema-2.1.0.json");
    let mut schema: Value = serde_json::from_str(schema).unwrap();
    // Not a regular expression in the dialect of JSON Schema, and about a property we do not write.
    for definition in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][definition]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern").unwrap();
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let (sarif, ..) = rendered();
    let errors: Vec<String> = validator.iter_errors(&sarif).map(|e| e.to_string()).collect();
    assert_eq!(errors, [] as [String; 0]);

    let mut broken = sarif;
    broken["runs"][0]["results"][0]["level"] = "grave".into();
    assert!(!validator.is_valid(&broken), "the schema must be able to refuse");
}

/// What a region selects, by the words of the standard: lines end at line breaks, columns count
/// code points from 1, the end is exclusive, a byte order mark does not count.
fn select(text: &str, region: &Value) -> String {
    let number = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (first, last) = (number("startLine"), number("endLine"));
    let mut selected = String::new();
    for (line, content) in (1..).zip(text.split_inclusive('\n')) {
        if (first..=last).contains(&line) {
            let from = if line == first { number("startColumn") } else { 1 };
            let to = if line == last { number("endColumn") } else { usize::MAX };
            let of_line = (1..).zip(content.chars()).filter(|(c, _)| (from..to).contains(c));
            selected.extend(of_line.map(|(_, c)| c));
        }
    }
    selected
}

/// All physical locations in a value, with what holds them.
fn locations<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("physicalLocation"));
            map.values().for_each(|value| locations(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| locations(value, found)),
        _ => {}
    }
}

#[test]
fn every_region_selects_the_text_of_its_span() {
    let (sarif, report, sources, _) = rendered();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let all = report.findings.iter().chain(report.suppressed.iter().map(|s| &s.reported));
    let mut compared = 0;
    for (result, reported) in results.iter().zip(all) {
        let finding = &reported.finding;
        let mut expected: Vec<Span> = vec![anchor(finding, &sources).unwrap()];
        expected.extend(finding.labels.iter().skip(1).map(|label| label.span));
        expected.extend(finding.flow.iter().map(|step| step.span));
        let mut found = Vec::new();
        for key in ["locations", "relatedLocations", "codeFlows"] {
            locations(&result[key], &mut found);
        }
        assert_eq!(found.len(), expected.len(), "{}", finding.message);
        for (location, span) in found.iter().zip(expected) {
            let text = &sources.get(span.source).text;
            assert_eq!(select(text, &location["region"]), sources.slice(span));
            compared += 1;
        }
    }
    assert!(compared > 20, "{compared}");
}

proptest! {
    #[test]
    fn any_region_selects_the_text_of_its_span(
        text in fixture::hard_text(),
        from: proptest::sample::Index,
        to: proptest::sample::Index,
    ) {
        let offset = |index: proptest::sample::Index| text.floor_char_boundary(index.index(text.len() + 1));
        let (from, to) = (offset(from), offset(to));
        let sources = Sources::new();
        let source = sources.add("a.tf", text.as_str());
        let span = Span::new(source, from.min(to), from.max(to));
        let Place { start, end, .. } = Place::of(span, &sources);
        let region = json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        });
        let expected = sources.slice(span);
        let expected = if span.start == 0 { expected.trim_start_matches('\u{feff}') } else { &expected };
        let selected = select(&text, &region);
        let selected = if span.start == 0 { selected.trim_start_matches('\u{feff}') } else { &selected };
        prop_assert_eq!(selected, expected);
    }
}

#[test]
fn uris_start_at_the_repository_root_and_never_in_a_downloaded_module() {
    let (sarif, ..) = rendered();
    let mut found = Vec::new();
    locations(&sarif, &mut found);
    let uris: Vec<&str> =
        found.iter().map(|at| at["artifactLocation"]["uri"].as_str().unwrap()).collect();
    assert!(uris.contains(&"infra/lambda/main.tf") && uris.contains(&"dist/template.json"));
    for uri in uris {
        assert!(!uri.contains(".terraform") && !uri.starts_with('/'), "{uri}");
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
        assert!(uri.chars().all(is_plain), "{uri}");
    }
}

#[test]
fn rules_say_what_code_scanning_asks_for() {
    let (sarif, ..) = rendered();
    let rule = &sarif["runs"][0]["tool"]["driver"]["rules"][1];
    assert_eq!(rule["id"], "shared-execution-role");
    assert_eq!(rule["fullDescription"]["text"], "One role, one function.");
    assert_eq!(rule["properties"]["security-severity"], "5.0");
    let tags: Vec<&str> =
        rule["properties"]["tags"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(tags, ["security", "sharing", "external/cwe/cwe-250", "external/cwe/cwe-272"]);
}
