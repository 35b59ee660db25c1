# What a function uses is not known, and its role allows none of it: nothing is found, and each is
# counted once.
# silent: missing-vpc-permission missing-tracing-permission missing-layer-permission
# silent: missing-dead-letter-permission missing-destination-permission
# silent: missing-event-source-permission missing-event-source-network-permission
# doubt: aws_lambda_function.orders at data.aws_subnets.private.ids
# doubt: aws_lambda_function.orders at tracing_config
# doubt: aws_lambda_function.orders at variable "layer"
# doubt: aws_lambda_function.orders at variable "dead_letters"
# doubt: aws_lambda_function.orders at variable "failures"
# doubt: aws_lambda_function.orders at variable "source_arn"

variable "tracing" {}
variable "layer" {}
variable "dead_letters" {}
variable "failures" {}
variable "source_arn" {}

data "aws_subnets" "private" {}

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.orders.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"

  vpc_config {
    subnet_ids         = data.aws_subnets.private.ids
    security_group_ids = ["sg-0a1b2c3d"]
  }

  tracing_config {
    mode = var.tracing
  }

  layers = [var.layer]

  dead_letter_config {
    target_arn = var.dead_letters
  }
}

resource "aws_lambda_function_event_invoke_config" "orders" {
  function_name = aws_lambda_function.orders.function_name

  destination_config {
    on_failure {
      destination = var.failures
    }
  }
}

resource "aws_lambda_event_source_mapping" "orders" {
  event_source_arn = var.source_arn
  function_name    = aws_lambda_function.orders.arn
}

resource "aws_iam_role" "orders" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.orders.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}
