# What calls of the submodule create; it was removed with version 6.

description "terraform-aws-modules/iam/aws//modules/iam-assumable-role" {
  versions = ">= 2.0.0, < 6.0.0"
}

variable "create_role" { default = false }
variable "create_instance_profile" { default = false }
variable "create_custom_role_trust_policy" { default = false }
variable "custom_role_trust_policy" { default = "" }
variable "role_name" { default = null }
variable "role_name_prefix" { default = null }
variable "role_path" { default = "/" }
variable "role_permissions_boundary_arn" { default = "" }
variable "role_requires_mfa" { default = true }
variable "trusted_role_actions" { default = ["sts:AssumeRole", "sts:TagSession"] }
variable "trusted_role_arns" { default = [] }
variable "trusted_role_services" { default = [] }
variable "role_sts_externalid" { default = [] }
variable "custom_role_policy_arns" { default = [] }
variable "number_of_custom_role_policy_arns" { default = null }
variable "inline_policy_statements" { default = [] }
variable "attach_admin_policy" { default = false }
variable "attach_poweruser_policy" { default = false }
variable "attach_readonly_policy" { default = false }
variable "admin_role_policy_arn" { default = "arn:aws:iam::aws:policy/AdministratorAccess" }
variable "poweruser_role_policy_arn" { default = "arn:aws:iam::aws:policy/PowerUserAccess" }
variable "readonly_role_policy_arn" { default = "arn:aws:iam::aws:policy/ReadOnlyAccess" }

data "aws_iam_policy_document" "trust" {
  statement {
    actions = var.trusted_role_actions

    dynamic "principals" {
      for_each = length(var.trusted_role_arns) > 0 ? [true] : []
      content {
        type        = "AWS"
        identifiers = var.trusted_role_arns
      }
    }

    dynamic "principals" {
      for_each = length(var.trusted_role_services) > 0 ? [true] : []
      content {
        type        = "Service"
        identifiers = var.trusted_role_services
      }
    }

    dynamic "condition" {
      for_each = var.role_requires_mfa ? [true] : []
      content {
        test     = "Bool"
        variable = "aws:MultiFactorAuthPresent"
        values   = ["true"]
      }
    }

    dynamic "condition" {
      for_each = length(flatten([var.role_sts_externalid])) > 0 ? [true] : []
      content {
        test     = "StringEquals"
        variable = "sts:ExternalId"
        values   = flatten([var.role_sts_externalid])
      }
    }
  }
}

resource "aws_iam_role" "this" {
  count = var.create_role ? 1 : 0

  name                 = var.role_name
  name_prefix          = var.role_name_prefix
  path                 = var.role_path
  permissions_boundary = var.role_permissions_boundary_arn
  assume_role_policy   = var.create_custom_role_trust_policy ? var.custom_role_trust_policy : data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "custom" {
  count = var.create_role ? coalesce(var.number_of_custom_role_policy_arns, length(var.custom_role_policy_arns)) : 0

  role       = aws_iam_role.this[0].name
  policy_arn = var.custom_role_policy_arns[count.index]
}

resource "aws_iam_role_policy_attachment" "admin" {
  count = var.create_role && var.attach_admin_policy ? 1 : 0

  role       = aws_iam_role.this[0].name
  policy_arn = var.admin_role_policy_arn
}

resource "aws_iam_role_policy_attachment" "poweruser" {
  count = var.create_role && var.attach_poweruser_policy ? 1 : 0

  role       = aws_iam_role.this[0].name
  policy_arn = var.poweruser_role_policy_arn
}

resource "aws_iam_role_policy_attachment" "readonly" {
  count = var.create_role && var.attach_readonly_policy ? 1 : 0

  role       = aws_iam_role.this[0].name
  policy_arn = var.readonly_role_policy_arn
}

data "aws_iam_policy_document" "inline" {
  dynamic "statement" {
    for_each = var.inline_policy_statements
    content {
      sid           = try(statement.value.sid, null)
      effect        = try(statement.value.effect, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(statement.value.resources, null)
      not_resources = try(statement.value.not_resources, null)

      dynamic "condition" {
        for_each = try(statement.value.conditions, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_role_policy" "inline" {
  count = var.create_role && length(var.inline_policy_statements) > 0 ? 1 : 0

  role   = aws_iam_role.this[0].name
  policy = data.aws_iam_policy_document.inline.json
}

resource "aws_iam_instance_profile" "this" {
  count = var.create_role && var.create_instance_profile ? 1 : 0

  name = var.role_name
  role = aws_iam_role.this[0].name
}

# What a call writes to give the role more. Of what is around this stands in the module itself too:
# the variables and the role.

resource "iacscan_role_input" "policies" {
  role  = try(aws_iam_role.this[0].arn, null)
  gives = "policy"
  place = "`custom_role_policy_arns`"
}

resource "iacscan_role_input" "statements" {
  role  = try(aws_iam_role.this[0].arn, null)
  gives = "statement"
  place = "`inline_policy_statements`"
}

output "iam_role_arn" { value = try(aws_iam_role.this[0].arn, "") }
output "iam_role_name" { value = try(aws_iam_role.this[0].name, "") }
output "iam_role_path" { value = try(aws_iam_role.this[0].path, "") }
output "iam_role_unique_id" { value = try(aws_iam_role.this[0].unique_id, "") }
output "iam_instance_profile_arn" { value = try(aws_iam_instance_profile.this[0].arn, "") }
output "iam_instance_profile_name" { value = try(aws_iam_instance_profile.this[0].name, "") }
output "this_iam_role_arn" { value = try(aws_iam_role.this[0].arn, "") }
output "this_iam_role_name" { value = try(aws_iam_role.this[0].name, "") }
