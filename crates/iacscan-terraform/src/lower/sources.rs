//! Clusters and brokers that functions poll, and the registries of what clusters carry.

use iacscan_graph::lower::flag;
use iacscan_graph::nodes::{KafkaCluster, ResourceKind};

use super::{Context, Declaration, Lowering, values};
use crate::eval::name_argument;

/// How a resource of this type is lowered; nothing when it is of no interest to this service.
pub(super) fn of(kind: &str) -> Option<Lowering> {
    let lowering: Lowering = match kind {
        "aws_msk_cluster" => |context, declaration| cluster(context, declaration, &["sasl", "iam"]),
        "aws_msk_serverless_cluster" | "awscc_msk_cluster" | "awscc_msk_serverless_cluster" => {
            |context, declaration| {
                cluster(context, declaration, &["sasl", "iam", "enabled"]);
            }
        }
        "aws_mq_broker" | "awscc_amazonmq_broker" => |context, declaration| {
            context.add_named(declaration, ResourceKind::Broker, &["broker_name"], &[]);
        },
        "aws_docdb_cluster" | "aws_rds_cluster" => |context, declaration| {
            let key = ["kms_key_id"];
            let name = ["cluster_identifier", "cluster_identifier_prefix"];
            context.add_named(declaration, ResourceKind::DatabaseCluster, &name, &key);
        },
        "aws_glue_registry" | "awscc_glue_registry" => |context, declaration| {
            let name = name_argument(declaration.kind());
            context.add_named(declaration, ResourceKind::SchemaRegistry, &[name], &[]);
        },
        _ => return None,
    };
    Some(lowering)
}

/// A Kafka cluster, with where it says whether clients log in with IAM.
fn cluster(context: &mut Context<'_, '_>, declaration: &Declaration, iam: &[&str]) {
    let header = context.add_named(declaration, ResourceKind::KafkaCluster, &["cluster_name"], &[]);
    let iam = values::at_path(declaration.get("client_authentication"), iam, &flag);
    let serverless = declaration.kind().ends_with("_serverless_cluster");
    context.unit.kafka_clusters.push(KafkaCluster { header, iam, serverless });
}
