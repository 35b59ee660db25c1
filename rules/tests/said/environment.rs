//! Which environment variables show a secret, by what the source marks as one.

use iacscan_rules::Options;

use crate::scan;

const RULE: &str = "secret-literal-in-environment";

fn is_found(path: &str, text: &str) -> bool {
    let found = scan::scan([(path, text)], &Options::default()).findings;
    found.iter().any(|finding| finding.rule == RULE)
}

#[test]
fn sensitive_values_of_terraform_are_secrets_under_any_name() {
    for (variable, expected) in [
        ("FOO = var.pw", true),
        ("FOO = var.untyped", true),
        ("CONN = \"postgres://u:${var.pw}@h/db\"", true),
        ("FOO = local.pw", true),
        ("FOO = nonsensitive(var.pw)", true),
        ("FOO = data.aws_secretsmanager_secret_version.s.secret_string", true),
        ("FOO = random_password.p[0].result", false),
        ("DATABASE_URL = \"postgres://u:${var.pw}@h/db\"", true),
        // One of several values that are marked as a whole.
        ("FOO = var.all.host", false),
        ("FOO = var.all[\"host\"]", false),
        ("FOO = var.many[\"host\"]", false),
        ("DB_PASSWORD = var.many[\"password\"]", true),
        ("FOO = jsondecode(data.aws_secretsmanager_secret_version.s.secret_string).host", false),
        // What tells nothing of it.
        ("FOO = var.pw == \"\" ? \"a\" : \"b\"", false),
        ("FOO = length(var.pw)", false),
        ("FOO = sha256(var.pw)", false),
        ("FOO = var.plain", false),
        ("SECRET_ARN = var.pw", false),
        ("API_URL = var.pw", false),
        ("API_URL = var.many[\"api\"]", false),
        ("SLACK_WEBHOOK_URL = var.pw", true),
        ("SLACK_WEBHOOK_URL = var.many[\"slack\"]", true),
        ("SLACK_WEBHOOK_URL = var.plain", false),
        ("WEBHOOK_URL = data.aws_ssm_parameter.s.value", false),
    ] {
        let text = format!(
            "variable \"pw\" {{
  type      = string
  sensitive = true
}}
variable \"untyped\" {{ sensitive = true }}
variable \"many\" {{
  type      = map(string)
  sensitive = true
}}
variable \"all\" {{
  type      = object({{ host = string }})
  sensitive = true
}}
variable \"plain\" {{ type = string }}
locals {{ pw = var.pw }}
resource \"random_password\" \"p\" {{
  count  = 1
  length = 20
}}
data \"aws_secretsmanager_secret_version\" \"s\" {{ secret_id = \"s\" }}
data \"aws_ssm_parameter\" \"s\" {{ name = \"s\" }}
resource \"aws_lambda_function\" \"app\" {{
  function_name = \"app\"
  role          = \"arn:aws:iam::123456789012:role/app\"
  environment {{
    variables = {{
      {variable}
    }}
  }}
}}
"
        );
        assert_eq!(is_found("main.tf", &text), expected, "{variable}");
    }
}

#[test]
fn a_parameter_that_is_not_shown_may_be_the_name_of_a_secret() {
    for (variable, expected) in [
        ("FOO: !Ref Hidden", true),
        ("DATABASE_URL: !Sub 'postgres://u:${Hidden}@h/db'", true),
        ("SECRET_ARN: !Ref Hidden", false),
        (
            "SECRET_ARN: !Sub 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:${Hidden}'",
            false,
        ),
        ("SECRET_NAME: !Ref Hidden", false),
        ("KEY_ID: !Ref Hidden", false),
        ("API_URL: !Ref Hidden", false),
        ("slackWebhookUrl: !Ref Hidden", true),
    ] {
        let text = format!(
            "
Parameters: {{Hidden: {{Type: String, NoEcho: true}}}}
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::123456789012:role/app
      Code: {{S3Bucket: artifacts, S3Key: app.zip}}
      Environment: {{Variables: {{{variable}}}}}
"
        );
        assert_eq!(is_found("template.yaml", &text), expected, "{variable}");
    }
}

#[test]
fn a_secret_input_that_is_empty_by_default_is_given_at_deployment() {
    let templates = [("NoEcho: true, Default: ''", true), ("Default: ''", false)];
    for (parameter, expected) in templates {
        let text = format!(
            "
Parameters: {{Token: {{Type: String, {parameter}}}}}
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::123456789012:role/app
      Code: {{S3Bucket: artifacts, S3Key: app.zip}}
      Environment: {{Variables: {{ingest: !Ref Token}}}}
"
        );
        assert_eq!(is_found("template.yaml", &text), expected, "{parameter}");
    }
    let modules = [
        ("sensitive = true\n  default = \"\"", true),
        ("sensitive = true\n  default = null", false),
        ("default = \"\"", false),
    ];
    for (variable, expected) in modules {
        let text = format!(
            "variable \"token\" {{\n  {variable}\n}}\n
resource \"aws_lambda_function\" \"app\" {{
  function_name = \"app\"
  role          = \"arn:aws:iam::123456789012:role/app\"
  environment {{
    variables = {{ INGEST = var.token }}
  }}
}}
"
        );
        assert_eq!(is_found("main.tf", &text), expected, "{variable}");
    }
}
