# Older versions of the module attach policies of their own kind.
# silent: missing-vpc-permission missing-logs-permission

module "orders" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "~> 7.19.0"

  function_name          = "orders"
  handler                = "app.handler"
  runtime                = "python3.13"
  vpc_subnet_ids         = ["subnet-0a1b2c3d"]
  vpc_security_group_ids = ["sg-0a1b2c3d"]
  attach_network_policy  = true
}
