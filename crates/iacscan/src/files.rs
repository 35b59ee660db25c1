//! Files on disk, confined to the roots of the scan.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use encoding_rs_io::DecodeReaderBytesBuilder;
use iacscan_core::{Files, ReadError, SourceId, Sources, reader};

use crate::paths;

/// The largest text a scan reads, in bytes. Plan files may be larger: they are streamed.
pub const MAX_TEXT: u64 = 64 << 20;

/// Files on disk. A path is resolved with all its symbolic links before anything is opened, and
/// refused when it then lies outside of every root.
#[derive(Debug)]
pub struct DiskFiles {
    working_directory: PathBuf,
    /// Resolved; the outermost ones alone would do, all are kept.
    roots: Vec<PathBuf>,
    /// Real paths of the display paths that name files whose names are no UTF-8.
    odd_names: RwLock<BTreeMap<String, PathBuf>>,
    sources: Sources,
}

impl DiskFiles {
    /// Files below `roots`; relative paths count from `working_directory`.
    ///
    /// # Errors
    ///
    /// When the working directory cannot be resolved.
    pub fn new(working_directory: &Path) -> io::Result<Self> {
        Ok(Self {
            working_directory: fs::canonicalize(working_directory)?,
            roots: Vec::new(),
            odd_names: RwLock::default(),
            sources: Sources::new(),
        })
    }

    /// The texts read so far, which are then no longer here.
    pub(crate) fn take_sources(&mut self) -> Sources {
        std::mem::take(&mut self.sources)
    }

    /// The directory that display paths are relative to, without links.
    #[must_use]
    pub fn working_directory(&self) -> &Path {
        &self.working_directory
    }

    /// Makes what lies below a directory readable.
    ///
    /// # Errors
    ///
    /// When the directory cannot be resolved.
    pub fn add_root(&mut self, directory: &Path) -> io::Result<()> {
        let root = fs::canonicalize(self.working_directory.join(directory))?;
        if !self.roots.contains(&root) {
            self.roots.push(root);
        }
        Ok(())
    }

    /// How a path that the user named is shown: as it was written when that is relative, else
    /// as seen from the working directory.
    #[must_use]
    pub fn display(&self, path: &Path) -> String {
        let absolute = self.working_directory.join(path);
        let resolved = fs::canonicalize(&absolute).ok();
        let as_written = match path.strip_prefix(&self.working_directory) {
            Ok(inside) => paths::path_text(inside),
            Err(_) => paths::path_text(path),
        };
        if let Some(display) = paths::normalize(&as_written) {
            let again = self.real(&display);
            if resolved.is_none() || fs::canonicalize(&again).ok() == resolved {
                return display;
            }
        }
        let resolved = resolved.unwrap_or(absolute);
        let relative = paths::relative(&resolved, &self.working_directory);
        let display = paths::path_text(&relative);
        self.remember_if_odd(&display, &resolved);
        display
    }

    /// Remembers the real path of a file whose name is no UTF-8 and returns its display path.
    pub(crate) fn display_below(&self, directory: &str, name: &std::ffi::OsStr) -> String {
        let display = paths::join(directory, &paths::name_text(name));
        if name.to_str().is_none() {
            self.remember_if_odd(&display, &self.real(directory).join(name));
        }
        display
    }

    fn remember_if_odd(&self, display: &str, real: &Path) {
        if real.to_str().is_none() {
            let mut odd = self.odd_names.write().unwrap_or_else(PoisonError::into_inner);
            odd.insert(display.to_owned(), real.to_owned());
        }
    }

    /// The path to open for a display path, links not yet resolved.
    fn real(&self, display: &str) -> PathBuf {
        let odd = self.odd_names.read().unwrap_or_else(PoisonError::into_inner);
        if !odd.is_empty() {
            // The longest remembered ancestor: a file may lie below a directory with an odd name.
            let mut end = display.len();
            loop {
                let head = display.get(..end).unwrap_or(display);
                if let Some(real) = odd.get(head) {
                    let rest = display.get(end..).unwrap_or_default().trim_start_matches('/');
                    return if rest.is_empty() { real.clone() } else { real.join(rest) };
                }
                match head.rfind('/') {
                    Some(slash) => end = slash,
                    None => break,
                }
            }
        }
        self.working_directory.join(display)
    }

    /// The real path behind a display path, once it is known to lie below a root.
    pub(crate) fn resolve(&self, display: &str) -> Result<PathBuf, ReadError> {
        let real = self.real(display);
        match fs::canonicalize(&real) {
            Ok(resolved) if self.below_a_root(&resolved) => Ok(resolved),
            Ok(_) => Err(ReadError::Outside),
            // Whether something exists outside of the roots is not told either.
            Err(error) => match real.ancestors().skip(1).find_map(|p| fs::canonicalize(p).ok()) {
                Some(ancestor) if self.below_a_root(&ancestor) => Err(read_error(&error)),
                _ => Err(ReadError::Outside),
            },
        }
    }

    fn below_a_root(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| path.starts_with(root))
    }

    /// Opens a regular file below a root; its size in bytes beside it.
    pub(crate) fn open_file(&self, display: &str) -> Result<(fs::File, u64), ReadError> {
        let path = self.resolve(display)?;
        // Before opening: opening a pipe would wait for a writer.
        let metadata = fs::metadata(&path).map_err(|error| read_error(&error))?;
        if !metadata.is_file() {
            return Err(ReadError::Io("it is not a regular file".to_owned()));
        }
        let file = fs::File::open(&path).map_err(|error| read_error(&error))?;
        Ok((file, metadata.len()))
    }

    /// Reads the bytes of a file, at most [`MAX_TEXT`].
    pub(crate) fn read_bytes(&self, display: &str) -> Result<Vec<u8>, ReadError> {
        let (file, size) = self.open_file(display)?;
        if size > MAX_TEXT {
            return Err(ReadError::TooLarge(size, MAX_TEXT));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        // The file may have grown since.
        file.take(MAX_TEXT + 1).read_to_end(&mut bytes).map_err(|error| read_error(&error))?;
        match bytes.len() as u64 {
            size if size > MAX_TEXT => Err(ReadError::TooLarge(size, MAX_TEXT)),
            _ => Ok(bytes),
        }
    }

    /// Adds bytes that were read from a file as its text.
    pub(crate) fn adopt(&self, display: &str, bytes: Vec<u8>) -> Result<SourceId, ReadError> {
        Ok(self.sources.add(display, decode(display, bytes)?))
    }
}

impl Files for DiskFiles {
    fn sources(&self) -> &Sources {
        &self.sources
    }

    fn read(&self, path: &str) -> Result<SourceId, ReadError> {
        let display = paths::normalize(path).ok_or(ReadError::Outside)?;
        if let Some(id) = self.sources.by_path(&display) {
            return Ok(id);
        }
        let bytes = self.read_bytes(&display)?;
        self.adopt(&display, bytes)
    }

    fn open(&self, path: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        let display = paths::normalize(path).ok_or(ReadError::Outside)?;
        let (file, _) = self.open_file(&display)?;
        // Plan files written by a shell on Windows are UTF-16.
        Ok(Box::new(
            DecodeReaderBytesBuilder::new().utf8_passthru(true).strip_bom(true).build(file),
        ))
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, ReadError> {
        let display = paths::normalize(directory).ok_or(ReadError::Outside)?;
        let path = self.resolve(&display)?;
        let mut names = BTreeSet::new();
        for entry in fs::read_dir(path).map_err(|error| read_error(&error))? {
            let entry = entry.map_err(|error| read_error(&error))?;
            let below = self.display_below(&display, &entry.file_name());
            let mut name = below.rsplit('/').next().unwrap_or_default().to_owned();
            // Of what a link leads to nothing is told unless it may be read.
            let is_directory = match entry.file_type() {
                Ok(kind) if kind.is_symlink() => {
                    self.resolve(&below).is_ok_and(|target| target.is_dir())
                }
                Ok(kind) => kind.is_dir(),
                Err(_) => false,
            };
            if is_directory {
                name.push('/');
            }
            names.insert(name);
        }
        Ok(names.into_iter().collect())
    }
}

/// The text of a file.
fn decode(display: &str, mut bytes: Vec<u8>) -> Result<String, ReadError> {
    if bytes.starts_with(GIT_CRYPT) {
        return Err(ReadError::Encrypted);
    }
    if [".tf", ".tofu", ".tfvars"].iter().any(|end| display.ends_with(end))
        && !bytes.starts_with(b"\xff\xfe")
        && !bytes.starts_with(b"\xfe\xff")
    {
        make_comments_text(&mut bytes);
    }
    reader::decode(bytes).map_err(|_| ReadError::NotText)
}

/// Overwrites the letters of comments in an older encoding, byte for byte: Terraform does not read
/// comments.
fn make_comments_text(bytes: &mut [u8]) {
    if std::str::from_utf8(bytes).is_ok() {
        return;
    }
    for line in bytes.split_mut(|byte| *byte == b'\n') {
        if std::str::from_utf8(line).is_err()
            && let Some(comment) = comment(line).and_then(|start| line.get_mut(start..))
        {
            comment.iter_mut().filter(|byte| !byte.is_ascii()).for_each(|byte| *byte = b'?');
        }
    }
}

/// Where the comment of a line starts.
fn comment(line: &[u8]) -> Option<usize> {
    let (mut inside, mut escaped) = (false, false);
    line.iter().enumerate().position(|(at, byte)| {
        let is_quote = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        inside ^= is_quote;
        let slashes = || line.get(at..).is_some_and(|rest| rest.starts_with(b"//"));
        !inside && (*byte == b'#' || slashes())
    })
}

/// How every file that git-crypt encrypted begins.
const GIT_CRYPT: &[u8] = b"\0GITCRYPT\0";

fn read_error(error: &io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReadError::NotFound,
        _ => ReadError::Io(error_text(error)),
    }
}

/// An error of the operating system as the end of a sentence.
pub(crate) fn error_text(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_in_an_older_encoding_are_read_over() {
        for (name, bytes, expected) in [
            ("a.tf", &b"# caf\xe9\na = \"b\" // \xe9\n"[..], Ok("# caf?\na = \"b\" // ?\n")),
            ("a.tf", b"a = \"# \xe9\"\n", Err(ReadError::NotText)),
            ("a.tf", b"a = \"\\\"# \xe9\"\n", Err(ReadError::NotText)),
            ("a.yaml", b"# caf\xe9\n", Err(ReadError::NotText)),
            ("a.tf", "# café".as_bytes(), Ok("# café")),
        ] {
            assert_eq!(decode(name, bytes.to_vec()), expected.map(str::to_owned));
        }
    }

    fn files(directory: &Path, roots: &[&str]) -> DiskFiles {
        let mut files = DiskFiles::new(directory).unwrap();
        for root in roots {
            files.add_root(Path::new(root)).unwrap();
        }
        files
    }

    #[test]
    fn reads_below_the_roots_alone() {
        let temp = tempfile::tempdir().unwrap();
        fs::create_dir_all(temp.path().join("in/deep")).unwrap();
        fs::write(temp.path().join("in/deep/a.tf"), "x").unwrap();
        fs::write(temp.path().join("secret"), "y").unwrap();
        let files = files(temp.path(), &["in"]);
        let id = files.read("in/deep/a.tf").unwrap();
        assert_eq!(files.read("in/deep/../deep/./a.tf").unwrap(), id);
        assert_eq!(files.sources().get(id).path, "in/deep/a.tf");
        let cases = [
            ("secret", ReadError::Outside),
            ("in/../secret", ReadError::Outside),
            ("in/../missing", ReadError::Outside),
            ("../x", ReadError::Outside),
            ("/etc/passwd", ReadError::Outside),
            ("in/missing", ReadError::NotFound),
            ("in/deep/a.tf/b", ReadError::NotFound),
        ];
        for (path, error) in cases {
            assert_eq!(files.read(path).unwrap_err(), error, "{path}");
        }
        assert_eq!(files.list("in").unwrap(), ["deep/"]);
        assert_eq!(files.list(".").unwrap_err(), ReadError::Outside);
        assert!(matches!(files.read("in/deep").unwrap_err(), ReadError::Io(_)));
    }

    #[test]
    fn large_files_are_streamed_as_utf8() {
        let temp = tempfile::tempdir().unwrap();
        let text = "{\"a\": \"\u{e9}\u{1f600}\"}";
        let utf16 = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect()
        };
        fs::write(temp.path().join("plain"), text).unwrap();
        fs::write(temp.path().join("marked"), format!("\u{feff}{text}")).unwrap();
        fs::write(temp.path().join("little"), utf16([0xff, 0xfe], u16::to_le_bytes)).unwrap();
        fs::write(temp.path().join("big"), utf16([0xfe, 0xff], u16::to_be_bytes)).unwrap();
        let files = files(temp.path(), &["."]);
        for name in ["plain", "marked", "little", "big"] {
            let mut read = String::new();
            files.open(name).unwrap().read_to_string(&mut read).unwrap();
            assert_eq!(read, text, "{name}");
        }
        assert_eq!(files.open("../x").err(), Some(ReadError::Outside));
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_nowhere_else() {
        use std::os::unix::fs::symlink;
        let temp = tempfile::tempdir().unwrap();
        fs::create_dir_all(temp.path().join("in")).unwrap();
        fs::create_dir_all(temp.path().join("out")).unwrap();
        fs::write(temp.path().join("out/secret.tf"), "y").unwrap();
        fs::write(temp.path().join("in/a.tf"), "x").unwrap();
        symlink("../out", temp.path().join("in/directory")).unwrap();
        symlink("../out/secret.tf", temp.path().join("in/file.tf")).unwrap();
        symlink("a.tf", temp.path().join("in/b.tf")).unwrap();
        symlink("in", temp.path().join("named")).unwrap();
        let inside = files(temp.path(), &["in"]);
        assert_eq!(inside.read("in/file.tf").unwrap_err(), ReadError::Outside);
        assert_eq!(inside.read("in/directory/secret.tf").unwrap_err(), ReadError::Outside);
        assert_eq!(inside.list("in/directory").unwrap_err(), ReadError::Outside);
        assert_eq!(inside.list("in").unwrap(), ["a.tf", "b.tf", "directory", "file.tf"]);
        assert!(inside.read("in/b.tf").is_ok());
        // A root named through a link is shown as it was named.
        let named = files(temp.path(), &["named"]);
        assert_eq!(named.display(Path::new("named")), "named");
        assert!(named.read("named/a.tf").is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_opened() {
        let temp = tempfile::tempdir().unwrap();
        let made = std::process::Command::new("mkfifo").arg(temp.path().join("p.tf")).status();
        if made.is_ok_and(|status| status.success()) {
            let files = files(temp.path(), &["."]);
            assert!(matches!(files.read("p.tf").unwrap_err(), ReadError::Io(_)));
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_can_be_read() {
        use std::os::unix::ffi::OsStrExt;
        let temp = tempfile::tempdir().unwrap();
        let directory = temp.path().join(std::ffi::OsStr::from_bytes(b"d\xff"));
        fs::create_dir(&directory).unwrap();
        fs::write(directory.join("a.tf"), "x").unwrap();
        let files = files(temp.path(), &["."]);
        assert_eq!(files.list(".").unwrap(), ["d\\xff/"]);
        assert_eq!(files.list("d\\xff").unwrap(), ["a.tf"]);
        assert!(files.read("d\\xff/a.tf").is_ok());
    }

    #[test]
    fn what_the_user_named_is_shown_relative() {
        let temp = tempfile::tempdir().unwrap();
        fs::create_dir_all(temp.path().join("a/b")).unwrap();
        let files = files(&temp.path().join("a"), &["b", ".."]);
        assert_eq!(files.display(Path::new("./b/")), "b");
        assert_eq!(files.display(&temp.path().join("a/b")), "b");
        assert_eq!(files.display(Path::new("..")), "..");
        assert_eq!(files.display(temp.path()), "..");
        assert_eq!(files.display(Path::new(".")), ".");
    }
}
