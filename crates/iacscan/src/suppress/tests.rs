//! Suppressions in comments and metadata.

use super::*;

const RULES: [&str; 3] = ["admin-policy", "wildcard-action", "shared-execution-role"];

fn at(sources: &Sources, id: SourceId, text: &str) -> Span {
    let start = sources.get(id).text.find(text).unwrap();
    Span::new(id, start, start + text.len())
}

fn finding(rule: &'static str, span: Span) -> Finding {
    Finding::build(rule, Severity::High, span, "here").finish()
}

#[test]
fn comments_suppress_at_labels_and_headers() {
    let text = "\
# iacscan: ignore[shared-execution-role] shared on purpose
resource \"aws_iam_role\" \"r\" {
  a = \"x\" # iacscan: ignore[admin-policy]
  b = \"y\"
}
";
    let sources = Sources::new();
    let id = sources.add("a.tf", text);
    let other = sources.add("b.tf", text);
    let mut suppressions = Suppressions::new(&sources, Vec::new());
    let x = at(&sources, id, "\"x\"");
    let y = at(&sources, id, "\"y\"");
    let header = at(&sources, id, "resource \"aws_iam_role\" \"r\"");
    let mut reason = |finding: Finding| suppressions.of(&finding, &sources);

    assert_eq!(reason(finding("admin-policy", y)), None);
    assert_eq!(reason(finding("wildcard-action", x)), None, "another rule");
    let found = reason(finding("admin-policy", x)).unwrap();
    assert_eq!((found.by, found.text), (SuppressedBy::Comment, None));

    let with_label = Finding::build("admin-policy", Severity::High, y, "here").label(x, "there");
    assert!(reason(with_label.finish()).is_some(), "on any label");
    let in_scope = Finding::build("shared-execution-role", Severity::High, y, "here").scope(header);
    assert_eq!(reason(in_scope.finish()).unwrap().text.as_deref(), Some("shared on purpose"));

    let unused = suppressions.findings(&sources, &RULES, |_| true);
    let places: Vec<_> = unused.iter().map(|f| f.labels[0].span.source).collect();
    assert_eq!(places, [other, other], "those of the other file suppressed nothing");
    assert!(unused.iter().all(|finding| finding.rule == UNUSED_SUPPRESSION));
    assert_eq!(suppressions.findings(&sources, &RULES, |_| false), [], "nothing was checked");
}

#[test]
fn metadata_suppresses_its_resource() {
    let sources = Sources::new();
    let id = sources.add("a.json", "rule one, rule two");
    let wish = |rule: &str, text: &str| Suppression {
        rule: rule.into(),
        reason: Some("reviewed".into()),
        span: at(&sources, id, text),
    };
    let all = vec![wish("admin-policy", "one"), wish("wildcard-action", "two")];
    let mut suppressions = Suppressions::new(&sources, all.clone());
    let span = Span::at(id, 0);
    let suppressed =
        Finding::build("admin-policy", Severity::High, span, "here").suppressions(all).finish();
    let reason = suppressions.of(&suppressed, &sources).unwrap();
    assert_eq!((reason.by, reason.text.as_deref()), (SuppressedBy::Metadata, Some("reviewed")));
    let unused = suppressions.findings(&sources, &RULES, |_| true);
    assert_eq!(unused.len(), 1);
    assert!(unused[0].message.contains("wildcard-action"));
}

#[test]
fn a_sentence_behind_a_star_justifies_it() {
    let sources = Sources::new();
    let id = sources.add("a.yaml", "Resource: '*' # Orders have no ARN.\n");
    let mut suppressions = Suppressions::new(&sources, Vec::new());
    let star = at(&sources, id, "'*'");
    let found = suppressions.of(&finding("wildcard-resource", star), &sources).unwrap();
    assert_eq!(found.by, SuppressedBy::Comment);
    assert_eq!(found.text.as_deref(), Some("Orders have no ARN."));
    assert_eq!(suppressions.of(&finding("admin-policy", star), &sources), None);
}

#[test]
fn wrong_suppressions_are_reported() {
    let text = "# iacscan: ignore\n# iacscan: ignore[admin-polciy]\n# iacscan: ignore[a\na = 1\n";
    let sources = Sources::new();
    let id = sources.add("a.tf", text);
    let metadata = sources.add("t.yaml", "ignore: [admin-policy]\n");
    let nameless =
        Suppression { rule: "".into(), reason: None, span: at(&sources, metadata, "admin-policy") };
    let suppressions = Suppressions::new(&sources, vec![nameless]);
    let found = suppressions.findings(&sources, &RULES, |_| true);
    let told: Vec<_> = found
        .iter()
        .map(|finding| {
            assert_eq!(finding.rule, INVALID_SUPPRESSION);
            (sources.slice(finding.labels[0].span), finding.help.clone().unwrap_or_default())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("admin-polciy".to_owned(), "Did you mean `admin-policy`?".to_owned()),
            (
                "admin-policy".to_owned(),
                "Write `ignore: [{rule: rule-id, reason: text}]`.".to_owned()
            ),
            ("# iacscan: ignore".to_owned(), "Write `iacscan: ignore[rule-id] reason`.".to_owned()),
            (
                "# iacscan: ignore[a".to_owned(),
                "Write `iacscan: ignore[rule-id] reason`.".to_owned()
            ),
        ]
    );
    assert!(found[3].message.ends_with("its bracket is not closed"), "{}", found[3].message);
    assert_eq!(sources.get(id).path, "a.tf");
}
