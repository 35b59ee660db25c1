//! Expressions and what they evaluate to.

use iacscan_core::reader::{self, Limits};
use iacscan_core::{Located, Sources, Span, Str, Value};

use super::stacks::Argument;
use super::{Bindings, Evaluator};
use crate::template::Template;
use crate::{Inputs, Parameter};

/// What every expression here can refer to.
const TEMPLATE: &str = "\
Parameters:
  Stage: {Type: String}
  Size: {Type: String, Default: small}
  Kind: {Type: String, AllowedValues: [a, b]}
  Only: {Type: String, AllowedValues: [x]}
  Names: {Type: CommaDelimitedList, Default: 'one, two'}
  None: {Type: CommaDelimitedList, Default: ''}
  Subnets: {Type: 'List<AWS::EC2::Subnet::Id>'}
  Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /image}
  Images: {Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: /images}
  Given: {Type: String, Default: default}
  Secret: {Type: 'AWS::SSM::Parameter::Value<String>'}
  Account: {Type: String, Default: 012345678901}
  Hook: {Type: String, Default: ''}
  Mode: {Type: String, Default: '', AllowedValues: ['', fast, slow]}
  Groups: {Type: 'List<AWS::EC2::SecurityGroup::Id>', Default: ''}
  Prefix: {Type: String, Default: ''}
Mappings:
  Sizes:
    small: {Memory: '128', Zones: [a, b]}
    large: {Memory: '1024'}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: {'Fn::Equals': [dev, {Ref: Stage}]}
  IsSmall: !Equals [!Ref Size, small]
  IsA: !Equals [!Ref Kind, a]
  IsC: !Equals [!Ref Kind, c]
  IsX: !Equals [!Ref Only, x]
  NotProd: !Not [!Condition IsProd]
  Both: !And [{Condition: IsProd}, !Condition IsDev]
  Either: !Or [!Condition IsProd, !Condition IsSmall]
  InChina: !Equals [!Ref AWS::Partition, aws-cn]
  IsNothing: !Equals [!Ref AWS::NoValue, x]
  Opaque: !Equals [!Join ['-', [!Ref Stage, x]], prod-x]
  SameOpaque: {'Fn::Equals': ['prod-x', {'Fn::Join': ['-', [{Ref: Stage}, x]]}]}
  HasHook: !Not [!Equals [!Ref Hook, '']]
  Hooked: !Equals [!Ref Hook, x]
  NoMode: !Equals ['', !Ref Mode]
  NoGroups: !Equals [!Join ['', !Ref Groups], '']
  NoGroup: !Equals [!Select [0, !Ref Groups], '']
  NoHooks: !Equals [!Join ['', [!Ref Hook, !Ref Mode]], '']
  ToItself: !Not [!Condition ToItself]
  ToOther: !Condition ToFirst
  ToFirst: !Condition ToOther
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Role: {Type: AWS::IAM::Role}
  Group: {Type: AWS::Logs::LogGroup}
  Policy: {Type: AWS::IAM::ManagedPolicy}
  Table: {Type: AWS::DynamoDB::Table}
  Custom: {Type: Custom::Thing}
  Nested: {Type: AWS::CloudFormation::Stack}
";

/// A value in words: unknown parts and branches with their reasons and conditions.
fn show(value: &Located<Value>) -> String {
    match &value.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.as_str().to_owned(),
        Value::Text(text) => format!("{text}"),
        Value::List(list) => {
            let mut items: Vec<String> = list.items.iter().map(show).collect();
            items.extend(list.open.map(|gap| format!("... {}", gap.unknown)));
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) => {
            let mut items: Vec<String> =
                map.iter().map(|(key, entry)| format!("{key}: {}", show(&entry.value))).collect();
            items.extend(map.open.map(|gap| format!("... {}", gap.unknown)));
            format!("{{{}}}", items.join(", "))
        }
        Value::Json(inner) => format!("json {}", show(inner)),
        Value::Resource(address) => format!("resource {address}"),
        Value::OneOf(branches) => {
            let branches: Vec<String> = branches
                .iter()
                .map(|branch| format!("{} if {}", show(&branch.value), branch.condition))
                .collect();
            format!("({})", branches.join(" | "))
        }
        Value::Unknown(unknown) => format!("? {unknown}"),
    }
}

/// Evaluates an expression beside [`TEMPLATE`] and hands the value on, with the sources.
fn evaluated<T>(expression: &str, see: impl FnOnce(&Located<Value>, &Sources) -> T) -> T {
    let sources = Sources::new();
    let text = format!("{TEMPLATE}Expression: {expression}\n");
    let source = sources.add("t.yaml", text.as_str());
    let documents = reader::read(source, &text, &Limits::default());
    assert_eq!(documents.problems, [], "{expression}");
    let root = &documents.documents[0];
    let template = Template::new(Str::from("t.yaml"), Str::default(), root);
    let mut inputs = Inputs::default();
    let given = Parameter { value: "given".into(), span: None };
    // The name of a parameter in SSM is not its value.
    inputs.parameters.insert("Secret".into(), given.clone());
    inputs.parameters.insert("Given".into(), given);
    let evaluator = Evaluator::new(&template, &inputs);
    let none: Bindings = None;
    see(&evaluator.value(root.get("Expression").unwrap(), &none), &sources)
}

fn expect(cases: &[(&str, &str)]) {
    for (expression, expected) in cases {
        assert_eq!(evaluated(expression, |value, _| show(value)), *expected, "{expression}");
    }
}

#[test]
fn plain_values() {
    expect(&[
        ("text", "text"),
        ("'quoted'", "quoted"),
        ("007", "007"),
        ("true", "true"),
        ("", "null"),
        ("~", "null"),
        ("[a, {b: c}]", "[a, {b: c}]"),
        (
            "{a: 1, Fn::Transform: {Name: AWS::Include}}",
            "{a: 1, ... defined outside the scanned files}",
        ),
        ("{a: 1, Fn::If: [IsProd, x, y]}", "{a: 1, ... not valid}"),
        ("!Unheard of", "? an expression that is not evaluated"),
        ("'x-{{resolve:ssm:/name:1}}-y'", "x-${?}-y"),
        ("'{{resolve:secretsmanager:a:SecretString:b}}{{resolve:ssm:c}}'", "${?}${?}"),
    ]);
}

#[test]
fn references() {
    expect(&[
        ("!Ref Queue", "${Queue.url}"),
        ("{Ref: Role}", "${Role}"),
        ("!Ref Policy", "${Policy.arn}"),
        ("!Ref Size", "small"),
        ("!Ref Given", "given"),
        ("!Ref Account", "012345678901"),
        ("!Ref Stage", "? an input without a value"),
        ("!Ref Kind", "(a if `Kind` is `a` | b if `Kind` is `b`)"),
        ("!Ref Only", "x"),
        ("!Ref Names", "[one, two]"),
        ("!Ref None", "[]"),
        ("!Ref Subnets", "[? an input without a value, ... an input without a value]"),
        ("!Ref Image", "? defined outside the scanned files"),
        (
            "!Ref Images",
            "[? defined outside the scanned files, ... defined outside the scanned files]",
        ),
        ("!Ref Secret", "? defined outside the scanned files"),
        ("!Ref AWS::NoValue", "null"),
        ("!Ref AWS::Region", "${region}"),
        ("!Ref AWS::NotificationARNs", "[... an input without a value]"),
        ("!Ref Nothing", "? not valid"),
        ("!GetAtt Queue.Arn", "${Queue.arn}"),
        ("!GetAtt [Queue, QueueName]", "${Queue}"),
        ("{'Fn::GetAtt': Role.RoleId}", "${Role.id}"),
        ("{'Fn::GetAtt': [Group, Arn]}", "${Group.arn}:*"),
        ("!GetAtt Table.StreamArn", "${Table.stream_arn}"),
        ("!GetAtt Custom.Anything", "? known only after deployment"),
        ("!GetAtt Nested.Outputs.Role", "? defined outside the scanned files"),
        ("!GetAtt [Queue, !Ref Stage]", "? known only after deployment"),
        ("!GetAtt Queue", "? not valid"),
        ("!ImportValue name", "${import name}"),
        ("!ImportValue {'Fn::Sub': 'a-${Size}'}", "${import a-small}"),
        ("!ImportValue {'Fn::Sub': '${AWS::StackName}-x'}", "? an import whose name is not known"),
    ]);
}

#[test]
fn strings() {
    expect(&[
        ("!Sub 'a-${Size}-${Role}-${Group.Arn}'", "a-small-${Role}-${Group.arn}:*"),
        ("!Sub '${!Literal}-${!a}'", "${Literal}-${a}"),
        ("!Sub ['${A}${Size}', {A: !Ref Stage, Size: local}]", "${?}local"),
        ("{'Fn::Sub': ['${A}', {A: x}]}", "x"),
        ("!Sub 'no end ${Size'", "no end ${Size"),
        ("!Sub '{{resolve:ssm:/${Size}}}/x'", "${?}/x"),
        (
            "!Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/x'",
            "arn:${partition}:iam::${account}:role/x",
        ),
        ("!Sub '${Kind}!'", "(a! if `Kind` is `a` | b! if `Kind` is `b`)"),
        // One variable in two places has one value.
        ("!Sub '${Kind}${Kind}'", "(aa if `Kind` is `a` | bb if `Kind` is `b`)"),
        ("!Sub [a, b, c]", "? not valid"),
        ("!Join ['-', [a, !Ref Size, !Ref AWS::NoValue, c]]", "a-small-c"),
        ("!Join ['', ['arn:', !Ref AWS::Partition, ':x']]", "arn:${partition}:x"),
        ("!Join [',', !Ref Names]", "one,two"),
        ("!Join [',', !Ref Subnets]", "${?}${?}"),
        (
            "!Join ['-', [a, !If [IsProd, x, y]]]",
            "(a-x if `IsProd` is true | a-y if `IsProd` is false)",
        ),
        ("!Join [a]", "? not valid"),
        ("!Base64 hello", "aGVsbG8="),
        ("!Base64 {'Fn::Sub': '${Size}'}", "c21hbGw="),
        ("!ToJsonString {a: !Ref Size}", "json {a: small}"),
    ]);
}

#[test]
fn lists() {
    expect(&[
        ("!Select [1, [a, b]]", "b"),
        ("!Select ['0', !Ref Names]", "one"),
        ("!Select [5, [a, b]]", "? not valid"),
        ("!Select [0, !Ref Subnets]", "? an input without a value"),
        ("!Select [!Ref Stage, [a]]", "? an expression that is not evaluated"),
        ("!Select [0, !If [IsProd, [a], [b]]]", "(a if `IsProd` is true | b if `IsProd` is false)"),
        ("!Split ['|', 'a|b||']", "[a, b, , ]"),
        ("!Split [':', !Sub '${AWS::Region}:b']", "[${region}, b]"),
        ("!Split [',', !Ref Stage]", "[... an input without a value]"),
        ("!Select [2, !Split [':', !Sub 'x:y:${Role}:z']]", "${Role}"),
        ("!Length [a, b]", "2"),
        ("!Length {Ref: Names}", "2"),
        ("!Length {Ref: Subnets}", "? an input without a value"),
        ("!GetAZs ''", "[? known only after deployment, ... known only after deployment]"),
        ("!Cidr [10.0.0.0/24, 3, 5]", "[10.0.0.0/27, 10.0.0.32/27, 10.0.0.64/27]"),
        ("!Select [1, !Cidr [10.0.0.0/16, 2, 8]]", "10.0.1.0/24"),
        (
            "!Cidr [!Ref Stage, 3, 5]",
            "[? known only after deployment, ... known only after deployment]",
        ),
        ("!FindInMap [Sizes, small, Memory]", "128"),
        ("!FindInMap [Sizes, !Ref Size, Zones]", "[a, b]"),
        ("!FindInMap [Sizes, medium, Memory]", "? looked up in a mapping that has no entry for it"),
        ("!FindInMap [Sizes, medium, Memory, {DefaultValue: !Ref Size}]", "small"),
        (
            "!FindInMap [Sizes, !Ref Stage, Memory]",
            "(128 if `Stage` is `small` | 1024 if `Stage` is `large` | \
             ? looked up in a mapping that has no entry for it if `Stage` is not `small` and `Stage` is not `large`)",
        ),
    ]);
}

#[test]
fn conditions() {
    expect(&[
        ("!If [IsProd, a, b]", "(a if `IsProd` is true | b if `IsProd` is false)"),
        ("!If [IsSmall, a, b]", "a"),
        ("!If [IsC, a, b]", "b"),
        ("!If [IsX, a, b]", "a"),
        ("!If [Both, a, b]", "(a if `Both` is true | b if `Both` is false)"),
        ("!If [Either, a, b]", "a"),
        (
            "!If [NotProd, a, !Ref AWS::NoValue]",
            "(a if `NotProd` is true | null if `NotProd` is false)",
        ),
        ("!If [IsProd, a]", "? not valid"),
        ("!If [Missing, a, b]", "(a if `Missing` is `true` | b if `Missing` is not `true`)"),
        ("!If [ToItself, a, b]", "(a if `ToItself` is true | b if `ToItself` is false)"),
        ("!If [ToOther, a, b]", "(a if `ToOther` is true | b if `ToOther` is false)"),
    ]);
}

#[test]
fn conditions_know_each_other() {
    let feasible = |name: &str, other: &str| {
        evaluated(&format!("!If [{name}, !If [{other}, both, x], x]"), |value, _| {
            value
                .branches()
                .iter()
                .filter(|(condition, _)| condition.is_feasible().is_true())
                .any(|(_, value)| show(value) == "both")
        })
    };
    assert!(!feasible("IsProd", "IsDev"));
    assert!(!feasible("IsProd", "NotProd"));
    assert!(!feasible("Both", "IsProd"));
    assert!(feasible("IsProd", "IsA"));
    assert!(feasible("IsProd", "InChina"));
    assert!(feasible("IsProd", "IsNothing"));
    let same = "!If [Opaque, !If [SameOpaque, x, both], x]";
    let contradicts = evaluated(same, |value, _| {
        value
            .branches()
            .iter()
            .any(|(condition, value)| show(value) == "both" && condition.is_feasible().is_true())
    });
    assert!(!contradicts);
}

#[test]
fn what_may_be_left_out_is_given_or_empty() {
    expect(&[
        ("!Ref Hook", "( if `Hook` is empty | ? an input without a value if `Hook` is not empty)"),
        (
            "!If [HasHook, !Ref Hook, none]",
            "(? an input without a value if `HasHook` is true | none if `HasHook` is false)",
        ),
        (
            "!If [HasHook, {a: [!Ref Hook]}, none]",
            "({a: [? an input without a value]} if `HasHook` is true | none if `HasHook` is false)",
        ),
        (
            "!If [HasHook, x, !Sub 'a${Hook}b']",
            "(x if `HasHook` is true | ab if `HasHook` is false)",
        ),
        ("!If [Hooked, a, b]", "(a if `Hooked` is true | b if `Hooked` is false)"),
        (
            "!If [NoMode, none, !Ref Mode]",
            "(none if `NoMode` is true | (fast if `Mode` is `fast` | slow if `Mode` is `slow`) if `NoMode` is false)",
        ),
        (
            "!If [NoGroups, none, !Ref Groups]",
            "(none if `NoGroups` is true | [? an input without a value, ... an input without a value] if `NoGroups` is false)",
        ),
        (
            "!If [NoGroup, !Join ['-', !Ref Groups], x]",
            "( if `NoGroup` is true | x if `NoGroup` is false)",
        ),
        // No condition asks about it.
        ("!Sub 'a${Prefix}b'", "ab"),
    ]);
}

#[test]
fn conditions_on_what_may_be_left_out_know_each_other() {
    let both = |conditions: [&str; 2]| {
        let [one, other] = conditions;
        evaluated(&format!("!If [{one}, !If [{other}, both, x], x]"), |value, _| {
            value.branches().iter().any(|(condition, value)| {
                show(value) == "both" && condition.is_feasible().is_true()
            })
        })
    };
    assert!(both(["HasHook", "Hooked"]));
    assert!(both(["HasHook", "NoMode"]));
    assert!(both(["NoGroups", "NoGroup"]));
    assert!(!both(["NoHooks", "HasHook"]));
    assert!(!both(["NoHooks", "Hooked"]));
    let apart = |expression: &str| {
        evaluated(expression, |value, _| {
            value.branches().iter().any(|(condition, value)| {
                show(value) == "apart" && condition.is_feasible().is_true()
            })
        })
    };
    assert!(!apart("!If [Hooked, !If [HasHook, x, apart], x]"));
    assert!(!apart("!If [NoHooks, !If [NoMode, x, apart], x]"));
    assert!(!apart("!If [NoGroups, !If [NoGroup, x, apart], x]"));
}

#[test]
fn values_stand_where_they_were_written() {
    let place = |expression: &str| {
        evaluated(expression, |value, sources| {
            let slice = |span: Span| sources.slice(span);
            let via: Vec<String> = value
                .passages()
                .map(|passage| format!("{} via {}", passage.label, slice(passage.span)))
                .collect();
            (slice(value.span), via)
        })
    };
    let via = |label: &str| vec![label.to_owned()];
    assert_eq!(place("'a b'"), ("'a b'".into(), vec![]));
    assert_eq!(place("!Ref Size"), ("small".into(), via("parameter Size via !Ref Size")));
    assert_eq!(place("!Sub '${Size}'").0, "small");
    assert_eq!(place("!Sub 'x${Size}'").0, "!Sub 'x${Size}'");
    assert_eq!(place("{Ref: Role}").0, "{Ref: Role}");
    assert_eq!(place("!Ref Given").0, "!Ref Given");
    assert_eq!(place("!Ref Stage").0, "!Ref Stage");
    assert_eq!(place("!Select [1, !Ref Names]").0, "two");
    let (memory, via) = place("!FindInMap [Sizes, small, Memory]");
    assert_eq!(memory, "'128'");
    assert_eq!(via, ["mapping Sizes via !FindInMap [Sizes, small, Memory]"]);
}

#[test]
fn branches_are_bounded() {
    let many = vec!["!Ref Kind"; 40].join(", ");
    evaluated(&format!("!Join ['', [{many}]]"), |value, _| {
        assert_eq!(value.branches().len(), 2);
    });
    let independent: Vec<String> = (0..10).map(|n| format!("!If [Unknown{n}, a, b]")).collect();
    evaluated(&format!("!Join ['', [{}]]", independent.join(", ")), |value, _| {
        let branches = value.branches();
        assert_eq!(branches.len(), 32);
        assert!(branches.iter().all(|(_, value)| show(value).ends_with("${?}")));
    });
}

#[test]
fn a_text_that_a_list_is_given_is_split() {
    let sources = Sources::new();
    let text = "Parameters:\n  Names: {Type: CommaDelimitedList}\nResources: {}\n";
    let source = sources.add("t.yaml", text);
    let documents = reader::read(source, text, &Limits::default());
    let template = Template::new(Str::from("t.yaml"), Str::default(), &documents.documents[0]);
    for (given, expected) in [
        ("''", "[]"),
        ("'a, b'", "[a, b]"),
        ("!Join [', ', [!Ref Role, !GetAtt Role.Arn, c]]", "[${Role}, ${Role.arn}, c]"),
        (
            "!Sub 'arn:${AWS::Partition}:a , arn:${AWS::Partition}:b '",
            "[arn:${partition}:a, arn:${partition}:b]",
        ),
        ("!Sub 'a,${Stage},b'", "[a, ... an input without a value]"),
        ("!Sub '${Custom.Names},b'", "[... known only after deployment]"),
    ] {
        let shown = evaluated(given, |value, _| {
            let argument = Argument { value: value.clone(), variable: None };
            let inputs = Inputs::default();
            let mut evaluator = Evaluator::new(&template, &inputs);
            evaluator.arguments.insert("Names".into(), argument);
            show(&evaluator.parameter("Names", Span::NONE).unwrap())
        });
        assert_eq!(shown, expected, "{given}");
    }
}
