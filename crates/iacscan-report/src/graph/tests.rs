//! Every format of pictures on one graph with every kind of node and edge, shared, too wide,
//! unknown, and with names that try to leave each syntax.

use iacscan_core::{Sources, Span};

use super::*;

const HOSTILE: &str = "x\"]; n0 -> n0 [label=\"\\N`a\"`--> end\n%% ::error::a<img src=x onerror=alert(1)>&quot;#quot;|{}\x1b[31m\u{202e}";

fn view() -> (GraphView, Sources) {
    let sources = Sources::new();
    let main = sources.add("infra/main.tf", "resource \"aws_lambda_function\" \"a\" {}\n");
    let node = |kind, unit: &str, name: &str| GraphNode {
        kind,
        unit: unit.into(),
        name: name.into(),
        detail: None,
        span: None,
        shared_by: None,
        too_wide: None,
        known: true,
    };
    let edge = |from, to, kind| GraphEdge { from, to, kind, when: None, known: true };
    use GraphEdgeKind::{Assumes, Attaches, BoundedBy, Invokes, Polls};
    use GraphNodeKind::{Function, Policy, Role, Source};
    let view = GraphView {
        nodes: vec![
            GraphNode {
                span: Some(Span::new(main, 0, 34)),
                ..node(Function, "infra", "aws_lambda_function.a")
            },
            node(Function, "infra", "module.b[\"x\"].aws_lambda_function.this[0]"),
            GraphNode { shared_by: Some(2), ..node(Role, "infra", "aws_iam_role.shared") },
            GraphNode {
                detail: Some("inline".into()),
                too_wide: Some("every action of s3".into()),
                ..node(Policy, "infra", "aws_iam_role_policy.p")
            },
            GraphNode {
                detail: Some("AWS managed".into()),
                ..node(Policy, "infra", "AWSLambdaBasicExecutionRole")
            },
            node(Policy, "infra", "arn:aws:iam::123456789012:policy/Boundary"),
            GraphNode { detail: Some("sqs".into()), ..node(Source, "infra", "aws_sqs_queue.q") },
            node(Function, "template.yaml", HOSTILE),
            GraphNode { known: false, ..node(Role, "template.yaml", "var.role_arn") },
            node(Source, "template.yaml", "events"),
            GraphNode { too_wide: Some("*".into()), ..node(Role, "template.yaml", "Unused") },
        ],
        edges: vec![
            edge(0, 2, Assumes),
            edge(1, 2, Assumes),
            edge(2, 3, Attaches),
            GraphEdge { when: Some("`IsProd` is false".into()), ..edge(2, 4, Attaches) },
            edge(2, 5, BoundedBy),
            edge(0, 6, Polls),
            GraphEdge { known: false, ..edge(7, 8, Assumes) },
            edge(9, 7, Invokes),
            edge(7, 99, Polls),
        ],
    };
    (view, sources)
}

fn rendered(format: GraphFormat, options: &Options) -> String {
    let (view, sources) = view();
    let mut out = Vec::new();
    render_graph(format, &view, &sources, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_format_is_snapshotted() {
    for format in GraphFormat::ALL {
        let text = rendered(format, &Options::default());
        let hostile: Vec<char> =
            text.chars().filter(|c| *c != '\n' && visible::is_hostile(*c)).collect();
        assert!(hostile.is_empty(), "{format}: {hostile:?}");
        insta::assert_snapshot!(format.as_str(), text);
    }
    let options = Options { ascii: true, color: true, ..Options::default() };
    let text = rendered(GraphFormat::Text, &options);
    insta::assert_snapshot!("text-ascii-colour", text.replace('\x1b', "ESC"));
}

#[test]
fn formats_have_names() {
    for format in GraphFormat::ALL {
        assert_eq!(format.as_str().parse(), Ok(format));
    }
    let error = "terminal".parse::<GraphFormat>().unwrap_err();
    assert_eq!(error.to_string(), "not one of text, json, dot, mermaid");
}

#[test]
fn strings_of_dot_end_where_they_should() {
    for line in rendered(GraphFormat::Dot, &Options::default()).lines() {
        let unescaped = line.replace("\\\\", "").replace("\\\"", "");
        assert!(unescaped.matches('"').count().is_multiple_of(2), "{line}");
    }
}

#[test]
fn labels_of_mermaid_hold_nothing_it_reads() {
    let text = rendered(GraphFormat::Mermaid, &Options::default());
    let node = text.lines().find(|line| line.contains("n7[")).unwrap();
    let label = node.split('"').nth(1).unwrap();
    assert_eq!(node.split('"').count(), 3, "{node}");
    assert!(!label.contains(['<', '>', '`', '"', '[', ']', '{', '%', '&', '\\', '|']), "{label}");
}
