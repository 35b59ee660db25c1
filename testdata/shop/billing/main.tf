# Bills customers every night.

variable "stage" {
  type    = string
  default = "prod"
}

module "collect" {
  source  = "./modules/worker"
  name    = "collect-${var.stage}"
  actions = ["dynamodb:*"]
}

module "send" {
  source      = "./modules/worker"
  name        = "send-${var.stage}"
  actions     = ["ses:SendEmail"]
  dead_letter = aws_sqs_queue.unsent.arn
}

resource "aws_sqs_queue" "unsent" {
  name = "unsent-${var.stage}"
}
