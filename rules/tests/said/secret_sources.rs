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
resource "aws_ssm_parameter" "secure" {
  type  = "SecureString"
  value = var.plain
}
resource "aws_ssm_parameter" "token" {
  type  = "String"
  value = var.token
}
resource "aws_ssm_parameter" "plain" {
  type  = "String"
  value = var.plain
}
resource "aws_secretsmanager_secret_version" "open" { secret_string = var.plain }
resource "aws_secretsmanager_secret_version" "literal" {
  secret_string = "correct-horse-7-battery"
}
resource "aws_secretsmanager_secret_version" "json" {
  secret_string = jsonencode({ password = "correct-horse-7-battery", user = "orders" })
}
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
    let input = "shows the value of variable `token`, which `sensitive` marks as a secret";
    let secret = "shows the value that is read from a secret at deployment: it stands in the \
                  function's configuration and in the state";
    let parameter = "shows the value that is read from a parameter at deployment";
    let generated = "shows a secret that is generated at deployment";
    let attribute = "shows a secret of another resource";
    let lambda = |arguments: &str| module("terraform-aws-modules/lambda/aws", arguments);
    let literal = "a secret in plain text";
    let stored = "aws_secretsmanager_secret_version";
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
        (written("{ API_TOKEN = aws_ssm_parameter.secure.value }"), parameter),
        (written("{ API_TOKEN = aws_ssm_parameter.token.value }"), input),
        (written("{ API_TOKEN = aws_ssm_parameter.plain.value }"), ""),
        (written("{ STAGE = aws_ssm_parameter.secure.value }"), ""),
        (written(&format!("{{ STAGE = {stored}.open.secret_string }}")), secret),
        (written(&format!("{{ STAGE = {stored}.literal.secret_string }}")), secret),
        (written(&format!("{{ DB_PASSWORD = {stored}.literal.secret_string }}")), literal),
        (
            written(&format!(
                "{{ DB_PASSWORD = jsondecode({stored}.json.secret_string).password }}"
            )),
            literal,
        ),
        (written(&format!("{{ DB_USER = jsondecode({stored}.json.secret_string).user }}")), ""),
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
    let kept = help("var.token");
    assert!(kept.starts_with("Keep it in Secrets Manager"), "{kept}");
    assert!(kept.ends_with("and let the code read it at run time."), "{kept}");
}

/// What a secret that is stored is at, and where the function is given it.
#[test]
fn a_literal_that_a_resource_stores_is_shown_with_its_use() {
    let cases = [
        ("aws_secretsmanager_secret_version.literal.secret_string", "comes through"),
        ("jsondecode(aws_secretsmanager_secret_version.json.secret_string).password", "is given"),
    ];
    for (value, use_label) in cases {
        let found = of_rule(&written(&format!("{{ DB_PASSWORD = {value} }}")));
        let [finding] = found.as_slice() else { panic!("{value}: {found:?}") };
        let labels: Vec<&str> = finding.labels.iter().map(|label| label.text.as_str()).collect();
        assert_eq!(labels.first(), Some(&"a secret in plain text"), "{value}");
        assert!(labels.iter().any(|text| text.starts_with(use_label)), "{value}: {labels:?}");
        let help = finding.help.as_deref().unwrap_or_default();
        assert!(help.starts_with("Give the function the secret's ARN"), "{help}");
    }
}

/// What a module hands out is looked for in the module.
#[test]
fn a_secret_may_come_through_a_module() {
    let store = r#"
variable "plain" {}
resource "aws_ssm_parameter" "token" {
  type  = "SecureString"
  value = var.plain
}
output "token" { value = aws_ssm_parameter.token.value }
output "name" { value = aws_ssm_parameter.token.name }
"#;
    for (output, expected) in [("token", 1), ("name", 0)] {
        let main = format!(
            "module \"store\" {{\n  source = \"./store\"\n}}\n{}",
            written(&format!("{{ API_TOKEN = module.store.{output} }}"))
        );
        let files = [("main.tf", main.as_str()), ("store/store.tf", store)];
        let findings = scan::scan(files, &Options::default()).findings;
        let found = findings.iter().filter(|it| it.rule == "secret-literal-in-environment").count();
        assert_eq!(found, expected, "{output}");
    }
}

/// What a function is repeated for keeps the mark of its input: of each instance what that is given.
#[test]
fn a_secret_may_come_through_what_a_block_is_repeated_for() {
    let each = "{ a = { token = var.token, all = local.all }, b = { token = \"\" } }";
    let function = |start: &str, variables: &str| {
        resource(&format!("{start}\n  environment {{\n    variables = {variables}\n  }}"))
    };
    let repeated = format!("for_each = {each}");
    let filtered = format!("for_each = {{ for k, v in {each} : k => v if k == \"a\" }}");
    let cases = [
        (function(&repeated, "{ DB_PASSWORD = each.value.token }"), 1),
        (function(&repeated, "{ DB_PASSWORD = each.value[\"token\"] }"), 1),
        (function(&filtered, "each.value.all"), 1),
        (function(&filtered, "{ DB_PASSWORD = each.value.all.DB_PASSWORD }"), 0),
        (function(&filtered, "{ DB_PASSWORD = each.key }"), 0),
    ];
    for (text, expected) in cases {
        let found = of_rule(&text).len();
        assert_eq!(found, expected, "{text}");
    }
    let main = format!(
        "{SOURCES}module \"app\" {{\n  source   = \"./app\"\n  for_each = {each}\n  \
         password = each.value.token\n}}\n"
    );
    let app = format!(
        "variable \"password\" {{}}\n{}",
        written("{ A = \"a\", DB_PASSWORD = var.password }")
    );
    let files = [("main.tf", main.as_str()), ("app/app.tf", app.as_str())];
    let findings = scan::scan(files, &Options::default()).findings;
    let of_input = findings.iter().filter(|it| it.rule == "secret-literal-in-environment");
    let of_input = of_input.filter(|it| it.message.contains("variable `token`"));
    assert_eq!(of_input.count(), 1);
}

/// A name is marked as secret where it is kept beside secrets, whatever the variable is called.
#[test]
fn an_input_that_holds_the_name_of_a_secret_is_none() {
    for (input, is_secret) in [
        ("api_key", true),
        ("token_url", true),
        ("api_key_secret_arn", false),
        ("secretArn", false),
        ("api_key_parameter_name", false),
    ] {
        let terraform = format!(
            "variable \"{input}\" {{\n  sensitive = true\n  type = string\n}}\n{}",
            written(&format!("{{ API_KEY = var.{input} }}"))
        );
        assert_eq!(!of_rule(&terraform).is_empty(), is_secret, "{input}");
    }
}
