//! Writes what a finding suggests into the example it was found in.

use std::fmt::Write as _;

use iacscan_core::{Files as _, Finding, Span, Step};
use iacscan_graph::nodes::Role;

use super::statement;
use crate::scan::Scan;

/// The texts of an example with a step done; an error says why it cannot be.
pub(crate) fn apply(
    files: &mut [(String, String)],
    scan: &Scan,
    finding: &Finding,
    step: &Step,
    number: usize,
) -> Result<(), String> {
    let names = match step {
        Step::Replace { text } => return replace(files, scan, finding, text),
        Step::Set { call, arguments } => {
            let root = root_file(files).ok_or("no module")?;
            return set(file(files, &root)?, call, arguments);
        }
        Step::Allow { actions, into: Some(into), .. } => {
            let text = file(files, &scan.files.sources().get(into.at.source).path.clone())?;
            return statement::add_actions(text, into.at.range(), actions);
        }
        Step::Loosen { resources, conditions, .. } => {
            let at = resources.or(*conditions).ok_or("nothing to loosen")?;
            let text = file(files, &scan.files.sources().get(at.source).path.clone())?;
            return statement::loosen(
                text,
                resources.map(Span::range),
                conditions.map(Span::range),
            );
        }
        Step::Attach { roles, .. } | Step::Allow { roles, .. } | Step::Trust { roles, .. } => roles,
    };
    let named = |it: &&Role| names.iter().any(|name| it.header.address.name() == name);
    let roles: Vec<&Role> = scan.graph.roles().map(|(_, it)| it).filter(named).collect();
    if roles.is_empty() {
        return Err("no such role".to_owned());
    }
    // What is written later stands behind what was written before.
    roles
        .into_iter()
        .enumerate()
        .rev()
        .try_for_each(|(index, role)| give(files, scan, role, step, number * 100 + index))
}

/// Gives a role what a step says.
fn give(
    files: &mut [(String, String)],
    scan: &Scan,
    role: &Role,
    step: &Step,
    number: usize,
) -> Result<(), String> {
    if let Step::Trust { services, .. } = step {
        return trust(files, scan, role, services);
    }
    if role.header.resource_type.starts_with("AWS::") {
        in_template(files, scan, role, step)
    } else {
        in_configuration(files, scan, role, step, number)
    }
}

/// Writes arguments at the call of a module of the root, in place of those of the same name.
fn set(text: &mut String, call: &str, arguments: &[String]) -> Result<(), String> {
    for argument in arguments {
        let (name, _) = argument.split_once(" = ").ok_or("no argument")?;
        let body = body_of(text, call)?;
        let is_old = |line: &&str| line.trim_start().split(' ').next() == Some(name);
        let old = text.get(body.clone()).and_then(|body| body.lines().find(is_old));
        if let Some(old) = old.map(str::to_owned) {
            let at = text.get(body.clone()).and_then(|body| body.find(&old)).ok_or("no line")?;
            text.replace_range(body.start + at..=body.start + at + old.len(), "");
        }
        text.insert_str(body.start, &format!("  {argument}\n"));
    }
    Ok(())
}

/// What stands between the braces of a call.
fn body_of(text: &str, call: &str) -> Result<std::ops::Range<usize>, String> {
    let name = call.strip_prefix("module.").ok_or("no call")?;
    let header = format!("module \"{name}\" {{\n");
    let start = text.find(&header).ok_or("no such call")? + header.len();
    let length = text.get(start..).and_then(|rest| rest.find("\n}")).ok_or("no end")?;
    Ok(start..start + length + 1)
}

/// Adds a statement to those that a call lists, with what makes the module look at them.
fn add_statement(
    text: &mut String,
    place: &str,
    actions: &[String],
    resources: &[String],
) -> Result<(), String> {
    let mut words = place.split('`').skip(1).step_by(2);
    let (list, call) = words.next().zip(words.next()).ok_or("no place")?;
    let entry = format!(
        "suggested = {{ effect = \"Allow\", actions = {actions:?}, resources = [{}] }}",
        resources.join(", ")
    );
    let body = body_of(text, call)?;
    let open = format!("{list} = {{\n");
    match text.get(body).and_then(|body| body.find(&open)) {
        Some(at) => {
            let at = body_of(text, call)?.start + at + open.len();
            text.insert_str(at, &format!("    {entry}\n"));
        }
        None => set(text, call, &[format!("{list} = {{ {entry} }}")])?,
    }
    set(text, call, &words.map(str::to_owned).collect::<Vec<_>>())
}

fn file<'f>(files: &'f mut [(String, String)], path: &str) -> Result<&'f mut String, String> {
    let found = files.iter_mut().find(|(name, _)| name == path);
    found.map(|(_, text)| text).ok_or_else(|| format!("no file {path}"))
}

/// Puts a text in the place of the primary label, between its quotes.
fn replace(
    files: &mut [(String, String)],
    scan: &Scan,
    finding: &Finding,
    text: &str,
) -> Result<(), String> {
    let span = finding.primary().ok_or("no place")?.span;
    let path = scan.files.sources().get(span.source).path.clone();
    let whole = file(files, &path)?;
    let old = whole.get(span.range()).ok_or("no text")?;
    let references = ["!", "\"", "aws_", "awscc_", "module.", "data."];
    let is_reference = references.iter().any(|start| text.starts_with(start));
    let new = match old.chars().next().filter(|first| matches!(first, '"' | '\'')) {
        Some(quote) if !is_reference => format!("{quote}{text}{quote}"),
        // Without quotes it would be no text in HCL.
        None if !is_reference && path.ends_with(".tf") => format!("\"{text}\""),
        _ => text.to_owned(),
    };
    whole.replace_range(span.range(), &new);
    Ok(())
}

/// Adds a statement to the trust policy, before its first one.
fn trust(
    files: &mut [(String, String)],
    scan: &Scan,
    role: &Role,
    services: &[String],
) -> Result<(), String> {
    let span = role.trust_key.unwrap_or(role.header.span);
    let path = scan.files.sources().get(span.source).path.clone();
    let text = file(files, &path)?;
    if let Some(at) = text.find("data \"aws_iam_policy_document\"") {
        let open = text.get(at..).and_then(|rest| rest.find("{\n")).ok_or("no document")?;
        let statement = format!(
            "  statement {{\n    actions = [\"sts:AssumeRole\"]\n    principals {{\n      type        = \
             \"Service\"\n      identifiers = {services:?}\n    }}\n  }}\n"
        );
        text.insert_str(at + open + 2, &statement);
        return Ok(());
    }
    let from = span.start as usize;
    let key = text.get(from..).and_then(|rest| rest.find("Statement")).ok_or("no statement")?;
    let rest = text.get(from + key..).unwrap_or_default();
    let first = rest.find(['[', '-']).ok_or("no list of statements")?;
    let at = from + key + first;
    let is_block = rest.get(first..).is_some_and(|rest| rest.starts_with('-'));
    if is_block {
        let line = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        let statement = format!(
            "{}- {{Effect: Allow, Principal: {{Service: {services:?}}}, Action: sts:AssumeRole}}\n",
            " ".repeat(at - line)
        );
        text.insert_str(line, &statement);
    } else {
        let statement = format!(
            "{{ \"Effect\": \"Allow\", \"Principal\": {{ \"Service\": {services:?} }}, \"Action\": \
             \"sts:AssumeRole\" }}, "
        );
        text.insert_str(at + 1, &statement);
    }
    Ok(())
}

/// Adds a resource to the root module. A module that has the role hands its name out.
fn in_configuration(
    files: &mut [(String, String)],
    scan: &Scan,
    role: &Role,
    step: &Step,
    number: usize,
) -> Result<(), String> {
    let path = scan.files.sources().get(role.header.span.source).path.clone();
    if let Step::Attach { policy, list: Some(list), .. } = step {
        let from = role.header.span.start as usize;
        return add_listed(file(files, &path)?, from, list, policy);
    }
    if let Step::Allow { actions, resources, place: Some(place), .. } = step
        && place.starts_with("`policy_statements`")
    {
        let root = root_file(files).ok_or("no module")?;
        let resources: Vec<String> = resources.iter().map(expression).collect();
        return add_statement(file(files, &root)?, place, actions, &resources);
    }
    let root = root_file(files).ok_or("no module")?;
    let name = role.header.address.name();
    let inside = name.rsplit_once("module.").and_then(|(_, call)| call.split_once('.'));
    let role = match inside {
        Some((module, resource)) => {
            let output =
                format!("\noutput \"lambda_role_name\" {{\n  value = {resource}.name\n}}\n");
            // What stands at a call of the root has its outputs in a description.
            let text = file(files, &path)?;
            if depth(&path) > depth(&root) && !text.contains(&output) {
                text.push_str(&output);
            }
            format!("module.{module}.lambda_role_name")
        }
        None if name.starts_with("awscc_") => format!("{name}.role_name"),
        None => format!("{name}.name"),
    };
    let text = file(files, &root)?;
    let written = match step {
        Step::Attach { policy, .. } => format!(
            "\nresource \"aws_iam_role_policy_attachment\" \"suggested{number}\" {{\n  \
             role       = {role}\n  policy_arn = \"{policy}\"\n}}\n"
        ),
        Step::Allow { actions, resources, .. } => {
            let resources: Vec<String> = resources.iter().map(expression).collect();
            format!(
                "\nresource \"aws_iam_role_policy\" \"suggested{number}\" {{\n  role = {role}\n  \
                 policy = jsonencode({{\n    Version = \"2012-10-17\"\n    Statement = [{{ Effect = \
                 \"Allow\", Action = {actions:?}, Resource = [{}] }}]\n  }})\n}}\n",
                resources.join(", ")
            )
        }
        Step::Trust { .. } | Step::Replace { .. } | Step::Set { .. } | Step::Loosen { .. } => {
            return Err("not a policy".to_owned());
        }
    };
    text.push_str(&written);
    Ok(())
}

fn expression(resource: &String) -> String {
    let is_literal = resource.starts_with("arn:") || resource.starts_with('*');
    if is_literal { format!("\"{resource}\"") } else { resource.clone() }
}

/// Adds a policy to a list: an argument of the resource that begins at `from`, or of another.
fn add_listed(text: &mut String, from: usize, list: &str, policy: &str) -> Result<(), String> {
    let mut names = list.split('`').skip(1).step_by(2);
    let argument = names.next().ok_or("no argument")?;
    let from = match names.next().and_then(|resource| resource.split_once('.')) {
        Some((kind, name)) => text.find(&format!("\"{kind}\" \"{name}\"")).ok_or("no resource")?,
        None => from,
    };
    let behind = |at: usize, wanted: &str| {
        let found = text.get(at..).and_then(|rest| rest.find(wanted));
        found.map(|found| at + found + wanted.len())
    };
    let at = behind(from, argument).and_then(|at| behind(at, "[")).ok_or("no list")?;
    text.insert_str(at, &format!("\"{policy}\", "));
    Ok(())
}

/// A file of the module that calls the others.
fn root_file(files: &[(String, String)]) -> Option<String> {
    let names = files.iter().map(|(name, _)| name).filter(|name| name.ends_with(".tf"));
    names.min_by_key(|name| depth(name)).cloned()
}

fn depth(path: &str) -> usize {
    path.matches('/').count()
}

/// Adds to what the role's resource lists, or SAM's function for its own role.
fn in_template(
    files: &mut [(String, String)],
    scan: &Scan,
    role: &Role,
    step: &Step,
) -> Result<(), String> {
    let span = role.header.span;
    let sources = scan.files.sources();
    let path = sources.get(span.source).path.clone();
    let text = file(files, &path)?;
    let (key, item) = match step {
        Step::Attach { policy, .. } if role.implicit => ("Policies", policy.clone()),
        Step::Attach { policy, .. } => ("ManagedPolicyArns", policy.clone()),
        Step::Allow { actions, resources, .. } => {
            let quoted = |resource: &String| {
                if resource.starts_with('!') { resource.clone() } else { format!("'{resource}'") }
            };
            let resources: Vec<String> = resources.iter().map(quoted).collect();
            let mut statement = String::from("Statement: [{Effect: Allow, Action: ");
            let _ = write!(statement, "{actions:?}, Resource: [{}]}}]", resources.join(", "));
            let item = if role.implicit {
                format!("{{Version: '2012-10-17', {statement}}}")
            } else {
                format!(
                    "{{PolicyName: suggested, PolicyDocument: {{Version: '2012-10-17', {statement}}}}}"
                )
            };
            ("Policies", item)
        }
        Step::Trust { .. } | Step::Replace { .. } | Step::Set { .. } | Step::Loosen { .. } => {
            return Err("not a policy".to_owned());
        }
    };
    // The logical id: of the role, or of the function it is made for.
    let id = role.header.holder().name();
    add_item(text, id, key, &item)
}

/// Adds an item to a list of a resource's properties, which may be missing, written on one line or
/// on several.
fn add_item(text: &mut String, id: &str, key: &str, item: &str) -> Result<(), String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let at = |wanted: &str, within: std::ops::Range<usize>| {
        within.clone().zip(lines.get(within)?).find_map(|(number, line)| {
            line.trim_end().strip_prefix(wanted).map(|rest| (number, rest.trim().to_owned()))
        })
    };
    let (start, _) = at(&format!("  {id}:"), 0..lines.len()).ok_or("no such resource")?;
    let inside = |line: &&String| line.trim().is_empty() || indent(line) > 2;
    let end = start + 1 + lines.iter().skip(start + 1).take_while(inside).count();
    let Some((number, value)) = at(&format!("      {key}:"), start..end) else {
        let (number, _) = at("    Properties:", start..end).ok_or("no properties")?;
        lines.insert(number + 1, format!("      {key}: [{item}]"));
        *text = lines.join("\n") + "\n";
        return Ok(());
    };
    let list = match value.strip_prefix('[') {
        Some(items) => format!("      {key}: [{item}, {items}"),
        None if !value.is_empty() => format!("      {key}: [{item}, {value}]"),
        None => {
            let depth = lines.get(number + 1).map_or(8, |line| indent(line));
            lines.insert(number + 1, format!("{}- {item}", " ".repeat(depth)));
            format!("      {key}:")
        }
    };
    if let Some(line) = lines.get_mut(number) {
        *line = list;
    }
    *text = lines.join("\n") + "\n";
    Ok(())
}
