//! Kafka clusters, message brokers and document databases, as event sources, and the registries of
//! what Kafka carries.

use iacscan_graph::lower::flag;
use iacscan_graph::nodes::{KafkaCluster, ResourceKind};

use super::{Context, values};
use crate::declaration::Declaration;

/// Lowers a resource of this service; false when it is of no interest.
pub(super) fn lower<'e, 't>(
    context: &mut Context<'e, 't>,
    declaration: &Declaration<'e, 't>,
) -> bool {
    match declaration.kind {
        "AWS::MSK::Cluster" | "AWS::MSK::ServerlessCluster" => {
            let header =
                context.add_named(declaration, ResourceKind::KafkaCluster, "ClusterName", &[]);
            let clients = declaration.get("ClientAuthentication");
            let path = ["Sasl", "Iam", "Enabled"];
            let iam = values::at_path(clients.as_ref(), &path, &flag);
            let serverless = declaration.kind == "AWS::MSK::ServerlessCluster";
            context.unit.kafka_clusters.push(KafkaCluster { header, iam, serverless });
        }
        "AWS::AmazonMQ::Broker" => {
            context.add_named(declaration, ResourceKind::Broker, "BrokerName", &[]);
        }
        "AWS::DocDB::DBCluster" | "AWS::RDS::DBCluster" => {
            context.add_named(
                declaration,
                ResourceKind::DatabaseCluster,
                "DBClusterIdentifier",
                &["KmsKeyId"],
            );
        }
        "AWS::Glue::Registry" => {
            context.add_named(declaration, ResourceKind::SchemaRegistry, "Name", &[]);
        }
        _ => return false,
    }
    true
}
