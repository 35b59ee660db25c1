variable "name" {
  type = string
}

variable "actions" {
  type = list(string)
}

variable "dead_letter" {
  type    = string
  default = null
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "work" {
  statement {
    actions   = var.actions
    resources = ["*"]
  }
}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "work" {
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.work.json
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_lambda_function" "this" {
  function_name = var.name
  role          = aws_iam_role.this.arn
  runtime       = "python3.13"
  handler       = "worker.handler"
  filename      = "worker.zip"

  dynamic "dead_letter_config" {
    for_each = var.dead_letter == null ? [] : [var.dead_letter]
    content {
      target_arn = dead_letter_config.value
    }
  }
}
