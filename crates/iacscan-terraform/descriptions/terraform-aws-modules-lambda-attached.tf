# Before version 7.20 the module's own policies are customer managed policies, attached to the role.

description "terraform-aws-modules/lambda/aws" {
  versions = ">= 2.0.0, < 7.20.0"
}

locals {
  # The function waits for them, since version 4.0.1.
  own_policies = [
    aws_iam_role_policy_attachment.additional_inline,
    aws_iam_role_policy_attachment.additional_json,
    aws_iam_role_policy_attachment.additional_jsons,
    aws_iam_role_policy_attachment.async,
    aws_iam_role_policy_attachment.dead_letter,
    aws_iam_role_policy_attachment.logs,
    aws_iam_role_policy_attachment.tracing,
    aws_iam_role_policy_attachment.vpc,
  ]
}

resource "aws_iam_policy" "logs" {
  count = local.with_role && var.attach_cloudwatch_logs_policy ? 1 : 0

  name   = "${local.policy_prefix}-logs"
  policy = data.aws_iam_policy_document.logs.json
}

resource "aws_iam_role_policy_attachment" "logs" {
  count = local.with_role && var.attach_cloudwatch_logs_policy ? 1 : 0

  role       = aws_iam_role.lambda[0].name
  policy_arn = aws_iam_policy.logs[0].arn
}

resource "aws_iam_policy" "dead_letter" {
  count = local.with_role && var.attach_dead_letter_policy ? 1 : 0

  name   = "${local.policy_prefix}-dead_letter"
  policy = data.aws_iam_policy_document.dead_letter.json
}

resource "aws_iam_role_policy_attachment" "dead_letter" {
  count = local.with_role && var.attach_dead_letter_policy ? 1 : 0

  role       = aws_iam_role.lambda[0].name
  policy_arn = aws_iam_policy.dead_letter[0].arn
}

resource "aws_iam_policy" "vpc" {
  count = local.with_role && var.attach_network_policy ? 1 : 0

  name   = "${local.policy_prefix}-vpc"
  policy = data.aws_iam_policy.vpc.policy
}

resource "aws_iam_role_policy_attachment" "vpc" {
  count = local.with_role && var.attach_network_policy ? 1 : 0

  role       = aws_iam_role.lambda[0].name
  policy_arn = aws_iam_policy.vpc[0].arn
}

resource "aws_iam_policy" "tracing" {
  count = local.with_role && var.attach_tracing_policy ? 1 : 0

  name   = "${local.policy_prefix}-tracing"
  policy = data.aws_iam_policy.tracing.policy
}

resource "aws_iam_role_policy_attachment" "tracing" {
  count = local.with_role && var.attach_tracing_policy ? 1 : 0

  role       = aws_iam_role.lambda[0].name
  policy_arn = aws_iam_policy.tracing[0].arn
}

resource "aws_iam_policy" "async" {
  count = local.with_role && var.attach_async_event_policy ? 1 : 0

  name   = "${local.policy_prefix}-async"
  policy = data.aws_iam_policy_document.async.json
}

resource "aws_iam_role_policy_attachment" "async" {
  count = local.with_role && var.attach_async_event_policy ? 1 : 0

  role       = aws_iam_role.lambda[0].name
  policy_arn = aws_iam_policy.async[0].arn
}

resource "aws_iam_policy" "additional_json" {
  count = local.with_role && var.attach_policy_json ? 1 : 0

  name   = "${local.policy_prefix}-additional_json"
  policy = var.policy_json
}

resource "aws_iam_role_policy_attachment" "additional_json" {
  count = local.with_role && var.attach_policy_json ? 1 : 0

  role       = aws_iam_role.lambda[0].name
  policy_arn = aws_iam_policy.additional_json[0].arn
}

resource "aws_iam_policy" "additional_inline" {
  count = local.with_role && var.attach_policy_statements ? 1 : 0

  name   = "${local.policy_prefix}-additional_inline"
  policy = data.aws_iam_policy_document.additional_inline.json
}

resource "aws_iam_role_policy_attachment" "additional_inline" {
  count = local.with_role && var.attach_policy_statements ? 1 : 0

  role       = aws_iam_role.lambda[0].name
  policy_arn = aws_iam_policy.additional_inline[0].arn
}

resource "aws_iam_policy" "additional_jsons" {
  count = local.with_role && var.attach_policy_jsons ? var.number_of_policy_jsons : 0

  name   = "${local.policy_prefix}-${count.index}"
  policy = var.policy_jsons[count.index]
}

resource "aws_iam_role_policy_attachment" "additional_jsons" {
  count = local.with_role && var.attach_policy_jsons ? var.number_of_policy_jsons : 0

  role       = aws_iam_role.lambda[0].name
  policy_arn = aws_iam_policy.additional_jsons[count.index].arn
}
