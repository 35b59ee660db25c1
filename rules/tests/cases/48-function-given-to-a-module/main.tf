# A module that is not there may permit the invocation of a function that it is given, and poll on
# behalf of it. What is not given to it needs a permission that is there, and the finding points at
# where the function is named.
#
# undecided: aws_lambda_function.given
# undecided: module.other.aws_lambda_function.this
# expect: medium trigger-without-invoke-permission
#   primary: module.other.arn
module "permission" {
  source   = "example/permission/aws"
  function = aws_lambda_alias.given.arn
}

resource "aws_lambda_function" "given" {
  function_name = "given"
  role          = "arn:aws:iam::123456789012:role/given"
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}

resource "aws_lambda_alias" "given" {
  name             = "live"
  function_name    = aws_lambda_function.given.function_name
  function_version = "1"
}

resource "aws_cloudwatch_event_target" "given" {
  rule = "daily"
  arn  = aws_lambda_function.given.arn
}

module "other" {
  source = "./other"
}

resource "aws_cloudwatch_event_target" "other" {
  rule = "daily"
  arn  = module.other.arn
}
