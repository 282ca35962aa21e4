//! The files: the lock, and a folder of migrations for each backend, in diesel's layout.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::diff::{Change, Drift, diff};
use super::lock::{Lock, LockedMetric};
use crate::backend::Backend;
use crate::registry::Registry;
use crate::sql::{create_tables, drop_tables};

/// Where an application keeps its migrations.
///
/// ```
/// use metrics_runtime::migrate::{Backend, Project};
///
/// // An application on one backend, whose own diesel migrations are in the same folder:
/// Project::new("migrations/metrics.lock").folder(Backend::Sqlite, "migrations");
/// ```
#[derive(Debug, Clone)]
pub struct Project {
    lock: PathBuf,
    folders: Vec<(Backend, PathBuf)>,
}

/// What was generated.
#[derive(Debug, Clone)]
pub struct Generated {
    /// The migration's name: `2026-11-23-120000_create_server_install_metrics`.
    pub name: String,
    /// What it does.
    pub changes: Drift,
    /// The files that were written.
    pub files: Vec<PathBuf>,
}

/// Why migrations could not be generated or compared.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
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
    /// The name is not one.
    #[error(
        "\"{0}\" is not a name for a migration: use lower-case words with underscores, such as create_installs"
    )]
    Name(String),
    /// A declared metric has changed or gone. Only new metrics are migrated so far.
    #[error("this version only creates metrics; write this migration by hand:\n{0}")]
    Unsupported(Drift),
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

impl Project {
    /// A project with this lock file. A file that does not exist is an empty lock.
    pub fn new(lock: impl Into<PathBuf>) -> Self {
        Self {
            lock: lock.into(),
            folders: Vec::new(),
        }
    }

    /// Adds a backend, and the folder of its migrations.
    #[must_use]
    pub fn folder(mut self, backend: Backend, folder: impl Into<PathBuf>) -> Self {
        self.folders.push((backend, folder.into()));
        self
    }

    /// Compares the registry with what the migrations amount to.
    ///
    /// # Errors
    ///
    /// When that cannot be told: the lock file cannot be read, or a migration that it records is missing.
    pub fn check(&self, registry: &Registry) -> Result<Drift, MigrateError> {
        let lock = self.read()?;
        let metrics = lock.metrics.values().map(|metric| &metric.migration);
        for migration in metrics.chain(lock.runtime.values()) {
            for (_, folder) in &self.folders {
                let up = folder.join(migration).join("up.sql");
                if !up.is_file() {
                    return Err(MigrateError::Missing(up));
                }
            }
        }
        Ok(diff(&lock, registry))
    }

    /// Writes the migration that brings every backend to what is declared; `None`, and nothing is written, when
    /// nothing has changed. Without a `name` it is named after what it does.
    ///
    /// # Errors
    ///
    /// As for [`check`](Self::check); when a file cannot be written; when a metric has changed or gone.
    pub fn generate(
        &self,
        registry: &Registry,
        name: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<Generated>, MigrateError> {
        let changes = self.check(registry)?;
        if changes.0.is_empty() {
            return Ok(None);
        }
        let unsupported =
            |change: &&Change| matches!(change, Change::ChangeMetric(..) | Change::RemoveMetric(_));
        let unsupported: Vec<_> = changes.0.iter().filter(unsupported).cloned().collect();
        if !unsupported.is_empty() {
            return Err(MigrateError::Unsupported(Drift(unsupported)));
        }
        let name = format!(
            "{}_{}",
            now.format("%Y-%m-%d-%H%M%S"),
            checked(name)?.unwrap_or(default_name(&changes))
        );
        let mut files = Vec::new();
        for (backend, folder) in &self.folders {
            let folder = folder.join(&name);
            for (file, sql) in [
                ("up.sql", up(&changes, *backend)),
                ("down.sql", down(&changes, *backend)),
            ] {
                files.push(write(folder.join(file), &sql)?);
            }
        }
        files.push(write(
            self.lock.clone(),
            &self.locked(&changes, &name)?.render(),
        )?);
        Ok(Some(Generated {
            name,
            changes,
            files,
        }))
    }

    fn read(&self) -> Result<Lock, MigrateError> {
        match fs::read_to_string(&self.lock) {
            Ok(text) => Lock::parse(&text).map_err(|reason| MigrateError::Lock {
                path: self.lock.clone(),
                reason,
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Lock::default()),
            Err(source) => Err(MigrateError::File {
                path: self.lock.clone(),
                source,
            }),
        }
    }

    fn locked(&self, changes: &Drift, name: &str) -> Result<Lock, MigrateError> {
        let mut lock = self.read()?;
        for change in &changes.0 {
            match change {
                Change::CreateRuntime(tables) => {
                    lock.runtime
                        .insert(tables.name().to_owned(), name.to_owned());
                }
                Change::CreateMetric(layout) => {
                    lock.metrics.insert(
                        layout.schema.table.to_owned(),
                        LockedMetric::of(layout, name),
                    );
                }
                Change::ChangeMetric(..) | Change::RemoveMetric(_) => {}
            }
        }
        Ok(lock)
    }
}

fn checked(name: Option<&str>) -> Result<Option<String>, MigrateError> {
    let valid = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
    };
    match name {
        Some(name) if !valid(name) => Err(MigrateError::Name(name.to_owned())),
        name => Ok(name.map(str::to_owned)),
    }
}

fn default_name(changes: &Drift) -> String {
    let created = |change: &Change| match change {
        Change::CreateMetric(layout) => Some(layout.schema.table),
        _ => None,
    };
    match changes
        .0
        .iter()
        .filter_map(created)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => match changes.0.as_slice() {
            [Change::CreateRuntime(tables)] => format!("create_{}", tables.name()),
            _ => "create_metrics_runtime".to_owned(),
        },
        [table] => format!("create_{table}"),
        _ => "create_metrics".to_owned(),
    }
}

fn up(changes: &Drift, backend: Backend) -> String {
    let mut sql = header(changes, "No data is touched.");
    for change in &changes.0 {
        sql.push('\n');
        match change {
            Change::CreateRuntime(tables) => sql.push_str(tables.create(backend)),
            Change::CreateMetric(layout) => sql.push_str(&create_tables(layout, backend)),
            Change::ChangeMetric(..) | Change::RemoveMetric(_) => {}
        }
    }
    sql
}

fn down(changes: &Drift, backend: Backend) -> String {
    let mut sql = header(
        changes,
        "The way back: drops what was created, with all that was counted in it.",
    );
    for change in changes.0.iter().rev() {
        sql.push('\n');
        match change {
            Change::CreateRuntime(tables) => sql.push_str(tables.drop(backend)),
            Change::CreateMetric(layout) => sql.push_str(&drop_tables(layout)),
            Change::ChangeMetric(..) | Change::RemoveMetric(_) => {}
        }
    }
    sql
}

fn header(changes: &Drift, note: &str) -> String {
    let lines: String = changes
        .0
        .iter()
        .map(|change| format!("--   {change}\n"))
        .collect();
    format!("-- Generated from the declared metrics by `migrations generate`:\n{lines}-- {note}\n")
}

fn write(path: PathBuf, text: &str) -> Result<PathBuf, MigrateError> {
    let failed = |source| MigrateError::File {
        path: path.clone(),
        source,
    };
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(&path, text).map_err(failed)?;
    Ok(path)
}
