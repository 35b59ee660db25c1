resource "aws_lambda_function" "this" {
  function_name = "other"
  role          = "arn:aws:iam::123456789012:role/other"
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}

output "arn" {
  value = aws_lambda_function.this.arn
}
