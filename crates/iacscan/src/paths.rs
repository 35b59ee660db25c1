//! How paths are shown: relative to the working directory, with `/`, and always as text.

use std::ffi::OsStr;
use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

/// A file name as text. Bytes that are no UTF-8 are written as `\xNN`, so that two different names
/// stay different.
pub(crate) fn name_text(name: &OsStr) -> String {
    let mut out = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        out.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

/// A path as text, its components joined by `/`.
pub(crate) fn path_text(path: &Path) -> String {
    let mut out = String::new();
    for component in path.components() {
        match component {
            Component::RootDir => out.push('/'),
            Component::CurDir => {}
            other => {
                if !out.is_empty() && !out.ends_with('/') {
                    out.push('/');
                }
                out.push_str(&name_text(other.as_os_str()));
            }
        }
    }
    if out.is_empty() { ".".to_owned() } else { out }
}

/// A display path without `.` and without a `..` that follows a name; `None` when it is absolute.
pub(crate) fn normalize(display: &str) -> Option<String> {
    if display.starts_with('/') || Path::new(display).is_absolute() {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in display.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Some(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}

/// A display path with a name below it.
pub(crate) fn join(directory: &str, name: &str) -> String {
    match directory {
        "" | "." => name.to_owned(),
        directory => format!("{}/{name}", directory.trim_end_matches('/')),
    }
}

/// The directory of a display path.
pub(crate) fn parent(display: &str) -> &str {
    display.rsplit_once('/').map_or(".", |(directory, _)| directory)
}

/// `path` as seen from the directory `from`; both absolute and without links.
pub(crate) fn relative(path: &Path, from: &Path) -> PathBuf {
    let mut path_parts = path.components().peekable();
    let mut from_parts = from.components().peekable();
    while let (Some(a), Some(b)) = (path_parts.peek(), from_parts.peek()) {
        if a != b {
            break;
        }
        path_parts.next();
        from_parts.next();
    }
    if from_parts.peek().is_some_and(|part| matches!(part, Component::Prefix(_))) {
        return path.to_owned();
    }
    from_parts.map(|_| Component::ParentDir).chain(path_parts).collect()
}

/// An absolute path without `.` and `..`, by its text alone.
pub(crate) fn lexical(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_paths_are_normalized() {
        let cases = [
            ("a/./b", Some("a/b")),
            ("a/../b", Some("b")),
            ("../a", Some("../a")),
            ("a/../../b", Some("../b")),
            ("./", Some(".")),
            ("", Some(".")),
            ("a//b/", Some("a/b")),
            ("/etc/passwd", None),
        ];
        for (path, expected) in cases {
            assert_eq!(normalize(path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn paths_are_seen_from_a_directory() {
        let cases = [("/a/b/c", "/a", "b/c"), ("/a", "/a/b", ".."), ("/x/y", "/a/b", "../../x/y")];
        for (path, from, expected) in cases {
            assert_eq!(relative(Path::new(path), Path::new(from)), Path::new(expected));
        }
        assert_eq!(path_text(&relative(Path::new("/a"), Path::new("/a"))), ".");
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_stay_apart() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(name_text(OsStr::from_bytes(b"a\xff.tf")), "a\\xff.tf");
        assert_eq!(name_text(OsStr::from_bytes(b"a\xfe.tf")), "a\\xfe.tf");
    }

    #[test]
    fn names_are_joined_and_parted() {
        assert_eq!(join(".", "a"), "a");
        assert_eq!(join("a/", "b"), "a/b");
        assert_eq!(parent("a/b"), "a");
        assert_eq!(parent("a"), ".");
    }
}
