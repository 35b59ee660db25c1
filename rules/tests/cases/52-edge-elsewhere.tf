# A role for the edge that may write the log groups of the edge alone: the distribution that runs
# the function stands elsewhere.
# silent: logs-resource-mismatch

resource "aws_lambda_function" "viewer" {
  function_name = "viewer"
  role          = aws_iam_role.viewer.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
  publish       = true
}

resource "aws_iam_role" "viewer" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "logs" {
  role = aws_iam_role.viewer.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "arn:aws:logs:*:123456789012:log-group:/aws/lambda/us-east-1.viewer:*"
    }]
  })
}
