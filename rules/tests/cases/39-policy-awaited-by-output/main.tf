# The function takes the role from an output that waits for the policy.
# silent: policy-attachment-race missing-vpc-permission

module "role" {
  source = "./role"
}

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = module.role.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"

  vpc_config {
    subnet_ids         = ["subnet-0a1b2c3d"]
    security_group_ids = ["sg-0a1b2c3d"]
  }
}
