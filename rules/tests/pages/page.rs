//! From a page to its fixtures.

use crate::fixture::{Fixture, Marker};

/// The fixtures of a page, in order.
pub(crate) fn fixtures(page: &str) -> Vec<Fixture> {
    let mut fixtures: Vec<Fixture> = Vec::new();
    let (mut section, mut heading) = (String::new(), String::new());
    let mut joins = false;
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            (section, joins) = (title.to_owned(), false);
            heading.clear();
        } else if let Some(title) = line.strip_prefix("### ") {
            (heading, joins) = (title.to_owned(), false);
        } else if let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) {
            let body: Vec<&str> =
                lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
            let mut words = info.split_whitespace();
            let language = words.next().unwrap_or_default();
            let default = match language {
                "hcl" => "main.tf",
                "yaml" => "template.yaml",
                "json" => "template.json",
                _ => continue,
            };
            let name = words.next();
            if name == Some("iacscan.yaml") {
                continue;
            }
            let place = format!("{section} / {heading} (line {})", number + 1);
            let fixture = match fixtures.last_mut() {
                Some(last) if joins && name.is_some() => last,
                _ => {
                    fixtures.push(Fixture::new(place));
                    let Some(last) = fixtures.last_mut() else { continue };
                    last
                }
            };
            joins = name.is_some();
            add(fixture, name.unwrap_or(default), &body);
        }
    }
    fixtures
}

/// Adds a file, its marker lines taken out.
fn add(fixture: &mut Fixture, file: &str, body: &[&str]) {
    let mut text = String::new();
    let mut line = 0;
    for row in body {
        if let Some(marker) = marker(file, line, row) {
            fixture.markers.push(marker);
        } else {
            text.push_str(row);
            text.push('\n');
            line += 1;
        }
    }
    fixture.files.push((file.to_owned(), text));
}

/// A marker line: `^^^ label` or `--- label`, at least two signs wide when it is a secondary one.
fn marker(file: &str, line: usize, row: &str) -> Option<Marker> {
    let trimmed = row.trim_start();
    let sign = trimmed.chars().next().filter(|sign| matches!(sign, '^' | '-'))?;
    let signs = trimmed.chars().take_while(|c| *c == sign).count();
    let text = trimmed.get(signs..)?.strip_prefix(' ')?.trim();
    if text.is_empty() || (sign == '-' && signs < 2) {
        return None;
    }
    Some(Marker {
        file: file.to_owned(),
        line,
        column: row.len() - trimmed.len() + 1,
        width: signs,
        primary: sign == '^',
        text: text.to_owned(),
    })
}
