//! Templates that call each other.

use iacscan_core::MemoryFiles;
use iacscan_graph::{Graph, Lowered, RoleLink, link};

use super::*;
use crate::lower_templates;

fn lowered(files: &[(&str, &str)]) -> Lowered {
    let paths: Vec<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
    let files =
        files.iter().fold(MemoryFiles::new(), |files, (path, text)| files.with(*path, *text));
    lower_templates(&paths, &files, &Inputs::default())
}

/// Every function with the role it has, as `scope/function -> scope/role`.
fn roles(lowered: Lowered) -> Vec<String> {
    let graph: Graph = link(lowered.units);
    let show = |address: &Address| match address.scope().as_str() {
        "" => address.name().to_string(),
        scope => format!("{scope}/{}", address.name()),
    };
    graph
        .functions()
        .map(|(id, function)| {
            let role = match graph.role_links(id) {
                [only] => match &only.item {
                    RoleLink::Role(role) => show(&graph.role(*role).unwrap().header.address),
                    other => format!("{other:?}"),
                },
                several => format!("{} branches", several.len()),
            };
            format!("{} -> {role}", show(&function.header.address))
        })
        .collect()
}

const ROLES: &str = "\
Resources:
  Role: {Type: AWS::IAM::Role}
Outputs:
  Arn: {Value: !GetAtt Role.Arn}
";

const WORKER: &str = "\
Parameters:
  RoleArn: {Type: String, Default: 'arn:aws:iam::111122223333:role/nobody'}
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties: {Role: !Ref RoleArn}
";

#[test]
fn parameters_and_outputs_go_both_ways() {
    let main = "\
Resources:
  Workers:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: stacks/worker.yaml
      Parameters: {RoleArn: !GetAtt Roles.Outputs.Arn}
  Roles:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./stacks/roles.yaml}
  Own:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Roles.Outputs.Arn}
";
    let files = [("main.yaml", main), ("stacks/worker.yaml", WORKER), ("stacks/roles.yaml", ROLES)];
    let lowered = lowered(&files);
    assert_eq!(lowered.units.len(), 1);
    assert_eq!(lowered.files.len(), 3);
    assert_eq!(roles(lowered), ["Own -> Roles/Role", "Workers/Worker -> Roles/Role"]);
}

#[test]
fn a_template_called_twice_is_two_stacks() {
    let main = "\
Resources:
  A: {Type: AWS::Serverless::Application, Properties: {Location: worker.yaml, Parameters: {RoleArn: !GetAtt Role.Arn}}}
  B: {Type: AWS::Serverless::Application, Properties: {Location: worker.yaml, Parameters: {RoleArn: !GetAtt Role.Arn}}}
  Role: {Type: AWS::IAM::Role}
";
    let found = roles(lowered(&[("main.yaml", main), ("worker.yaml", WORKER)]));
    assert_eq!(found, ["A/Worker -> Role", "B/Worker -> Role"]);
}

#[test]
fn stacks_exist_when_their_call_does() {
    let main = "\
Parameters: {Stage: {Type: String}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  A:
    Type: AWS::CloudFormation::Stack
    Condition: IsProd
    Properties: {TemplateURL: roles.yaml}
";
    let lowered = lowered(&[("main.yaml", main), ("roles.yaml", ROLES)]);
    let role = &lowered.units[0].roles[0].header;
    assert_eq!(role.condition.to_string(), "`IsProd` is true");
    assert_eq!(role.calls.len(), 1);
}

#[test]
fn templates_that_call_each_other_end() {
    let call = |path: &str| {
        format!(
            "Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: {path}}}\n  R: {{Type: AWS::IAM::Role}}\n"
        )
    };
    let (a, b) = (call("b.yaml"), call("a.yaml"));
    let lowered = lowered(&[("a.yaml", &a), ("b.yaml", &b)]);
    let names: Vec<&str> = lowered.units.iter().map(|unit| unit.path.as_str()).collect();
    assert_eq!(names, ["a.yaml"]);
    assert_eq!(lowered.units[0].roles.len(), 2);
}

#[test]
fn a_stack_set_holds_its_template() {
    let main = "\
Resources:
  Everywhere:
    Type: AWS::CloudFormation::StackSet
    Properties:
      StackSetName: s
      Parameters: [{ParameterKey: RoleArn, ParameterValue: !GetAtt Role.Arn}]
      TemplateBody: |
        Parameters: {RoleArn: {Type: String}}
        Resources:
          Worker:
            Type: AWS::Lambda::Function
            Properties: {Role: !Ref RoleArn}
  Role: {Type: AWS::IAM::Role}
";
    let files = MemoryFiles::new().with("main.yaml", main);
    let lowered = lower_templates(&["main.yaml".to_owned()], &files, &Inputs::default());
    let header = &lowered.units[0].functions[0].header;
    assert_eq!(files.sources().slice(header.span), "Worker");
    assert_eq!(roles(lowered), ["Everywhere/Worker -> Role"]);
}

#[test]
fn what_a_nested_stack_gives_back_can_be_exported() {
    for nested in [
        "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: roles.yaml}}",
        "{Type: AWS::Serverless::Application, Properties: {Location: roles.yaml}}",
    ] {
        let exporter = format!(
            "Resources:\n  Nested: {nested}\nOutputs:\n  \
             Arn: {{Value: !GetAtt Nested.Outputs.Arn, Export: {{Name: role-arn}}}}\n"
        );
        let importer = "\
Resources:
  Worker: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: worker.yaml, Parameters: {RoleArn: !ImportValue role-arn}}}
  Other: {Type: AWS::Lambda::Function, Properties: {Role: !ImportValue other-arn}}
";
        let files = [
            ("exporter.yaml", exporter.as_str()),
            ("importer.yaml", importer),
            ("roles.yaml", ROLES),
            ("worker.yaml", WORKER),
        ];
        let found = roles(lowered(&files));
        let [other, worker] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(worker, "Worker/Worker -> Nested/Role", "{nested}");
        assert!(other.starts_with("Other -> Unknown") && other.contains("External"), "{other}");
    }
}

/// A template with a stack set of this body, and a role beside it.
fn with_body(body: &str) -> String {
    format!(
        "\
Parameters:
  Given: {{Type: String, Default: arn:aws:iam::111122223333:role/given}}
Resources:
  Role: {{Type: AWS::IAM::Role}}
  Everywhere:
    Type: AWS::CloudFormation::StackSet
    Properties:
      StackSetName: s
      TemplateBody: {body}
"
    )
}

#[test]
fn values_go_into_the_text_of_a_stack_set() {
    let yaml = "!Sub |
        # in ${AWS::Region}
        Resources:
          Worker:
            Type: AWS::Lambda::Function
            Properties:
              Role: ${Role.Arn}
          Own:
            Type: AWS::Lambda::Function
            Properties:
              Role: !Sub '${!Inner.Arn}'
          Named:
            Type: AWS::Lambda::Function
            Properties: {Role: !Sub 'arn:aws:iam::${AWS::AccountId}:role/${!Inner}'}
          Inner: {Type: AWS::IAM::Role}";
    let flow = "!Sub
        - |
          Resources:
            Worker:
              Type: AWS::Lambda::Function
              Properties: {Role: ${Arn}, Timeout: ${Seconds}}
        - {Arn: !GetAtt Role.Arn, Seconds: 3}";
    let json = "
        Fn::Sub: |
          {
            \"Resources\": {
              \"Worker\": {
                \"Type\": \"AWS::Lambda::Function\",
                \"Properties\": {\"Role\": \"${Role.Arn}\", \"Timeout\": ${AWS::NoValue}}
              }
            }
          }";
    let line = "!Sub '{\"Resources\": {\"Worker\": {\"Type\": \"AWS::Lambda::Function\", \
                \"Properties\": {\"Role\": \"${Role.Arn}\"}}}}'";
    let map = "
        Fn::ToJsonString:
          Resources:
            Worker:
              Type: AWS::Lambda::Function
              Properties: {Role: !GetAtt Role.Arn}";
    let worker: &[&str] = &["Everywhere/Worker -> Role"];
    let inner = [
        "Everywhere/Worker -> Role",
        "Everywhere/Own -> Everywhere/Inner",
        "Everywhere/Named -> Everywhere/Inner",
    ];
    let cases = [(yaml, &inner[..]), (flow, worker), (json, worker), (line, worker), (map, worker)];
    for (body, expected) in cases {
        let main = with_body(body);
        let files = MemoryFiles::new().with("main.yaml", main.as_str());
        let lowered = lower_templates(&["main.yaml".to_owned()], &files, &Inputs::default());
        let functions = &lowered.units[0].functions;
        let slice = |span| files.sources().slice(span);
        let place = functions.first().map(|function| slice(function.header.span));
        assert_eq!(place.as_deref().map(|text| text.trim_matches('"')), Some("Worker"), "{body}");
        for function in functions {
            assert_eq!(
                slice(function.header.span).trim_matches('"'),
                function.header.address.name()
            );
        }
        assert_eq!(roles(lowered), expected, "{body}");
    }
}

#[test]
fn values_from_outside_keep_their_place_and_can_be_told_apart() {
    let body = "!Sub |
        Conditions:
          IsGiven: !Equals ['${Given}', 'arn:aws:iam::111122223333:role/given']
        Resources:
          Worker:
            Type: AWS::Lambda::Function
            Condition: IsGiven
            Properties: {Role: '${Given}'}
          Never:
            Type: AWS::Lambda::Function
            Condition: NotGiven
            Properties: {Role: '${Given}', Description: '${Given} ${!Escaped}'}";
    let main = with_body(body);
    let files = MemoryFiles::new().with("main.yaml", main.as_str());
    let lowered = lower_templates(&["main.yaml".to_owned()], &files, &Inputs::default());
    let worker = &lowered.units[0].functions[0];
    assert!(worker.header.condition.is_always(), "{}", worker.header.condition);
    let role = worker.role.iter().next().and_then(|branch| branch.item.known()).unwrap();
    assert_eq!(role.value.to_string(), "arn:aws:iam::111122223333:role/given");
    assert_eq!(files.sources().slice(role.span), "arn:aws:iam::111122223333:role/given");
}

#[test]
fn what_is_not_local_stays_outside() {
    for url in
        ["https://s3.amazonaws.com/b/t.yaml", "!Sub '${Base}/t.yaml'", "gone.yaml", "/etc/passwd"]
    {
        let main = format!(
            "Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: {url}}}\n  \
             F:\n    Type: AWS::Lambda::Function\n    Properties: {{Role: !GetAtt S.Outputs.Arn}}\n"
        );
        let found = roles(lowered(&[("main.yaml", &main)]));
        assert!(found[0].starts_with("F -> Unknown"), "{url}: {found:?}");
    }
}

#[test]
fn paths_beside_a_file() {
    let cases = [
        ("a/b.yaml", "c.yaml", Some("a/c.yaml")),
        ("b.yaml", "./x/c.yaml", Some("x/c.yaml")),
        ("a/b/c.yaml", "../d.yaml", Some("a/d.yaml")),
        ("a.yaml", "../d.yaml", Some("../d.yaml")),
        ("../a/b.yaml", "../d.yaml", Some("../d.yaml")),
    ];
    for (file, path, expected) in cases {
        assert_eq!(beside(file, path).as_deref(), expected, "{file} {path}");
    }
    assert_eq!(local_path("a/b.yaml", r"c\d.yaml").as_deref(), Some("a/c/d.yaml"));
    assert_eq!(local_path("a/b.yaml", r"..\d.yaml").as_deref(), Some("d.yaml"));
}

#[test]
fn what_a_caller_leaves_out_is_its_default() {
    let worker = "\
Parameters:
  RoleArn: {Type: String, Default: ''}
Conditions:
  HasRole: !Not [!Equals [!Ref RoleArn, '']]
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties: {Role: !If [HasRole, !Ref RoleArn, !GetAtt Own.Arn]}
  Own: {Type: AWS::IAM::Role}
";
    let main = |given: &str| {
        format!(
            "\
Parameters:
  RoleArn: {{Type: String, Default: ''}}
  Roles: {{Type: CommaDelimitedList, Default: ''}}
Resources:
  Workers:
    Type: AWS::CloudFormation::Stack
    Properties: {{TemplateURL: worker.yaml, Parameters: {given}}}
"
        )
    };
    for (given, role) in [
        ("{}", "Workers/Own"),
        ("{RoleArn: !Ref AWS::NoValue}", "Workers/Own"),
        ("{RoleArn: ''}", "Workers/Own"),
        // Whoever deploys the caller may give it.
        ("{RoleArn: !Ref RoleArn}", "2 branches"),
        ("{RoleArn: !Sub '${RoleArn}'}", "2 branches"),
        ("{RoleArn: !Join [',', !Ref Roles]}", "2 branches"),
    ] {
        let files = [("main.yaml", main(given)), ("worker.yaml", worker.to_owned())];
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, &**text)).collect();
        assert_eq!(roles(lowered(&files)), [format!("Workers/Worker -> {role}")], "{given}");
    }
    assert_eq!(roles(lowered(&[("worker.yaml", worker)])), ["Worker -> 2 branches"]);
}
