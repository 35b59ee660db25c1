//! The configuration file and its mistakes.

use std::collections::BTreeSet;

use iacscan_core::RuleGroup;
use serde_json::Value as Json;

use super::*;

const fn rule(id: &'static str) -> RuleMeta {
    RuleMeta {
        id,
        summary: "",
        group: RuleGroup::Input,
        severity: Severity::Low,
        cwe: &[],
        page: "",
    }
}

const RULES: [&RuleMeta; 3] = [
    &rule("shared-execution-role"),
    &rule("unattached-lambda-policy-or-role"),
    &rule("wildcard-resource"),
];

fn read(text: &str) -> Result<Config, Vec<ConfigProblem>> {
    let sources = Sources::new();
    let source = sources.add(FILE_NAME, text);
    Config::read(&sources, source, &RULES)
}

/// The selected text, message and help of every problem.
fn problems(text: &str) -> Vec<(String, String, String)> {
    read(text)
        .unwrap_err()
        .into_iter()
        .map(|problem| {
            let selected = text.get(problem.span.range()).unwrap().to_owned();
            (selected, problem.message, problem.help.unwrap_or_default())
        })
        .collect()
}

#[test]
fn everything_can_be_said() {
    let config = read(
        r#"
fail-on: never
min-severity: info
exclude: ["**/examples/**", legacy]
rules:
  wildcard-resource: off
  shared-execution-role: {severity: high, allow-roles: ["*-batch"]}
  unattached-lambda-policy-or-role: {require-network-interface-deny: true}
baseline:
  - managed-policy: CloudWatchLambdaInsightsExecutionRolePolicy
  - when: {vpc: true, event-source: sqs}
    actions: [xray:PutTraceSegments]
  - permissions-boundary: "arn:aws:iam::*:policy/LambdaBoundary"
terraform: {vars: {stage: prod, zones: [a, 1], account: 012345678901}}
cloudformation: {parameters: {Stage: prod, Subnets: [a, b]}}
"#,
    )
    .unwrap();
    assert_eq!(config.fail_on, Some(FailOn::Never));
    assert_eq!(config.min_severity, Some(Severity::Info));
    assert_eq!(config.exclude, ["**/examples/**", "legacy"]);
    assert!(config.rules["wildcard-resource"].off);
    let shared = &config.rules["shared-execution-role"];
    assert_eq!(shared.severity, Some(Severity::High));
    assert_eq!(shared.allow_roles, ["*-batch"]);
    assert_eq!(shared.switches, BTreeSet::new());
    let unattached = &config.rules["unattached-lambda-policy-or-role"];
    assert_eq!(unattached.switches, BTreeSet::from(["require-network-interface-deny"]));
    assert_eq!(config.baseline.len(), 3);
    assert_eq!(config.baseline[1].when.vpc, Some(true));
    assert_eq!(config.baseline[1].when.event_source.as_deref(), Some("sqs"));
    assert!(matches!(&config.baseline[1].demand, Demand::Actions(actions) if actions.len() == 1));
    assert_eq!(config.variables["stage"].value, Value::string("prod"));
    assert_eq!(config.variables["account"].value, Value::string("012345678901"));
    assert_eq!(config.variables["zones"].value.as_list().unwrap().items.len(), 2);
    assert_eq!(config.parameters["Subnets"].value, "a,b");
}

#[test]
fn an_empty_configuration_says_nothing() {
    for text in ["", "# nothing\n", "rules:\nbaseline:\nexclude:\n"] {
        let config = read(text).unwrap();
        assert!(config.rules.is_empty() && config.exclude.is_empty(), "{text}");
    }
}

#[test]
fn mistakes_are_shown_where_they_are() {
    let cases: [(&str, &str, &str, &str); 17] = [
        ("fial-on: low", "fial-on", "no setting `fial-on`", "did you mean `fail-on`?"),
        ("fail-on: urgent", "urgent", "`urgent` is no value of `fail-on`", "`never`"),
        ("min-severity: never", "never", "no value of `min-severity`", ""),
        (
            "rules: {wildcard-resorce: off}",
            "wildcard-resorce",
            "no rule `wildcard-resorce`",
            "did you mean `wildcard-resource`?",
        ),
        ("rules: {nothing-like-it: off}", "nothing-like-it", "no rule", ""),
        ("rules: {wildcard-resource: of}", "of", "no value", "did you mean `off`?"),
        (
            "rules: {wildcard-resource: {severty: low}}",
            "severty",
            "no setting `severty`",
            "did you mean `severity`?",
        ),
        (
            "rules: {wildcard-resource: {require-network-interface-deny: true}}",
            "require-network-interface-deny",
            "no setting `require-network-interface-deny`",
            "",
        ),
        (
            "rules: {unattached-lambda-policy-or-role: {require-network-interface-dny: true}}",
            "require-network-interface-dny",
            "no setting",
            "did you mean `require-network-interface-deny`?",
        ),
        (
            "rules: {unattached-lambda-policy-or-role: {require-network-interface-deny: low}}",
            "low",
            "must be `true` or `false`",
            "",
        ),
        ("exclude: ['a[']", "'a['", "no valid glob", ""),
        ("exclude: {a: b}", "{a: b}", "`exclude` must be a list", ""),
        ("baseline: [{when: {vpc: 1}, actions: a}]", "1", "`vpc` must be `true` or `false`", ""),
        ("baseline: [{when: {vpc: true}}]", "{when: {vpc: true}}", "exactly one of", ""),
        ("terraform: {var: {}}", "var", "no setting `var`", "did you mean `vars`?"),
        ("- a", "- a", "`iacscan.yaml` must be a map", ""),
        ("fail-on: low\nfail-on: high", "fail-on", "set twice", ""),
    ];
    for (text, selected, message, help) in cases {
        let found = problems(text);
        let [(found_text, found_message, found_help)] = found.as_slice() else {
            panic!("{text}: {found:?}");
        };
        assert_eq!(found_text, selected, "{text}");
        assert!(found_message.contains(message), "{text}: {found_message}");
        assert!(found_help.contains(help), "{text}: {found_help}");
    }
    assert_eq!(problems("a: 1\nb: 2\nrules: {c: off}").len(), 3, "all of them at once");
}

#[test]
fn the_template_is_valid_with_and_without_its_comments() {
    read_all(TEMPLATE);
    let uncommented: String = TEMPLATE
        .lines()
        .filter(|line| !line.starts_with("# ") || line.starts_with("#  "))
        .map(|line| match line.strip_prefix('#') {
            Some(rest) => format!("{rest}\n"),
            // The empty collections are what the commented lines fill.
            None => format!("{}\n", line.trim_end_matches(" []").trim_end_matches(" {}")),
        })
        .collect();
    let config = read_all(&uncommented);
    assert_eq!(config.baseline.len(), 4);
    assert!(config.rules["wildcard-resource"].off);
    assert_eq!(config.variables.len() + config.parameters.len() + config.exclude.len(), 3);
}

fn read_all(text: &str) -> Config {
    let sources = Sources::new();
    let source = sources.add(FILE_NAME, text);
    const OTHER: RuleMeta = rule("policy-version-outdated");
    let rules = [&RULES[..], &[&OTHER]].concat();
    Config::read(&sources, source, &rules).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
}

#[test]
fn the_schema_knows_what_the_reader_knows() {
    let schema = schema(&RULES);
    let keys = |pointer: &str| -> BTreeSet<String> {
        let object = schema.pointer(pointer).and_then(Json::as_object);
        object.unwrap_or_else(|| panic!("{pointer}")).keys().cloned().collect()
    };
    let known = |names: &[&str]| names.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    assert_eq!(keys("/properties"), known(&TOP_KEYS));
    assert_eq!(keys("/properties/rules/properties"), known(&RULES.map(|rule| rule.id)));
    assert_eq!(keys("/$defs/rule/oneOf/1/properties"), known(&RULE_KEYS));
    assert_eq!(keys("/$defs/requirement/properties"), known(&REQUIREMENT_KEYS));
    assert_eq!(keys("/$defs/requirement/properties/when/properties"), known(&WHEN_KEYS));
    assert_eq!(keys("/properties/terraform/properties"), known(&TERRAFORM_KEYS));
    assert_eq!(keys("/properties/cloudformation/properties"), known(&CLOUDFORMATION_KEYS));
    let words = |pointer: &str| schema.pointer(pointer).unwrap().as_array().unwrap().clone();
    let names = |names: &[&str]| names.iter().map(|name| Json::from(*name)).collect::<Vec<_>>();
    assert_eq!(words("/properties/fail-on/enum"), names(&FAIL_ON.map(|(name, _)| name)));
    assert_eq!(words("/properties/min-severity/enum"), names(&SEVERITIES.map(|(name, _)| name)));
}

/// Without ids, so that a new rule does not change it.
#[test]
fn the_committed_schema_is_the_schema() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/iacscan.schema.json");
    let expected = serde_json::to_string_pretty(&schema(&[])).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(path, &expected).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == expected, "run the tests with UPDATE_SCHEMA=1 to write {path}");
}

#[test]
fn the_schema_accepts_what_the_reader_accepts() {
    let cases = [
        (TEMPLATE, true),
        ("", true),
        ("rules: {wildcard-resource: off}", true),
        ("rules: {wildcard-resource: {severity: high, allow-roles: x}}", true),
        ("exclude: a", true),
        ("rules: {unattached-lambda-policy-or-role: {severity: low}}", true),
        ("rules: {unattached-lambda-policy-or-role: {require-network-interface-deny: true}}", true),
        ("rules: {unattached-lambda-policy-or-role: {require-network-interface-deny: 1}}", false),
        ("rules: {wildcard-resource: {require-network-interface-deny: true}}", false),
        ("baseline: [{actions: ['a:b'], when: {vpc: true}}]", true),
        ("cloudformation: {parameters: {A: [a, b], B: 1, C: true}}", true),
        ("terraform: {vars: {a: {b: [1]}}}", true),
        ("fail-on: urgent", false),
        ("unknown: 1", false),
        ("rules: {unknown: off}", false),
        ("rules: {wildcard-resource: {unknown: 1}}", false),
        ("baseline: [{when: {vpc: true}}]", false),
        ("baseline: [{actions: a, managed-policy: b}]", false),
        ("baseline: [{actions: a, when: {cloud: 9}}]", false),
        ("terraform: {var: {}}", false),
    ];
    let validator = jsonschema::validator_for(&schema(&RULES)).unwrap();
    let without_ids = jsonschema::validator_for(&schema(&[])).unwrap();
    for (text, expected) in cases {
        let value: Json = serde_yaml::from_str(text).unwrap();
        assert_eq!(validator.is_valid(&value), expected, "by the schema: {text}");
        assert_eq!(read(text).is_ok(), expected, "by the reader: {text}");
        assert!(!expected || without_ids.is_valid(&value), "without ids: {text}");
    }
}
