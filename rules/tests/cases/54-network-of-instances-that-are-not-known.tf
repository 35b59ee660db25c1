# How many there are is not known; each is attached to one subnet.
# expect: low policy-attachment-race

variable "zones" {
  type = list(string)
}

locals {
  networks = [for zone in var.zones : { zone = zone, subnets = [zone] }]
}

resource "aws_lambda_function" "orders" {
  for_each = { for network in local.networks : network.zone => network }

  function_name = "orders-${each.key}"
  role          = aws_iam_role.orders.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"

  vpc_config {
    subnet_ids         = each.value.subnets
    security_group_ids = ["sg-1"]
  }
}

resource "aws_iam_role" "orders" {
  name = "orders"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "network" {
  role       = aws_iam_role.orders.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
}
