# A role that reads the secret for authentication, not the certificate.
# expect: medium missing-source-secret-permission
#   primary: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:kafka-ca-d4e5f6
# silent: missing-event-source-permission missing-event-source-network-permission

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.orders.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}

resource "aws_lambda_event_source_mapping" "orders" {
  function_name     = aws_lambda_function.orders.arn
  topics            = ["orders"]
  starting_position = "LATEST"

  self_managed_event_source {
    endpoints = { KAFKA_BOOTSTRAP_SERVERS = "kafka.example.com:9096" }
  }

  source_access_configuration {
    type = "SASL_SCRAM_512_AUTH"
    uri  = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:kafka-login-a1b2c3"
  }

  source_access_configuration {
    type = "SERVER_ROOT_CA_CERTIFICATE"
    uri  = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:kafka-ca-d4e5f6"
  }
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

resource "aws_iam_role_policy" "login" {
  role = aws_iam_role.orders.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:kafka-login-a1b2c3"
      },
    ]
  })
}
