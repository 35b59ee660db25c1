//! Clusters and brokers that functions poll.

use iacscan_graph::nodes::ResourceKind;

use super::{Context, Declaration};

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower(context: &mut Context<'_, '_>, declaration: &Declaration) -> bool {
    match declaration.kind() {
        "aws_msk_cluster" | "aws_msk_serverless_cluster" | "awscc_msk_cluster" => {
            context.add_named(declaration, ResourceKind::KafkaCluster, &["cluster_name"], &[]);
        }
        "aws_mq_broker" | "awscc_amazonmq_broker" => {
            context.add_named(declaration, ResourceKind::Broker, &["broker_name"], &[]);
        }
        "aws_docdb_cluster" | "aws_rds_cluster" => {
            let key = ["kms_key_id"];
            let name = ["cluster_identifier", "cluster_identifier_prefix"];
            context.add_named(declaration, ResourceKind::DatabaseCluster, &name, &key);
        }
        _ => return false,
    }
    true
}
