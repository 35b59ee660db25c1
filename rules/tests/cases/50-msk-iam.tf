# Lambda logs in to an MSK cluster with IAM where the cluster lets it and no secret is given.
#
# expect: high missing-event-source-permission
#   primary: aws_msk_cluster.events.arn
#   secondary: "arn:aws:iam::aws:policy/service-role/AWSLambdaMSKExecutionRole"
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

resource "aws_msk_cluster" "events" {
  cluster_name           = "events"
  kafka_version          = "3.6.0"
  number_of_broker_nodes = 3

  client_authentication {
    sasl {
      iam = true
    }
  }
}

resource "aws_lambda_event_source_mapping" "orders" {
  event_source_arn  = aws_msk_cluster.events.arn
  function_name     = aws_lambda_function.app.arn
  topics            = ["orders"]
  starting_position = "LATEST"
  depends_on        = [aws_iam_role_policy_attachment.msk]

  amazon_managed_kafka_event_source_config {
    consumer_group_id = "workers"
  }
}
