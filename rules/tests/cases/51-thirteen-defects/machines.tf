# 5: only machines may assume the role.
data "aws_iam_policy_document" "machines" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "resizer" {
  assume_role_policy = data.aws_iam_policy_document.machines.json
}

resource "aws_iam_role_policy_attachment" "resizer" {
  role       = aws_iam_role.resizer.name
  policy_arn = local.logs
}

resource "aws_lambda_function" "resizer" {
  function_name = "resizer"
  role          = one(aws_iam_role.resizer[*].arn)
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "code.zip"
}
