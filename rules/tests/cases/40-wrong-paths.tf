# Policies under wrong paths count as those they mean.
# expect: high managed-policy-not-found
#   primary: "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole
# expect: high managed-policy-not-found
#   primary: "arn:aws:iam::aws:policy/service-role/AWSXRayDaemonWriteAccess
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

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.orders.name
  policy_arn = "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policy_attachment" "traces" {
  role       = aws_iam_role.orders.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSXRayDaemonWriteAccess"
}
