# What the same expression repeats is there together.
# silent: missing-logs-permission
variable "backup" {}

resource "aws_lambda_function" "worker" {
  count         = "${var.backup}"
  function_name = "worker"
  role          = aws_iam_role.worker[0].arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}

resource "aws_iam_role" "worker" {
  count = "${var.backup}"
  name  = "worker"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "logs" {
  count      = "${var.backup}"
  role       = aws_iam_role.worker[0].name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}
