//! Cases that scanners get wrong, by name: which rules speak (at `low` and above) and no others.

use iacscan_core::{MemoryFiles, Severity};
use iacscan_rules::{Options, check};

/// A function with these properties and a role with these, and what is found.
struct Case {
    name: &'static str,
    function: &'static str,
    role: &'static str,
    expected: &'static [&'static str],
}

const VPC: &str = "VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}";
const TRACED: &str = "TracingConfig: {Mode: Active}";
const BASIC: &str =
    "ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']";

const CASES: &[Case] = &[
    Case {
        name: "01 the policy for a VPC contains the one for logs",
        function: VPC,
        role: "ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole']",
        expected: &[],
    },
    Case {
        name: "04 the policy for network interfaces alone writes no logs",
        function: VPC,
        role: "ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaENIManagementAccess']",
        expected: &["missing-logs-permission"],
    },
    Case {
        name: "05 empty lists attach nothing",
        function: "VpcConfig: {SubnetIds: [], SecurityGroupIds: []}",
        role: BASIC,
        expected: &[],
    },
    Case {
        name: "08 two names of one X-Ray policy",
        function: TRACED,
        role: "ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole', 'arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess']",
        expected: &[],
    },
    Case {
        name: "10 pass-through needs nothing",
        function: "TracingConfig: {Mode: PassThrough}",
        role: BASIC,
        expected: &[],
    },
    Case {
        name: "13 full access to Lambda gives everything but logs",
        function: "MemorySize: 128",
        role: "ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSLambda_FullAccess']",
        expected: &["admin-policy", "missing-logs-permission"],
    },
    Case {
        name: "37 a key for the environment needs nothing of the role",
        function: "KmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/0a1b'",
        role: BASIC,
        expected: &[],
    },
    Case {
        name: "38 an image needs nothing of the role",
        function: "PackageType: Image",
        role: BASIC,
        expected: &[],
    },
    Case {
        name: "40 wrong paths count as the policies they mean",
        function: TRACED,
        role: "ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole', 'arn:aws:iam::aws:policy/service-role/AWSXRayDaemonWriteAccess']",
        expected: &["managed-policy-not-found", "managed-policy-not-found"],
    },
    Case {
        name: "45 an administrator's policy as boundary grants nothing",
        function: "MemorySize: 128",
        role: "PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess'\n      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']",
        expected: &[],
    },
];

#[test]
fn cases_that_scanners_get_wrong() {
    for Case { name, function, role, expected } in CASES {
        let template = format!(
            "Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Code: {{S3Bucket: artifacts, S3Key: app.zip}}
      {function}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - {{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}
      {role}
"
        );
        let files = MemoryFiles::new().with("template.yaml", template);
        let inputs = iacscan_cloudformation::Inputs::default();
        let templates = ["template.yaml".to_owned()];
        let lowered = iacscan_cloudformation::lower_templates(&templates, &files, &inputs);
        let graph = iacscan_graph::link(lowered.units);
        let mut found: Vec<&str> = check(&graph, &Options::default(), |_| true)
            .iter()
            .filter(|finding| finding.severity > Severity::Info)
            .map(|finding| finding.rule)
            .collect();
        found.sort_unstable();
        assert_eq!(found, *expected, "{name}");
    }
}
