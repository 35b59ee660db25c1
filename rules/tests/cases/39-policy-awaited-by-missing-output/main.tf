# What a missing output was to stand for is not known: it may be the policy.
# expect: medium unresolved-reference
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

  depends_on = [module.role.network]
}
