//! The chain of generated migrations.
//!
//! Each is recorded with a hash of the one before it, its name and its files for every backend. Two branches that
//! both generate append to the same line of the lock file, so that version control sees the conflict; and what was
//! edited, lost or put in another order no longer fits.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::MigrateError;
use crate::backend::Backend;

/// How every generated file begins.
pub(super) const MARK: &str = "-- Generated from the declared metrics by `migrations generate`";

/// The files that a migration may have.
const FILES: [&str; 3] = ["up.sql", "down.sql", "metadata.toml"];

/// A generated migration in the lock file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) sha256: String,
}

impl Entry {
    /// The entry of a migration whose files have been written, after the last of `history`.
    pub(super) fn next(
        history: &[Self],
        name: &str,
        folders: &[(Backend, PathBuf)],
    ) -> Result<Self, MigrateError> {
        let before = history.last().map_or("", |entry| &entry.sha256);
        Ok(Self {
            name: name.to_owned(),
            sha256: hash(before, name, folders)?,
        })
    }
}

/// Says in words how the files differ from what is recorded.
///
/// # Errors
///
/// When a recorded migration is missing, or a file cannot be read.
pub(super) fn faults(
    history: &[Entry],
    folders: &[(Backend, PathBuf)],
) -> Result<Vec<String>, MigrateError> {
    let newcomers: Vec<_> = folders
        .iter()
        .filter(|(_, folder)| has_none(history, folder))
        .map(newcomer)
        .collect();
    if !newcomers.is_empty() {
        return Ok(newcomers);
    }
    let mut faults = Vec::new();
    let mut before = "";
    for (index, entry) in history.iter().enumerate() {
        if hash(before, &entry.name, folders)? != entry.sha256 {
            faults.push(explain(history, index, folders)?);
        }
        before = &entry.sha256;
    }
    faults.extend(strangers(history, folders)?);
    Ok(faults)
}

/// Whether a folder has none of the migrations that there are.
fn has_none(history: &[Entry], folder: &Path) -> bool {
    let is_there = |entry: &Entry| folder.join(&entry.name).exists();
    !history.is_empty() && !history.iter().any(is_there)
}

/// A backend whose folder was added later: what others were migrated by is not written for it any more.
fn newcomer((backend, folder): &(Backend, PathBuf)) -> String {
    let (name, folder) = (backend.name(), folder.display());
    format!(
        "{folder} has no migrations for {name}, and the lock file has some: restore the folder if they were lost; if \
         {name} is new, it begins with a lock file of its own, such as metrics.{name}.lock, in a Project of its own"
    )
}

/// Why the hash of an entry does not follow from the one before it.
fn explain(
    history: &[Entry],
    index: usize,
    folders: &[(Backend, PathBuf)],
) -> Result<String, MigrateError> {
    let name = &history[index].name;
    for (other, before) in history.iter().enumerate() {
        if other != index && hash(&before.sha256, name, folders)? == history[index].sha256 {
            return Ok(misplaced(history, index, Some(other)));
        }
    }
    if index > 0 && hash("", name, folders)? == history[index].sha256 {
        return Ok(misplaced(history, index, None));
    }
    Ok(format!(
        "{name} is not what was generated: its files were edited, or a migration before it was taken out of the lock \
         file. Restore them from version control; what you want changed belongs in a migration of its own"
    ))
}

/// An entry that was generated after `parent`, which is not the one before it.
fn misplaced(history: &[Entry], index: usize, parent: Option<usize>) -> String {
    let name = &history[index].name;
    match parent {
        Some(parent) if parent > index => format!(
            "{name} was generated after {} and is recorded before it: restore the order of the lock file from version \
             control",
            history[parent].name
        ),
        _ => format!(
            "{} and {name} were generated side by side, on two branches: keep the one that is applied somewhere, \
             restore its lock file, delete the other one's folders, and generate again",
            history[index - 1].name
        ),
    }
}

/// Generated migrations that the lock file does not know.
fn strangers(
    history: &[Entry],
    folders: &[(Backend, PathBuf)],
) -> Result<Vec<String>, MigrateError> {
    let mut found = Vec::new();
    for (_, folder) in folders {
        for name in generated_in(folder)? {
            if !history.iter().any(|entry| entry.name == name) && !found.contains(&name) {
                found.push(name);
            }
        }
    }
    let words = |name| {
        format!(
            "{name} was generated and is not in the lock file: restore the lock file that came with it, or delete it \
             and generate again"
        )
    };
    Ok(found.into_iter().map(words).collect())
}

/// The generated migrations of a folder, in order.
fn generated_in(folder: &Path) -> Result<Vec<String>, MigrateError> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(Vec::new());
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|source| MigrateError::file(folder, source))?;
        let up = entry.path().join("up.sql");
        if up.is_file() && read(&up)?.starts_with(MARK) {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// The hash of a migration after the one whose hash is `before`.
fn hash(before: &str, name: &str, folders: &[(Backend, PathBuf)]) -> Result<String, MigrateError> {
    let mut hasher = Sha256::new();
    let mut add = |part: &str| {
        hasher.update(part.len().to_string());
        hasher.update(" ");
        hasher.update(part);
    };
    add(before);
    add(name);
    let mut folders: Vec<_> = folders.iter().collect();
    folders.sort_by_key(|(backend, _)| *backend);
    for (backend, folder) in folders {
        let folder = folder.join(name);
        if !folder.join("up.sql").is_file() {
            return Err(MigrateError::Missing(folder.join("up.sql")));
        }
        for file in FILES.iter().filter(|file| folder.join(file).is_file()) {
            add(backend.name());
            add(file);
            // Version control may write line ends its own way.
            add(&read(&folder.join(file))?.replace("\r\n", "\n"));
        }
    }
    Ok(hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

fn read(path: &Path) -> Result<String, MigrateError> {
    fs::read_to_string(path).map_err(|source| MigrateError::file(path, source))
}
