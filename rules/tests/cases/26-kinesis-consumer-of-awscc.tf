# The attributes of a stream's consumer and of an alias that are their ARNs.
# expect: high missing-event-source-permission
#   primary: awscc_kinesis_stream_consumer.clicks.consumer_arn
#   secondary: resource "awscc_lambda_function" "clicks"

resource "awscc_lambda_function" "clicks" {
  function_name = "clicks"
  role          = aws_iam_role.clicks.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  code          = { s3_bucket = "artifacts", s3_key = "app.zip" }
}

resource "awscc_lambda_alias" "live" {
  function_name    = awscc_lambda_function.clicks.function_name
  function_version = "1"
  name             = "live"
}

resource "awscc_kinesis_stream" "clicks" {
  name = "clicks"
}

resource "awscc_kinesis_stream_consumer" "clicks" {
  consumer_name = "app"
  stream_arn    = awscc_kinesis_stream.clicks.arn
}

resource "awscc_lambda_event_source_mapping" "clicks" {
  function_name     = awscc_lambda_alias.live.alias_arn
  event_source_arn  = awscc_kinesis_stream_consumer.clicks.consumer_arn
  starting_position = "LATEST"
}

resource "aws_iam_role" "clicks" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "clicks" {
  role = aws_iam_role.clicks.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:aws:logs:*:*:log-group:/aws/lambda/clicks:*"
      },
      {
        Effect = "Allow"
        Action = [
          "kinesis:DescribeStream",
          "kinesis:DescribeStreamSummary",
          "kinesis:GetRecords",
          "kinesis:GetShardIterator",
          "kinesis:ListShards",
        ]
        Resource = awscc_kinesis_stream.clicks.arn
      },
    ]
  })
}
