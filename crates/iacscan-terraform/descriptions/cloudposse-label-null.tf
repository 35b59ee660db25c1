# The module decides whether everything that is named after it exists; names and tags are left out.

description "cloudposse/label/null" {
  versions = ">= 0.20.0"
}

variable "enabled" { default = null }
variable "context" { default = null }

locals {
  on = coalesce(var.enabled, try(var.context.enabled, null), true)
}

output "enabled" { value = local.on }
output "context" { value = { enabled = local.on } }
