//! A file of the embedded database, copied while it is in use, and put back.
//!
//! Either way the copy is written beside the place that it is for, checked there, and then renamed: whatever happens,
//! that place has a whole database or what it had before.

mod check;
mod part;

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::{sql_query, sql_types};
use metrics_runtime::Outage;
use metrics_runtime::migrate::Backend;

use check::check;
use part::Part;

/// What SQLite says when it cannot.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Why there is no copy, or nothing was put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file system says no.
    #[error("{} cannot be written or read ({reason})", file.display())]
    File {
        /// Which file.
        file: PathBuf,
        /// What it says.
        reason: io::Error,
    },
    /// There is nothing to be copied.
    #[error("the database {} cannot be copied ({reason})", file.display())]
    NotCopied {
        /// The database.
        file: PathBuf,
        /// What SQLite said.
        reason: String,
    },
    /// What was copied is not what was meant.
    #[error("{} is not a sound backup of this application ({reason}): nothing was changed", file.display())]
    NotSound {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Somebody has copied the file of a database that was in use.
    #[error(
        "{} lies beside it, so that the file alone is not whole: make backups with `app backup`; nothing was changed",
        .0.display()
    )]
    NotWhole(PathBuf),
    /// What would be replaced is in use.
    #[error("{} is in use: stop the process that uses it; nothing was changed", .0.display())]
    InUse(PathBuf),
}

/// What was put back.
#[derive(Debug)]
pub struct Restored {
    /// Where that is now which was there before.
    pub kept: Option<PathBuf>,
    /// Migrations that the next start will apply.
    pub pending: Vec<String>,
}

/// Whether a file is the database, or one that SQLite keeps beside it: to put a copy in its place would take it away
/// from those who use it.
#[must_use]
pub fn belongs_to(file: &Path, database: &Path) -> bool {
    let database = resolved(database);
    let own = ["", "-wal", "-shm", "-journal"].map(|suffix| beside(&database, suffix));
    own.contains(&resolved(file))
}

/// Where a file is, or would be, whatever leads there.
fn resolved(file: &Path) -> PathBuf {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let there = || {
        Some(
            fs::canonicalize(folder.unwrap_or(Path::new(".")))
                .ok()?
                .join(file.file_name()?),
        )
    };
    fs::canonicalize(file)
        .ok()
        .or_else(there)
        .unwrap_or_else(|| file.to_owned())
}

/// Copies a database as of one moment, while others read and write it. Answers the size of the copy.
///
/// # Errors
///
/// When it cannot be read, the copy cannot be written, or is not sound.
pub fn back_up(database: &Path, to: &Path) -> Result<u64, BackupError> {
    let part = Part::beside(to)?;
    copy_live(database, part.path()).map_err(|reason| BackupError::NotCopied {
        file: database.to_owned(),
        reason: reason.to_string(),
    })?;
    check(part.path())?;
    let size = fs::metadata(part.path()).map_err(of_file(to))?.len();
    part.become_file(to)?;
    Ok(size)
}

/// Puts a copy in the place of a database that nobody uses, and keeps that one under another name.
///
/// # Errors
///
/// When the copy is not sound, is of a later version, or the database is in use.
pub fn restore(copy: &Path, database: &Path, kept: &Path) -> Result<Restored, BackupError> {
    let log = beside(copy, "-wal");
    if fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        return Err(BackupError::NotWhole(log));
    }
    let part = Part::beside(database)?;
    part.fill(copy)?;
    let pending = check(part.path()).map_err(|error| error.of(copy))?;
    // Held until the copy is in its place.
    let _alone = alone_with(database)?;
    let kept = keep(database, kept)?;
    part.become_file(database)?;
    Ok(Restored { kept, pending })
}

impl BackupError {
    /// The same of the file that a copy was made of.
    fn of(self, original: &Path) -> Self {
        match self {
            Self::NotSound { reason, .. } => Self::NotSound {
                file: original.to_owned(),
                reason,
            },
            other => other,
        }
    }
}

/// `VACUUM INTO` reads in one snapshot, keeps nobody from writing, and leaves out what is free.
fn copy_live(database: &Path, part: &Path) -> Result<(), Failure> {
    let mut connection = open(database)?;
    let into = sql_query("VACUUM INTO ?").bind::<sql_types::Text, _>(part.to_string_lossy());
    into.execute(&mut connection)?;
    Ok(())
}

/// Makes sure that no other process has the database open, and keeps it so until the answer is dropped. What was still
/// in the write-ahead log is in the file then. A file that is damaged is nobody's.
fn alone_with(database: &Path) -> Result<Option<SqliteConnection>, BackupError> {
    if !database.exists() {
        return Ok(None);
    }
    let Ok(mut connection) = open(database) else {
        return Ok(None);
    };
    // The log can only be given up by whoever is the last.
    let alone = connection.batch_execute("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
    let is_busy =
        |error: &_| Outage::of(Backend::Sqlite, error).is_some_and(|outage| outage.is_busy());
    match alone {
        Err(error) if is_busy(&error) => Err(BackupError::InUse(database.to_owned())),
        Err(_) => Ok(None),
        Ok(()) => Ok(Some(connection)),
    }
}

/// Gives what was there a second name, so that at every moment there is something under the first. A log that is still
/// there belongs to it, and would spoil what comes in its place.
fn keep(database: &Path, kept: &Path) -> Result<Option<PathBuf>, BackupError> {
    for suffix in ["-wal", "-shm"] {
        let moved = fs::rename(beside(database, suffix), beside(kept, suffix));
        match moved {
            Err(reason) if reason.kind() != ErrorKind::NotFound => {
                return Err(of_file(&beside(database, suffix))(reason));
            }
            _ => {}
        }
    }
    match fs::hard_link(database, kept) {
        Ok(()) => Ok(Some(kept.to_owned())),
        Err(reason) if reason.kind() == ErrorKind::NotFound => Ok(None),
        Err(reason) => Err(of_file(kept)(reason)),
    }
}

fn open(file: &Path) -> Result<SqliteConnection, Failure> {
    let mut connection = SqliteConnection::establish(&file.to_string_lossy())?;
    connection.batch_execute("PRAGMA busy_timeout = 1000")?;
    Ok(connection)
}

/// A name with something at its end.
fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    name.into()
}

fn of_file(file: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let file = file.to_owned();
    move |reason| BackupError::File { file, reason }
}
