//! What can go wrong with migrations.

use std::io;
use std::path::{Path, PathBuf};

use super::loss::Loss;

/// Why migrations could not be generated or compared.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A file could not be read or written.
    #[error("{} cannot be read or written: {reason}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// The lock file is not one.
    #[error("{} cannot be read: {reason}", path.display())]
    Lock {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The lock speaks of a migration that is not there.
    #[error("{} is recorded in the lock file and missing: restore it from version control", .0.display())]
    Missing(PathBuf),
    /// The migrations are not those that were generated, or not in that order. Each sentence says what to do.
    #[error("the history of migrations does not hold together:\n- {}", .0.join("\n- "))]
    History(Vec<String>),
    /// The name is not one.
    #[error(
        "\"{0}\" is not a name for a migration: use lower-case words with underscores, such as create_installs"
    )]
    Name(String),
    /// A change that rows cannot follow. Each sentence says what to do instead.
    #[error("this cannot be migrated:\n- {}", .0.join("\n- "))]
    Impossible(Vec<String>),
    /// Something would be lost, and nobody has said that it may.
    #[error("nothing was written, since something would be lost:\n- {}\nif that is meant, say so with --allow-destructive, or in Rust with Project::allow_destructive", words(.0).join("\n- "))]
    Destructive(Vec<Loss>),
}

fn words(losses: &[Loss]) -> Vec<String> {
    losses.iter().map(ToString::to_string).collect()
}

impl MigrateError {
    pub(super) fn file(path: &Path, reason: io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            reason,
        }
    }
}

/// Why migrations could not be applied.
#[derive(Debug, thiserror::Error)]
#[error("the migrations of {folder} were not all applied: {reason}")]
pub struct ApplyError {
    folder: String,
    reason: String,
}

impl ApplyError {
    pub(crate) fn new(folder: &Path, reason: impl ToString) -> Self {
        Self {
            folder: folder.display().to_string(),
            reason: reason.to_string(),
        }
    }
}

/// Why a migration could not be taken back.
#[derive(Debug, thiserror::Error)]
#[error("{name} was not taken back: {reason}")]
pub struct RevertError {
    name: String,
    reason: String,
}

impl RevertError {
    pub(crate) fn new(name: &str, reason: impl ToString) -> Self {
        Self {
            name: name.to_owned(),
            reason: reason.to_string(),
        }
    }
}
