# Whether or not the attachment is one to the role: it grants nothing for logs.
# expect: medium missing-logs-permission
# undecided: aws_lambda_function.orders

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.orders.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
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

module "server" {
  source  = "example/server/aws"
  version = "1.0.0"
}

resource "aws_iam_role_policy_attachment" "objects" {
  role       = module.server.role_name
  policy_arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
}
