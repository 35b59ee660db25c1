//! What findings say of secrets that reach an environment variable from elsewhere.

use iacscan_core::Finding;
use iacscan_rules::Options;

use crate::scan;

const SOURCES: &str = r#"
variable "token" { sensitive = true }
variable "plain" {}
variable "extra" { default = { app = {} } }
data "aws_ssm_parameter" "token" { name = "/token" }
data "aws_secretsmanager_secret_version" "app" { secret_id = "app" }
resource "random_password" "app" { length = 20 }
resource "random_password" "each" {
  for_each = toset(["a"])
  length   = 20
}
resource "tls_private_key" "app" { algorithm = "RSA" }
resource "aws_db_instance" "app" { password = var.plain }
locals {
  all = { API_TOKEN = var.token, DB_PASSWORD = var.plain }
}
"#;

fn of_rule(text: &str) -> Vec<Finding> {
    let text = format!("{SOURCES}{text}");
    let findings = scan::scan([("main.tf", text.as_str())], &Options::default()).findings;
    findings.into_iter().filter(|it| it.rule == "secret-literal-in-environment").collect()
}

fn resource(environment: &str) -> String {
    format!(
        r#"
resource "aws_lambda_function" "app" {{
  function_name = "app"
  role          = "arn:aws:iam::123456789012:role/app"
  filename      = "app.zip"
  {environment}
}}
"#
    )
}

fn written(variables: &str) -> String {
    resource(&format!("environment {{\n    variables = {variables}\n  }}"))
}

fn module(source: &str, arguments: &str) -> String {
    format!(
        r#"
module "app" {{
  source        = "{source}"
  function_name = "app"
  handler       = "app.handler"
  runtime       = "python3.13"
  {arguments}
}}
"#
    )
}

/// Each way of giving a variable its value, with what is said of it; nothing where it is not
/// certain.
#[test]
fn findings_say_where_a_secret_comes_from() {
    let input = "shows the value of an input that is marked as a secret";
    let secret = "shows the value that is read from a secret at deployment: it stands in the \
                  function's configuration and in the state";
    let parameter = "shows the value that is read from a parameter at deployment";
    let generated = "shows a secret that is generated at deployment";
    let attribute = "shows a secret of another resource";
    let lambda = |arguments: &str| module("terraform-aws-modules/lambda/aws", arguments);
    let version = "data.aws_secretsmanager_secret_version.app.secret_string";
    let cases = [
        (written("{ API_TOKEN = var.token }"), input),
        (written("{ API_TOKEN = data.aws_ssm_parameter.token.value }"), parameter),
        (written(&format!("{{ API_TOKEN = {version} }}")), secret),
        (written(&format!("{{ API_TOKEN = jsondecode({version})[\"API_TOKEN\"] }}")), secret),
        (written(&format!("{{ API_TOKEN = jsondecode({version}).token }}")), secret),
        (written("{ DB_PASSWORD = random_password.app.result }"), generated),
        (written("{ DB_PASSWORD = random_password.each[\"a\"].result }"), generated),
        (written("{ DB_PASSWORD = aws_db_instance.app.password }"), attribute),
        (written("{ PRIVATE_KEY = tls_private_key.app.private_key_pem }"), generated),
        (written("{ PUBLIC_TOKEN_PREFIX = tls_private_key.app.public_key_pem }"), ""),
        (written("{ STAGE = random_password.app.result }"), ""),
        (written("local.all"), input),
        (written("{ API_TOKEN = local.all[\"API_TOKEN\"] }"), input),
        (written("{ DB_PASSWORD = local.all.DB_PASSWORD }"), ""),
        (written("merge(local.all, { STAGE = \"a\" })"), input),
        (written("merge(local.all, { API_TOKEN = var.plain })"), ""),
        (written("merge(local.all, var.extra.app)"), input),
        (written("merge(local.all, var.plain)"), ""),
        (written("{ for k, v in local.all : k => v }"), input),
        (
            resource(
                "dynamic \"environment\" {\n    for_each = [local.all]\n    content {\n      variables = environment.value\n    }\n  }",
            ),
            input,
        ),
        (lambda("environment_variables = { API_TOKEN = var.token }"), input),
        (
            lambda("environment_variables = { API_TOKEN = data.aws_ssm_parameter.token.value }"),
            parameter,
        ),
        (lambda("environment_variables = local.all"), input),
        (lambda("environment_variables = { DB_PASSWORD = var.plain }"), ""),
        (
            module(
                "cloudposse/lambda-function/aws",
                "lambda_environment = { variables = { API_TOKEN = var.token } }",
            ),
            input,
        ),
    ];
    for (text, expected) in cases {
        let found = of_rule(&text);
        let messages: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
        let fits = match messages.as_slice() {
            [] => expected.is_empty(),
            [only] => !expected.is_empty() && only.contains(expected),
            _ => false,
        };
        assert!(fits, "{text}\n{messages:?}");
    }
}

#[test]
fn what_is_in_a_store_already_is_to_be_read_by_the_code() {
    let help = |value: &str| {
        let found = of_rule(&written(&format!("{{ API_TOKEN = {value} }}")));
        found.into_iter().next().and_then(|finding| finding.help).unwrap_or_default()
    };
    let secret = help("data.aws_secretsmanager_secret_version.app.secret_string");
    assert!(secret.starts_with("Give the function the secret's ARN and let the code read it"));
    let parameter = help("data.aws_ssm_parameter.token.value");
    assert!(parameter.starts_with("Give the function the parameter's name"), "{parameter}");
    assert!(help("var.token").starts_with("Keep it in Secrets Manager"));
}
