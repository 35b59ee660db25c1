# What calls of the module create for a function, its role and what invokes it. Packaging is left out.
# The policies are in the files beside this one: they changed their kind with version 7.20.

variable "create" { default = true }
variable "create_function" { default = true }
variable "create_layer" { default = false }
variable "create_role" { default = true }
variable "create_lambda_function_url" { default = false }
variable "create_async_event_config" { default = false }
variable "create_current_version_async_event_config" { default = true }
variable "create_unqualified_alias_async_event_config" { default = true }
variable "create_current_version_allowed_triggers" { default = true }
variable "create_unqualified_alias_allowed_triggers" { default = true }
variable "create_unqualified_alias_lambda_function_url" { default = true }

variable "function_name" { default = "" }
variable "layer_name" { default = "" }
variable "lambda_role" { default = "" }
variable "lambda_at_edge" { default = false }
variable "lambda_at_edge_logs_all_regions" { default = true }
variable "package_type" { default = "Zip" }
variable "memory_size" { default = 128 }
variable "layers" { default = null }
variable "kms_key_arn" { default = null }
variable "environment_variables" { default = {} }
variable "dead_letter_target_arn" { default = null }
variable "tracing_mode" { default = null }
variable "vpc_subnet_ids" { default = null }
variable "vpc_security_group_ids" { default = null }
variable "file_system_arn" { default = null }
variable "file_system_local_mount_path" { default = null }
variable "logging_log_group" { default = null }
variable "durable_config_execution_timeout" { default = null }
variable "durable_config_retention_period" { default = null }
variable "managed_instances_capacity_provider_arn" { default = null }
variable "authorization_type" { default = "NONE" }
variable "destination_on_failure" { default = null }
variable "destination_on_success" { default = null }
variable "allowed_triggers" { default = {} }
variable "event_source_mapping" { default = {} }

variable "role_name" { default = null }
variable "role_path" { default = null }
variable "role_permissions_boundary" { default = null }
variable "policy_name" { default = null }
variable "trusted_entities" { default = [] }
variable "assume_role_policy_statements" { default = {} }
variable "use_existing_cloudwatch_log_group" { default = false }
variable "cloudwatch_logs_kms_key_id" { default = null }

variable "attach_cloudwatch_logs_policy" { default = true }
variable "attach_create_log_group_permission" { default = true }
variable "attach_dead_letter_policy" { default = false }
variable "attach_network_policy" { default = false }
variable "attach_tracing_policy" { default = false }
variable "attach_async_event_policy" { default = false }
variable "attach_policy" { default = false }
variable "attach_policies" { default = false }
variable "attach_policy_json" { default = false }
variable "attach_policy_jsons" { default = false }
variable "attach_policy_statements" { default = false }
variable "policy" { default = null }
variable "policies" { default = [] }
variable "policy_json" { default = null }
variable "policy_jsons" { default = [] }
variable "policy_statements" { default = {} }
variable "number_of_policies" { default = 0 }
variable "number_of_policy_jsons" { default = 0 }

data "aws_partition" "here" {}
data "aws_region" "here" {}
data "aws_caller_identity" "here" {}

locals {
  with_function = var.create && var.create_function && !var.create_layer
  with_role     = local.with_function && var.create_role
  own_name      = coalesce(var.role_name, var.function_name, "*")
  policy_prefix = coalesce(var.policy_name, local.own_name, "*")
  group_name    = coalesce(var.logging_log_group, "/aws/lambda/${var.lambda_at_edge ? "us-east-1." : ""}${var.function_name}")
  group_region  = var.lambda_at_edge ? (var.lambda_at_edge_logs_all_regions ? "*" : "us-east-1") : data.aws_region.here.name
  group_arn     = "arn:${data.aws_partition.here.partition}:logs:${local.group_region}:${data.aws_caller_identity.here.account_id}:log-group:${local.group_name}"
}

resource "aws_lambda_function" "this" {
  count = local.with_function ? 1 : 0

  function_name = var.function_name
  role          = var.create_role ? aws_iam_role.lambda[0].arn : var.lambda_role
  package_type  = var.package_type
  memory_size   = var.memory_size
  layers        = var.layers
  kms_key_arn   = var.kms_key_arn

  dynamic "environment" {
    for_each = length(keys(var.environment_variables)) == 0 ? [] : [true]
    content {
      variables = var.environment_variables
    }
  }

  dynamic "dead_letter_config" {
    for_each = var.dead_letter_target_arn == null ? [] : [true]
    content {
      target_arn = var.dead_letter_target_arn
    }
  }

  dynamic "tracing_config" {
    for_each = var.tracing_mode == null ? [] : [true]
    content {
      mode = var.tracing_mode
    }
  }

  dynamic "vpc_config" {
    for_each = var.vpc_subnet_ids != null && var.vpc_security_group_ids != null ? [true] : []
    content {
      subnet_ids         = var.vpc_subnet_ids
      security_group_ids = var.vpc_security_group_ids
    }
  }

  dynamic "file_system_config" {
    for_each = var.file_system_arn != null && var.file_system_local_mount_path != null ? [true] : []
    content {
      arn              = var.file_system_arn
      local_mount_path = var.file_system_local_mount_path
    }
  }

  dynamic "logging_config" {
    for_each = var.logging_log_group == null ? [] : [true]
    content {
      log_group = var.logging_log_group
    }
  }

  dynamic "durable_config" {
    for_each = var.durable_config_execution_timeout == null ? [] : [true]
    content {
      execution_timeout = var.durable_config_execution_timeout
      retention_period  = var.durable_config_retention_period
    }
  }

  dynamic "capacity_provider_config" {
    for_each = var.managed_instances_capacity_provider_arn == null ? [] : [true]
    content {
      lambda_managed_instances_capacity_provider_config {
        capacity_provider_arn = var.managed_instances_capacity_provider_arn
      }
    }
  }

  depends_on = [
    local.own_policies,
    aws_iam_role_policy_attachment.additional_many,
    aws_iam_role_policy_attachment.additional_one,
  ]
}

resource "aws_lambda_layer_version" "this" {
  count = var.create && var.create_layer ? 1 : 0

  layer_name = var.layer_name
}

resource "aws_cloudwatch_log_group" "lambda" {
  count = local.with_function && !var.use_existing_cloudwatch_log_group ? 1 : 0

  name       = local.group_name
  kms_key_id = var.cloudwatch_logs_kms_key_id
}

resource "aws_lambda_function_event_invoke_config" "this" {
  for_each = toset(local.with_function && var.create_async_event_config ? concat(
    var.create_current_version_async_event_config ? ["current_version"] : [],
    var.create_unqualified_alias_async_event_config ? ["unqualified_alias"] : [],
  ) : [])

  function_name = aws_lambda_function.this[0].function_name
  qualifier     = each.key == "current_version" ? aws_lambda_function.this[0].version : null

  dynamic "destination_config" {
    for_each = var.destination_on_failure != null || var.destination_on_success != null ? [true] : []
    content {
      dynamic "on_failure" {
        for_each = var.destination_on_failure == null ? [] : [true]
        content {
          destination = var.destination_on_failure
        }
      }
      dynamic "on_success" {
        for_each = var.destination_on_success == null ? [] : [true]
        content {
          destination = var.destination_on_success
        }
      }
    }
  }
}

resource "aws_lambda_permission" "current_version_triggers" {
  for_each = local.with_function && var.create_current_version_allowed_triggers ? var.allowed_triggers : {}

  function_name    = aws_lambda_function.this[0].function_name
  qualifier        = aws_lambda_function.this[0].version
  action           = try(each.value.action, "lambda:InvokeFunction")
  principal        = try(each.value.principal, "${each.value.service}.amazonaws.com")
  source_arn       = try(each.value.source_arn, null)
  source_account   = try(each.value.source_account, null)
  principal_org_id = try(each.value.principal_org_id, null)
}

resource "aws_lambda_permission" "unqualified_alias_triggers" {
  for_each = local.with_function && var.create_unqualified_alias_allowed_triggers ? var.allowed_triggers : {}

  function_name    = aws_lambda_function.this[0].function_name
  action           = try(each.value.action, "lambda:InvokeFunction")
  principal        = try(each.value.principal, "${each.value.service}.amazonaws.com")
  source_arn       = try(each.value.source_arn, null)
  source_account   = try(each.value.source_account, null)
  principal_org_id = try(each.value.principal_org_id, null)
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = local.with_function && var.create_unqualified_alias_allowed_triggers ? var.event_source_mapping : {}

  function_name    = aws_lambda_function.this[0].arn
  event_source_arn = try(each.value.event_source_arn, null)
  enabled          = try(each.value.enabled, null)
  queues           = try(each.value.queues, null)
  topics           = try(each.value.topics, null)

  dynamic "destination_config" {
    for_each = try(each.value.destination_arn_on_failure, null) == null ? [] : [true]
    content {
      on_failure {
        destination_arn = each.value.destination_arn_on_failure
      }
    }
  }

  dynamic "self_managed_event_source" {
    for_each = try(each.value.self_managed_event_source, [])
    content {
      endpoints = self_managed_event_source.value.endpoints
    }
  }

  dynamic "source_access_configuration" {
    for_each = try(each.value.source_access_configuration, [])
    content {
      type = source_access_configuration.value.type
      uri  = source_access_configuration.value.uri
    }
  }
}

resource "aws_lambda_function_url" "this" {
  count = local.with_function && var.create_lambda_function_url ? 1 : 0

  function_name      = aws_lambda_function.this[0].function_name
  qualifier          = var.create_unqualified_alias_lambda_function_url ? null : aws_lambda_function.this[0].version
  authorization_type = var.authorization_type
}

# Some distribution runs a function that is marked for it.
resource "aws_cloudfront_distribution" "edge" {
  count = local.with_function && var.lambda_at_edge ? 1 : 0

  default_cache_behavior {
    lambda_function_association {
      lambda_arn = aws_lambda_function.this[0].qualified_arn
    }
  }
}

data "aws_iam_policy_document" "assume_role" {
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type = "Service"
      identifiers = distinct(compact(concat(
        var.lambda_at_edge ? ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] : ["lambda.amazonaws.com"],
        [for entity in var.trusted_entities : try(tostring(entity), "")],
      )))
    }

    dynamic "principals" {
      for_each = [for entity in var.trusted_entities : entity if !can(tostring(entity))]
      content {
        type        = principals.value.type
        identifiers = principals.value.identifiers
      }
    }
  }

  dynamic "statement" {
    for_each = var.assume_role_policy_statements
    content {
      sid         = try(statement.value.sid, statement.key)
      effect      = try(statement.value.effect, null)
      actions     = try(statement.value.actions, null)
      not_actions = try(statement.value.not_actions, null)

      dynamic "principals" {
        for_each = try(statement.value.principals, [])
        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }

      dynamic "condition" {
        for_each = try(statement.value.condition, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_role" "lambda" {
  count = local.with_role ? 1 : 0

  name                 = local.own_name
  path                 = var.role_path
  permissions_boundary = var.role_permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.assume_role.json
}

data "aws_iam_policy_document" "logs" {
  statement {
    actions = concat(
      !var.use_existing_cloudwatch_log_group && var.attach_create_log_group_permission ? ["logs:CreateLogGroup"] : [],
      ["logs:CreateLogStream", "logs:PutLogEvents"],
    )
    resources = ["${local.group_arn}:*", "${local.group_arn}:*:*"]
  }
}

data "aws_iam_policy_document" "dead_letter" {
  statement {
    actions   = ["sns:Publish", "sqs:SendMessage"]
    resources = [var.dead_letter_target_arn]
  }
}

data "aws_iam_policy" "vpc" {
  arn = "arn:${data.aws_partition.here.partition}:iam::aws:policy/service-role/AWSLambdaENIManagementAccess"
}

data "aws_iam_policy" "tracing" {
  arn = "arn:${data.aws_partition.here.partition}:iam::aws:policy/AWSXRayDaemonWriteAccess"
}

data "aws_iam_policy_document" "async" {
  statement {
    actions   = ["sns:Publish", "sqs:SendMessage", "events:PutEvents", "lambda:InvokeFunction"]
    resources = compact(distinct([var.destination_on_failure, var.destination_on_success]))
  }
}

data "aws_iam_policy_document" "additional_inline" {
  dynamic "statement" {
    for_each = var.policy_statements
    content {
      sid           = try(statement.value.sid, replace(statement.key, "/[^0-9A-Za-z]*/", ""))
      effect        = try(statement.value.effect, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(statement.value.resources, null)
      not_resources = try(statement.value.not_resources, null)

      dynamic "condition" {
        for_each = try(statement.value.condition, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_role_policy_attachment" "additional_one" {
  count = local.with_role && var.attach_policy ? 1 : 0

  role       = aws_iam_role.lambda[0].name
  policy_arn = var.policy
}

resource "aws_iam_role_policy_attachment" "additional_many" {
  count = local.with_role && var.attach_policies ? var.number_of_policies : 0

  role       = aws_iam_role.lambda[0].name
  policy_arn = var.policies[count.index]
}

# What a call writes to give the role more. Of what is around this stands in the module itself too:
# the variables and the role.

resource "iacscan_role_input" "logs" {
  count = !var.attach_cloudwatch_logs_policy ? 1 : 0

  role      = try(aws_iam_role.lambda[0].arn, null)
  set       = ["attach_cloudwatch_logs_policy = true"]
  actions   = concat(var.use_existing_cloudwatch_log_group ? [] : ["logs:CreateLogGroup"], ["logs:CreateLogStream", "logs:PutLogEvents"])
  resources = var.lambda_at_edge ? [] : ["arn:*:logs:*:*:log-group:${try(coalesce(var.logging_log_group, "/aws/lambda/${var.function_name}"), "-")}:*"]
}

resource "iacscan_role_input" "dead_letter" {
  count = !var.attach_dead_letter_policy ? 1 : 0

  role      = try(aws_iam_role.lambda[0].arn, null)
  set       = ["attach_dead_letter_policy = true"]
  actions   = ["sns:Publish", "sqs:SendMessage"]
  resources = compact([var.dead_letter_target_arn])
}

resource "iacscan_role_input" "async" {
  count = !var.attach_async_event_policy ? 1 : 0

  role      = try(aws_iam_role.lambda[0].arn, null)
  set       = ["attach_async_event_policy = true"]
  actions   = ["sns:Publish", "sqs:SendMessage", "events:PutEvents", "lambda:InvokeFunction"]
  resources = compact(distinct([var.destination_on_failure, var.destination_on_success]))
}

resource "iacscan_role_input" "network" {
  count = !var.attach_network_policy ? 1 : 0

  role      = try(aws_iam_role.lambda[0].arn, null)
  set       = ["attach_network_policy = true"]
  actions   = ["ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:UnassignPrivateIpAddresses"]
  resources = ["*"]
}

resource "iacscan_role_input" "tracing" {
  count = !var.attach_tracing_policy ? 1 : 0

  role      = try(aws_iam_role.lambda[0].arn, null)
  set       = ["attach_tracing_policy = true"]
  actions   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
  resources = ["*"]
}

resource "iacscan_role_input" "policy" {
  count = !var.attach_policy ? 1 : 0

  role  = try(aws_iam_role.lambda[0].arn, null)
  gives = "policy"
  set   = ["attach_policy = true", "policy = \"POLICY\""]
}

resource "iacscan_role_input" "policies" {
  count = var.attach_policy ? 1 : 0

  role  = try(aws_iam_role.lambda[0].arn, null)
  gives = "policy"
  place = "`policies`, with `attach_policies = true` and their number as `number_of_policies`"
}

resource "iacscan_role_input" "statements" {
  role  = try(aws_iam_role.lambda[0].arn, null)
  gives = "statement"
  place = var.attach_policy_statements ? "`policy_statements`" : "`policy_statements`, with `attach_policy_statements = true`"
}

resource "iacscan_role_input" "boundary" {
  role  = try(aws_iam_role.lambda[0].arn, null)
  gives = "boundary"
  set   = ["role_permissions_boundary = \"POLICY\""]
}

resource "iacscan_role_input" "edge" {
  count = !var.lambda_at_edge ? 1 : 0

  role  = try(aws_iam_role.lambda[0].arn, null)
  gives = "edge"
  set   = ["lambda_at_edge = true"]
}

resource "iacscan_role_input" "vpc" {
  role  = try(aws_iam_role.lambda[0].arn, null)
  gives = "network"
  set   = concat(["vpc_subnet_ids", "vpc_security_group_ids"], var.attach_network_policy ? [] : ["attach_network_policy = true"])
}

resource "iacscan_role_input" "without_network" {
  count = var.attach_network_policy ? 1 : 0

  role  = try(aws_iam_role.lambda[0].arn, null)
  gives = "removal"
  of    = "vpc"
  at    = var.attach_network_policy
  set   = ["attach_network_policy"]
}

resource "iacscan_role_input" "without_tracing" {
  count = var.attach_tracing_policy ? 1 : 0

  role  = try(aws_iam_role.lambda[0].arn, null)
  gives = "removal"
  of    = "tracing"
  at    = var.attach_tracing_policy
  set   = ["attach_tracing_policy"]
}

resource "iacscan_role_input" "without_policy" {
  count = var.attach_policy ? 1 : 0

  role  = try(aws_iam_role.lambda[0].arn, null)
  gives = "removal"
  of    = "additional_one"
  at    = var.attach_policy
  set   = ["attach_policy", "policy"]
}

resource "iacscan_role_input" "without_all_policies" {
  count = var.attach_policies && var.number_of_policies == 1 ? 1 : 0

  role  = try(aws_iam_role.lambda[0].arn, null)
  gives = "removal"
  of    = "additional_many"
  at    = var.attach_policies
  set   = ["attach_policies", "policies", "number_of_policies"]
}

resource "iacscan_role_input" "without_one_of_policies" {
  count = var.attach_policies && var.number_of_policies != 1 ? 1 : 0

  role  = try(aws_iam_role.lambda[0].arn, null)
  gives = "removal"
  of    = "additional_many"
  at    = var.attach_policies
  place = "`policies`, and lower `number_of_policies`"
}

output "lambda_function_arn" { value = try(aws_lambda_function.this[0].arn, "") }
output "lambda_function_arn_static" { value = try(aws_lambda_function.this[0].arn, "") }
output "lambda_function_invoke_arn" { value = try(aws_lambda_function.this[0].invoke_arn, "") }
output "lambda_function_name" { value = try(aws_lambda_function.this[0].function_name, "") }
output "lambda_function_qualified_arn" { value = try(aws_lambda_function.this[0].qualified_arn, "") }
output "lambda_function_qualified_invoke_arn" { value = try(aws_lambda_function.this[0].qualified_invoke_arn, "") }
output "lambda_function_version" { value = try(aws_lambda_function.this[0].version, "") }
output "lambda_function_url" { value = try(aws_lambda_function_url.this[0].function_url, "") }
output "lambda_layer_arn" { value = try(aws_lambda_layer_version.this[0].arn, "") }
output "lambda_layer_layer_arn" { value = try(aws_lambda_layer_version.this[0].layer_arn, "") }
output "lambda_role_arn" { value = try(aws_iam_role.lambda[0].arn, "") }
output "lambda_role_name" { value = try(aws_iam_role.lambda[0].name, "") }
output "lambda_role_unique_id" { value = try(aws_iam_role.lambda[0].unique_id, "") }
output "lambda_cloudwatch_log_group_arn" { value = try(aws_cloudwatch_log_group.lambda[0].arn, "") }
output "lambda_cloudwatch_log_group_name" { value = try(aws_cloudwatch_log_group.lambda[0].name, "") }
