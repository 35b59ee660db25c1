//! Text for the log of GitHub Actions that cannot start a workflow command.
//!
//! The runner reads commands at the start of every line of the log and, in their older form,
//! anywhere in it. Where a report holds something that reads as one, commands are stopped around
//! it, with a token that the report cannot hold because it is made of all its bytes.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

/// Writes lines of text, with commands stopped where one of them could be a command.
pub(crate) fn write(text: &[u8], out: &mut dyn Write) -> io::Result<()> {
    let is_command = String::from_utf8_lossy(text)
        .lines()
        .any(|line| line.trim_start().starts_with("::") || line.contains("##["));
    if !is_command {
        return out.write_all(text);
    }
    let token: String =
        Sha256::digest(text).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    writeln!(out, "::stop-commands::{token}")?;
    out.write_all(text)?;
    writeln!(out, "::{token}::")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        write(text.as_bytes(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_what_reads_as_a_command_is_guarded() {
        for harmless in ["", "a.tf:1:1: high[rule] a::b\n", "# [x] ::error::\n"] {
            assert_eq!(written(harmless), harmless);
        }
        for command in ["x\n::error::pwned\n", "   ::add-mask::a\n", "a ##[error]pwned\n"] {
            let text = written(command);
            let token = text.lines().next().unwrap().strip_prefix("::stop-commands::").unwrap();
            assert_eq!(token.len(), 32);
            assert!(text.ends_with(&format!("\n::{token}::\n")), "{text}");
            assert!(!command.contains(token));
        }
    }
}
