//! What the help about features of a VPC says to write leaves nothing to report.

use iacscan_core::Finding;
use iacscan_rules::Options;

use super::wording::TRUST;
use crate::scan;

fn findings(path: &str, text: &str) -> Vec<Finding> {
    scan::scan([(path, text)], &Options::default()).findings
}

const VPC_POLICY: &str = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole";

/// A function that mounts a file system, with these properties and policies of its role.
fn mounting(kind: &str, properties: &str, role: &str) -> String {
    format!(
        "
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: {kind}
    Properties:
      FileSystemConfigs: [{{Arn: !GetAtt Access.Arn, LocalMountPath: /mnt/data}}]
      {properties}
  Files: {{Type: AWS::EFS::FileSystem}}
  Access: {{Type: AWS::EFS::AccessPoint, Properties: {{FileSystemId: !Ref Files}}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}]
      {role}
"
    )
}

#[test]
fn a_mount_takes_a_vpc_and_the_permission_for_it() {
    let basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    let subnets = "Give the function a `VpcConfig` with subnets from which a mount target of the \
                   file system can be reached";
    let vpc = "VpcConfig: {SubnetIds: [s-1], SecurityGroupIds: [g-1]}\n      ";
    let function = "Role: !GetAtt Role.Arn\n      Code: {S3Bucket: artifacts, S3Key: app.zip}";
    let statement = "Policies: [{PolicyName: p, PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 'logs:*', Resource: '*'}]}}]";
    for (kind, properties, role, and, mended) in [
        (
            "AWS::Lambda::Function",
            function,
            format!("ManagedPolicyArns: ['{basic}']"),
            format!(", and add `{VPC_POLICY}` to `ManagedPolicyArns` of its role"),
            format!("ManagedPolicyArns: ['{VPC_POLICY}', '{basic}']"),
        ),
        (
            "AWS::Lambda::Function",
            function,
            statement.to_owned(),
            format!(
                ", and add `{VPC_POLICY}` to `ManagedPolicyArns`, a new list in the properties of \
                 `Role`"
            ),
            format!("ManagedPolicyArns: ['{VPC_POLICY}']\n      {statement}"),
        ),
        (
            "AWS::Lambda::Function",
            function,
            format!("ManagedPolicyArns: ['{VPC_POLICY}']"),
            String::new(),
            format!("ManagedPolicyArns: ['{VPC_POLICY}']"),
        ),
        ("AWS::Serverless::Function", "CodeUri: src/", String::new(), String::new(), String::new()),
    ] {
        let find = |text: &str| {
            let found = findings("t.yaml", text).into_iter();
            found.filter(|it| it.rule.starts_with("missing-")).collect::<Vec<_>>()
        };
        let before = find(&mounting(kind, properties, &role));
        let [only] = before.as_slice() else { panic!("{before:#?}") };
        assert_eq!(only.help, Some(format!("{subnets}{and}.")), "{role}");
        let after = find(&mounting(kind, &format!("{vpc}{properties}"), &mended));
        assert!(after.is_empty(), "{after:#?}");
    }
}

#[test]
fn a_mount_takes_a_vpc_in_the_words_of_a_module() {
    let text = format!(
        "resource \"aws_efs_file_system\" \"f\" {{}}
resource \"aws_efs_access_point\" \"a\" {{
  file_system_id = aws_efs_file_system.f.id
}}
resource \"aws_iam_role\" \"r\" {{
  assume_role_policy = {TRUST}
}}
resource \"aws_iam_role_policy_attachment\" \"r\" {{
  role       = aws_iam_role.r.name
  policy_arn = \"{VPC_POLICY}\"
}}
resource \"aws_lambda_function\" \"f\" {{
  function_name = \"f\"
  role          = aws_iam_role.r.arn
  file_system_config {{
    arn              = aws_efs_access_point.a.arn
    local_mount_path = \"/mnt/data\"
  }}
}}
"
    );
    let found = findings("main.tf", &text);
    let mount = found.iter().find(|it| it.rule == "missing-file-system-permission");
    let help = mount.and_then(|it| it.help.as_deref()).unwrap_or_default();
    assert!(help.starts_with("Give the function a `vpc_config` with subnets"), "{help}");
    assert!(help.ends_with("can be reached."), "{help}");
}

/// Half of the ARN would be refused.
#[test]
fn what_takes_the_place_of_an_unused_policy_is_named_in_full() {
    let instead = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    let sam = |policy: &str| {
        format!(
            "
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties: {{CodeUri: src/, Role: !GetAtt Role.Arn}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}]
      ManagedPolicyArns: ['{policy}']
"
        )
    };
    let found = findings("t.yaml", &sam(VPC_POLICY));
    let [only] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!(
        only.help,
        Some(format!("Attach `{instead}` in its place, which lets functions write logs."))
    );
    assert!(findings("t.yaml", &sam(instead)).is_empty());
}
