//! Resources and properties that findings propose.

use iacscan_core::{Naming, Snippet};
use iacscan_graph::nodes::{Header, Listing, Role};
use iacscan_graph::{Code, Language as _, Taken, free_name};

use crate::code::{entries, flow, json, yaml};
use crate::language::Templates;

/// An inline policy of a role, or of the function that SAM makes the role for.
pub(crate) fn policy(
    language: &Templates,
    role: &Role,
    allows: &str,
    statements: Vec<Code>,
) -> Snippet {
    let item = if role.implicit {
        Code::document(statements)
    } else {
        Code::Map(vec![
            ("PolicyName", Code::text(allows)),
            ("PolicyDocument", Code::document(statements)),
        ])
    };
    let snippet = in_policies(language, role, vec![item]);
    let named = (!role.implicit).then(|| Naming {
        among: format!("policies of {}", role.header.address),
        name: allows.to_owned(),
        longer: None,
        between: "",
    });
    Snippet { named, ..snippet }
}

/// Policy templates with their parameters, for the function that SAM makes the role for.
pub(crate) fn policy_templates(
    language: &Templates,
    role: &Role,
    templates: Vec<(&'static str, Code)>,
) -> Option<Snippet> {
    let items = templates.into_iter().map(|template| Code::Map(vec![template])).collect();
    role.implicit.then(|| in_policies(language, role, items))
}

/// Items of the `Policies` of a role, or of the function that SAM makes it for.
fn in_policies(language: &Templates, role: &Role, items: Vec<Code>) -> Snippet {
    let holder = role.header.holder();
    let is_listed = if role.implicit {
        role.lacking.is_some_and(|span| span != role.header.span)
    } else {
        role.inline_key.is_some()
    };
    if is_listed {
        let what = if items.len() == 1 { "As an item" } else { "As items" };
        let (code, how) = match (language, role.listing) {
            (Templates::Yaml, Listing::Lines) => (yaml(&Code::List(items)), ""),
            (Templates::Yaml, Listing::Alone) => {
                (yaml(&Code::List(items)), ", which has to be a list for that")
            }
            (Templates::Yaml, Listing::Brackets) => (lines(&items, flow), ""),
            (Templates::Yaml, Listing::Choice) => (lines(&items, flow), EACH_BRANCH),
            (Templates::Json, Listing::Choice) => (lines(&items, json), EACH_BRANCH),
            (Templates::Json, Listing::Alone) => {
                (lines(&items, json), ", which has to be a list for that")
            }
            (Templates::Json, _) => (lines(&items, json), ""),
        };
        let place = format!("{what} of `Policies` of `{holder}`{how}");
        return Snippet { place, code, named: None };
    }
    let only = if items.len() == 1 { "the item alone" } else { "the items alone" };
    let policies = Code::Map(vec![("Policies", Code::List(items))]);
    let code = match language {
        Templates::Yaml => yaml(&policies),
        Templates::Json => entries(&json(&policies)),
    };
    let place = format!("In the `Properties` of `{holder}` ({only} if it has `Policies` by then)");
    Snippet { place, code, named: None }
}

/// Behind the name of what is a choice between lists.
const EACH_BRANCH: &str = ", in each list of its `Fn::If`";

/// Items as they stand in a list in brackets.
fn lines(items: &[Code], write: fn(&Code) -> String) -> String {
    items.iter().map(write).collect::<Vec<_>>().join(",\n")
}

/// An `AWS::Lambda::Permission` for a function.
pub(crate) fn permission(
    language: &Templates,
    trigger: &Header,
    function: &str,
    principal: &str,
    source: &[(&'static str, Code)],
    is_taken: Taken<'_>,
) -> Snippet {
    let mut properties = vec![
        ("Action", Code::text("lambda:InvokeFunction")),
        ("FunctionName", Code::Expression(function.to_owned())),
        ("Principal", Code::text(principal)),
    ];
    properties.extend(source.iter().cloned());
    let name = format!("{}Permission", trigger.address.name());
    let longer = plain(function).map(|function| format!("{name}{function}"));
    let name = free_name(&name, "", is_taken);
    let condition = trigger.under.as_deref();
    let snippet = resource(language, &name, "AWS::Lambda::Permission", condition, properties);
    let named = Naming { among: String::new(), name, longer, between: "" };
    Snippet { named: Some(named), ..snippet }
}

/// An `AWS::IAM::Role` for a function, with a managed policy.
pub(crate) fn role(
    language: &Templates,
    function: &Header,
    policy: &str,
    is_left_out: bool,
    is_taken: Taken<'_>,
) -> Snippet {
    let name = free_name(&format!("{}Role", function.address.name()), "", is_taken);
    let properties = vec![
        ("AssumeRolePolicyDocument", Code::trusting_lambda()),
        ("ManagedPolicyArns", Code::List(vec![Code::text(policy)])),
    ];
    let mut snippet =
        resource(language, &name, "AWS::IAM::Role", function.under.as_deref(), properties);
    let arn = language.alone(&format!("{name}.Arn"));
    let id = &function.address;
    match (language, is_left_out) {
        (Templates::Yaml, false) => {
            snippet.code.push_str(&format!("\n\n# in the Properties of {id}\nRole: {arn}"));
        }
        (Templates::Yaml, true) => {
            let place = format!("in place of AWS::NoValue in Role of {id}");
            snippet.code.push_str(&format!("\n\n# {place}\n{arn}"));
        }
        (Templates::Json, false) => {
            snippet.code.push_str(&format!("\n\n\"Role\": {arn}"));
            snippet.place.push_str(&format!(", and `Role` in the `Properties` of `{id}`"));
        }
        (Templates::Json, true) => {
            snippet.code.push_str(&format!("\n\n{arn}"));
            let place = format!(", and its ARN in place of `AWS::NoValue` in `Role` of `{id}`");
            snippet.place.push_str(&place);
        }
    }
    snippet
}

/// A resource as it stands among the others.
fn resource(
    language: &Templates,
    name: &str,
    kind: &'static str,
    condition: Option<&str>,
    properties: Vec<(&'static str, Code)>,
) -> Snippet {
    let mut entries = vec![("Type", Code::text(kind))];
    entries.extend(condition.map(|condition| ("Condition", Code::text(condition))));
    entries.push(("Properties", Code::Map(properties)));
    let code = Code::Map(entries);
    let code = match language {
        Templates::Yaml => {
            let lines = yaml(&code);
            let lines = lines.lines().map(|line| format!("\n  {line}"));
            format!("{name}:{}", lines.collect::<String>())
        }
        Templates::Json => format!("\"{name}\": {}", json(&code)),
    };
    Snippet { place: "In `Resources`".to_owned(), code, named: None }
}

/// The logical id that an expression refers to.
fn plain(reference: &str) -> Option<&str> {
    let id = reference.strip_prefix("!Ref ").or_else(|| {
        reference.strip_prefix("{\"Ref\": \"").and_then(|rest| rest.strip_suffix("\"}"))
    })?;
    id.chars().all(|c| c.is_ascii_alphanumeric()).then_some(id)
}

#[cfg(test)]
mod tests {
    use iacscan_core::{Address, Span};

    use super::*;

    fn header(address: &str, kind: &str) -> Header {
        Header::new(Address::new("u", address), kind, Span::NONE)
    }

    fn statement() -> Vec<Code> {
        vec![Code::allowing(&["sqs:SendMessage".to_owned()], &["!GetAtt Q.Arn".to_owned()])]
    }

    #[test]
    fn policies_stand_in_their_role() {
        let mut role = Role::new(header("R", "AWS::IAM::Role"));
        let snippet = policy(&Templates::Yaml, &role, "SendMessage", statement());
        assert_eq!(
            snippet.place,
            "In the `Properties` of `R` (the item alone if it has `Policies` by then)"
        );
        assert!(snippet.code.starts_with("Policies:\n  - PolicyName: SendMessage\n"));
        role.inline_key = Some(Span::NONE);
        let snippet = policy(&Templates::Yaml, &role, "SendMessage", statement());
        assert_eq!(snippet.place, "As an item of `Policies` of `R`");
        assert!(snippet.code.starts_with("- PolicyName: SendMessage\n"));
        role.listing = Listing::Brackets;
        let snippet = policy(&Templates::Yaml, &role, "SendMessage", statement());
        assert_eq!(snippet.place, "As an item of `Policies` of `R`");
        assert!(snippet.code.starts_with("{PolicyName: SendMessage, "), "{}", snippet.code);
        role.listing = Listing::Choice;
        let snippet = policy(&Templates::Yaml, &role, "SendMessage", statement());
        assert_eq!(snippet.place, "As an item of `Policies` of `R`, in each list of its `Fn::If`");
        let snippet = policy(&Templates::Json, &role, "SendMessage", statement());
        assert!(snippet.code.starts_with("{\n  \"PolicyName\": \"SendMessage\",\n"));
    }

    #[test]
    fn what_sam_makes_a_role_from_has_statements() {
        let mut role = Role::new(header("F.Role", "AWS::IAM::Role"));
        role.header.made_of = Some(Address::new("u", "F"));
        role.implicit = true;
        let snippet = policy(&Templates::Yaml, &role, "SendMessage", statement());
        assert_eq!(
            snippet.lines(),
            "In the `Properties` of `F` (the item alone if it has `Policies` by then):\n  Policies:\n    - Version: \"2012-10-17\"\n      \
             Statement:\n        - Effect: Allow\n          Action: sqs:SendMessage\n          \
             Resource: !GetAtt Q.Arn"
        );
    }

    #[test]
    fn what_sam_makes_a_role_from_has_policy_templates() {
        let mut role = Role::new(header("F.Role", "AWS::IAM::Role"));
        role.header.made_of = Some(Address::new("u", "F"));
        let with = |name: &str| Code::Map(vec![("Name", Code::text(name))]);
        let templates = || vec![("A", with("a")), ("B", with("b"))];
        assert_eq!(policy_templates(&Templates::Yaml, &role, templates()), None);
        role.implicit = true;
        let written = |language| {
            policy_templates(&language, &role, templates()).map(|it| it.lines()).unwrap_or_default()
        };
        let place =
            "In the `Properties` of `F` (the items alone if it has `Policies` by then):\n  ";
        assert_eq!(
            written(Templates::Yaml),
            format!("{place}Policies:\n    - A:\n        Name: a\n    - B:\n        Name: b")
        );
        assert!(written(Templates::Json).starts_with(&format!("{place}\"Policies\": [\n")));
        let listed = Role { lacking: Some(Span { start: 1, ..Span::NONE }), ..role.clone() };
        let json = policy_templates(&Templates::Json, &listed, templates());
        let json = json.map(|it| it.lines()).unwrap_or_default();
        assert!(json.starts_with("As items of `Policies` of `F`:\n  {\n    \"A\": {"), "{json}");
        assert!(json.contains("\n  },\n  {\n    \"B\": {"), "{json}");
    }

    #[test]
    fn permissions_are_resources() {
        let trigger = header("Nightly", "AWS::Events::Rule");
        let source = [("SourceArn", Code::Expression("!GetAtt Nightly.Arn".to_owned()))];
        let written = permission(
            &Templates::Yaml,
            &trigger,
            "!Ref F",
            "events.amazonaws.com",
            &source,
            &|_| false,
        );
        assert_eq!(
            written.lines(),
            "In `Resources`:\n  NightlyPermission:\n    Type: AWS::Lambda::Permission\n    \
             Properties:\n      Action: lambda:InvokeFunction\n      FunctionName: !Ref F\n      \
             Principal: events.amazonaws.com\n      SourceArn: !GetAtt Nightly.Arn"
        );
    }

    #[test]
    fn a_role_comes_with_its_trust_and_its_policy() {
        let function = header("F", "AWS::Lambda::Function");
        let arn = "arn:aws:iam::aws:policy/P";
        let yaml = role(&Templates::Yaml, &function, arn, false, &|_| false).code;
        assert!(yaml.starts_with("FRole:\n  Type: AWS::IAM::Role\n"), "{yaml}");
        assert!(yaml.ends_with("# in the Properties of F\nRole: !GetAtt FRole.Arn"), "{yaml}");
        let json = role(&Templates::Json, &function, arn, false, &|name| name == "FRole").code;
        assert!(json.contains("\"ManagedPolicyArns\": [\"arn:aws:iam::aws:policy/P\"]"), "{json}");
        assert!(json.ends_with("\"Role\": {\"Fn::GetAtt\": [\"FRole2\", \"Arn\"]}"), "{json}");
    }
}
