# The attachment may be one to the role, and grants the same: either may be there first.
# silent: policy-attachment-race
# undecided: aws_lambda_function.orders

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.orders.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"

  dead_letter_config {
    target_arn = aws_sqs_queue.failed.arn
  }
}

resource "aws_sqs_queue" "failed" {
  name = "failed"
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

module "server" {
  source  = "example/server/aws"
  version = "1.0.0"
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.orders.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policy" "failed" {
  role = aws_iam_role.orders.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Resource = aws_sqs_queue.failed.arn }]
  })
}

resource "aws_iam_role_policy_attachment" "others" {
  role       = module.server.role_name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSQSFullAccess"
}
