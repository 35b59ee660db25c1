# Thirteen defects of roles and invocation in one root module, each found once and nothing beside
# them. `51-thirteen-defects.yaml` is the twin.
#
# expect: high missing-vpc-permission
#   primary: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
#   secondary: "vpc_config"
# expect: high admin-policy
#   primary: "arn:aws:iam::aws:policy/AdministratorAccess"
# expect: high admin-policy
#   primary: "*",
# expect: medium shared-execution-role
#   primary: resource "aws_iam_role" "billing"
# expect: high trust-missing-lambda
#   primary: assume_role_policy = data.aws_iam_policy_document.machines.json
# expect: high trust-allows-anyone
#   primary: "*"}
# expect: medium function-url-without-auth
#   primary: "NONE"
# expect: high public-invoke-permission
#   primary: "*"
# expect: medium invoke-permission-without-source
#   primary: "s3.amazonaws.com"
# expect: high missing-event-source-permission
#   primary: var.queue
# expect: high missing-dead-letter-permission
#   primary: aws_sqs_queue.failed.arn
# expect: high privilege-escalation-permission
#   primary: "iam:PassRole"
# expect: high role-reference-kind
#   primary: aws_iam_role.mailer.name

variable "subnets" {
  type    = list(string)
  default = ["subnet-0a1b2c3d", "subnet-4e5f6a7b"]
}

variable "account" {
  type    = string
  default = "123456789012"
}

locals {
  logs = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

# 1: in a VPC, by a module that attaches nothing for it.
module "reporter" {
  source   = "./modules/function"
  name     = "reporter"
  trust    = data.aws_iam_policy_document.trust.json
  policies = { logs = local.logs }
  subnets  = var.subnets
}

# 2: an administrator, by one of several attachments.
module "migrator" {
  source = "./modules/function"
  name   = "migrator"
  trust  = data.aws_iam_policy_document.trust.json
  policies = {
    logs  = local.logs
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
  }
}

# 3: everything, by a document.
module "cleaner" {
  source   = "./modules/function"
  name     = "cleaner"
  trust    = data.aws_iam_policy_document.trust.json
  policies = { logs = local.logs }
}

resource "aws_iam_role_policy" "cleaner" {
  name   = "cleaner"
  role   = module.cleaner.lambda_role_name
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [{
        "Effect": "Allow",
        "Action": "*",
        "Resource": "*"
      }]
    }
  EOT
}

# 4: two functions share a role, one of them by its ARN as text.
resource "aws_iam_role" "billing" {
  name               = "billing"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "billing" {
  role   = aws_iam_role.billing.id
  policy = data.aws_iam_policy_document.billing.json
}

data "aws_iam_policy_document" "billing" {
  statement {
    actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:aws:logs:*:${var.account}:log-group:/aws/lambda/*"]
  }
  statement {
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem"]
    resources = ["arn:aws:dynamodb:eu-central-1:${var.account}:table/bills"]
  }
}

resource "aws_lambda_function" "biller" {
  function_name = "biller"
  role          = aws_iam_role.billing.arn
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "code.zip"
}

resource "aws_lambda_function" "reminder" {
  function_name = "reminder"
  role          = "arn:aws:iam::${var.account}:role/billing"
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "code.zip"
}

# 6: anyone may assume the role.
module "importer" {
  source   = "./modules/function"
  name     = "importer"
  policies = { logs = local.logs }
  trust = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } },
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = {AWS = "*"} },
    ]
  })
}
