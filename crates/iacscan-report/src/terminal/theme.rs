//! The signs and colours of a diagnostic.

use iacscan_core::Severity;
use miette::{GraphicalTheme, ThemeCharacters, ThemeStyles};

use super::snippet::{File, Level};
use crate::{NoticeLevel, Options};

/// What a diagnostic is coloured after.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tone {
    Severity(Severity),
    Notice(NoticeLevel),
}

impl Tone {
    pub(super) const fn level(self) -> Level {
        match self {
            Self::Severity(Severity::High) | Self::Notice(NoticeLevel::Error) => Level::Error,
            Self::Severity(Severity::Medium) | Self::Notice(NoticeLevel::Warning) => Level::Warning,
            Self::Severity(Severity::Low | Severity::Info) => Level::Advice,
        }
    }
}

/// What the output can show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Theme {
    color: bool,
    ascii: bool,
}

impl Theme {
    pub(super) const fn new(options: &Options) -> Self {
        Self { color: options.color, ascii: options.ascii }
    }

    /// The theme for the main file of a diagnostic, or for other files of it.
    ///
    /// Miette gives each label the next of a list of styles, so the list is made after the labels:
    /// the primary one has the colour of the severity and all others have one and the same.
    pub(super) fn of(self, tone: Tone, file: Option<&File>) -> GraphicalTheme {
        let characters =
            if self.ascii { ThemeCharacters::ascii() } else { ThemeCharacters::unicode() };
        let mut styles = ThemeStyles::none();
        if self.color {
            let plain = styles.help;
            let grave = match tone {
                Tone::Severity(Severity::High) | Tone::Notice(NoticeLevel::Error) => {
                    plain.bright_red()
                }
                Tone::Severity(Severity::Medium) | Tone::Notice(NoticeLevel::Warning) => {
                    plain.bright_yellow()
                }
                Tone::Severity(Severity::Low) => plain.bright_blue(),
                Tone::Severity(Severity::Info) => plain.bright_green(),
            }
            .bold();
            let other = plain.bright_cyan();
            styles.error = grave;
            styles.warning = grave;
            styles.advice = grave;
            styles.help = plain.bold();
            styles.link = plain.cyan();
            styles.linum = plain.dimmed();
            styles.highlights = file
                .into_iter()
                .flat_map(File::marks)
                .map(|(_, mark)| if mark.primary { grave } else { other })
                .collect();
            if styles.highlights.is_empty() {
                styles.highlights.push(other);
            }
        }
        GraphicalTheme { characters, styles }
    }
}
