# Policies found by name are attached one by one.
# attached: AWSLambdaBasicExecutionRole AWSXRayDaemonWriteAccess
# silent: missing-logs-permission missing-tracing-permission

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.orders.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"

  tracing_config {
    mode = "Active"
  }
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

data "aws_iam_policy" "each" {
  for_each = toset(["AWSLambdaBasicExecutionRole", "AWSXRayDaemonWriteAccess"])

  name = each.key
}

resource "aws_iam_role_policy_attachment" "all" {
  for_each = data.aws_iam_policy.each

  role       = aws_iam_role.orders.name
  policy_arn = each.value.arn
}
