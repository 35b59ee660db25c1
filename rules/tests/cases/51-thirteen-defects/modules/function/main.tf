variable "name" {
  type = string
}

variable "trust" {
  type = string
}

variable "policies" {
  type    = map(string)
  default = {}
}

variable "subnets" {
  type    = list(string)
  default = []
}

resource "aws_iam_role" "this" {
  name               = "${var.name}-role"
  assume_role_policy = var.trust
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each   = var.policies
  role       = aws_iam_role.this.name
  policy_arn = each.value
}

resource "aws_lambda_function" "this" {
  function_name = var.name
  role          = aws_iam_role.this.arn
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "code.zip"

  dynamic "vpc_config" {
    for_each = length(var.subnets) > 0 ? [var.subnets] : []
    content {
      subnet_ids         = vpc_config.value
      security_group_ids = ["sg-0a1b2c3d"]
    }
  }
}

output "name" {
  value = aws_lambda_function.this.function_name
}

output "arn" {
  value = aws_lambda_function.this.arn
}

output "lambda_role_name" {
  value = aws_iam_role.this.name
}
