# From version 7.20 on the module's own policies are inline policies of the role.

description "terraform-aws-modules/lambda/aws" {
  versions = ">= 7.20.0"
}

locals {
  # The function waits for them.
  own_policies = [
    aws_iam_role_policy.additional_inline,
    aws_iam_role_policy.additional_json,
    aws_iam_role_policy.additional_jsons,
    aws_iam_role_policy.async,
    aws_iam_role_policy.dead_letter,
    aws_iam_role_policy.logs,
    aws_iam_role_policy.tracing,
    aws_iam_role_policy.vpc,
  ]
}

resource "aws_iam_role_policy" "logs" {
  count = local.with_role && var.attach_cloudwatch_logs_policy ? 1 : 0

  name   = "${local.policy_prefix}-logs"
  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy_document.logs.json
}

resource "aws_iam_role_policy" "dead_letter" {
  count = local.with_role && var.attach_dead_letter_policy ? 1 : 0

  name   = "${local.policy_prefix}-dead_letter"
  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy_document.dead_letter.json
}

resource "aws_iam_role_policy" "vpc" {
  count = local.with_role && var.attach_network_policy ? 1 : 0

  name   = "${local.policy_prefix}-vpc"
  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy.vpc.policy
}

resource "aws_iam_role_policy" "tracing" {
  count = local.with_role && var.attach_tracing_policy ? 1 : 0

  name   = "${local.policy_prefix}-tracing"
  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy.tracing.policy
}

resource "aws_iam_role_policy" "async" {
  count = local.with_role && var.attach_async_event_policy ? 1 : 0

  name   = "${local.policy_prefix}-async"
  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy_document.async.json
}

resource "aws_iam_role_policy" "additional_json" {
  count = local.with_role && var.attach_policy_json ? 1 : 0

  name   = "${local.policy_prefix}-additional_json"
  role   = aws_iam_role.lambda[0].name
  policy = var.policy_json
}

resource "aws_iam_role_policy" "additional_inline" {
  count = local.with_role && var.attach_policy_statements ? 1 : 0

  name   = "${local.policy_prefix}-additional_inline"
  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy_document.additional_inline.json
}

resource "aws_iam_role_policy" "additional_jsons" {
  count = local.with_role && var.attach_policy_jsons ? var.number_of_policy_jsons : 0

  name   = "${local.policy_prefix}-${count.index}"
  role   = aws_iam_role.lambda[0].name
  policy = var.policy_jsons[count.index]
}
