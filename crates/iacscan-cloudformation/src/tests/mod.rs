//! Templates lowered to units.

mod bad_input;
mod partitions;
mod pieces;

use iacscan_core::{Attribute, Files, Finding, MemoryFiles, Property, Span, Text, Truth};
use iacscan_graph::nodes::SecretSource;
use iacscan_graph::{Lowered, RoleLink, Unit, link};

use crate::{Inputs, Parameter, lower_templates};

/// A template lowered, with its file.
struct Scanned {
    files: MemoryFiles,
    lowered: Lowered,
}

impl Scanned {
    fn new(text: &str) -> Self {
        Self::with(text, &Inputs::default())
    }

    fn with(text: &str, inputs: &Inputs) -> Self {
        let files = MemoryFiles::new().with("t.yaml", text);
        let lowered = lower_templates(&["t.yaml".to_owned()], &files, inputs);
        Self { files, lowered }
    }

    fn unit(&self) -> &Unit {
        &self.lowered.units[0]
    }

    fn slice(&self, span: Span) -> String {
        self.files.sources().slice(span)
    }

    /// The findings as `rule: message @ text`.
    fn findings(&self) -> Vec<String> {
        let show = |finding: &Finding| {
            let at = self.slice(finding.primary().unwrap().span);
            format!("{}: {} @ {at}", finding.rule, finding.message)
        };
        self.unit().findings.iter().map(show).collect()
    }

    /// The only branch of a text with the text of its place.
    fn shown(&self, property: &Property<Text>) -> String {
        match &property.0[..] {
            [only] => match &only.item {
                Attribute::Absent => "absent".to_owned(),
                Attribute::Known(text) => format!("{} @ {}", text.value, self.slice(text.span)),
                Attribute::Unknown(span, unknown) => {
                    format!("unknown: {unknown} @ {}", self.slice(*span))
                }
            },
            _ => "several".to_owned(),
        }
    }
}

const FUNCTION_WITH_ROLE: &str = "\
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: worker
      Role: !GetAtt WorkerRole.Arn
      VpcConfig:
        SubnetIds: [subnet-1]
        SecurityGroupIds: [sg-1]
      TracingConfig: {Mode: Active}
  WorkerRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          Effect: Allow
          Principal: {Service: lambda.amazonaws.com}
          Action: sts:AssumeRole
      ManagedPolicyArns:
        - !Sub arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement: {Effect: Allow, Action: 's3:*', Resource: '*'}
";

#[test]
fn a_function_and_its_role() {
    let scanned = Scanned::new(FUNCTION_WITH_ROLE);
    let unit = scanned.unit();
    assert_eq!(scanned.findings(), Vec::<String>::new());
    let function = &unit.functions[0];
    assert_eq!(scanned.slice(function.header.span), "Worker");
    assert_eq!(scanned.slice(function.header.type_span), "AWS::Lambda::Function");
    assert_eq!(scanned.shown(&function.role), "${WorkerRole.arn} @ !GetAtt WorkerRole.Arn");
    let vpc = function.vpc.0[0].item.known().unwrap();
    assert_eq!((vpc.value.attached, scanned.slice(vpc.span)), (Truth::True, "VpcConfig".into()));
    let tracing = function.tracing.0[0].item.known().unwrap();
    assert_eq!(scanned.slice(tracing.span), "TracingConfig");
    let role = &unit.roles[0];
    assert_eq!(role.managed.items.len(), 1);
    assert_eq!(
        role.managed.items[0].item.value.to_string(),
        "arn:${partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    );
    let document = role.inline.items[0].item.document.0[0].item.known().unwrap();
    let statement = &document.value.statements.items[0].item;
    let action = &statement.actions.as_ref().unwrap().items.items[0].item;
    assert_eq!(scanned.slice(action.span), "'s3:*'");
    assert_eq!(scanned.slice(role.lacking.unwrap()), "ManagedPolicyArns");
    assert_eq!(function.header.depends_on.len(), 1);

    let graph = link(vec![unit.clone()]);
    let (id, _) = graph.functions().next().unwrap();
    assert!(matches!(graph.role_links(id)[0].item, RoleLink::Role(_)));
}

#[test]
fn loops_are_unrolled() {
    let scanned = Scanned::new(
        "\
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: 'A,B'}
Resources:
  Fn::ForEach::Workers:
    - Name
    - !Ref Names
    - Worker${Name}:
        Type: AWS::Lambda::Function
        Properties:
          FunctionName: !Sub worker-${Name}
          Role: !GetAtt
            - Role${Name}
            - Arn
      Role${Name}:
        Type: AWS::IAM::Role
        DependsOn: Queue${Name}
        Properties:
          ManagedPolicyArns: ['arn:aws:iam::aws:policy/Policy-&{Name}']
          Fn::ForEach::Keys:
            - Key
            - [RoleName]
            - ${Key}: !Join ['-', [role, !Ref Name]]
      Queue${Name}:
        Type: AWS::SQS::Queue
",
    );
    let unit = scanned.unit();
    assert_eq!(scanned.findings(), Vec::<String>::new());
    assert!(unit.open_world.is_empty());
    let names: Vec<&str> =
        unit.resources.iter().map(|resource| resource.header.address.name().as_str()).collect();
    assert_eq!(names, ["WorkerA", "RoleA", "QueueA", "WorkerB", "RoleB", "QueueB"]);
    let b = &unit.functions[1];
    assert_eq!(b.role.0[0].item.known().unwrap().value.to_string(), "${RoleB.arn}");
    assert_eq!(b.name.0[0].item.known().unwrap().value.to_string(), "worker-B");
    let role = &unit.roles[1];
    assert_eq!(role.name.0[0].item.known().unwrap().value.to_string(), "role-B");
    assert_eq!(
        role.managed.items[0].item.value.as_known().unwrap(),
        "arn:aws:iam::aws:policy/Policy-B"
    );
    assert_eq!(role.header.depends_on[0].name(), "QueueB");
}

#[test]
fn places_of_features() {
    let scanned = Scanned::new(
        "\
Parameters:
  Password: {Type: String, NoEcho: true}
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::123456789012:role/worker
      DeadLetterConfig:
        TargetArn: !GetAtt Queue.Arn
      LoggingConfig: {LogGroup: /app/worker}
      KmsKeyArn: !GetAtt Key.Arn
      DurableConfig: {ExecutionTimeout: 3600}
      PackageType: Image
      Layers:
        - arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:1
      FileSystemConfigs:
        - {Arn: !GetAtt AccessPoint.Arn, LocalMountPath: /mnt/x}
      Environment:
        Variables:
          PLAIN: x
          SECRET: !Ref Password
          DYNAMIC: '{{resolve:secretsmanager:s:SecretString:k}}'
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs, KmsMasterKeyId: alias/mine}}
  Key: {Type: AWS::KMS::Key}
  AccessPoint: {Type: AWS::EFS::AccessPoint, Properties: {FileSystemId: !Ref Files}}
  Files: {Type: AWS::EFS::FileSystem}
",
    );
    assert_eq!(scanned.findings(), Vec::<String>::new());
    let function = &scanned.unit().functions[0];
    assert_eq!(
        scanned.shown(&function.role),
        "arn:aws:iam::123456789012:role/worker @ arn:aws:iam::123456789012:role/worker"
    );
    assert_eq!(scanned.shown(&function.dead_letter), "${Queue.arn} @ !GetAtt Queue.Arn");
    assert_eq!(scanned.shown(&function.log_group), "/app/worker @ /app/worker");
    assert_eq!(scanned.shown(&function.kms_key), "${Key.arn} @ KmsKeyArn");
    let durable = function.durable.0[0].item.known().unwrap();
    assert_eq!(scanned.slice(durable.span), "DurableConfig");
    assert_eq!(function.container_image, Truth::True);
    assert_eq!(function.capacity_provider, Truth::False);
    assert_eq!(function.layers.items.len(), 1);
    assert_eq!(scanned.slice(function.file_systems.items[0].item.span), "FileSystemConfigs");
    let secrets: Vec<(String, Option<SecretSource>)> = function
        .environment
        .all()
        .map(|variable| (variable.name.value.to_string(), variable.secret))
        .collect();
    let (input, secret) = (Some(SecretSource::Input), Some(SecretSource::Secret));
    let expected = [("PLAIN", None), ("SECRET", input), ("DYNAMIC", secret)];
    assert_eq!(secrets, expected.map(|(name, source)| (name.to_owned(), source)));
    let queue = &scanned.unit().resources[1];
    assert_eq!(scanned.shown(&queue.name), "jobs @ jobs");
    assert_eq!(scanned.shown(&queue.kms_key), "alias/mine @ alias/mine");
}

#[test]
fn a_vpc_needs_subnets_and_groups() {
    let attached = |config: &str| {
        let scanned = Scanned::new(&format!(
            "\
Parameters:
  Subnets: {{Type: 'List<AWS::EC2::Subnet::Id>'}}
  Text: {{Type: String}}
  Stage: {{Type: String}}
Conditions:
  InVpc: !Equals [!Ref Stage, prod]
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      VpcConfig: {config}
"
        ));
        let branches = scanned.unit().functions[0].vpc.0.iter();
        branches
            .map(|branch| match &branch.item {
                Attribute::Absent => "absent".to_owned(),
                Attribute::Known(vpc) => {
                    assert_eq!(scanned.slice(vpc.span), "VpcConfig");
                    format!("{:?}", vpc.value.attached)
                }
                Attribute::Unknown(_, unknown) => format!("? {unknown}"),
            })
            .collect::<Vec<_>>()
            .join(", ")
    };
    assert_eq!(attached("{SubnetIds: [a], SecurityGroupIds: [b]}"), "True");
    assert_eq!(attached("{SubnetIds: [], SecurityGroupIds: []}"), "absent");
    assert_eq!(attached("{SubnetIds: [a]}"), "absent");
    assert_eq!(attached("{SubnetIds: !Ref Subnets, SecurityGroupIds: [!Ref Text]}"), "True");
    assert_eq!(attached("{SubnetIds: !Split [',', !Ref Text], SecurityGroupIds: [b]}"), "Unknown");
    assert_eq!(
        attached("!If [InVpc, {SubnetIds: [a], SecurityGroupIds: [b]}, !Ref AWS::NoValue]"),
        "True, absent"
    );
    assert_eq!(
        attached("{SubnetIds: !If [InVpc, [a], []], SecurityGroupIds: !If [InVpc, [b], []]}"),
        "True, absent"
    );
    assert_eq!(
        attached("{SubnetIds: [!If [InVpc, a, !Ref AWS::NoValue]], SecurityGroupIds: [b]}"),
        "Unknown"
    );
}

#[test]
fn conditions_reach_the_nodes() {
    let scanned = Scanned::new(
        "\
Parameters:
  Stage: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Role:
    Type: AWS::IAM::Role
    Condition: IsProd
    Properties:
      ManagedPolicyArns:
        - !If [IsProd, arn:aws:iam::aws:policy/A, !Ref AWS::NoValue]
        - arn:aws:iam::aws:policy/B
      Policies: !If
        - IsProd
        - - PolicyName: p
            PolicyDocument: {Statement: []}
        - !Ref AWS::NoValue
",
    );
    let role = &scanned.unit().roles[0];
    assert_eq!(role.header.condition.to_string(), "`IsProd` is true");
    let managed: Vec<String> = role
        .managed
        .items
        .iter()
        .map(|item| format!("{} if {}", item.item.value, item.condition))
        .collect();
    assert_eq!(
        managed,
        ["arn:aws:iam::aws:policy/A if `IsProd` is true", "arn:aws:iam::aws:policy/B if always"]
    );
    assert_eq!(role.inline.items[0].condition.to_string(), "`IsProd` is true");
}

#[test]
fn what_a_transform_includes_is_not_known() {
    let scanned = Scanned::new(
        "\
Resources:
  A:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: a
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}
  B:
    Type: AWS::Lambda::Function
    Fn::Transform: {Name: Macro}
    Properties: {}
  C:
    Type: AWS::Lambda::Function
    Properties: {}
",
    );
    let roles: Vec<String> = scanned
        .unit()
        .functions
        .iter()
        .map(|function| match &function.role.0[0].item {
            Attribute::Unknown(_, unknown) => unknown.to_string(),
            other => format!("{:?}", other.is_set()),
        })
        .collect();
    let outside = "defined outside the scanned files";
    assert_eq!(roles, [outside, outside, "False"]);
}

#[test]
fn macros_open_the_world() {
    let scanned = Scanned::new(
        "Transform: [AWS::LanguageExtensions, MyMacro]\nResources:\n  A: {Type: AWS::SNS::Topic, \
         Properties: {TopicName: !Ref Elsewhere}}\n",
    );
    let unit = scanned.unit();
    assert_eq!(scanned.slice(unit.open_world[0].span), "MyMacro");
    assert_eq!(unit.undecided.len(), 1);
    assert_eq!(scanned.findings(), Vec::<String>::new());
}

#[test]
fn a_part_of_a_template_may_name_what_other_parts_define() {
    let cases = [
        ("a-${self:provider.stage}", true),
        ("${opt:stage, 'dev'}", true),
        ("${file(./names.yml):topic}", true),
        ("${AWS::StackName}-${self}", false),
        ("\"print('${self:x}')\\nprint(1)\"", false),
    ];
    for (name, is_part) in cases {
        let scanned = Scanned::new(&format!(
            "Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Properties:\n      \
             TopicName: {name}\n      KmsMasterKeyId: !Ref Elsewhere\n"
        ));
        let unit = scanned.unit();
        assert_eq!(unit.open_world.len(), usize::from(is_part), "{name}");
        assert_eq!(unit.undecided.len(), usize::from(is_part), "{name}");
        assert_eq!(scanned.findings().is_empty(), is_part, "{name}");
    }
}

#[test]
fn given_parameters_stand_at_their_reference() {
    let mut inputs = Inputs::default();
    let given = Parameter { value: "arn:aws:iam::123456789012:role/r".into(), span: None };
    inputs.parameters.insert("RoleArn".into(), given);
    let scanned = Scanned::with(
        "\
Parameters:
  RoleArn: {Type: String}
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {Role: !Ref RoleArn}}
",
        &inputs,
    );
    assert_eq!(
        scanned.shown(&scanned.unit().functions[0].role),
        "arn:aws:iam::123456789012:role/r @ !Ref RoleArn"
    );
}

#[test]
fn suppressions_and_exports() {
    let scanned = Scanned::new(
        "\
Resources:
  Role:
    Type: AWS::IAM::Role
    Metadata:
      iacscan:
        ignore:
          - {rule: admin-policy, reason: break glass}
          - wildcard-action
          - {reason: of no rule}
  Other:
    Type: AWS::IAM::Role
    Metadata: {iacscan: {ignore: admin-policy}}
Outputs:
  RoleArn:
    Value: !GetAtt Role.Arn
    Export: {Name: role-arn}
",
    );
    let unit = scanned.unit();
    let suppression = &unit.roles[0].header.suppressions[0];
    assert_eq!(suppression.rule, "admin-policy");
    assert_eq!(suppression.reason.as_deref(), Some("break glass"));
    let nameless = unit.roles.iter().flat_map(|role| &role.header.suppressions);
    let nameless = nameless.filter(|it| it.rule.is_empty()).map(|it| scanned.slice(it.span));
    let nameless: Vec<String> = nameless.collect();
    assert_eq!(nameless, ["wildcard-action", "{reason: of no rule}", "admin-policy"]);
    assert_eq!(unit.exports[0].name.value.as_known().unwrap(), "role-arn");
    assert_eq!(unit.exports[0].value.value.to_string(), "${Role.arn}");
}

#[test]
fn who_invokes_what() {
    let scanned = Scanned::new(
        "\
Resources:
  F: {Type: AWS::Lambda::Function}
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, Name: live}}
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      Integration:
        Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations
  Defined:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        paths:
          /x:
            get:
              x-amazon-apigateway-integration: {uri: !GetAtt F.Arn, credentials: !GetAtt Role.Arn}
  Http:
    Type: AWS::ApiGateway::Method
    Properties: {Integration: {Uri: 'https://example.com'}}
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      Subscription:
        - {Protocol: lambda, Endpoint: !Ref Live}
        - {Protocol: sqs, Endpoint: !GetAtt F.Arn}
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        LambdaConfigurations: [{Event: 's3:*', Function: !GetAtt F.Arn}]
  Rule:
    Type: AWS::Events::Rule
    Properties:
      Targets:
        - {Id: a, Arn: !GetAtt F.Arn}
        - {Id: b, Arn: !GetAtt Live.AliasArn, RoleArn: !GetAtt Role.Arn}
        - {Id: c, Arn: !GetAtt Queue.Arn}
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      LambdaConfig:
        PreSignUp: !GetAtt F.Arn
        CustomEmailSender: {LambdaArn: !GetAtt F.Arn, LambdaVersion: V1_0}
  Role: {Type: AWS::IAM::Role}
  Queue: {Type: AWS::SQS::Queue}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {TaskRoleArn: !GetAtt Role.Arn}
",
    );
    let unit = scanned.unit();
    let triggers: Vec<String> = unit
        .triggers
        .iter()
        .map(|trigger| {
            let place = scanned.slice(trigger.span);
            format!("{} {} {:?}", trigger.service, place, trigger.has_role)
        })
        .collect();
    assert_eq!(
        triggers,
        [
            "apigateway !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations False",
            "apigateway !GetAtt F.Arn True",
            "sns !Ref Live False",
            "s3 !GetAtt F.Arn False",
            "events !GetAtt F.Arn False",
            "events !GetAtt Live.AliasArn True",
            "cognito-idp !GetAtt F.Arn False",
            "cognito-idp !GetAtt F.Arn False",
        ]
    );
    let users: Vec<&str> = unit.role_users.iter().map(|user| user.service.as_str()).collect();
    assert_eq!(users, ["events", "ecs-tasks"]);
    let alias = &unit.resources[1];
    assert_eq!(scanned.shown(&alias.parent), "${F.arn} @ !Ref F");
}
