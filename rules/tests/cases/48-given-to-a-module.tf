# What a module that is not installed is given, it may attach or run a function with.
#
# silent: unattached-lambda-policy-or-role
# undecided: aws_lambda_function.app

resource "aws_iam_policy" "jobs" {
  name   = "jobs"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Resource = "arn:aws:sqs:eu-west-1:123456789012:jobs" }]
  })
}

resource "aws_iam_role" "worker" {
  name = "worker"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

locals {
  policies = [aws_iam_policy.jobs.arn]
}

module "worker" {
  source   = "example.com/org/worker/aws"
  role     = aws_iam_role.worker.arn
  policies = concat(local.policies, data.external.more.result)
}

data "external" "more" {
  program = ["./more"]
}

resource "aws_lambda_function" "app" {
  function_name = "app"
  role          = "arn:aws:iam::123456789012:role/app"
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}
