# Traced, and the module does not attach the policy for it.
# expect: medium missing-tracing-permission
#   primary: module "orders"

module "orders" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "~> 8.0"

  function_name = "orders"
  handler       = "app.handler"
  runtime       = "python3.13"
  tracing_mode  = "Active"
}
