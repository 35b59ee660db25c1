# The permissions to log in with IAM: on the cluster, its topic and its consumer group.
#
# silent: missing-event-source-permission
resource "aws_lambda_function" "app" {
  function_name = "app"
  role          = aws_iam_role.app.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}

resource "aws_iam_role" "app" {
  name = "app"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "msk" {
  role       = aws_iam_role.app.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaMSKExecutionRole"
}

resource "aws_msk_serverless_cluster" "events" {
  cluster_name = "events"

  client_authentication {
    sasl {
      iam {
        enabled = true
      }
    }
  }
}

resource "aws_iam_role_policy" "kafka" {
  role = aws_iam_role.app.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = [
        "kafka-cluster:Connect",
        "kafka-cluster:DescribeGroup",
        "kafka-cluster:AlterGroup",
        "kafka-cluster:DescribeTopic",
        "kafka-cluster:ReadData",
      ]
      Resource = [
        aws_msk_serverless_cluster.events.arn,
        "arn:aws:kafka:*:*:topic/events/*/orders",
        "arn:aws:kafka:*:*:group/events/*/workers",
      ]
    }]
  })
}

resource "aws_lambda_event_source_mapping" "orders" {
  event_source_arn  = aws_msk_serverless_cluster.events.arn
  function_name     = aws_lambda_function.app.arn
  topics            = ["orders"]
  starting_position = "LATEST"
  depends_on        = [aws_iam_role_policy_attachment.msk, aws_iam_role_policy.kafka]

  amazon_managed_kafka_event_source_config {
    consumer_group_id = "workers"
  }
}
