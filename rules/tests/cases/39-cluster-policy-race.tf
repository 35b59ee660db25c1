# Lambda checks what it takes to reach a cluster when it makes the mapping, which waits for neither of
# the policies.
# expect: low policy-attachment-race
#   primary: aws_msk_cluster.orders.arn
#   secondary: resource "aws_iam_role_policy" "cluster"
#   secondary: resource "aws_iam_role_policy_attachment" "network"

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.orders.arn
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
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

resource "aws_iam_role_policy_attachment" "network" {
  role       = aws_iam_role.orders.name
  policy_arn = aws_iam_policy.network.arn
}

resource "aws_iam_policy" "network" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = [
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSecurityGroups",
          "ec2:DescribeSubnets",
          "ec2:DescribeVpcs",
        ]
        Resource = "*"
      },
    ]
  })
}

resource "aws_iam_role_policy" "cluster" {
  role = aws_iam_role.orders.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["kafka:DescribeClusterV2"]
        Resource = aws_msk_cluster.orders.arn
      },
      {
        Effect   = "Allow"
        Action   = ["kafka:GetBootstrapBrokers"]
        Resource = "*"
      },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:aws:logs:*:*:log-group:/aws/lambda/orders:*"
      },
    ]
  })
}

resource "aws_msk_cluster" "orders" {
  cluster_name = "orders"
}

resource "aws_lambda_event_source_mapping" "orders" {
  function_name    = aws_lambda_function.orders.arn
  event_source_arn = aws_msk_cluster.orders.arn
  topics           = ["orders"]
}
