# What calls of the module create for a function and its role.

description "cloudposse/lambda-function/aws" {
  versions = ">= 0.1.0"
}

variable "enabled" { default = null }
variable "context" { default = null }

variable "function_name" { default = null }
variable "role_name" { default = null }
variable "package_type" { default = "Zip" }
variable "memory_size" { default = 128 }
variable "layers" { default = [] }
variable "kms_key_arn" { default = "" }
variable "lambda_environment" { default = null }
variable "dead_letter_config_target_arn" { default = null }
variable "tracing_config_mode" { default = null }
variable "vpc_config" { default = null }
variable "lambda_at_edge_enabled" { default = false }
variable "permissions_boundary" { default = "" }
variable "cloudwatch_lambda_insights_enabled" { default = false }
variable "cloudwatch_logs_kms_key_arn" { default = null }
variable "ssm_parameter_names" { default = null }
variable "custom_iam_policy_arns" { default = [] }
variable "inline_iam_policy" { default = null }
variable "invoke_function_permissions" { default = [] }

data "aws_partition" "here" {}
data "aws_region" "here" {}
data "aws_caller_identity" "here" {}

locals {
  on        = coalesce(var.enabled, try(var.context.enabled, null), true)
  partition = data.aws_partition.here.partition
  region    = data.aws_region.here.name
}

resource "aws_lambda_function" "this" {
  count = local.on ? 1 : 0

  function_name = var.function_name
  role          = aws_iam_role.this[0].arn
  package_type  = var.package_type
  memory_size   = var.memory_size
  layers        = var.layers
  kms_key_arn   = var.kms_key_arn

  dynamic "dead_letter_config" {
    for_each = var.dead_letter_config_target_arn == null ? [] : [true]
    content {
      target_arn = var.dead_letter_config_target_arn
    }
  }

  dynamic "environment" {
    for_each = var.lambda_environment == null ? [] : [true]
    content {
      variables = var.lambda_environment.variables
    }
  }

  dynamic "tracing_config" {
    for_each = var.tracing_config_mode == null ? [] : [true]
    content {
      mode = var.tracing_config_mode
    }
  }

  dynamic "vpc_config" {
    for_each = var.vpc_config == null ? [] : [true]
    content {
      subnet_ids         = var.vpc_config.subnet_ids
      security_group_ids = var.vpc_config.security_group_ids
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  count = local.on ? 1 : 0

  name       = "/aws/lambda/${var.function_name}"
  kms_key_id = var.cloudwatch_logs_kms_key_arn
}

resource "aws_lambda_permission" "invoke_function" {
  count = local.on ? length(var.invoke_function_permissions) : 0

  function_name = aws_lambda_function.this[0].function_name
  action        = "lambda:InvokeFunction"
  principal     = var.invoke_function_permissions[count.index].principal
  source_arn    = var.invoke_function_permissions[count.index].source_arn
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = concat(["lambda.amazonaws.com"], var.lambda_at_edge_enabled ? ["edgelambda.amazonaws.com"] : [])
    }
  }
}

resource "aws_iam_role" "this" {
  count = local.on ? 1 : 0

  name                 = var.role_name == null ? "${var.function_name}-${local.region}" : var.role_name
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.permissions_boundary
}

resource "aws_iam_role_policy_attachment" "cloudwatch_logs" {
  count = local.on ? 1 : 0

  role       = aws_iam_role.this[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policy_attachment" "cloudwatch_insights" {
  count = local.on && var.cloudwatch_lambda_insights_enabled ? 1 : 0

  role       = aws_iam_role.this[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/CloudWatchLambdaInsightsExecutionRolePolicy"
}

resource "aws_iam_role_policy_attachment" "vpc_access" {
  count = local.on && var.vpc_config != null ? 1 : 0

  role       = aws_iam_role.this[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
}

resource "aws_iam_role_policy_attachment" "xray" {
  count = local.on && var.tracing_config_mode != null ? 1 : 0

  role       = aws_iam_role.this[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/AWSXRayDaemonWriteAccess"
}

locals {
  with_parameters = local.on && try(length(var.ssm_parameter_names), 0) > 0
}

data "aws_iam_policy_document" "ssm" {
  statement {
    actions   = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
    resources = formatlist("arn:${local.partition}:ssm:${local.region}:${data.aws_caller_identity.here.account_id}:parameter%s", var.ssm_parameter_names)
  }
}

resource "aws_iam_policy" "ssm" {
  count = local.with_parameters ? 1 : 0

  name   = "${var.function_name}-ssm-policy-${local.region}"
  policy = data.aws_iam_policy_document.ssm.json
}

resource "aws_iam_role_policy_attachment" "ssm" {
  count = local.with_parameters ? 1 : 0

  role       = aws_iam_role.this[0].name
  policy_arn = aws_iam_policy.ssm[0].arn
}

resource "aws_iam_role_policy_attachment" "custom" {
  count = local.on ? length(var.custom_iam_policy_arns) : 0

  role       = aws_iam_role.this[0].name
  policy_arn = tolist(var.custom_iam_policy_arns)[count.index]
}

resource "aws_iam_role_policy" "inline" {
  count = local.on && var.inline_iam_policy != null ? 1 : 0

  role   = aws_iam_role.this[0].name
  policy = var.inline_iam_policy
}

# What a call writes to give the role more. Of what is around this stands in the module itself too:
# the variables and the role.

resource "iacscan_role_input" "insights" {
  count = !var.cloudwatch_lambda_insights_enabled ? 1 : 0

  role      = try(aws_iam_role.this[0].arn, null)
  set       = ["cloudwatch_lambda_insights_enabled = true"]
  actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
  resources = ["arn:*:logs:*:*:log-group:/aws/lambda-insights:*"]
}

resource "iacscan_role_input" "policies" {
  role  = try(aws_iam_role.this[0].arn, null)
  gives = "policy"
  place = "`custom_iam_policy_arns`"
}

resource "iacscan_role_input" "statements" {
  role  = try(aws_iam_role.this[0].arn, null)
  gives = "statement"
  place = "`inline_iam_policy`"
}

resource "iacscan_role_input" "boundary" {
  role  = try(aws_iam_role.this[0].arn, null)
  gives = "boundary"
  set   = ["permissions_boundary = \"POLICY\""]
}

resource "iacscan_role_input" "edge" {
  count = !var.lambda_at_edge_enabled ? 1 : 0

  role  = try(aws_iam_role.this[0].arn, null)
  gives = "edge"
  set   = ["lambda_at_edge_enabled = true"]
}

resource "iacscan_role_input" "vpc" {
  role  = try(aws_iam_role.this[0].arn, null)
  gives = "network"
  set   = ["vpc_config"]
}

output "arn" { value = try(aws_lambda_function.this[0].arn, null) }
output "invoke_arn" { value = try(aws_lambda_function.this[0].invoke_arn, null) }
output "qualified_arn" { value = try(aws_lambda_function.this[0].qualified_arn, null) }
output "function_name" { value = try(aws_lambda_function.this[0].function_name, null) }
output "role_name" { value = try(aws_iam_role.this[0].name, null) }
output "role_arn" { value = try(aws_iam_role.this[0].arn, null) }
output "cloudwatch_log_group_name" { value = try(aws_cloudwatch_log_group.this[0].name, null) }
