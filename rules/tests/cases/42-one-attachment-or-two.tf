# What lacks with the first policy alone and with both is one finding, at the role.
# expect: medium missing-tracing-permission
#   primary: resource "aws_iam_role" "orders"
# expect: low policy-attachment-race
#   primary: aws_iam_role.orders.arn
#   secondary: resource "aws_iam_role_policy_attachment" "queue"
#   when: `var.queued` is true

variable "queued" {
  type = bool
}

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.orders.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"

  tracing_config {
    mode = "Active"
  }

  dynamic "dead_letter_config" {
    for_each = var.queued ? [1] : []
    content {
      target_arn = aws_sqs_queue.failed.arn
    }
  }
}

resource "aws_sqs_queue" "failed" {}

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

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.orders.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policy_attachment" "queue" {
  count = var.queued ? 1 : 0

  role       = aws_iam_role.orders.name
  policy_arn = aws_iam_policy.queue.arn
}

resource "aws_iam_policy" "queue" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Resource = aws_sqs_queue.failed.arn }]
  })
}
