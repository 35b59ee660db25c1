# Logs go to a group of the function's own choice; the policy means the default one.
# expect: medium logs-resource-mismatch
#   primary: "arn:aws:logs
#   secondary: "/app/x"
# silent: missing-logs-permission

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.orders.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"

  logging_config {
    log_format = "Text"
    log_group  = "/app/x"
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

resource "aws_iam_role_policy" "logs" {
  role = aws_iam_role.orders.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = [
          "logs:CreateLogGroup",
          "logs:CreateLogStream",
          "logs:PutLogEvents",
        ]
        Resource = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/orders:*"
      },
    ]
  })
}
