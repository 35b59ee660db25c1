# A service that is trusted always is, whatever is added to it in a branch.
#
# expect: medium trust-extra-principal
#   primary: "ec2.amazonaws.com"
#   when: `var.stage == "production"` is true
variable "stage" {
  type = string
}

resource "aws_lambda_function" "app" {
  function_name = "app"
  role          = aws_iam_role.app.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}

resource "aws_iam_role" "app" {
  name = "app"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = {
        Service = concat(["lambda.amazonaws.com"], var.stage == "production" ? ["ec2.amazonaws.com"] : [])
      }
      Action = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.app.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}
