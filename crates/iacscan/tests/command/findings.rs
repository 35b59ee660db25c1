//! What findings do: exit codes, thresholds, suppressions, baselines, order.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{iacscan, run, tree};

/// A function whose role has an administrator's policy and may not write logs.
const TEMPLATE: &str = "\
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt WorkerRole.Arn
  WorkerRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: lambda.amazonaws.com}
            Action: sts:AssumeRole
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/AdministratorAccess
";

const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

fn json(directory: &Path, arguments: &[&str]) -> (i32, Value) {
    let (code, out, error) = run(directory, &[&["--format", "json"], arguments].concat());
    let json = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}\n{error}"));
    (code, json)
}

fn rules(json: &Value) -> Vec<&str> {
    let findings = json["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["rule"].as_str().unwrap()).collect()
}

#[test]
fn severities_decide_what_fails() {
    let temp = tree(&[("t.yaml", TEMPLATE)]);
    let cases: [(&[&str], i32, usize); 9] = [
        (&[], 1, 1),
        (&["--fail-on", "high"], 1, 1),
        (&["--fail-on", "never"], 0, 1),
        (&["--min-severity", "high"], 1, 1),
        (&["--select", "admin-policy"], 1, 1),
        (&["--select", "syntax-error"], 0, 0),
        (&["--ignore", "admin-policy,syntax-error"], 0, 0),
        (&["t.yaml", "missing"], 2, 1),
        (&["missing", "--fail-on", "never"], 2, 0),
    ];
    for (arguments, expected, count) in cases {
        let (code, json) = json(temp.path(), arguments);
        assert_eq!((code, rules(&json).len()), (expected, count), "{arguments:?}: {json:#}");
    }
}

#[test]
fn the_configuration_sets_rules() {
    let cases = [
        ("rules: {admin-policy: off}", 0, vec![]),
        ("rules: {admin-policy: info}", 0, vec![]),
        ("rules: {admin-policy: {severity: low}}", 0, vec!["admin-policy"]),
        ("fail-on: never", 0, vec!["admin-policy"]),
        ("min-severity: high\nrules: {admin-policy: medium}", 1, vec![]),
        ("exclude: t.yaml", 0, vec![]),
        ("exclude: 'infra/**'", 1, vec!["admin-policy"]),
    ];
    for (config, expected, found) in cases {
        let temp = tree(&[("t.yaml", TEMPLATE), ("iacscan.yaml", config)]);
        let (code, json) = json(temp.path(), &[]);
        assert_eq!((code, rules(&json)), (expected, found), "{config}");
    }
    let temp = tree(&[("t.yaml", TEMPLATE), ("iacscan.yaml", "rules: {admin-policy: off}")]);
    assert_eq!(json(temp.path(), &["--select", "admin-policy"]).0, 1, "named on the command line");
}

#[test]
fn a_broken_template_does_not_hide_the_others() {
    let temp = tree(&[
        ("a.yaml", "Resources:\n  A: {Type: AWS::X\n"),
        ("b.yaml", TEMPLATE),
        ("c.yaml", "Resources:\n  A: {Type: AWS::X}\n"),
    ]);
    fs::write(temp.path().join("c.yaml"), b"Resources:\n  A: {Type: AWS::X, B: \xff}\n").unwrap();
    let (code, json) = json(temp.path(), &[]);
    assert_eq!(code, 2);
    assert_eq!(rules(&json), ["syntax-error", "admin-policy"]);
    let (_, _, error) = run(temp.path(), &["-q"]);
    assert!(error.contains("c.yaml: it is not text"), "{error}");
}

#[test]
fn comments_suppress_and_are_counted() {
    let commented =
        |place: &str, comment: &str| TEMPLATE.replace(place, &format!("{place}{comment}"));
    let suppressed = [
        commented(ADMIN, " # iacscan: ignore[admin-policy] the deployment needs it"),
        commented("WorkerRole:\n", "    # iacscan: ignore[admin-policy]\n"),
        TEMPLATE.replace("  WorkerRole:\n", "  WorkerRole: # iacscan: ignore[admin-policy] r\n"),
        TEMPLATE.replace("  WorkerRole:\n", "  # iacscan: ignore[admin-policy]\n  WorkerRole:\n"),
        TEMPLATE.replace(
            "    Type: AWS::IAM::Role\n",
            "    Type: AWS::IAM::Role\n    Metadata:\n      iacscan: {ignore: [{rule: \
             admin-policy, reason: r}]}\n",
        ),
    ];
    for (case, text) in suppressed.iter().enumerate() {
        // A comment inside of the resource is neither at the header nor at the value.
        let expected = if case == 1 { (1, 1, 1) } else { (0, 0, 0) };
        let temp = tree(&[("t.yaml", text)]);
        let (code, json) = json(temp.path(), &[]);
        let admin = rules(&json).iter().filter(|rule| **rule == "admin-policy").count();
        let unused = rules(&json).iter().filter(|rule| **rule == "unused-suppression").count();
        assert_eq!((code, admin, unused), expected, "{text}\n{json:#}");
        let count = json["summary"]["suppressed"].as_u64().unwrap();
        assert_eq!(count, u64::from(case != 1), "{text}");
    }
}

#[test]
fn suppressions_that_do_nothing_are_reported() {
    let text = format!(
        "# iacscan: ignore[syntax-error] no\n# iacscan: ignore[nothing]\n# iacscan: ignore\n{TEMPLATE}"
    );
    let temp = tree(&[("t.yaml", &text)]);
    let (_, json) = json(temp.path(), &["--ignore", "admin-policy"]);
    assert_eq!(
        rules(&json),
        ["unused-suppression", "invalid-suppression", "invalid-suppression"],
        "{json:#}"
    );
    let findings = json["findings"].as_array().unwrap();
    assert_eq!((&findings[0]["line"], &findings[0]["column"]), (&1.into(), &19.into()));
    assert_eq!(findings[0]["end_column"], 31);
}

#[test]
fn known_findings_are_not_reported_again() {
    let temp = tree(&[("infra/t.yaml", TEMPLATE)]);
    let (code, _, _) = run(temp.path(), &["--write-baseline", "known.json"]);
    assert_eq!(code, 0, "all of them are known now");
    let again = |expected: (i32, usize), what: &str| {
        let (code, json) = json(temp.path(), &["--baseline", "known.json"]);
        assert_eq!((code, rules(&json).len()), expected, "{what}: {json:#}");
    };
    let file = temp.path().join("infra/t.yaml");
    again((0, 0), "unchanged");
    fs::write(&file, format!("# moved\n\n\n{TEMPLATE}")).unwrap();
    again((0, 0), "moved lines");
    let reformatted = TEMPLATE
        .replace("ManagedPolicyArns:\n        - ", "ManagedPolicyArns: [")
        .replace(ADMIN, &format!("'{ADMIN}' ]"));
    fs::write(&file, reformatted).unwrap();
    again((0, 0), "reformatted");
    fs::create_dir(temp.path().join("stacks")).unwrap();
    fs::rename(&file, temp.path().join("stacks/worker.yml")).unwrap();
    again((0, 0), "renamed");
    fs::write(&file, TEMPLATE).unwrap();
    again((1, 1), "copied: one is known, the other is new");
    fs::remove_file(temp.path().join("stacks/worker.yml")).unwrap();
    fs::write(&file, TEMPLATE.replace("Worker", "Other")).unwrap();
    again((1, 1), "another resource");

    let empty = "Resources:\n  A: {Type: AWS::SQS::Queue}\n";
    fs::write(&file, empty).unwrap();
    let (code, _, error) = run(temp.path(), &["--baseline", "known.json"]);
    assert_eq!(code, 0);
    assert!(error.contains("1 known finding is gone"), "{error}");
}

#[test]
fn a_baseline_counts_wherever_the_scan_starts() {
    let temp = tree(&[(".git/HEAD", ""), ("infra/t.yaml", TEMPLATE)]);
    assert_eq!(run(temp.path(), &["--write-baseline", "known.json"]).0, 0);
    let below = temp.path().join("infra");
    assert_eq!(run(&below, &["--baseline", "../known.json"]).0, 0);
    assert_eq!(run(&below, &[]).0, 1);
}

/// Many templates with the same names and findings: nothing but order tells them apart.
#[test]
fn threads_do_not_show() {
    let temp = tree(&[]);
    for index in 0..40 {
        let broken = if index % 7 == 0 { "  Open: {Type: AWS::X\n" } else { "" };
        let text = format!("{TEMPLATE}{broken}# iacscan: ignore[syntax-error]\n");
        fs::write(temp.path().join(format!("t{index}.yaml")), text).unwrap();
    }
    for format in ["json", "sarif", "terminal", "github", "junit", "markdown", "gitlab"] {
        let reports: Vec<_> = ["1", "2", "8"]
            .iter()
            .map(|threads| run(temp.path(), &["--threads", threads, "--format", format, "-v"]))
            .collect();
        assert!(reports[0].1.contains("syntax-error"), "{format}");
        assert!(reports.iter().all(|report| *report == reports[0]), "{format}");
    }
    let graphs: Vec<_> = ["1", "2", "8"]
        .iter()
        .map(|threads| run(temp.path(), &["graph", "--threads", threads, "--format", "json"]))
        .collect();
    assert!(graphs.iter().all(|graph| *graph == graphs[0]));
    assert!(graphs[0].1.contains("AdministratorAccess"));
}

#[cfg(unix)]
#[test]
fn hostile_file_names_stay_names() {
    use std::os::unix::ffi::OsStrExt;
    let temp = tree(&[]);
    let names: [&[u8]; 4] =
        [b"a\n::error::forged.yaml", b"b\x1b[31m.yaml", b"c\xff.yaml", b"d\"'<&%0A.yaml"];
    for name in names {
        fs::write(temp.path().join(std::ffi::OsStr::from_bytes(name)), TEMPLATE).unwrap();
    }
    for format in ["terminal", "concise", "github", "json", "sarif", "junit", "markdown", "gitlab"]
    {
        let output = iacscan(temp.path())
            .env("GITHUB_ACTIONS", "true")
            .args(["--format", format])
            .output()
            .unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{format}: {out}");
        assert!(!out.contains('\u{1b}'), "{format}: {out}");
        assert!(!out.lines().any(|line| line.starts_with("::error::")), "{format}: {out}");
    }
    let (_, json) = json(temp.path(), &[]);
    let findings = json["findings"].as_array().unwrap();
    let paths: Vec<&str> = findings.iter().map(|f| f["path"].as_str().unwrap()).collect();
    assert_eq!(
        paths,
        ["a\n::error::forged.yaml", "b\u{1b}[31m.yaml", "c\\xff.yaml", "d\"'<&%0A.yaml"]
    );
}

#[test]
fn parameters_are_taken_in_their_order() {
    let text =
        TEMPLATE.replace("Resources:\n", "Parameters:\n  Policy: {Type: String}\nResources:\n");
    let text = text.replace(&format!("- {ADMIN}"), "- !Ref Policy");
    let config = format!("cloudformation: {{parameters: {{Policy: '{ADMIN}'}}}}");
    let basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    let file = format!("[{{\"ParameterKey\": \"Policy\", \"ParameterValue\": \"{basic}\"}}]");
    let temp = tree(&[("t.yaml", &text), ("iacscan.yaml", &config), ("parameters.json", &file)]);
    let on_the_line = format!("Policy={ADMIN}");
    let cases: [(&[&str], i32); 4] = [
        (&["--no-config"], 0),
        (&[], 1),
        (&["--parameters", "parameters.json"], 0),
        (&["--parameters", "parameters.json", "--parameter", &on_the_line], 1),
    ];
    for (arguments, expected) in cases {
        let (code, json) = json(temp.path(), arguments);
        assert_eq!(code, expected, "{arguments:?}: {json:#}");
    }
}

#[test]
fn what_a_function_may_need_is_counted_where_it_is_not_known() {
    let basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    let traced = "      TracingConfig: {Mode: !Ref Mode}\n      Role: !GetAtt WorkerRole.Arn\n";
    let template = format!("Parameters:\n  Mode: {{Type: String}}\n{TEMPLATE}")
        .replace("      Role: !GetAtt WorkerRole.Arn\n", traced);
    let temp = tree(&[("t.yaml", &template.replace(ADMIN, basic))]);
    let (_, found) = json(temp.path(), &[]);
    assert_eq!((rules(&found).len(), &found["summary"]["undecided"]), (0, &Value::from(1)));
    let (function, listed) = (&found["functions"][0], &found["undecided"][0]);
    assert_eq!(function["complete"], true, "{found:#}");
    assert_eq!(function["undecided"][0], listed["reason"]);
    assert_eq!((&listed["subject"], &listed["line"]), (&Value::from("Worker"), &Value::from(7)));
    // Rules that are not asked are in no doubt, nor are any where the role allows it anyway.
    let (_, found) = json(temp.path(), &["--ignore", "missing-tracing-permission"]);
    assert_eq!(found["summary"]["undecided"], 0);
    let temp = tree(&[("t.yaml", &template)]);
    let (_, found) = json(temp.path(), &[]);
    assert_eq!(found["summary"]["undecided"], 0, "{found:#}");
}

#[test]
fn functions_that_defaults_leave_out_are_in_no_report() {
    let template = "Parameters:\n  Mode: {Type: String, Default: KEY}\nConditions:\n  IsIam: !Equals [!Ref Mode, IAM]\n"
        .to_owned()
        + &TEMPLATE
            .replace("Type: AWS::Lambda::Function", "Type: AWS::Lambda::Function\n    Condition: IsIam")
            .replace("Type: AWS::IAM::Role", "Type: AWS::IAM::Role\n    Condition: IsIam");
    let terraform = "variable \"mode\" {\n  default = \"KEY\"\n}\nresource \"aws_lambda_function\" \"worker\" {\n  \
                     count = var.mode == \"IAM\" ? 1 : 0\n  function_name = \"worker\"\n  role = \"arn:aws:iam::123456789012:role/r\"\n}\n";
    for (files, on) in [
        ([("t.yaml", template.as_str())], ["--parameter", "Mode=IAM"]),
        ([("main.tf", terraform)], ["--var", "mode=IAM"]),
    ] {
        let temp = tree(&files);
        let (_, out) = json(temp.path(), &[]);
        assert_eq!(
            (&out["functions"], &out["summary"]["roles"]),
            (&Value::Array(vec![]), &0.into())
        );
        let (code, graph, _) = run(temp.path(), &["graph", "--format", "json"]);
        assert!(code == 0 && !graph.to_lowercase().contains("worker"), "{graph}");
        let (_, out) = json(temp.path(), &on);
        assert_eq!(out["functions"].as_array().map(Vec::len), Some(1), "{out:#}");
    }
}

#[test]
fn a_module_of_several_roots_has_its_functions_in_each() {
    let module = "resource \"aws_lambda_function\" \"worker\" {\n  function_name = \"worker\"\n  role = aws_iam_role.worker.arn\n  \
                  vpc_config {\n    subnet_ids = var.subnets\n    security_group_ids = [\"sg\"]\n  }\n}\n\
                  variable \"subnets\" {}\nresource \"aws_iam_role\" \"worker\" {\n  assume_role_policy = \"{}\"\n}\n\
                  resource \"aws_iam_role_policy_attachment\" \"worker\" {\n  role = aws_iam_role.worker.name\n  \
                  policy_arn = \"arn:aws:iam::aws:policy/AdministratorAccess\"\n}\n";
    let root = "variable \"subnets\" {}\nmodule \"m\" {\n  source = \"../m\"\n  subnets = var.subnets\n}\n";
    let temp = tree(&[("m/main.tf", module), ("dev/main.tf", root), ("prod/main.tf", root)]);
    let (_, out) = json(temp.path(), &["--select", "admin-policy"]);
    let functions = out["functions"].as_array().unwrap();
    let units: Vec<_> = functions.iter().map(|it| (&it["id"], &it["unit"])).collect();
    let id = Value::from("module.m.aws_lambda_function.worker");
    assert_eq!(units, [(&id, &"dev".into()), (&id, &"prod".into())]);
    // A boolean whatever is known: other tools read it.
    assert_eq!(functions[0]["features"]["vpc"], Value::Bool(true));
    assert_eq!(out["findings"][0]["subjects"], Value::from(vec![id]));
}

#[test]
fn roles_that_are_not_known_are_drawn_by_what_is_written_for_them() {
    let function = |id: &str, role: &str| {
        format!("  {id}:\n    Type: AWS::Lambda::Function\n    Properties: {{Role: {role}}}\n")
    };
    let made = "Type: Custom::Role, Properties: {ServiceToken: !ImportValue token}";
    let template = format!(
        "Parameters:\n  Given: {{Type: String}}\nResources:\n{}{}{}{}  RoleA: {{{made}}}\n  RoleB: \
         {{{made}}}\n",
        function("A", "!GetAtt RoleA.Arn"),
        function("B", "!GetAtt [RoleB, Arn]"),
        function("C", "!Ref Given"),
        function("D", "!Ref Given"),
    );
    let temp = tree(&[("t.yaml", &template)]);
    let (_, graph, _) = run(temp.path(), &["graph"]);
    for role in ["A", "B"] {
        let said = format!("made by custom resource `Role{role}` (`Custom::Role`)");
        assert_eq!(graph.matches(&said).count(), 1, "{graph}");
    }
    assert_eq!(graph.matches("shared by 2 functions").count(), 1, "{graph}");
    let (_, out, _) = run(temp.path(), &["-v"]);
    let said = "A: its role is made by custom resource `RoleA` (`Custom::Role`) and known only \
                after deployment\n";
    assert!(out.contains(said), "{out}");
}

#[test]
fn a_macro_is_said_once_with_what_follows_from_it() {
    let template = format!("Transform: [AWS::Serverless-2016-10-31, M]\n{TEMPLATE}");
    let temp = tree(&[("t.yaml", &template)]);
    let (_, out, _) = run(temp.path(), &["-v"]);
    let said = "t.yaml: the macro `M` may add resources and change what is written (up to code that \
                a scan does not run)\n    so of Worker: role `WorkerRole` may have policies that \
                cannot be seen\n";
    assert!(out.contains(said), "{out}");
}

#[test]
fn what_findings_propose_has_names_of_its_own() {
    let function = |name: &str| {
        format!(
            "  {name}: {{Type: AWS::Lambda::Function, Properties: {{Role: \
             'arn:aws:iam::123456789012:role/x', Runtime: python3.13, Handler: a.b, Code: \
             {{S3Bucket: a, S3Key: b}}}}}}\n"
        )
    };
    let template = format!(
        "Resources:\n{}{}  Rule:\n    Type: AWS::Events::Rule\n    Properties:\n      \
         ScheduleExpression: rate(1 day)\n      Targets:\n        - {{Id: f, Arn: !GetAtt F.Arn}}\n        \
         - {{Id: g, Arn: !GetAtt G.Arn}}\n",
        function("F"),
        function("G")
    );
    let target = |label: &str| {
        format!(
            "resource \"aws_cloudwatch_event_rule\" \"{label}\" {{\n  schedule_expression = \
             \"rate(1 day)\"\n}}\nresource \"aws_cloudwatch_event_target\" \"{label}\" {{\n  rule = \
             aws_cloudwatch_event_rule.{label}.name\n  arn = aws_lambda_function.f.arn\n}}\n"
        )
    };
    let module = format!(
        "resource \"aws_lambda_function\" \"f\" {{\n  function_name = \"f\"\n  role = \
         \"arn:aws:iam::123456789012:role/x\"\n}}\nresource \"aws_sns_topic\" \"this\" {{}}\n\
         resource \"aws_sns_topic_subscription\" \"this\" {{\n  topic_arn = \
         aws_sns_topic.this.arn\n  protocol = \"lambda\"\n  endpoint = \
         aws_lambda_function.f.arn\n}}\n{}",
        target("this")
    );
    let temp = tree(&[("cf/t.yaml", &template), ("tf/main.tf", &module)]);
    for (path, expected) in [
        ("cf", ["RulePermission:", "RulePermissionG:"]),
        ("tf", ["\"aws_lambda_permission\" \"this\"", "\"aws_lambda_permission\" \"this_events\""]),
    ] {
        let (_, json) = json(temp.path(), &[path, "--select", "trigger-without-invoke-permission"]);
        let findings = json["findings"].as_array().unwrap();
        let code: Vec<&str> =
            findings.iter().filter_map(|it| it["snippet"]["code"].as_str()).collect();
        assert_eq!(code.len(), 2, "{json:#}");
        for (code, expected) in code.iter().zip(expected) {
            assert!(code.contains(expected), "{code}");
        }
    }
}
