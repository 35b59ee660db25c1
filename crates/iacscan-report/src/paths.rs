//! Display paths as paths from the repository root, and as URIs.

use std::fmt::Write;

use crate::Options;

/// A display path as seen from the repository root: no `.`, and `..` only where the path leads out
/// of the repository.
#[must_use]
pub fn from_root(path: &str, options: &Options) -> String {
    let absolute = if path.starts_with('/') {
        resolve([path])
    } else {
        resolve([options.working_directory.as_str(), path])
    };
    let root = options.repository_root.as_deref().unwrap_or(&options.working_directory);
    let root = resolve([root]);
    let shared = absolute.iter().zip(&root).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", root.len() - shared);
    up.chain(absolute.into_iter().skip(shared)).collect::<Vec<_>>().join("/")
}

/// The components of joined paths, without `.` and with `..` resolved where there is something to
/// leave.
fn resolve<'p>(paths: impl IntoIterator<Item = &'p str>) -> Vec<&'p str> {
    let mut components = Vec::new();
    for component in paths.into_iter().flat_map(|path| path.split('/')) {
        match component {
            "" | "." => {}
            ".." if components.last().is_some_and(|last| *last != "..") => {
                components.pop();
            }
            _ => components.push(component),
        }
    }
    components
}

/// A path as a relative URI reference (RFC 3986): everything but unreserved characters and `/` is
/// percent-encoded.
pub(crate) fn to_uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => {
                // Writing to a string does not fail.
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_start_at_the_repository_root() {
        let options = |working: &str, root: Option<&str>| Options {
            working_directory: working.to_owned(),
            repository_root: root.map(str::to_owned),
            ..Options::default()
        };
        let cases = [
            ("main.tf", "/repo", Some("/repo"), "main.tf"),
            ("./a/./main.tf", "/repo/infra", Some("/repo"), "infra/a/main.tf"),
            ("../main.tf", "/repo/infra", Some("/repo/"), "main.tf"),
            ("/repo/x/main.tf", "/repo/infra", Some("/repo"), "x/main.tf"),
            ("main.tf", "/repo/infra", None, "main.tf"),
            ("../../out/main.tf", "/repo/infra", Some("/repo"), "../out/main.tf"),
            ("main.tf", "", None, "main.tf"),
            ("../main.tf", "", None, "../main.tf"),
            (".", "/repo/infra", Some("/repo"), "infra"),
            (".", "/repo", Some("/repo"), ""),
        ];
        for (path, working, root, expected) in cases {
            assert_eq!(from_root(path, &options(working, root)), expected, "{path} in {working}");
        }
    }

    #[test]
    fn uris_are_encoded() {
        assert_eq!(to_uri("a b/c#d?e%20:f\u{fc}\n.tf"), "a%20b/c%23d%3Fe%2520%3Af%C3%BC%0A.tf");
    }
}
