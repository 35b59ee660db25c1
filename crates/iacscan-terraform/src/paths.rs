//! Display paths: relative to the working directory, with `/`.

use regex::Regex;

/// Joins a relative path to a directory and resolves `.` and `..`.
pub(crate) fn join(directory: &str, path: &str) -> String {
    if path.starts_with('/') {
        return normalize(path);
    }
    if directory.is_empty() || directory == "." {
        return normalize(path);
    }
    normalize(&format!("{directory}/{path}"))
}

/// Resolves `.` and `..` in a path; what leads above its start keeps its `..`.
pub(crate) fn normalize(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    let joined = parts.join("/");
    if path.starts_with('/') {
        format!("/{joined}")
    } else if joined.is_empty() {
        ".".to_owned()
    } else {
        joined
    }
}

/// The pattern of `fileset`: `*`, `**`, `?`, `[...]` and `{a,b}`.
pub(crate) fn glob(pattern: &str) -> Option<Regex> {
    let mut out = String::from("^");
    let mut rest = pattern.chars().peekable();
    let mut braces = 0;
    while let Some(c) = rest.next() {
        match c {
            '*' if rest.peek() == Some(&'*') => {
                rest.next();
                if rest.peek() == Some(&'/') {
                    rest.next();
                    out.push_str("(?:.*/)?");
                } else {
                    out.push_str(".*");
                }
            }
            '*' => out.push_str("[^/]*"),
            '?' => out.push_str("[^/]"),
            '{' => {
                braces += 1;
                out.push_str("(?:");
            }
            '}' if braces > 0 => {
                braces -= 1;
                out.push(')');
            }
            ',' if braces > 0 => out.push('|'),
            '[' => {
                out.push('[');
                for c in rest.by_ref() {
                    out.push(if c == '!' { '^' } else { c });
                    if c == ']' {
                        break;
                    }
                }
            }
            other => out.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    out.push('$');
    Regex::new(&out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_join_and_normalize() {
        for (directory, path, joined) in [
            (".", "a/b", "a/b"),
            ("a/b", "../c", "a/c"),
            ("a", "../../c", "../c"),
            ("a", "./b/", "a/b"),
            ("a", "..", "."),
            ("../x", "../../y", "../../y"),
            ("a", "/etc/passwd", "/etc/passwd"),
        ] {
            assert_eq!(join(directory, path), joined, "{directory} {path}");
        }
    }

    #[test]
    fn globs_match_as_fileset_does() {
        for (pattern, path, matches) in [
            ("*.json", "a.json", true),
            ("*.json", "a/b.json", false),
            ("**/*.json", "a/b.json", true),
            ("**/*.json", "b.json", true),
            ("{a,b}/*", "b/x", true),
            ("[a-c].txt", "d.txt", false),
        ] {
            assert_eq!(glob(pattern).unwrap().is_match(path), matches, "{pattern} {path}");
        }
    }
}
