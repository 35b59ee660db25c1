# Subscribing is granted on the stream; it concerns the consumer.
# expect: high missing-event-source-permission
#   primary: aws_kinesis_stream_consumer.app.arn
# expect: info unscopable-action-with-resource
#   secondary: "kinesis:SubscribeToShard"

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.orders.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}

resource "aws_kinesis_stream" "clicks" {
  name        = "clicks"
  shard_count = 1
}

resource "aws_kinesis_stream_consumer" "app" {
  name       = "app"
  stream_arn = aws_kinesis_stream.clicks.arn
}

resource "aws_lambda_event_source_mapping" "clicks" {
  function_name     = aws_lambda_function.orders.arn
  event_source_arn  = aws_kinesis_stream_consumer.app.arn
  starting_position = "LATEST"
  depends_on        = [aws_iam_role_policy.clicks]
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

resource "aws_iam_role_policy" "clicks" {
  role = aws_iam_role.orders.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = [
          "kinesis:DescribeStream",
          "kinesis:DescribeStreamSummary",
          "kinesis:GetRecords",
          "kinesis:GetShardIterator",
          "kinesis:ListShards",
          "kinesis:SubscribeToShard",
        ]
        Resource = aws_kinesis_stream.clicks.arn
      },
    ]
  })
}
