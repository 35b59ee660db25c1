//! From files to nodes: what a root module becomes.

mod broken;
mod known_in_part;

use iacscan_core::{Attribute, Files as _, Located, MemoryFiles, Span, Str, Text, Value};
use iacscan_graph::{Lowered, Unit};

use crate::{Options, Variable, lower};

fn files(all: &[(&str, &str)]) -> MemoryFiles {
    all.iter().fold(MemoryFiles::new(), |files, (path, text)| files.with(*path, *text))
}

fn scan(files: &MemoryFiles, directories: &[&str], options: &Options) -> Lowered {
    let directories: Vec<String> = directories.iter().map(|path| (*path).to_owned()).collect();
    lower(&directories, &[], files, options)
}

fn unit(files: &MemoryFiles, options: &Options) -> Unit {
    let lowered = scan(files, &["."], options);
    assert_eq!(lowered.unreadable, []);
    lowered.units.into_iter().next().unwrap()
}

/// The text of a property that is the same in every branch.
fn text(property: &iacscan_core::Property<Text>) -> String {
    match property.0.as_slice() {
        [only] => match &only.item {
            Attribute::Known(text) => text.value.to_string(),
            Attribute::Absent => "-".to_owned(),
            Attribute::Unknown(_, unknown) => format!("?{unknown:?}"),
        },
        branches => format!("{} branches", branches.len()),
    }
}

fn names(unit: &Unit) -> Vec<String> {
    unit.functions.iter().map(|function| text(&function.name)).collect()
}

#[test]
fn values_of_variables_follow_terraforms_precedence() {
    let all = files(&[
        (
            "main.tf",
            "variable \"name\" {\n  default = \"default\"\n}\nvariable \"list\" {\n  type = list(string)\n}\n\
             resource \"aws_lambda_function\" \"f\" {\n  function_name = \"${var.name}-${join(\"\", var.list)}\"\n}\n",
        ),
        ("terraform.tfvars", "name = \"tfvars\"\nlist = [\"a\"]\nundeclared = 1\n"),
        ("b.auto.tfvars", "name = \"auto\"\n"),
        ("a.auto.tfvars.json", "{\"name\": \"json\", \"list\": [\"b\"]}"),
        ("extra/prod.tfvars", "name = \"prod\"\n"),
    ]);
    assert_eq!(names(&unit(&all, &Options::default())), ["auto-b"]);
    let given = |variables| Options { variables, ..Options::default() };
    let file = Variable::File("extra/prod.tfvars".into());
    let name = Variable::Text("name".into(), "cli".into());
    let list = Variable::Text("list".into(), "[\"x\", \"y\"]".into());
    assert_eq!(names(&unit(&all, &given(vec![file.clone()]))), ["prod-b"]);
    assert_eq!(names(&unit(&all, &given(vec![file.clone(), name.clone(), list]))), ["cli-xy"]);
    assert_eq!(names(&unit(&all, &given(vec![name, file]))), ["prod-b"]);
    let source = all.sources().add("iacscan.yaml", "x");
    let value = Located::new(Value::string("configured"), Span::at(source, 0));
    let configured = Variable::Value(Str::from("name"), value);
    assert_eq!(names(&unit(&all, &given(vec![configured]))), ["configured-b"]);
}

#[test]
fn all_spellings_of_configuration_are_read() {
    let all = files(&[
        (
            "a.tf",
            "resource \"aws_lambda_function\" \"a\" {\n  function_name = \"a\"\n  tracing_config {\n    mode = \"Active\"\n  }\n}\n",
        ),
        (
            "a_override.tf",
            "resource \"aws_lambda_function\" \"a\" {\n  function_name = \"overridden\"\n}\n",
        ),
        ("b.tf", "resource \"aws_lambda_function\" \"wrong\" {}\n"),
        ("b.tofu", "resource \"aws_lambda_function\" \"b\" {\n  function_name = \"b\"\n}\n"),
        (
            "c.tf.json",
            "{\"locals\": {\"n\": \"c\"}, \"resource\": {\"aws_lambda_function\": {\"c\": {\"function_name\": \"${local.n}-json\",\n  \"vpc_config\": {\"subnet_ids\": [\"s\"], \"security_group_ids\": [\"g\"]}}}}}",
        ),
        (".hidden.tf", "resource \"aws_lambda_function\" \"hidden\" {}\n"),
    ]);
    let unit = unit(&all, &Options::default());
    assert_eq!(unit.findings, []);
    assert_eq!(names(&unit), ["overridden", "b", "c-json"]);
    assert!(unit.functions[0].tracing.iter().all(|branch| branch.item.known().is_some()));
    assert!(unit.functions[2].vpc.iter().all(|branch| branch.item.known().is_some()));
}

#[test]
fn modules_are_judged_through_their_calls() {
    let module =
        "variable \"n\" {}\nresource \"aws_lambda_function\" \"f\" {\n  function_name = var.n\n}\n";
    let all = files(&[
        (
            "root/main.tf",
            "module \"m\" {\n  for_each = toset([\"a\", \"b\"])\n  source   = \"../m\"\n  n        = each.key\n}\n",
        ),
        ("m/main.tf", module),
        ("lonely/main.tf", module),
    ]);
    let lowered = scan(&all, &["root", "m", "lonely"], &Options::default());
    let paths: Vec<&str> = lowered.units.iter().map(|unit| unit.path.as_str()).collect();
    assert_eq!(paths, ["lonely", "root"]);
    let root = &lowered.units[1];
    assert_eq!(names(root), ["a", "b"]);
    let header = &root.functions[1].header;
    assert_eq!(header.address.name(), "module.m[\"b\"].aws_lambda_function.f");
    assert_eq!(all.sources().slice(header.calls[0]), "module \"m\"");
}

#[test]
fn modules_without_an_instance_are_judged_on_their_own() {
    let function = "resource \"aws_lambda_function\" \"f\" {\n  function_name = \"f\"\n}\n";
    let call = |name: &str, count: &str| {
        format!("module \"{name}\" {{\n  source = \"../{name}\"\n  count = {count}\n}}\n")
    };
    let root = call("off", "0") + &call("on", "1");
    let off = function.to_owned() + &call("below", "1");
    let all = files(&[
        ("root/main.tf", root.as_str()),
        ("off/main.tf", off.as_str()),
        ("on/main.tf", function),
        ("below/main.tf", function),
    ]);
    let lowered = scan(&all, &["root", "off", "on", "below"], &Options::default());
    let units: Vec<(&str, Vec<String>)> =
        lowered.units.iter().map(|unit| (unit.path.as_str(), addresses(unit))).collect();
    let on = "module.on[0].aws_lambda_function.f".to_owned();
    let below = "module.below[0].aws_lambda_function.f".to_owned();
    assert_eq!(
        units,
        [("root", vec![on]), ("off", vec!["aws_lambda_function.f".to_owned(), below])]
    );
}

#[test]
fn a_role_that_an_input_leaves_empty_is_not_known() {
    let module = "variable \"role\" {\n  default = null\n}\nresource \"aws_lambda_function\" \"f\" {\n  role = var.role\n}\n";
    let call = "module \"m\" {\n  source = \"../m\"\n}\n";
    let all = files(&[("m/main.tf", module), ("root/main.tf", call)]);
    let role = |directories: &[&str]| {
        text(&scan(&all, directories, &Options::default()).units[0].functions[0].role)
    };
    assert_eq!(role(&["m"]), "?Input");
    assert_eq!(role(&["m", "root"]), "-");
}

/// The addresses of its functions.
fn addresses(unit: &Unit) -> Vec<String> {
    unit.functions.iter().map(|function| function.header.address.name().to_string()).collect()
}

#[test]
fn terragrunt_may_declare_what_the_files_do_not() {
    let text = "variable \"other\" {}\n\
                resource \"aws_lambda_function\" \"f\" {\n  function_name = var.name\n}\n";
    let plain = unit(&files(&[("main.tf", text)]), &Options::default());
    assert_eq!(plain.findings.len(), 1);
    let all = files(&[("main.tf", text), ("terragrunt.hcl", "include {}\n")]);
    assert_eq!(unit(&all, &Options::default()).findings, []);
    let more = text.replace("var.name", "\"${var.name}-${var.other}\"");
    for (at, is_told) in [("root.hcl", true), ("env/terragrunt.hcl", true), ("env/a.hcl", false)] {
        let all = files(&[("aws/api/main.tf", more.as_str()), (at, "")]);
        let units = lower(&["aws/api".to_owned()], &[], &all, &Options::default()).units;
        let findings: usize = units.iter().map(|unit| unit.findings.len()).sum();
        assert_eq!(findings, usize::from(!is_told), "{at}");
    }
}

#[test]
fn terraspace_may_declare_what_a_stack_does_not() {
    let text = "variable \"other\" {}\nlocals {\n  a = \"a\"\n}\n\
                resource \"aws_lambda_function\" \"f\" {\n  function_name = local.region\n}\n";
    for (at, is_told) in [("p/config/app.rb", true), ("p/config/terraform/a.txt", false)] {
        let all = files(&[("p/app/stacks/api/main.tf", text), (at, "")]);
        let units = lower(&["p/app/stacks/api".to_owned()], &[], &all, &Options::default()).units;
        let findings: usize = units.iter().map(|unit| unit.findings.len()).sum();
        assert_eq!(findings, usize::from(!is_told), "{at}");
    }
}

#[test]
fn a_directory_that_is_not_there_is_said_once() {
    let call = |name: &str| format!("module \"{name}\" {{\n  source = \"./gone\"\n}}\n");
    let unit = unit(&files(&[("main.tf", &(call("a") + &call("b")))]), &Options::default());
    assert_eq!(unit.undecided.len(), 1);
}

#[test]
fn installed_modules_are_shown_at_their_call() {
    let all = files(&[
        ("main.tf", "module \"l\" {\n  source = \"example.com/org/lambda/aws\"\n}\n"),
        (
            ".terraform/modules/modules.json",
            "{\"Modules\": [{\"Key\": \"\", \"Dir\": \".\"}, {\"Key\": \"l\", \"Dir\": \".terraform/modules/l\"}]}",
        ),
        (
            ".terraform/modules/l/main.tf",
            "resource \"aws_lambda_function\" \"f\" {\n  function_name = \"inside\"\n}\n",
        ),
    ]);
    let unit = unit(&all, &Options::default());
    assert_eq!(names(&unit), ["inside"]);
    assert_eq!(all.sources().slice(unit.functions[0].header.span), "module \"l\"");
}

#[test]
fn known_modules_are_understood_without_being_installed() {
    let call = |version: &str| {
        format!(
            "module \"l\" {{\n  source = \"terraform-aws-modules/lambda/aws\"\n{version}\n  function_name = \"f\"\n\
             \n  attach_tracing_policy = true\n  tracing_mode = \"Active\"\n  attach_policy_statements = true\n\
             \n  policy_statements = {{\n    s3 = {{ effect = \"Allow\", actions = [\"s3:*\"], resources = [\"*\"] }}\n  }}\n}}\n"
        )
    };
    for (version, attachments, policies) in
        [("", 3, 0), ("  version = \"8.1.0\"", 3, 0), ("  version = \"~> 6.0\"", 3, 3)]
    {
        let all = files(&[("main.tf", &call(version))]);
        let unit = unit(&all, &Options::default());
        assert_eq!(names(&unit), ["f"], "{version}");
        assert_eq!(unit.undecided, [], "{version}");
        assert_eq!(text(&unit.functions[0].role), "${module.l.aws_iam_role.lambda[0].arn}");
        assert_eq!(unit.roles.len(), 1);
        assert_eq!(unit.attachments.len(), attachments, "{version}");
        assert_eq!(unit.policies.len(), policies, "{version}");
        let statements = unit
            .attachments
            .iter()
            .filter_map(|attachment| attachment.inline.as_ref())
            .map(|inline| &inline.document)
            .chain(unit.policies.iter().map(|policy| &policy.document))
            .flat_map(iacscan_core::Branches::iter)
            .filter_map(|branch| branch.item.known())
            .flat_map(|document| document.value.statements.all().collect::<Vec<_>>());
        let actions: Vec<String> = statements
            .filter_map(|statement| statement.actions.as_ref())
            .flat_map(|actions| actions.items.all().collect::<Vec<_>>())
            .map(|action| all.sources().slice(action.span))
            .collect();
        assert!(actions.contains(&"\"s3:*\"".to_owned()), "{actions:?}");
    }
}

#[test]
fn modules_that_are_not_there_are_listed_once_and_open_the_roles_they_are_given() {
    let all = files(&[(
        "main.tf",
        "resource \"aws_iam_role\" \"r\" {}\nmodule \"a\" {\n  source = \"example.com/org/x/aws\"\n  role   = aws_iam_role.r.name\n}\n\
         module \"b\" {\n  source = \"example.com/org/x/aws\"\n}\nmodule \"c\" {\n  source = \"../../outside\"\n}\n\
         resource \"aws_lambda_function\" \"f\" {\n  function_name = module.a.name\n  role = aws_iam_role.r.arn\n}\n",
    )]);
    let unit = unit(&all, &Options::default());
    assert_eq!(unit.findings, []);
    let reasons: Vec<&str> = unit.undecided.iter().map(|one| one.reason.as_str()).collect();
    assert_eq!(reasons.len(), 2, "{reasons:?}");
    assert!(reasons[0].contains("outside of the scanned directories"));
    assert_eq!(
        reasons[1],
        "the module `example.com/org/x/aws`, called here and in another place, is not installed; \
         run `terraform init` in `.` to have it looked at"
    );
    assert_eq!(text(&unit.functions[0].name), "?External");
    assert_eq!(unit.attachments.len(), 1);
    assert_eq!(unit.attachments[0].managed.gaps.len(), 1);
}

#[test]
fn an_empty_module_source_is_wrong() {
    let all = files(&[("main.tf", "module \"m\" {\n  source = \"\"\n}\n")]);
    let unit = unit(&all, &Options::default());
    let found: Vec<(&str, &str)> =
        unit.findings.iter().map(|found| (found.rule, found.message.as_str())).collect();
    assert_eq!(found, [("unresolved-reference", "The module source is empty")]);
    assert_eq!(unit.undecided, []);
}

#[test]
fn policy_documents_merge_and_keep_their_places() {
    let all = files(&[(
        "main.tf",
        r#"
data "aws_iam_policy_document" "base" {
  statement {
    sid       = "A"
    actions   = ["s3:*"]
    resources = ["*"]
  }
  statement {
    actions   = ["sqs:SendMessage"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "over" {
  statement {
    sid     = "B"
    effect  = "Deny"
    actions = ["sns:*"]
  }
}
data "aws_iam_policy_document" "all" {
  source_policy_documents   = [data.aws_iam_policy_document.base.json]
  override_policy_documents = [data.aws_iam_policy_document.over.json]
  statement {
    sid       = "A"
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::b/&{aws:username}"]
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalTag/team"
      values   = ["x"]
    }
  }
  dynamic "statement" {
    for_each = ["B"]
    content {
      sid     = statement.value
      actions = ["sns:Publish"]
    }
  }
}
resource "aws_iam_policy" "p" {
  policy = data.aws_iam_policy_document.all.json
}
"#,
    )]);
    let unit = unit(&all, &Options::default());
    let document = unit.policies[0].document.iter().next().unwrap().item.known().unwrap();
    let shown: Vec<String> = document
        .value
        .statements
        .all()
        .map(|statement| {
            let actions = statement.actions.as_ref().unwrap();
            let spans: Vec<String> =
                actions.items.all().map(|action| all.sources().slice(action.span)).collect();
            let effect = if statement.is_deny() { "Deny" } else { "Allow" };
            format!("{effect} {}", spans.join(" "))
        })
        .collect();
    assert_eq!(shown, ["Allow \"s3:GetObject\"", "Allow \"sqs:SendMessage\"", "Deny \"sns:*\""]);
    let first = document.value.statements.all().next().unwrap();
    let resource = first.resources.as_ref().unwrap().items.all().next().unwrap();
    assert_eq!(resource.value.to_string(), "arn:aws:s3:::b/${aws:username}");
    assert!(!first.conditions.is_none());
}

#[test]
fn policies_in_heredocs_and_files_keep_their_places() {
    let all = files(&[
        (
            "main.tf",
            "resource \"aws_s3_bucket\" \"b\" {}\nresource \"aws_iam_policy\" \"h\" {\n  policy = <<-EOT\n    {\n      \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:Get*\", \"Resource\": \"${aws_s3_bucket.b.arn}/*\"}]\n    }\n  EOT\n}\n\
             resource \"aws_iam_policy\" \"f\" {\n  policy = templatefile(\"${path.module}/p.json\", { bucket = aws_s3_bucket.b.arn })\n}\n",
        ),
        (
            "p.json",
            "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": [\"s3:Put*\"], \"Resource\": \"${bucket}/*\"}}",
        ),
    ]);
    let unit = unit(&all, &Options::default());
    for (policy, action, path) in [(0, "\"s3:Get*\"", "main.tf"), (1, "\"s3:Put*\"", "p.json")] {
        let document = unit.policies[policy].document.iter().next().unwrap().item.known().unwrap();
        let statement = document.value.statements.all().next().unwrap();
        let written = statement.actions.as_ref().unwrap().items.all().next().unwrap().span;
        assert_eq!(all.sources().slice(written), action);
        assert_eq!(all.sources().get(written.source).path, path);
        let resource = statement.resources.as_ref().unwrap().items.all().next().unwrap();
        assert_eq!(resource.value.to_string(), "${aws_s3_bucket.b.arn}/*");
    }
}

#[test]
fn awscc_resources_become_the_same_nodes() {
    let all = files(&[(
        "main.tf",
        r#"
resource "awscc_iam_role" "r" {
  role_name                   = "x"
  assume_role_policy_document = { Statement = [] }
  managed_policy_arns         = ["arn:aws:iam::aws:policy/AdministratorAccess"]
  policies = [{ policy_name = "p", policy_document = { Statement = [] } }]
}
resource "awscc_lambda_function" "f" {
  role           = awscc_iam_role.r.arn
  vpc_config     = { subnet_ids = ["s"], security_group_ids = ["g"] }
  tracing_config = { mode = "Active" }
  environment    = { variables = { A = "b" } }
}
"#,
    )]);
    let unit = unit(&all, &Options::default());
    let function = &unit.functions[0];
    assert_eq!(text(&function.role), "${awscc_iam_role.r.arn}");
    assert!(function.vpc.iter().all(|branch| branch.item.known().is_some()));
    assert!(function.tracing.iter().all(|branch| branch.item.known().is_some()));
    assert_eq!(function.environment.items.len(), 1);
    let role = &unit.roles[0];
    assert_eq!((role.managed.items.len(), role.inline.items.len()), (1, 1));
}

#[test]
fn what_is_broken_or_beyond_reach_is_said_and_the_rest_is_checked() {
    let all = files(&[
        (
            "a/main.tf",
            "resource \"aws_lambda_function\" \"f\" {\n  function_name = \"f\"\n  role = = 1\n}\nresource \"aws_iam_policy\" \"p\" {\n  policy = file(\"../../secret\")\n}\n",
        ),
        ("b/main.tf", "resource \"aws_lambda_function\" \"g\" {\n  function_name = \"g\"\n}\n"),
        ("c/main.tf.json", "{"),
    ]);
    let lowered = scan(&all, &["a", "b"], &Options::default());
    let [a, b] = lowered.units.as_slice() else { panic!() };
    assert_eq!(names(a), ["f"]);
    assert_eq!(text(&a.functions[0].role), "?Unread");
    assert_eq!(a.findings.len(), 1);
    assert_eq!(a.findings[0].rule, "syntax-error");
    assert!(a.undecided[0].reason.contains("was not opened"));
    assert_eq!(names(b), ["g"]);
}

#[test]
fn a_hash_of_an_artefact_beyond_reach_is_not_undecided() {
    for (written, undecided) in [
        ("source_code_hash = filebase64sha256(\"../../app.zip\")", 0),
        ("source_code_hash = filesha256(\"../../app.zip\")", 0),
        ("etag = filemd5(\"../../app.zip\")", 0),
        ("function_name = file(\"../../name\")", 1),
    ] {
        let text = format!("resource \"aws_lambda_function\" \"f\" {{\n  {written}\n}}\n");
        let lowered = scan(&files(&[("a/main.tf", &text)]), &["a"], &Options::default());
        assert_eq!(lowered.units[0].undecided.len(), undecided, "{written}");
    }
}

#[test]
fn users_describe_modules_of_their_own() {
    let all = files(&[
        (
            "main.tf",
            "module \"l\" {\n  source = \"git::https://example.com/lambda.git?ref=v2.1\"\n  n      = \"f\"\n}\n",
        ),
        (
            ".iacscan/modules/lambda.tf",
            "description \"example.com/lambda\" {\n  versions = \">= 2.0\"\n}\nvariable \"n\" {}\n\
             resource \"aws_lambda_function\" \"f\" {\n  function_name = var.n\n}\n",
        ),
        (".iacscan/modules/broken.tf", "variable \"n\" {}\n"),
    ]);
    let options =
        Options { descriptions: vec![".iacscan/modules".to_owned()], ..Options::default() };
    let lowered = scan(&all, &["."], &options);
    assert_eq!(names(&lowered.units[0]), ["f"]);
    assert_eq!(all.sources().slice(lowered.units[0].functions[0].header.span), "module \"l\"");
    assert_eq!(lowered.unreadable.len(), 1);
    assert!(lowered.unreadable[0].reason.contains("`description` block"));
}
