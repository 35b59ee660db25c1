//! Templates lowered to units.

use iacscan_core::{Attribute, Files, Finding, MemoryFiles, Property, Span, Text, Truth};
use iacscan_graph::{Lowered, RoleLink, Unit, link};

use crate::{Inputs, lower_templates};

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
