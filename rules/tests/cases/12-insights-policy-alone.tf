# The policy of Lambda Insights writes to its own log group.
# expect: medium missing-logs-permission
#   primary: "arn:aws:iam::aws:policy/CloudWatchLambdaInsightsExecutionRolePolicy
# silent: logs-resource-mismatch missing-layer-permission

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.orders.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
  layers        = ["arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:53"]
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

resource "aws_iam_role_policy_attachment" "insights" {
  role       = aws_iam_role.orders.name
  policy_arn = "arn:aws:iam::aws:policy/CloudWatchLambdaInsightsExecutionRolePolicy"
}
