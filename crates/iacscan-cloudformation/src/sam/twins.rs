//! The same infrastructure, written for SAM and in the plain CloudFormation it stands for, is the
//! same graph.

use std::collections::BTreeSet;

use iacscan_core::MemoryFiles;
use iacscan_graph::{Graph, link};

use crate::{Inputs, lower_templates};

fn graph(template: &str) -> Graph {
    let files = MemoryFiles::new().with("t.yaml", template);
    link(lower_templates(&["t.yaml".to_owned()], &files, &Inputs::default()).units)
}

/// What a graph says about each function, and everything that is granted to it in each branch.
fn described(graph: &Graph) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for (id, _) in graph.functions() {
        let summary = graph.summary(id).unwrap();
        let name = summary.address.name().clone();
        lines.insert(format!(
            "{name}: role {:?}, managed {:?}, customer {:?}, inline {}, vpc {}, tracing {}, polls {:?}, complete {}",
            summary.role,
            summary.managed_policies,
            summary.customer_policies,
            summary.inline_policies,
            summary.vpc.is_true(),
            summary.tracing,
            summary.event_sources,
            summary.complete,
        ));
        for chain in graph.chains(id) {
            let world: Vec<String> = chain
                .world
                .choices()
                .map(|(variable, choice)| format!("{} = {choice:?}", variable.name()))
                .collect();
            let granted = chain.linked().map(|role| role.grants.as_slice()).unwrap_or_default();
            for grant in granted {
                let texts = |elements: Option<&iacscan_iam::Elements>| -> Vec<String> {
                    let elements = elements.map(|elements| elements.items.all());
                    elements.into_iter().flatten().map(|text| text.value.to_string()).collect()
                };
                let statement = grant.statement;
                lines.insert(format!(
                    "{name} when {world:?}: {:?} on {:?}",
                    texts(statement.actions.as_ref()),
                    texts(statement.resources.as_ref()),
                ));
            }
        }
    }
    for unit in graph.units() {
        for permission in &unit.invoke_permissions {
            lines.insert(format!("permits {}", permission.header.address));
        }
        for role in &unit.roles {
            lines.insert(format!("role {}: path {:?}", role.header.address, role.path.0.len()));
        }
    }
    lines
}

const TRUST: &str = "{Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]}";
const BASIC: &str = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
const AWS: &str = "arn:aws:iam::aws:policy";

#[test]
fn twins_are_one_graph() {
    let twins = [
        (
            "F: {Type: AWS::Serverless::Function, Properties: {Tracing: Active}}".to_owned(),
            format!(
                "F: {{Type: AWS::Lambda::Function, Properties: {{Role: !GetAtt FRole.Arn, TracingConfig: {{Mode: Active}}}}}}\n  \
                 FRole: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {TRUST}, ManagedPolicyArns: ['{BASIC}', '{AWS}/AWSXrayWriteOnlyAccess']}}}}"
            ),
        ),
        (
            "Q: {Type: AWS::SQS::Queue}\n  F: {Type: AWS::Serverless::Function, Properties: {Policies: [{SNSPublishMessagePolicy: {TopicName: t}}], \
             Events: {E: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}}}}"
                .to_owned(),
            format!(
                "Q: {{Type: AWS::SQS::Queue}}\n  F: {{Type: AWS::Lambda::Function, Properties: {{Role: !GetAtt FRole.Arn}}}}\n  \
                 FE: {{Type: AWS::Lambda::EventSourceMapping, Properties: {{FunctionName: !Ref F, EventSourceArn: !GetAtt Q.Arn}}}}\n  \
                 FRole: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {TRUST}, ManagedPolicyArns: ['{BASIC}', '{AWS}/service-role/AWSLambdaSQSQueueExecutionRole'], \
                 Policies: [{{PolicyName: p, PolicyDocument: {{Version: '2012-10-17', Statement: [{{Effect: Allow, Action: ['sns:Publish'], \
                 Resource: !Sub 'arn:${{AWS::Partition}}:sns:${{AWS::Region}}:${{AWS::AccountId}}:t'}}]}}}}]}}}}"
            ),
        ),
        (
            "F: {Type: AWS::Serverless::Function, Properties: {Policies: [!If [C, AmazonSQSFullAccess, !Ref 'AWS::NoValue']]}}".to_owned(),
            format!(
                "F: {{Type: AWS::Lambda::Function, Properties: {{Role: !GetAtt FRole.Arn}}}}\n  \
                 FRole: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {TRUST}, ManagedPolicyArns: ['{BASIC}', !If [C, '{AWS}/AmazonSQSFullAccess', !Ref 'AWS::NoValue']]}}}}"
            ),
        ),
        (
            "B: {Type: AWS::S3::Bucket}\n  F: {Type: AWS::Serverless::Function, Connectors: {C: {Properties: {Destination: {Id: B}, Permissions: [Write]}}}, \
             Properties: {FunctionUrlConfig: {AuthType: AWS_IAM}}}"
                .to_owned(),
            format!(
                "B: {{Type: AWS::S3::Bucket}}\n  F: {{Type: AWS::Lambda::Function, Properties: {{Role: !GetAtt FRole.Arn}}}}\n  \
                 FUrl: {{Type: AWS::Lambda::Url, Properties: {{TargetFunctionArn: !Ref F, AuthType: AWS_IAM}}}}\n  \
                 FRole: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {TRUST}, ManagedPolicyArns: ['{BASIC}']}}}}\n  \
                 FCPolicy: {{Type: AWS::IAM::ManagedPolicy, Properties: {{Roles: [!Ref FRole], PolicyDocument: {{Version: '2012-10-17', Statement: [{{Effect: Allow, \
                 Action: ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObject', 's3:PutObjectLegalHold', 's3:PutObjectRetention', 's3:RestoreObject'], \
                 Resource: [!GetAtt B.Arn, !Sub '${{B.Arn}}/*']}}]}}}}}}"
            ),
        ),
    ];
    let template = |resources: &str| {
        format!(
            "Parameters: {{Stage: {{Type: String}}}}\nConditions: {{C: !Equals [!Ref Stage, prod]}}\nResources:\n  {resources}\n"
        )
    };
    for (sam, plain) in twins {
        let (sam, plain) = (graph(&template(&sam)), graph(&template(&plain)));
        assert_eq!(described(&sam), described(&plain));
    }
}
