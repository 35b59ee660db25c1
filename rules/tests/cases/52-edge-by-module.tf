# A module that is told of the edge makes a role for it; one that it is given must trust it too.
#
# expect: high edge-trust-missing
#   primary: assume_role_policy
#   secondary: module "given"
module "made" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "8.0.0"

  function_name  = "made"
  runtime        = "python3.13"
  handler        = "app.handler"
  source_path    = "src"
  lambda_at_edge = true
}

module "given" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "8.0.0"

  function_name  = "given"
  runtime        = "python3.13"
  handler        = "app.handler"
  source_path    = "src"
  create_role    = false
  lambda_role    = aws_iam_role.given.arn
  lambda_at_edge = true
}

resource "aws_iam_role" "given" {
  name = "given"

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
  role       = aws_iam_role.given.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}
