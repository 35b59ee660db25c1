//! Files: read through the scan's own interface, which is confined to its roots.

use iacscan_core::{
    List, Literal, Located, Origin, ReadError, Segment, SourceId, Span, Str, Text, Unknown, Value,
};

use super::{Arguments, Outcome};
use crate::eval::{Evaluator, Names, Scope, V};
use crate::paths;
use crate::read::{Place, Problem, ProblemKind, read_template};

/// Files that one `fileset` lists.
const MOST_FILES: usize = 5_000;
/// Directories that one `fileset` walks.
const MOST_DIRECTORIES: usize = 1_000;

impl Evaluator<'_> {
    /// The display path that a path in the configuration means: below a module's directory when it
    /// came from `path.module`, else relative to the root module.
    fn display_path(&self, path: &str) -> String {
        let path = path.trim();
        let below = |directory: &str| {
            !directory.is_empty()
                && directory != "."
                && path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
        };
        let known = below(&self.unit)
            || self.instances.borrow().iter().any(|instance| below(&instance.module.directory));
        if known || path.starts_with('/') {
            return paths::normalize(path);
        }
        paths::join(&self.unit, path)
    }

    /// A file, and how it is shown.
    fn read_file(&self, path: &Text) -> Result<(String, Result<SourceId, ReadError>), Unknown> {
        let Some(path) = self.known(path) else {
            return Err(path.first_unknown().unwrap_or(Unknown::Computed));
        };
        let display = self.display_path(&path);
        let read = self.files.read(&display);
        Ok((display, read))
    }

    /// The text of a file.
    pub(crate) fn file_text(&self, path: &Text, span: Span) -> Outcome {
        let (display, read) = self.read_file(path)?;
        match read {
            Ok(source) => {
                let text = self.files.sources().get(source);
                let mut out = Text::new();
                out.push(Segment::Literal(Literal {
                    text: text.text.as_str().into(),
                    origin: Origin::At(source, 0),
                }));
                Ok(Value::Text(out))
            }
            Err(error) => Err(self.unreadable(&display, &error, span)),
        }
    }

    fn unreadable(&self, display: &str, error: &ReadError, span: Span) -> Unknown {
        match error {
            ReadError::Outside => self.problem(
                ProblemKind::Outside,
                span,
                format!("`{display}` lies outside of the scanned directories and was not opened"),
            ),
            ReadError::TooLarge(..) => {
                self.problem(ProblemKind::Outside, span, format!("`{display}`: {error}"));
            }
            // Build artefacts are often not there when a scan runs.
            ReadError::NotFound | ReadError::NotText | ReadError::Encrypted | ReadError::Io(_) => {}
        }
        Unknown::External
    }

    /// `templatefile(path, variables)`.
    pub(super) fn templatefile(&self, path: &V, variables: &V, scope: &Scope<'_>, span: Span) -> V {
        let unknown = |unknown| Located::new(Value::Unknown(unknown), span);
        let Some(path) = path.value.to_text() else { return unknown(Unknown::Invalid) };
        match self.file_text(&path, span) {
            Ok(Value::Text(text)) => self.with_variables(&text, variables, scope, span),
            Ok(_) => unknown(Unknown::Invalid),
            Err(why) => unknown(why),
        }
    }

    /// `templatestring(text, variables)`.
    pub(super) fn templatestring(
        &self,
        text: &V,
        variables: &V,
        scope: &Scope<'_>,
        span: Span,
    ) -> V {
        match &text.value {
            Value::Text(text) if text.as_known().is_some() => {
                self.with_variables(text, variables, scope, span)
            }
            other => Located::new(Value::Unknown(super::arguments::reason(other)), span),
        }
    }

    fn with_variables(&self, text: &Text, variables: &V, scope: &Scope<'_>, span: Span) -> V {
        let Value::Map(map) = &variables.value else {
            let unknown = super::arguments::reason(&variables.value);
            return Located::new(Value::Unknown(unknown), span);
        };
        let names = Names::All(map);
        let scope = Scope { closed: true, ..Scope::of(scope.instance).with(&names) };
        self.render_template(text, span, &scope)
    }

    /// Evaluates the text of a template, keeping the places of its characters.
    pub(crate) fn render_template(&self, text: &Text, span: Span, scope: &Scope<'_>) -> V {
        let [Segment::Literal(literal)] = text.segments() else {
            return Located::new(Value::Text(text.clone()), span);
        };
        let place = match &literal.origin {
            Origin::At(source, start) => Place::Source(*source, *start as usize),
            Origin::Mapped(map) => Place::Decoded(map.clone()),
            Origin::None | Origin::ManagedPolicy(_) | Origin::InManagedPolicy(_) => {
                Place::Fixed(span)
            }
        };
        let template = match read_template(&literal.text, place) {
            Ok(template) => template,
            Err(Problem { kind, span: place, message }) => {
                self.problem(kind, place, message);
                return Located::new(Value::Unknown(Unknown::Invalid), span);
            }
        };
        let mut value = self.eval(&template, scope);
        value.span = span;
        value
    }
}

/// The text of the file that the first argument names.
pub(super) fn content(arguments: &Arguments<'_, '_>) -> Result<Str, Unknown> {
    let path = arguments.text(0)?;
    match arguments.evaluator.file_text(&path, arguments.span)? {
        Value::Text(text) => text.as_known().ok_or(Unknown::External),
        _ => Err(Unknown::External),
    }
}

/// The text of the file that the first argument names, for a hash of it. That a build artefact is out
/// of reach is not said: where its hash matters, what is not known is.
pub(super) fn hashed(arguments: &Arguments<'_, '_>) -> Result<Str, Unknown> {
    let (_, read) = arguments.evaluator.read_file(&arguments.text(0)?)?;
    let source = read.map_err(|_| Unknown::External)?;
    Ok(arguments.evaluator.files.sources().get(source).text.as_str().into())
}

pub(super) fn file(arguments: &Arguments<'_, '_>) -> Outcome {
    arguments.evaluator.file_text(&arguments.text(0)?, arguments.span)
}

pub(super) fn filebase64(arguments: &Arguments<'_, '_>) -> Outcome {
    use base64::Engine as _;
    let text = content(arguments)?;
    Ok(Value::string(base64::engine::general_purpose::STANDARD.encode(text.as_bytes())))
}

pub(super) fn fileexists(arguments: &Arguments<'_, '_>) -> Outcome {
    let path = arguments.known(0)?;
    let display = arguments.evaluator.display_path(&path);
    match arguments.evaluator.files.read(&display) {
        Ok(_) | Err(ReadError::NotText | ReadError::Encrypted | ReadError::TooLarge(..)) => {
            Ok(Value::Bool(true))
        }
        Err(ReadError::NotFound) => Ok(Value::Bool(false)),
        Err(error) => Err(arguments.evaluator.unreadable(&display, &error, arguments.span)),
    }
}

pub(super) fn fileset(arguments: &Arguments<'_, '_>) -> Outcome {
    let directory = arguments.evaluator.display_path(&arguments.known(0)?);
    let pattern = paths::glob(&arguments.known(1)?).ok_or(Unknown::Unsupported)?;
    let mut found: Vec<String> = Vec::new();
    let mut waiting = vec![String::new()];
    let mut walked = 0;
    while let Some(inside) = waiting.pop() {
        walked += 1;
        if walked > MOST_DIRECTORIES || found.len() > MOST_FILES {
            return Err(Unknown::Limit);
        }
        let here = paths::join(&directory, &inside);
        let names = match arguments.evaluator.files.list(&here) {
            Ok(names) => names,
            Err(ReadError::Outside) => {
                let error = ReadError::Outside;
                return Err(arguments.evaluator.unreadable(&here, &error, arguments.span));
            }
            Err(_) => continue,
        };
        for name in names {
            let path = if inside.is_empty() { name.clone() } else { format!("{inside}/{name}") };
            match path.strip_suffix('/') {
                Some(directory) => waiting.push(directory.to_owned()),
                None if pattern.is_match(&path) => found.push(path),
                None => {}
            }
        }
    }
    found.sort();
    let items =
        found.into_iter().map(|path| Located::new(Value::string(path), arguments.span)).collect();
    Ok(Value::List(List { items, open: None }))
}

pub(super) fn basename(arguments: &Arguments<'_, '_>) -> Outcome {
    let text = arguments.text(0)?;
    let path = match arguments.known_text(&text) {
        Ok(path) => path,
        Err(unknown) => {
            let last =
                arguments.evaluator.split_around(&text, "/").and_then(|mut pieces| pieces.pop());
            return last.filter(|last| !last.is_empty()).map(Value::Text).ok_or(unknown);
        }
    };
    let path = path.trim_end_matches('/');
    Ok(Value::string(path.rsplit('/').next().unwrap_or(path)))
}

pub(super) fn dirname(arguments: &Arguments<'_, '_>) -> Outcome {
    let path = arguments.known(0)?;
    let directory = match path.rsplit_once('/') {
        None => ".",
        Some(("", _)) => "/",
        Some((directory, _)) => directory,
    };
    Ok(Value::string(directory))
}

/// The same path: display paths are what `file` and its like resolve.
pub(super) fn abspath(arguments: &Arguments<'_, '_>) -> Outcome {
    let path = arguments.known(0)?;
    if path.starts_with('/') {
        return Ok(Value::string(path));
    }
    Err(Unknown::Unsupported)
}

pub(super) fn pathexpand(arguments: &Arguments<'_, '_>) -> Outcome {
    let path = arguments.known(0)?;
    if path.starts_with('~') { Err(Unknown::External) } else { Ok(Value::string(path)) }
}
