# A key whose policy names nobody but its administrators.
# expect: medium missing-source-secret-permission
# silent: missing-event-source-permission

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.orders.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}

resource "aws_sqs_queue" "orders" {
  kms_master_key_id = aws_kms_key.orders.arn
}

resource "aws_lambda_event_source_mapping" "orders" {
  function_name    = aws_lambda_function.orders.arn
  event_source_arn = aws_sqs_queue.orders.arn
  depends_on       = [aws_iam_role_policy_attachment.queue]
}

resource "aws_kms_key" "orders" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::123456789012:role/administrator" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

resource "aws_iam_role" "orders" {
  name = "orders"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "queue" {
  role       = aws_iam_role.orders.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"
}
