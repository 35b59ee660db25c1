//! Changes statements that stand in an example.

use std::ops::Range;

/// A value with the quotes around it.
fn quoted(text: &str, at: Range<usize>) -> Range<usize> {
    let before = text.get(..at.start).and_then(|it| it.chars().next_back());
    let is_inside = before.is_some_and(|it| matches!(it, '"' | '\''))
        && text.get(at.end..).is_some_and(|rest| rest.chars().next() == before);
    if is_inside { at.start - 1..at.end + 1 } else { at }
}

/// Adds actions beside one that is there.
pub(super) fn add_actions(
    text: &mut String,
    at: Range<usize>,
    actions: &[String],
) -> Result<(), String> {
    let at = quoted(text, at);
    let before = text.get(..at.start).ok_or("no place")?;
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let list: Vec<String> = actions.iter().map(|action| format!("\"{action}\"")).collect();
    match before.trim_end().chars().next_back() {
        Some('[' | ',') => text.insert_str(at.start, &format!("{}, ", list.join(", "))),
        // An item of a list in YAML, or the only one.
        Some('-') => {
            let indent = " ".repeat(before.trim_end().len() - 1 - line);
            let items: String = list.iter().map(|it| format!("{indent}- {it}\n")).collect();
            text.insert_str(line, &items);
        }
        _ => {
            let only = text.get(at.clone()).ok_or("no action")?;
            let whole = format!("[{only}, {}]", list.join(", "));
            text.replace_range(at, &whole);
        }
    }
    Ok(())
}

/// Writes `*` for a resource, and removes conditions, which stand behind it.
pub(super) fn loosen(
    text: &mut String,
    resource: Option<Range<usize>>,
    conditions: Option<Range<usize>>,
) -> Result<(), String> {
    let mut changes = Vec::new();
    if let Some(key) = conditions {
        changes.push((conditions_at(text, key)?, ""));
    }
    if let Some(resource) = resource {
        changes.push((quoted(text, resource), "\"*\""));
    }
    // What comes later does not move what comes before.
    changes.sort_by_key(|(at, _)| std::cmp::Reverse(at.start));
    for (at, new) in changes {
        text.replace_range(at, new);
    }
    Ok(())
}

/// The key with its value: up to the brace that closes it, or the lines of YAML that are deeper.
fn conditions_at(text: &str, key: Range<usize>) -> Result<Range<usize>, String> {
    let rest = text.get(key.end..).ok_or("no condition")?;
    let line = text.get(..key.start).and_then(|it| it.rfind('\n')).map_or(0, |end| end + 1);
    if rest.starts_with(":\n") {
        let deep = key.start - line;
        let indent = |line: &&str| line.len() - line.trim_start().len() > deep;
        let lines = rest.get(2..).unwrap_or_default().split_inclusive('\n').take_while(indent);
        return Ok(line..key.end + 2 + lines.map(str::len).sum::<usize>());
    }
    let mut depth = 0;
    let end = rest.char_indices().find_map(|(index, letter)| {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => return None,
        }
        (depth == 0).then_some(index + 1)
    });
    let end = key.end + end.ok_or("no end")?;
    let comma = text.get(end..).is_some_and(|rest| rest.starts_with(','));
    Ok(key.start..end + usize::from(comma))
}
