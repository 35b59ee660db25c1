# The policy for a VPC is one of those that the module is to attach.
# silent: missing-vpc-permission policy-attachment-race

module "orders" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "~> 8.0"

  function_name = "orders"
  handler       = "app.handler"
  runtime       = "python3.13"
  vpc_subnet_ids         = ["subnet-0a1b2c3d"]
  vpc_security_group_ids = ["sg-0a1b2c3d"]

  attach_policies    = true
  number_of_policies = 1
  policies           = ["arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"]
}
