//! What can be wrong with the settings. Every message names the setting, where it came from, and what is valid.

use std::path::PathBuf;

use super::{Config, Source};

/// Why the settings do not hold.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A value that its kind does not allow.
    #[error("{name}, from {source_name}: {reason}", source_name = origin.described(name))]
    Invalid {
        /// The setting.
        name: &'static str,
        /// Where the value came from.
        origin: Source,
        /// What is wrong with it, and what is valid.
        reason: String,
    },
    /// A key in the file that is no setting: most likely a spelling mistake, which must not go unnoticed.
    #[error("{}: there is no setting {key:?}; the settings are {}", file.display(), Config::NAMES.join(", "))]
    UnknownKey {
        /// The file.
        file: PathBuf,
        /// The key.
        key: String,
    },
    /// A file that cannot be read, or is no TOML.
    #[error("{}: {reason}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl ConfigError {
    /// Whether the command line itself is at fault, which has an exit code of its own.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Invalid {
                origin: Source::Flag,
                ..
            }
        )
    }
}
