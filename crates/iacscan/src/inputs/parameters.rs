//! Files with CloudFormation parameters: the JSON of the AWS CLI and SAM's `samconfig.toml`.

use std::collections::BTreeMap;

use iacscan_core::reader::{self, Limits, Node, NodeKind};
use iacscan_core::{Files, SourceId, Span, Str};
use serde::Deserialize;
use toml::Spanned;

use super::{InputError, Parameter};

/// The parameters in one file.
#[derive(Debug, Default)]
pub(super) struct Parameters(pub(super) BTreeMap<Str, Parameter>);

impl Parameters {
    /// Reads a file: TOML by its name, else JSON (or YAML) in one of the forms of the AWS CLI.
    pub(super) fn read(files: &dyn Files, path: &str) -> Result<Self, InputError> {
        let error = |message: String, span| InputError { path: path.to_owned(), message, span };
        let source = files.read(path).map_err(|e| error(e.to_string(), None))?;
        let text = &files.sources().get(source).text;
        let is_toml = std::path::Path::new(path).extension().is_some_and(|end| end == "toml");
        let found = if is_toml { sam_config(source, text) } else { documents(source, text) };
        found.map_err(|(message, span)| error(message, Some(span)))
    }

    fn insert(&mut self, name: impl Into<Str>, value: impl Into<Str>, span: Span) {
        self.0.insert(name.into(), Parameter { value: value.into(), span: Some(span) });
    }
}

type Mistake = (String, Span);

const FORMS: &str = "expected a list of {\"ParameterKey\": ..., \"ParameterValue\": ...}, a list of \
                     \"Name=Value\", or a map from names to values";

fn documents(source: SourceId, text: &str) -> Result<Parameters, Mistake> {
    let read = reader::read(source, text, &Limits::default());
    if let Some(problem) = read.problems.first() {
        return Err((problem.message.clone(), problem.span));
    }
    let mut parameters = Parameters::default();
    let Some(root) = read.documents.first() else { return Ok(parameters) };
    match &root.kind {
        NodeKind::List(items) => {
            for item in items {
                list_item(&mut parameters, item)?;
            }
        }
        NodeKind::Map(_) => {
            // `aws cloudformation deploy` also takes the files of CodePipeline.
            let map = root.get("Parameters").filter(|node| node.as_map().is_some());
            for entry in map.unwrap_or(root).as_map().unwrap_or_default() {
                let value = scalar_or_list(&entry.value)?;
                parameters.insert(entry.key.value.clone(), value, entry.value.span);
            }
        }
        _ => return Err((FORMS.to_owned(), root.span)),
    }
    Ok(parameters)
}

fn list_item(parameters: &mut Parameters, item: &Node) -> Result<(), Mistake> {
    if let Some((name, value)) = item.as_str().and_then(|text| text.split_once('=')) {
        parameters.insert(name, value, item.span);
        return Ok(());
    }
    let Some(name) = item.get("ParameterKey").and_then(Node::as_str) else {
        return Err((FORMS.to_owned(), item.span));
    };
    // Without a value the deployed one stays (`UsePreviousValue`), which nobody here knows.
    if let Some(value) = item.get("ParameterValue") {
        parameters.insert(name, scalar_or_list(value)?, value.span);
    }
    Ok(())
}

fn scalar_or_list(node: &Node) -> Result<String, Mistake> {
    let wrong = |node: &Node| ("a parameter is a string or a list of strings".into(), node.span);
    match &node.kind {
        NodeKind::Scalar(scalar) => Ok(scalar.literal.text.to_string()),
        NodeKind::List(items) => {
            let items: Result<Vec<&str>, Mistake> =
                items.iter().map(|item| item.as_str().ok_or_else(|| wrong(item))).collect();
            Ok(items?.join(","))
        }
        _ => Err(wrong(node)),
    }
}

/// `parameter_overrides` in `samconfig.toml`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Overrides {
    Text(String),
    List(Vec<String>),
    Map(BTreeMap<String, toml::Value>),
}

#[derive(Deserialize, Default)]
struct Section {
    #[serde(default)]
    parameters: SectionParameters,
}

#[derive(Deserialize, Default)]
struct SectionParameters {
    parameter_overrides: Option<Spanned<Overrides>>,
    region: Option<Spanned<String>>,
}

#[derive(Deserialize, Default)]
struct Environment {
    #[serde(default)]
    global: Section,
    #[serde(default)]
    deploy: Section,
}

#[derive(Deserialize)]
struct SamConfig {
    #[serde(default)]
    default: Environment,
}

/// The overrides that `sam deploy` uses without further options: those of the environment
/// `default`, the command's own over the global ones. The region is the pseudo parameter.
fn sam_config(source: SourceId, text: &str) -> Result<Parameters, Mistake> {
    let config: SamConfig = toml::from_str(text).map_err(|error| {
        let at = error.span().unwrap_or(0..0);
        (error.message().to_owned(), Span::new(source, at.start, at.end))
    })?;
    let mut parameters = Parameters::default();
    let sections = [config.default.global, config.default.deploy];
    for SectionParameters { parameter_overrides, region } in sections.map(|s| s.parameters) {
        if let Some(region) = region {
            let span = Span::new(source, region.span().start, region.span().end);
            parameters.insert("AWS::Region", region.into_inner(), span);
        }
        let Some(overrides) = parameter_overrides else { continue };
        let span = Span::new(source, overrides.span().start, overrides.span().end);
        let words = match overrides.into_inner() {
            Overrides::Text(text) => words(&text),
            Overrides::List(list) => list,
            Overrides::Map(map) => {
                for (name, value) in map {
                    let value = match value {
                        toml::Value::String(value) => value,
                        toml::Value::Integer(value) => value.to_string(),
                        toml::Value::Boolean(value) => value.to_string(),
                        _ => return Err((format!("`{name}` must be a string"), span)),
                    };
                    parameters.insert(name, value, span);
                }
                continue;
            }
        };
        for word in words {
            let Some((name, value)) = assignment(&word) else {
                return Err((format!("`{word}` is not NAME=VALUE"), span));
            };
            parameters.insert(name, value, span);
        }
    }
    Ok(parameters)
}

/// `Name=Value`, or the older `ParameterKey=Name,ParameterValue=Value`.
fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = match word.strip_prefix("ParameterKey=") {
        Some(rest) => rest.split_once(",ParameterValue=")?,
        None => word.split_once('=')?,
    };
    Some((name, value))
}

/// The words of a line as a shell splits it: quotes group, a backslash escapes.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\\', Some('"') | None) => {
                word.get_or_insert_default().extend(characters.next());
            }
            (c, Some(q)) if c == q => quote = None,
            ('"' | '\'', None) => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use iacscan_core::MemoryFiles;

    use super::*;

    fn read(path: &str, text: &str) -> Result<Vec<(String, String)>, InputError> {
        let files = MemoryFiles::new().with(path, text);
        let Parameters(parameters) = Parameters::read(&files, path)?;
        Ok(parameters.into_iter().map(|(k, p)| (k.to_string(), p.value.to_string())).collect())
    }

    #[test]
    fn the_region_of_a_deployment_is_a_pseudo_parameter() {
        let text = "[default.global.parameters]\nregion = 'eu-west-1'\n\
                    [default.deploy.parameters]\nregion = 'cn-north-1'\n";
        let expected = vec![("AWS::Region".to_owned(), "cn-north-1".to_owned())];
        assert_eq!(read("samconfig.toml", text), Ok(expected));
    }

    #[test]
    fn all_forms_are_read() {
        let sam = "version = 0.1\n[default.deploy.parameters]\nstack_name = \"x\"\n";
        let cases = [
            ("a.json", r#"[{"ParameterKey": "A", "ParameterValue": "1"}]"#.to_owned()),
            ("a.json", r#"["A=1"]"#.to_owned()),
            ("a.json", r#"{"Parameters": {"A": "1"}}"#.to_owned()),
            ("a.json", r#"{"A": 1}"#.to_owned()),
            ("a.yaml", "A: 1\n".to_owned()),
            ("samconfig.toml", format!("{sam}parameter_overrides = \"A=1\"")),
            ("samconfig.toml", format!("{sam}parameter_overrides = [\"A=1\"]")),
            ("samconfig.toml", format!("{sam}parameter_overrides = {{A = 1}}")),
            (
                "samconfig.toml",
                format!("{sam}parameter_overrides = 'ParameterKey=\"A\",ParameterValue=\"1\"'"),
            ),
            (
                "samconfig.toml",
                "[default.global.parameters]\nparameter_overrides = 'A=2'\n\
                 [default.deploy.parameters]\nparameter_overrides = \"A='1'\"\n\
                 [prod.deploy.parameters]\nparameter_overrides = 'A=3'"
                    .to_owned(),
            ),
        ];
        for (path, text) in cases {
            let expected = vec![("A".to_owned(), "1".to_owned())];
            assert_eq!(read(path, &text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn values_may_be_lists_and_quoted() {
        let expected = |value: &str| Ok(vec![("A".to_owned(), value.to_owned())]);
        assert_eq!(read("a.json", r#"{"A": ["x", "y"]}"#), expected("x,y"));
        let sam = |text: &str| format!("[default.deploy.parameters]\nparameter_overrides = {text}");
        assert_eq!(read("s.toml", &sam(r#""A=\"b c\"""#)), expected("b c"));
        assert_eq!(read("s.toml", &sam(r"'A=b\ c=d'")), expected("b c=d"));
        assert_eq!(
            read("a.json", r#"[{"ParameterKey": "A", "UsePreviousValue": true}]"#),
            Ok(vec![])
        );
    }

    #[test]
    fn mistakes_have_a_place() {
        let cases = [
            ("a.json", "[1]", "1"),
            ("a.json", "[{\"A\": 1}]", "{\"A\": 1}"),
            ("a.json", "{\"A\": {\"b\": 1}}", "{\"b\": 1}"),
            ("s.toml", "[default.deploy.parameters]\nparameter_overrides = 'A'", "'A'"),
        ];
        for (path, text, selected) in cases {
            let error = read(path, text).unwrap_err();
            assert_eq!(text.get(error.span.unwrap().range()), Some(selected), "{text}");
        }
        assert!(read("s.toml", "a = ").unwrap_err().span.is_some());
        assert!(read("a.json", "{").unwrap_err().span.is_some());
    }
}
