variable "function" {
  type = string
}

variable "queue" {
  type = string
}

resource "aws_lambda_event_source_mapping" "queue" {
  function_name    = var.function
  event_source_arn = var.queue
}
