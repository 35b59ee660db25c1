# What an output names, alone or among others, may be used by what is outside of the scan.
#
# silent: unattached-lambda-policy-or-role
resource "aws_lambda_function" "app" {
  function_name = "app"
  role          = aws_iam_role.app.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}

locals {
  trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
  names = { others = aws_iam_role.others.name }
}

resource "aws_iam_role" "app" {
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.app.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role" "others" {
  name               = "others"
  assume_role_policy = local.trust
}

resource "aws_iam_policy" "others" {
  name = "others"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = "arn:aws:s3:::orders/*"
    }]
  })
}

output "roles" {
  value = local.names
}

output "policies" {
  value = [for policy in [aws_iam_policy.others] : { arn = policy.arn }]
}
