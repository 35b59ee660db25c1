# A role and a set that each take away what the other attaches. The role's own inline policy is not
# among the names that another set lets be.
# expect: medium exclusive-attachment-conflict
#   primary: managed_policy_arns
#   secondary: "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
# expect: medium exclusive-attachment-conflict
#   primary: policy_arns
#   secondary: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
# expect: medium exclusive-attachment-conflict
#   primary: policy_names
# expect: info unused-feature-policy
#   primary: "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"

resource "aws_lambda_function" "adds" {
  function_name = "adds"
  role          = aws_iam_role.adds.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}

resource "aws_lambda_function" "lacks" {
  function_name = "lacks"
  role          = aws_iam_role.lacks.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}

resource "aws_lambda_function" "names" {
  function_name = "names"
  role          = aws_iam_role.names.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}

resource "aws_iam_role" "adds" {
  managed_policy_arns = ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachments_exclusive" "adds" {
  role_name = aws_iam_role.adds.name
  policy_arns = [
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess",
  ]
}

resource "aws_iam_role" "lacks" {
  managed_policy_arns = ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachments_exclusive" "lacks" {
  role_name   = aws_iam_role.lacks.name
  policy_arns = []
}

resource "aws_iam_role" "names" {
  inline_policy {
    name = "logs"
    policy = jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Effect   = "Allow"
        Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:aws:logs:*:*:log-group:/aws/lambda/names:*"
      }]
    })
  }
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policies_exclusive" "names" {
  role_name    = aws_iam_role.names.name
  policy_names = []
}
