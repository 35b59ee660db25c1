# 7: a public function URL.
module "webhook" {
  source   = "./modules/function"
  name     = "webhook"
  trust    = data.aws_iam_policy_document.trust.json
  policies = { logs = local.logs }
}

resource "aws_lambda_function_url" "webhook" {
  function_name      = module.webhook.name
  authorization_type = "NONE"
}

# 8: anyone may invoke.
resource "aws_lambda_permission" "anyone" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.biller.function_name
  principal     = "*"
}

# 9: the bucket may be anybody's.
resource "aws_s3_bucket" "images" {
  bucket = "images-of-the-shop"
}

resource "aws_lambda_permission" "images" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.resizer.arn
  principal     = "s3.amazonaws.com"
  source_arn    = aws_s3_bucket.images.arn
}

resource "aws_s3_bucket_notification" "images" {
  bucket = aws_s3_bucket.images.id
  lambda_function {
    lambda_function_arn = aws_lambda_function.resizer.arn
    events              = ["s3:ObjectCreated:*"]
  }
  depends_on = [aws_lambda_permission.images]
}

# 10: a queue that cannot be read.
resource "aws_sqs_queue" "orders" {
  name = "orders"
}

module "order" {
  source   = "./modules/function"
  name     = "order"
  trust    = data.aws_iam_policy_document.trust.json
  policies = { logs = local.logs }
}

module "order_queue" {
  source   = "./modules/consumer"
  for_each = { orders = aws_sqs_queue.orders.arn }
  function = module.order.arn
  queue    = each.value
}

# 11: a dead letter queue that cannot be written.
resource "aws_sqs_queue" "failed" {
  name = "failed"
}

resource "aws_iam_role" "archiver" {
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "archiver" {
  for_each   = toset([local.logs])
  role       = aws_iam_role.archiver.name
  policy_arn = each.value
}

resource "aws_lambda_function" "archiver" {
  function_name = "archiver"
  role          = aws_iam_role.archiver.arn
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "code.zip"
  dead_letter_config {
    target_arn = aws_sqs_queue.failed.arn
  }
}

# 12: any role may be passed on.
module "deployer" {
  source   = "./modules/function"
  name     = "deployer"
  trust    = data.aws_iam_policy_document.trust.json
  policies = { logs = local.logs, deploy = aws_iam_policy.deploy.arn }
}

resource "aws_iam_policy" "deploy" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for action in ["iam:PassRole"] : { Effect = "Allow", Action = action, Resource = "*" }
    ]
  })
}

# 13: the name of a role for its ARN.
resource "aws_iam_role" "mailer" {
  name               = "mailer"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "mailer" {
  role       = aws_iam_role.mailer.name
  policy_arn = local.logs
}

resource "aws_lambda_function" "mailer" {
  function_name = "mailer"
  role          = aws_iam_role.mailer.name
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "code.zip"
}
