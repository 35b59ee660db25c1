//! Templates of which somebody says where they are deployed.

use iacscan_core::MemoryFiles;
use iacscan_graph::{Attached, AttachedPolicy, Graph, NameProblem, link};

use crate::{Inputs, Parameter, lower_templates};

fn deployed_to(region: &str) -> Inputs {
    let mut inputs = Inputs::default();
    if !region.is_empty() {
        let given = Parameter { value: region.into(), span: None };
        inputs.parameters.insert("AWS::Region".into(), given);
    }
    inputs
}

fn linked(path: &str, files: &MemoryFiles, region: &str) -> Graph {
    link(lower_templates(&[path.to_owned()], files, &deployed_to(region)).units)
}

/// The managed policies of the first function.
fn managed(graph: &Graph) -> Vec<String> {
    let (id, _) = graph.functions().next().unwrap();
    graph.summary(id).unwrap().managed_policies.iter().map(ToString::to_string).collect()
}

/// What is wrong with the policies of the only role, in their order.
fn problems(graph: &Graph) -> Vec<Option<NameProblem>> {
    let problem = |attached: &Attached| match &attached.policy {
        AttachedPolicy::Misnamed { problem, .. } => Some(*problem),
        _ => None,
    };
    graph
        .execution_roles()
        .flat_map(|role| role.attached().map(problem).collect::<Vec<_>>())
        .collect()
}

#[test]
fn what_sam_adds_has_the_name_of_the_partition() {
    let template = "\
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {Tracing: Active, Handler: a.b, Runtime: python3.13}
";
    let cases = [
        ("", "AWSXrayWriteOnlyAccess"),
        ("eu-west-1", "AWSXrayWriteOnlyAccess"),
        ("cn-north-1", "AWSXRayDaemonWriteAccess"),
        ("us-gov-west-1", "AWSXRayDaemonWriteAccess"),
    ];
    for (region, name) in cases {
        let graph = linked("t.yaml", &MemoryFiles::new().with("t.yaml", template), region);
        assert_eq!(managed(&graph), ["AWSLambdaBasicExecutionRole", name], "{region}");
    }
}

#[test]
fn a_managed_policy_is_one_of_its_partition() {
    let role = |arn: &str| {
        format!(
            "\
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {{Role: !GetAtt R.Arn}}
  R:
    Type: AWS::IAM::Role
    Properties: {{ManagedPolicyArns: [{arn}]}}
"
        )
    };
    let basic = "service-role/AWSLambdaBasicExecutionRole";
    let anywhere = "!Sub 'arn:${AWS::Partition}:iam::aws:policy";
    let cases = [
        (format!("arn:aws-cn:iam::aws:policy/{basic}"), "", None),
        (format!("arn:aws-us-gov:iam::aws:policy/{basic}"), "", None),
        (format!("arn:aws-cn:iam::aws:policy/{basic}"), "cn-north-1", None),
        (format!("{anywhere}/{basic}'"), "us-gov-east-1", None),
        (
            format!("arn:aws:iam::aws:policy/{basic}"),
            "cn-northwest-1",
            Some(NameProblem::OtherPartition),
        ),
        (
            format!("arn:aws-cn:iam::aws:policy/{basic}"),
            "eu-west-1",
            Some(NameProblem::OtherPartition),
        ),
        // Nothing replaces a variable without `Fn::Sub`.
        (
            format!("'arn:${{AWS::Partition}}:iam::aws:policy/{basic}'"),
            "",
            Some(NameProblem::Unfilled),
        ),
        (
            format!("'arn:{{AWS::Partition}}:iam::aws:policy/{basic}'"),
            "",
            Some(NameProblem::Unfilled),
        ),
        // What another tool fills in before the template is deployed.
        (format!("'arn:${{self:custom.partition}}:iam::aws:policy/{basic}'"), "eu-west-1", None),
        (format!("'arn:{{{{ partition }}}}:iam::aws:policy/{basic}'"), "eu-west-1", None),
        // What was removed in one partition may be there in others.
        ("arn:aws:iam::aws:policy/AWSLambdaFullAccess".into(), "", Some(NameProblem::Removed)),
        ("arn:aws-cn:iam::aws:policy/AWSLambdaFullAccess".into(), "", None),
        (format!("{anywhere}/AWSLambdaFullAccess'"), "", Some(NameProblem::Removed)),
        (format!("{anywhere}/AWSLambdaFullAccess'"), "cn-north-1", None),
        // Paths are the same everywhere.
        (
            "arn:aws-cn:iam::aws:policy/AWSLambdaBasicExecutionRole".into(),
            "",
            Some(NameProblem::WrongPath),
        ),
    ];
    for (arn, region, problem) in cases {
        let graph = linked("t.yaml", &MemoryFiles::new().with("t.yaml", role(&arn)), region);
        assert_eq!(problems(&graph), [problem], "{arn} in {region:?}");
    }
}

#[test]
fn conditions_and_mappings_know_the_region() {
    let template = "\
Mappings:
  Partitions:
    aws: {Tracing: AWSXrayWriteOnlyAccess}
    aws-cn: {Tracing: AWSXRayDaemonWriteAccess}
Conditions:
  InChina: !Equals [!Ref AWS::Partition, aws-cn]
  InIreland: !Equals [!Ref AWS::Region, eu-west-1]
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt R.Arn}
  R:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns:
        - !Sub
          - arn:${AWS::Partition}:iam::aws:policy/${Name}
          - Name: !FindInMap [Partitions, !Ref AWS::Partition, Tracing]
        - !If [InChina, 'arn:aws-cn:iam::aws:policy/AmazonSQSFullAccess', !Ref AWS::NoValue]
        - !If [InIreland, 'arn:aws:iam::aws:policy/AmazonSNSFullAccess', !Ref AWS::NoValue]
";
    let cases: [(&str, &[&str]); 2] = [
        ("cn-north-1", &["AWSXRayDaemonWriteAccess", "AmazonSQSFullAccess"]),
        ("eu-west-1", &["AWSXrayWriteOnlyAccess", "AmazonSNSFullAccess"]),
    ];
    let nested = "\
Resources:
  Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: inner.yaml}}
";
    for (region, expected) in cases {
        let files = MemoryFiles::new().with("inner.yaml", template).with("t.yaml", nested);
        for path in ["inner.yaml", "t.yaml"] {
            let graph = linked(path, &files, region);
            assert_eq!(managed(&graph), expected, "{path} in {region}");
            assert_eq!(problems(&graph), [None, None], "{path} in {region}");
        }
    }
}

#[test]
fn stack_sets_have_regions_of_their_own() {
    let template = "\
Resources:
  Set:
    Type: AWS::CloudFormation::StackSet
    Properties:
      TemplateBody:
        Conditions:
          InIreland: !Equals [!Ref AWS::Region, eu-west-1]
        Resources:
          F:
            Type: AWS::Lambda::Function
            Properties: {Role: !GetAtt R.Arn}
          R:
            Type: AWS::IAM::Role
            Properties:
              ManagedPolicyArns:
                - !If [InIreland, 'arn:aws:iam::aws:policy/AmazonSNSFullAccess', !Ref AWS::NoValue]
";
    for region in ["", "eu-west-1", "us-east-1"] {
        let graph = linked("t.yaml", &MemoryFiles::new().with("t.yaml", template), region);
        let (id, _) = graph.functions().next().unwrap();
        let with_policy = graph
            .chains(id)
            .iter()
            .map(|chain| chain.linked().unwrap().attached.len())
            .collect::<Vec<_>>();
        assert_eq!(with_policy, [1, 0], "{region}");
    }
}

#[test]
fn a_cloud_assembly_says_where_its_stacks_are_deployed() {
    let template = r#"{"Resources": {
        "F": {"Type": "AWS::Lambda::Function", "Properties": {"Role": {"Fn::GetAtt": ["R", "Arn"]}}},
        "R": {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": [
            "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]}}
    }}"#;
    let manifest = |environment: &str| {
        format!(
            r#"{{"artifacts": {{"S": {{"type": "aws:cloudformation:stack",
            "environment": "{environment}", "properties": {{"templateFile": "S.template.json"}}}}}}}}"#
        )
    };
    let cases = [
        ("aws://123456789012/cn-north-1", Some(NameProblem::OtherPartition)),
        ("aws://123456789012/eu-west-1", None),
        ("aws://unknown-account/unknown-region", None),
    ];
    for (environment, problem) in cases {
        let files = MemoryFiles::new()
            .with("cdk.out/manifest.json", manifest(environment))
            .with("cdk.out/S.template.json", template);
        let graph = linked("cdk.out/S.template.json", &files, "");
        assert_eq!(problems(&graph), [problem], "{environment}");
    }
}
