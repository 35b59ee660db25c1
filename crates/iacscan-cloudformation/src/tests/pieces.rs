//! Files that a tool makes into a template with others: what they do not define is no mistake.

use iacscan_core::MemoryFiles;
use iacscan_graph::Lowered;

use crate::{Inputs, lower_templates};

const HEADER: &str = "AWSTemplateFormatVersion: 2010-09-09\n";

fn scan(all: &[(&str, &str)]) -> Lowered {
    let files = all.iter().fold(MemoryFiles::new(), |files, (path, text)| files.with(*path, *text));
    let templates: Vec<String> = all
        .iter()
        .filter(|(_, text)| text.contains("Resources:"))
        .map(|(path, _)| (*path).to_owned())
        .collect();
    lower_templates(&templates, &files, &Inputs::default())
}

/// How many mistakes and gaps there are, and what is said of the gaps.
fn said(all: &[(&str, &str)]) -> (usize, usize, Vec<String>) {
    let lowered = scan(all);
    let units = &lowered.units;
    (
        units.iter().map(|unit| unit.findings.len()).sum(),
        units.iter().map(|unit| unit.open_world.len()).sum(),
        units.iter().flat_map(|unit| &unit.undecided).map(|it| it.reason.clone()).collect(),
    )
}

/// A topic that names this.
fn topic(value: &str) -> String {
    format!("Resources:\n  T: {{Type: AWS::SNS::Topic, Properties: {{TopicName: {value}}}}}\n")
}

#[test]
fn a_file_that_names_more_than_it_defines_is_a_piece() {
    let piece = "[!Ref First, !Ref Second]";
    let joined =
        "`First` or `Second` is not defined here; the file seems to be joined with others first";
    assert_eq!(said(&[("t.yaml", &topic(piece))]), (0, 1, vec![joined.to_owned()]));
    let whole = format!("{HEADER}{}", topic(piece));
    assert_eq!(said(&[("t.yaml", &whole)]), (1, 0, Vec::new()));
    assert_eq!(said(&[("t.yaml", &topic("!Ref First"))]), (1, 0, Vec::new()));
}

#[test]
fn the_serverless_framework_joins_what_lies_below_its_configuration() {
    let whole = format!("{HEADER}{}", topic("!Ref HelloLambdaFunction"));
    let joined =
        "`HelloLambdaFunction` is not defined here; the file seems to be joined with others first";
    for configuration in ["serverless.yml", "a/serverless.ts"] {
        let all = [(configuration, "service: x"), ("a/b/t.yml", whole.as_str())];
        assert_eq!(said(&all), (0, 1, vec![joined.to_owned()]), "{configuration}");
    }
    for elsewhere in ["b/serverless.yml", "a/serverless.md"] {
        assert_eq!(said(&[(elsewhere, ""), ("a/b/t.yml", &whole)]), (1, 0, Vec::new()));
    }
    let its_own = format!("{HEADER}{}", topic("!GetAtt IamRoleLambdaExecution.Arn"));
    assert_eq!(said(&[("t.yml", &its_own)]).0, 0);
}

#[test]
fn placeholders_are_names_of_nothing() {
    for (value, name) in [
        ("!Ref '{{ name }}'", "{{ name }}"),
        ("!Sub 'a-${{{ name }}}'", "{{ name"),
        ("!GetAtt __QUEUE__.Arn", "__QUEUE__"),
        ("!If ['<%= c %>', a, b]", "<%= c %>"),
    ] {
        let filled = format!("something else has to fill in `{name}` first");
        let whole = format!("{HEADER}{}", topic(value));
        assert_eq!(said(&[("t.yaml", &whole)]), (0, 1, vec![filled]), "{value}");
    }
}

#[test]
fn what_is_put_in_may_define_anything() {
    let include = "{Name: AWS::Include, Parameters: {Location: s3://b/k}}";
    for (section, gaps) in [
        (format!("Transform: {include}"), 1),
        (format!("Transform: [{include}]"), 1),
        (format!("Mappings: {{Fn::Transform: {include}}}"), 0),
        (format!("Parameters: {{Fn::Transform: {include}}}"), 0),
        ("Rain: {Constants: {A: b}}".to_owned(), 1),
        ("Modules: {A: {Source: a.yaml}}".to_owned(), 1),
    ] {
        let text = format!("{HEADER}{section}\n{}", topic("!FindInMap [Nope, !Ref Nothing, a]"));
        let (findings, open, reasons) = said(&[("t.yaml", &text)]);
        assert_eq!((findings, open, reasons.len()), (0, gaps, gaps), "{section}");
    }
    let text = format!("{HEADER}Transform: AWS::Include\n{}", topic("!Ref Nothing"));
    assert_eq!(said(&[("t.yaml", &text)]).0, 1);
}

#[test]
fn included_files_are_judged_where_they_are_included() {
    let include = "Transform: {Name: AWS::Include, Parameters: {Location: parts/a.yaml}}\n";
    let whole = format!("{HEADER}{include}{}", topic("!Ref Part"));
    let part = "Parameters: {P: {Type: String}}\nResources:\n  Part: {Type: AWS::SQS::Queue, Properties: \
                {QueueName: !Ref Absent}}\n";
    let all = [("t.yaml", whole.as_str()), ("parts/a.yaml", part)];
    let lowered = scan(&all);
    let [unit] = lowered.units.as_slice() else { panic!("{} units", lowered.units.len()) };
    assert_eq!((unit.resources.len(), unit.findings.len(), unit.open_world.len()), (2, 1, 0));
}
