# The statement for a VPC is one of those that the module is to add.
# silent: missing-vpc-permission policy-attachment-race

module "orders" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "~> 8.0"

  function_name = "orders"
  handler       = "app.handler"
  runtime       = "python3.13"
  vpc_subnet_ids         = ["subnet-0a1b2c3d"]
  vpc_security_group_ids = ["sg-0a1b2c3d"]

  attach_policy_statements = true
  policy_statements = {
    network = {
      effect = "Allow"
      actions = [
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
      ]
      resources = ["*"]
    }
  }
}
