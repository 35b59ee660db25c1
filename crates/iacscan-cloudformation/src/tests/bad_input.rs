//! What is wrong with a template is said at its place, and everything else is lowered.

use iacscan_core::MemoryFiles;

use super::Scanned;
use crate::{Inputs, lower_templates};

fn findings(text: &str) -> Vec<String> {
    Scanned::new(text).findings()
}

/// A template with one resource beside a good one.
fn resource(properties: &str) -> Vec<String> {
    let scanned = Scanned::new(&format!(
        "Conditions:\n  C: !Equals [!Ref AWS::Region, x]\nMappings: {{M: {{a: {{b: c}}}}}}\n\
         Resources:\n  Good: {{Type: AWS::SQS::Queue}}\n  Bad: {{Type: AWS::SNS::Topic, Properties: {{TopicName: \
         {properties}}}}}\n"
    ));
    assert_eq!(scanned.unit().resources.len(), 2, "{properties}");
    scanned.findings()
}

#[test]
fn references_to_nothing() {
    let nothing = |name: &str, what: &str, at: &str| {
        vec![format!("unresolved-reference: {} @ {at}", what.replace("NAME", name))]
    };
    let no_value = "`Ref` names `NAME`, which is no parameter or resource";
    assert_eq!(resource("!Ref Nope"), nothing("Nope", no_value, "!Ref Nope"));
    assert_eq!(resource("!Ref AWS::Nope"), nothing("AWS::Nope", no_value, "!Ref AWS::Nope"));
    let no_resource = "there is no resource `NAME`";
    assert_eq!(resource("!GetAtt Nope.Arn"), nothing("Nope", no_resource, "!GetAtt Nope.Arn"));
    assert_eq!(
        resource("{'Fn::GetAtt': [Nope, Arn]}"),
        nothing("Nope", no_resource, "{'Fn::GetAtt': [Nope, Arn]}")
    );
    assert_eq!(resource("!Sub 'a-${Nope.Arn}'"), nothing("Nope", no_resource, "${Nope.Arn}"));
    assert_eq!(
        resource("!Sub 'a-${Nope}-${Good}'"),
        nothing("Nope", "`Fn::Sub` names `NAME`, which is no parameter or resource", "${Nope}")
    );
    assert_eq!(
        resource("!If [Nope, a, b]"),
        nothing("Nope", "there is no condition `NAME`", "Nope")
    );
    assert_eq!(
        resource("!FindInMap [Nope, a, b]"),
        nothing("Nope", "there is no mapping `NAME`", "Nope")
    );
    assert_eq!(
        findings(
            "AWSTemplateFormatVersion: 2010-09-09\nResources:\n  A: {Type: AWS::SNS::Topic, DependsOn: \
             [Nope], Condition: No}\n"
        ),
        [
            "unresolved-reference: `DependsOn` names `Nope`, which is no resource @ Nope",
            "unresolved-reference: there is no condition `No` @ No",
        ]
    );
    assert_eq!(resource("!Sub ['${Local}', {Local: !Ref Good}]"), Vec::<String>::new());
    assert_eq!(resource("!Sub '${!Nope}'"), Vec::<String>::new());
}

#[test]
fn references_to_nothing_tell_what_is_near() {
    let refuses = "CloudFormation refuses the template as it is.";
    let cases = [
        ("!GetAtt Workre.Arn", "Write `Worker` if that is meant, or define `Workre`"),
        ("!Ref Nothing", "Define `Nothing`, or name what is defined"),
        (
            "!Sub 'a/$${iot:Connection.Thing.ThingName}'",
            "Write `${!iot:Connection.Thing.ThingName}` instead of `$${` if the text is to have \
             `${iot:Connection.Thing.ThingName}` in it",
        ),
        (
            "!Sub '$${Name}'",
            "Write `${!Name}` instead of `$${` if the text is to have `${Name}` in it",
        ),
        (
            "!Sub 'a/${aws:username}'",
            "Write `${!aws:username}` if the text is to have `${aws:username}` in it",
        ),
        ("!Sub 'a/${AWS::Regoin}'", "Define `AWS::Regoin`, or name what is defined"),
        ("!If [IsPrd, a, b]", "Write `IsProd` if that is meant, or define `IsPrd`"),
    ];
    for (value, expected) in cases {
        let scanned = Scanned::new(&format!(
            "Conditions: {{IsProd: !Equals [!Ref AWS::Region, x]}}\nResources:\n  Worker: {{Type: \
             AWS::SQS::Queue}}\n  T: {{Type: AWS::SNS::Topic, Properties: {{TopicName: {value}}}}}\n"
        ));
        let help = scanned.unit().findings.first().and_then(|finding| finding.help.clone());
        assert_eq!(help, Some(format!("{expected}: {refuses}")), "{value}");
    }
}

#[test]
fn all_missing_names_of_a_kind_are_one_finding() {
    let scanned = Scanned::new(
        "\
Conditions:
  C: !Equals [!Ref Table, x]
Resources:
  A: {Type: AWS::SNS::Topic, DependsOn: Table, Condition: Table, Properties: {TopicName: !Sub 'a-${Table}-${Other}'}}
  B: {Type: AWS::SNS::Topic, Properties: {TopicName: !GetAtt Table.Arn}}
",
    );
    let found = &scanned.unit().findings;
    let shown: Vec<(&str, usize)> =
        found.iter().map(|it| (it.message.as_str(), it.labels.len())).collect();
    assert_eq!(
        shown,
        [
            ("2 names are no parameter or resource: `Table` and `Other`", 5),
            ("there is no condition `Table`", 1),
        ]
    );
}

#[test]
fn modules_define_resources() {
    let of = |kind: &str, name: &str| {
        findings(&format!(
            "Resources:\n  Net: {{Type: {kind}}}\n  A: {{Type: AWS::SNS::Topic, Properties: \
             {{TopicName: !Ref {name}}}}}\n"
        ))
    };
    let nothing = ["unresolved-reference: `Ref` names `NetTopic`, which is no parameter or \
                    resource @ !Ref NetTopic"];
    assert_eq!(of("Shop::Net::Basic::MODULE", "NetTopic"), Vec::<String>::new());
    assert_eq!(of("!Some::Module net.yaml", "NetTopic"), Vec::<String>::new());
    assert_eq!(of("{'Some::Module': net.yaml}", "NetTopic"), Vec::<String>::new());
    assert_eq!(of("AWS::SQS::Queue", "NetTopic"), nothing);
    assert_eq!(of("Shop::Net::Basic::MODULE", "Other").len(), 1);
}

#[test]
fn functions_of_the_wrong_shape() {
    for (expression, function) in [
        ("!Ref [a]", "Ref"),
        ("!Ref {a: b}", "Ref"),
        ("!Ref ''", "Ref"),
        ("!GetAtt Good", "Fn::GetAtt"),
        ("!GetAtt {Name: Good}", "Fn::GetAtt"),
        ("!GetAtt [Good]", "Fn::GetAtt"),
        ("!Sub {a: b}", "Fn::Sub"),
        ("!Sub [a, b]", "Fn::Sub"),
        ("!Sub [a, {}, c]", "Fn::Sub"),
        ("!Join a", "Fn::Join"),
        ("!Join ['', a]", "Fn::Join"),
        ("!Join ['', [a], [b]]", "Fn::Join"),
        ("!Select [0]", "Fn::Select"),
        ("!Select [0, a]", "Fn::Select"),
        ("!Split [a]", "Fn::Split"),
        ("!FindInMap [a, b]", "Fn::FindInMap"),
        ("!If [C, a]", "Fn::If"),
        ("!If C", "Fn::If"),
        ("!If [C, a, b, c]", "Fn::If"),
        ("{'Fn::Join': {a: b}}", "Fn::Join"),
        ("!Cidr a", "Fn::Cidr"),
    ] {
        let found = resource(expression);
        assert_eq!(found.len(), 1, "{expression}: {found:?}");
        let start = format!("syntax-error: `{function}` takes ");
        assert!(found[0].starts_with(&start), "{expression}: {found:?}");
        assert!(found[0].ends_with(&format!("@ {expression}")), "{expression}: {found:?}");
    }
    let condition = |text: &str| {
        findings(&format!("Conditions:\n  C: {text}\nResources:\n  A: {{Type: AWS::SNS::Topic}}\n"))
    };
    assert!(condition("!Not a")[0].starts_with("syntax-error: `Fn::Not` takes"));
    assert!(condition("!Equals [a]")[0].starts_with("syntax-error: `Fn::Equals` takes"));
    assert!(condition("!And a")[0].starts_with("syntax-error: `Fn::And` takes"));
    assert!(condition("!Condition [a]")[0].starts_with("syntax-error: `Condition` takes"));
}

#[test]
fn two_short_forms_on_one_value() {
    for (written, instead) in [
        ("!GetAZs !Ref X", "Fn::GetAZs: !Ref X"),
        ("!Sub  !Ref X  # why", "Fn::Sub: !Ref X"),
        ("!Ref !Sub 'x'", "Ref: !Sub 'x'"),
    ] {
        let found = findings(&format!(
            "Resources:\n  A: {{Type: AWS::SNS::Topic}}\n  B:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: {written}\n"
        ));
        let start =
            format!("syntax-error: not valid YAML: a value has one tag; write `{instead}` ");
        assert!(found[0].starts_with(&start), "{found:?}");
    }
}

#[test]
fn resources_that_need_each_other() {
    let text = "\
Resources:
  A: {Type: AWS::SQS::Queue, DependsOn: B}
  B: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref C}}
  C: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt A.Arn}}
  D: {Type: AWS::SQS::Queue, DependsOn: A}
  E: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${E}'}}
";
    assert_eq!(
        findings(text),
        [
            "unresolved-reference: a circular dependency: `A` needs `B` needs `C` needs `A` @ B",
            "unresolved-reference: a circular dependency: `E` needs `E` @ ${E}",
        ]
    );
    let guarded = "\
Parameters: {P: {Type: String}}
Conditions: {C: !Equals [!Ref P, a]}
Resources:
  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !If [C, !Ref B, x]}}
  B: {Type: AWS::SQS::Queue, Properties: {QueueName: !If [C, x, !Ref A]}}
";
    assert_eq!(findings(guarded), Vec::<String>::new());
}

#[test]
fn broken_text_keeps_what_was_read() {
    let scanned = Scanned::new(
        "Resources:\n  R: {Type: AWS::IAM::Role}\n  Q:\n    Type: AWS::SQS::Queue\n   bad: [\n",
    );
    let unit = scanned.unit();
    assert!(unit.findings.iter().any(|finding| finding.rule == "syntax-error"));
    assert_eq!(unit.roles.len(), 1);
    assert!(!unit.open_world.is_empty());
    assert_eq!(
        findings("Resources:\n  A: {Type: AWS::SQS::Queue}\n  A: {Type: AWS::SNS::Topic}\n").len(),
        1
    );
    assert!(findings("Resources: [a]\n")[0].starts_with("syntax-error"));
}

#[test]
fn what_is_no_template_is_passed_over() {
    let files = MemoryFiles::new()
        .with("a.yaml", "kind: Deployment\n")
        .with("b.json", "{\"Parameters\": {}}")
        .with("c.yaml", "")
        .with("d.yaml", "Resources:\n  A: {Type: AWS::SNS::Topic}\n---\nResources:\n  B: {Type: AWS::SNS::Topic}\n");
    let paths = ["a.yaml", "b.json", "c.yaml", "missing.yaml", "d.yaml"].map(str::to_owned);
    let lowered = lower_templates(&paths, &files, &Inputs::default());
    assert_eq!(lowered.files, ["d.yaml"]);
    let units: Vec<&str> = lowered.units.iter().map(|unit| unit.path.as_str()).collect();
    assert_eq!(units, ["d.yaml", "d.yaml#2"]);
    assert_eq!(lowered.unreadable.len(), 1);
    assert_eq!(lowered.unreadable[0].path, "missing.yaml");
}

#[test]
fn odd_resources_are_lowered_as_far_as_they_go() {
    let scanned = Scanned::new(
        "\
Resources:
  NoType: {}
  Scalar: x
  Nothing:
  List: [a]
  Wrong: {Type: AWS::Lambda::Function, Properties: [a]}
  Types: {Type: AWS::IAM::Role, Properties: {Policies: x, ManagedPolicyArns: {a: b}, RoleName: [a]}}
",
    );
    let unit = scanned.unit();
    assert_eq!(unit.resources.len(), 6);
    assert_eq!((unit.functions.len(), unit.roles.len()), (1, 1));
    assert!(unit.functions[0].role.0[0].item.gap().is_some());
    assert!(!unit.roles[0].inline.gaps.is_empty());
}

/// The application specification of a CodeDeploy deployment names resource types too.
#[test]
fn a_list_of_resources_is_no_template() {
    let list =
        "Resources:\n  - Function:\n      Type: AWS::Lambda::Function\n      Properties: {}\n";
    let lower = |text: &str| {
        let files = MemoryFiles::new().with("appspec.yml", text);
        lower_templates(&["appspec.yml".to_owned()], &files, &Inputs::default())
    };
    let lowered = lower(&format!("version: 0.0\n{list}"));
    assert!(lowered.units.is_empty() && lowered.unreadable.is_empty());
    let lowered = lower(list);
    assert_eq!(lowered.units[0].findings.len(), 1);
}

#[test]
fn chains_of_conditions_end() {
    let mut text = "Parameters: {P: {Type: String}}\nConditions:\n".to_owned();
    for n in 0..3000 {
        text.push_str(&format!("  C{n}: !Not [!Condition C{}]\n", n + 1));
    }
    text.push_str("  C3000: !Equals [!Ref P, x]\nResources:\n");
    text.push_str("  A: {Type: AWS::SNS::Topic, Condition: C0}\n");
    let scanned = Scanned::new(&text);
    assert_eq!(scanned.findings(), Vec::<String>::new());
    assert!(!scanned.unit().resources[0].header.condition.is_always());
}

#[test]
fn deep_and_wide_templates_end() {
    let deep = format!(
        "Resources:\n  A: {{Type: AWS::SNS::Topic, Properties: {{TopicName: {}x{}}}}}\n",
        "{'Fn::Join': ['', [".repeat(60),
        "]]}".repeat(60)
    );
    // As deep as a tree may be, and deeper.
    for text in [deep.clone(), deep.replace("['', [", "['', [[[[[[[").replace("]]}", "]]]]]]]]}")] {
        let scanned = Scanned::new(&text);
        assert_eq!(scanned.lowered.units.len(), 1);
    }
    let rounds: Vec<String> = (0..40).map(|n| n.to_string()).collect();
    let list = rounds.join(", ");
    let bomb = format!(
        "Resources:\n  Fn::ForEach::A:\n    - A\n    - [{list}]\n    - Fn::ForEach::B:\n        - B\n        \
         - [{list}]\n        - Fn::ForEach::C:\n            - C\n            - [{list}]\n            \
         - ${{A}}x${{B}}x${{C}}: {{Type: AWS::SNS::Topic}}\n"
    );
    let scanned = Scanned::new(&bomb);
    assert!(scanned.unit().resources.len() <= 5_000);
    assert!(scanned.findings()[0].starts_with("limit-exceeded"));
}

#[test]
fn what_sam_takes_out_refers_to_something_too() {
    let scanned = Scanned::new(
        "\
Transform: AWS::Serverless-2016-10-31
Resources:
  Layer:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: layer, CompatibleRuntimes: [!Ref Runtime]}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Runtime: python3.13
      AutoPublishAlias: live
      Events:
        E: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day), Description: !Ref Nothing}}
        S: {Type: Schedule, Properties: {Schedule: rate(1 day), Input: !Ref F.Alias}}
",
    );
    assert_eq!(
        scanned.findings(),
        ["unresolved-reference: 2 names are no parameter or resource: `Runtime` and `Nothing` @ \
             !Ref Runtime"]
    );
}

#[test]
fn parts_that_sam_does_not_make() {
    let of = |value: &str| {
        findings(&format!(
            "\
Transform: AWS::Serverless-2016-10-31
Resources:
  Plain: {{Type: AWS::Serverless::Function, Properties: {{Handler: a.b, Runtime: python3.13}}}}
  Alias:
    Type: AWS::Serverless::Function
    Properties: {{Handler: a.b, Runtime: python3.13, AutoPublishAlias: live}}
  Api: {{Type: AWS::Serverless::Api, Properties: {{StageName: a}}}}
  Pl: {{Type: AWS::SNS::Topic}}
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      Role: arn:aws:iam::123456789012:role/r
      Definition: {{StartAt: A, States: {{A: {{Type: Task, Resource: {value}, End: true}}}}}}
"
        ))
    };
    for part in ["Version", "Alias"] {
        let makes = format!(
            "names `Plain.{part}`, which SAM makes only where `Plain` has `AutoPublishAlias`"
        );
        assert_eq!(
            of(&format!("!Ref Plain.{part}")),
            [format!("unresolved-reference: `Ref` {makes} @ !Ref Plain.{part}")]
        );
        assert_eq!(
            of(&format!("!Sub 'x${{Plain.{part}}}'")),
            [format!("unresolved-reference: `Fn::Sub` {makes} @ ${{Plain.{part}}}")]
        );
        for written in ["!Ref Alias.", "!Sub '${Alias."] {
            let end = if written.starts_with("!Sub") { "}'" } else { "" };
            assert_eq!(of(&format!("{written}{part}{end}")), Vec::<String>::new(), "{part}");
        }
    }
    for name in ["Plain.Arn", "Pl.Arn", "Alias.Other", "Nothing.Version"] {
        let expected = format!(
            "unresolved-reference: `Ref` names `{name}`, which is no parameter or resource @ !Ref {name}"
        );
        assert_eq!(of(&format!("!Ref {name}")), [expected]);
    }
    assert_eq!(
        of("!GetAtt Nothing.Arn"),
        ["unresolved-reference: there is no resource `Nothing` @ !GetAtt Nothing.Arn"]
    );
    for made in [
        "!Ref PlainRole",
        "!Ref Api.DomainName",
        "!Ref Plain.DestinationQueue",
        "!GetAtt Plain.Arn",
        "!Sub '${Plain.Arn}'",
        "!Ref ServerlessHttpApi.Stage",
    ] {
        assert_eq!(of(made), Vec::<String>::new(), "{made}");
    }
}

#[test]
fn short_forms_in_quotes_are_text() {
    let role = |value: &str| {
        findings(&format!(
            "{{\"Resources\": {{\"Role\": {{\"Type\": \"AWS::IAM::Role\"}}, \"Topic\": {{\"Type\": \
             \"AWS::SNS::Topic\", \"Properties\": {{\"TopicName\": {value}}}}}, \"Function\": {{\"Type\": \
             \"AWS::Lambda::Function\", \"Properties\": {{\"Description\": {value}, \
             \"Environment\": {{\"Variables\": {{\"A\": {value}}}}}, \"Role\": {value}}}}}}}}}"
        ))
    };
    for text in ["!GetAtt Role.Arn", "!Ref Role", "!Sub ${Role.Arn}", "!Sub a-${AWS::Region}"] {
        let message =
            "is text here: a function has a short form in YAML alone, and outside of quotes";
        let expected = format!("syntax-error: `{text}` {message} @ \"{text}\"");
        assert_eq!(role(&format!("\"{text}\"")), [expected]);
    }
    for text in ["!GetAtt Nothing.Arn", "!Ref it to see", "!Sub a", "! Ref Role", "Role"] {
        assert_eq!(role(&format!("\"{text}\"")), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn what_is_not_valid_says_what_to_write() {
    let help = |text: &str| {
        let files = MemoryFiles::new().with("t.yaml", text);
        let lowered = lower_templates(&["t.yaml".to_owned()], &files, &Inputs::default());
        let found = lowered.units[0].findings.iter().map(|found| found.help.clone().unwrap());
        found.collect::<Vec<_>>()
    };
    let quoted = "Resources:\n  Role: {Type: AWS::IAM::Role}\n  Function:\n    Type: \
                  AWS::Lambda::Function\n    Properties: {Role: '!GetAtt Role.Arn'}\n";
    assert_eq!(
        help(quoted),
        [r#"In JSON, write `{"Fn::GetAtt": ["Role", "Arn"]}`; in YAML, leave out the quotes."#]
    );
    let shape = "Resources:\n  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref []}}\n";
    assert_eq!(
        help(shape),
        ["Write what is expected: CloudFormation refuses the template as it is."]
    );
    assert_eq!(
        help("Resources:\n  Topic: {Type: AWS::SNS::Topic\n"),
        ["Correct the syntax; everything that could be read was still checked."]
    );
}
