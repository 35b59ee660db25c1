# The registry of what a cluster carries is one of Glue, also by reference.
# expect: high missing-event-source-permission
#   primary: aws_msk_cluster.orders.arn

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.orders.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}

resource "aws_iam_role" "orders" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "cluster" {
  role       = aws_iam_role.orders.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaMSKExecutionRole"
}

resource "aws_msk_cluster" "orders" {
  cluster_name = "orders"
}

resource "aws_glue_registry" "orders" {
  registry_name = "orders"
}

resource "aws_lambda_event_source_mapping" "orders" {
  depends_on = [aws_iam_role_policy_attachment.cluster]

  function_name    = aws_lambda_function.orders.arn
  event_source_arn = aws_msk_cluster.orders.arn
  topics           = ["orders"]

  amazon_managed_kafka_event_source_config {
    schema_registry_config {
      schema_registry_uri = aws_glue_registry.orders.arn
    }
  }
}
