//! Pastes the code that findings print where they say.

use iacscan_core::Snippet;

/// The texts of an example with a snippet in its place; an error says why it has none.
pub(crate) fn paste(files: &mut [(String, String)], snippet: &Snippet) -> Result<(), String> {
    let name = snippet.place.split('`').nth(1).ok_or("no place")?.to_owned();
    let code = &snippet.code;
    if snippet.place.starts_with("Beside ") {
        let (code, argument) = code.split_once("\n\n# in `").unwrap_or((code, ""));
        let (text, at) = block(files, &name)?;
        if let Some((_, argument)) = argument.split_once('\n') {
            text.insert_str(at, &format!("{argument}\n"));
        }
        text.push_str(&format!("\n{code}\n"));
        return Ok(());
    }
    if name == "Resources" {
        let (code, rest) = code.split_once("\n\n# in the Properties of ").unwrap_or((code, ""));
        let text = template(files, "Resources:")?;
        *text = text.replacen("Resources:\n", &format!("Resources:\n{}", indented(code, 2)), 1);
        return match rest.split_once('\n') {
            Some((id, property)) => in_properties(files, id, property),
            None => Ok(()),
        };
    }
    if snippet.place.starts_with("In the `Properties`") {
        let id = snippet.place.split('`').nth(3).ok_or("no resource")?;
        return in_properties(files, id, code);
    }
    let id = snippet.place.split('`').nth(3).ok_or("no resource")?;
    let (text, at) = of_resource(files, id, &format!("      {name}:\n"))?;
    let depth = text.get(at..).map_or(0, |rest| rest.len() - rest.trim_start_matches(' ').len());
    text.insert_str(at, &indented(code, depth));
    Ok(())
}

/// The text with a block of this address, and where its body begins.
fn block<'f>(
    files: &'f mut [(String, String)],
    address: &str,
) -> Result<(&'f mut String, usize), String> {
    let (kind, label) = address.split_once('.').ok_or("no address")?;
    let header = format!("\"{kind}\" \"{label}\" {{");
    let found = files.iter_mut().find_map(|(_, text)| {
        let at = text.find(&header)? + header.len();
        Some((text, at))
    });
    let (text, at) = found.ok_or_else(|| format!("no block {address}"))?;
    let line = text.get(at..).and_then(|rest| rest.find('\n')).ok_or("no body")?;
    Ok((text, at + line + 1))
}

fn template<'f>(files: &'f mut [(String, String)], key: &str) -> Result<&'f mut String, String> {
    let found = files.iter_mut().find(|(_, text)| text.contains(key));
    found.map(|(_, text)| text).ok_or_else(|| format!("no template with {key}"))
}

fn in_properties(files: &mut [(String, String)], id: &str, code: &str) -> Result<(), String> {
    let (text, at) = of_resource(files, id, "    Properties:\n")?;
    text.insert_str(at, &indented(code, 6));
    Ok(())
}

/// The template with a resource, and the place behind the first line of it that is this.
fn of_resource<'f>(
    files: &'f mut [(String, String)],
    id: &str,
    line: &str,
) -> Result<(&'f mut String, usize), String> {
    let header = format!("\n  {id}:\n");
    let text = template(files, &header)?;
    let from = text.find(&header).ok_or("no resource")?;
    let found = text.get(from..).and_then(|rest| rest.find(line));
    let at = from + found.ok_or_else(|| format!("{id} has no {line}"))? + line.len();
    Ok((text, at))
}

fn indented(code: &str, depth: usize) -> String {
    code.lines().map(|line| format!("{:depth$}{line}\n", "")).collect()
}
