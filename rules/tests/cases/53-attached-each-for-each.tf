# Policies that a caller may give, each attached for itself: what cannot be read is attached all the
# same.
# silent: unattached-lambda-policy-or-role
# expect: medium missing-logs-permission
#   primary: resource "aws_iam_role" "worker"
#   when: `var.policies` is empty
# undecided: aws_lambda_function.worker

variable "policies" {
  type = map(string)
}

resource "aws_lambda_function" "worker" {
  function_name = "worker"
  role          = aws_iam_role.worker.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}

resource "aws_iam_role" "worker" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_policy" "worker" {
  for_each = var.policies
  policy   = each.value
}

resource "aws_iam_role_policy_attachment" "worker" {
  for_each   = aws_iam_policy.worker
  role       = aws_iam_role.worker.name
  policy_arn = each.value.arn
}
