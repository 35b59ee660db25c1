# The text of an AWS managed policy beside statements of one's own counts as that policy.
# expect: medium full-access-managed-policy
# primary: data.aws_iam_policy.files.policy
# expect: low wildcard-action
# primary: "sqs:*"
# silent: wildcard-action-on-all-resources wildcard-resource

data "aws_iam_policy" "files" {
  name = "AmazonS3FullAccess"
}

data "aws_iam_policy" "logs" {
  name = "AWSLambdaBasicExecutionRole"
}

data "aws_iam_policy_document" "orders" {
  source_policy_documents = [
    data.aws_iam_policy.logs.policy,
    data.aws_iam_policy.files.policy,
  ]

  statement {
    actions   = ["sqs:*"]
    resources = ["arn:aws:sqs:eu-west-1:123456789012:orders"]
  }
}

resource "aws_iam_role_policy" "orders" {
  role   = aws_iam_role.orders.id
  policy = data.aws_iam_policy_document.orders.json
}

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
