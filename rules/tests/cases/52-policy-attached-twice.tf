# A policy that is attached twice allows on the bucket what another policy allows on its objects.
# silent: s3-resource-level-mismatch

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.orders.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
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

resource "aws_iam_policy" "bucket" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::orders" }]
  })
}

resource "aws_iam_policy" "objects" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::orders/*" }]
  })
}

resource "aws_iam_role_policy_attachment" "bucket" {
  count = 2

  role       = aws_iam_role.orders.name
  policy_arn = aws_iam_policy.bucket.arn
}

resource "aws_iam_role_policy_attachment" "objects" {
  role       = aws_iam_role.orders.name
  policy_arn = aws_iam_policy.objects.arn
}
