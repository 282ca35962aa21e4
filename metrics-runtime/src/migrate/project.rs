//! The files: the lock, and a folder of migrations for each backend, in diesel's layout.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::error::MigrateError;
use super::history::{self, Entry};
use super::lock::{Lock, LockedMetric};
use super::plan::{Plan, Step};
use super::render::Files;
use crate::backend::{Backend, Scale};
use crate::layout::Layout;
use crate::registry::Registry;

/// How a migration's name begins.
const VERSION: &str = "%Y-%m-%d-%H%M%S";

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
    may_lose_data: bool,
    scale: Option<Scale>,
}

/// What was generated.
#[derive(Debug, Clone)]
pub struct Generated {
    /// The migration's name: `2026-11-23-120000_create_server_install_metrics`.
    pub name: String,
    /// The one after it that does what would keep everybody out of PostgreSQL's tables for as long as it takes: it fills
    /// intervals, builds indexes and validates constraints.
    pub finish: Option<String>,
    /// What it does.
    pub plan: Plan,
    /// The files that were written.
    pub files: Vec<PathBuf>,
}

impl Project {
    /// A project with this lock file. A file that does not exist is an empty lock.
    pub fn new(lock: impl Into<PathBuf>) -> Self {
        Self {
            lock: lock.into(),
            folders: Vec::new(),
            may_lose_data: false,
            scale: None,
        }
    }

    /// Adds a backend, and the folder of its migrations.
    #[must_use]
    pub fn folder(mut self, backend: Backend, folder: impl Into<PathBuf>) -> Self {
        self.folders.push((backend, folder.into()));
        self
    }

    /// Lets [`generate`](Self::generate) write migrations that lose data.
    #[must_use]
    pub fn allow_destructive(mut self) -> Self {
        self.may_lose_data = true;
        self
    }

    /// Spreads the tables on PostgreSQL by an extension, where it is installed. The lock file remembers it, so that it
    /// need not be said again; another extension later is an error.
    #[must_use]
    pub fn scale(mut self, scale: Scale) -> Self {
        self.scale = Some(scale);
        self
    }

    /// Compares the registry with what the migrations amount to: an empty plan is no drift.
    ///
    /// # Errors
    ///
    /// When that cannot be told: the lock file cannot be read, or the migrations are not those that it records.
    pub fn check(&self, registry: &Registry) -> Result<Plan, MigrateError> {
        let lock = self.read()?;
        let faults = history::faults(&lock.migrations, &self.folders)?;
        if faults.is_empty() {
            Plan::between(&lock, registry, self.scale).map_err(|reason| self.unreadable(reason))
        } else {
            Err(MigrateError::History(faults))
        }
    }

    /// Writes the migration that brings every backend to what is declared; `None`, and nothing is written, when
    /// nothing has changed. Without a `name` it is named after what it does.
    ///
    /// # Errors
    ///
    /// As for [`check`](Self::check); when a file cannot be written; when a change is none that rows can follow, or
    /// loses data and [`allow_destructive`](Self::allow_destructive) has not been said.
    pub fn generate(
        &self,
        registry: &Registry,
        name: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<Generated>, MigrateError> {
        let plan = self.check(registry)?;
        if plan.is_empty() {
            return Ok(None);
        }
        let mut lock = self.read()?;
        self.refuse(&lock, &plan)?;
        let last = checked(name)?.unwrap_or(default_name(&plan));
        let (name, mut files) = self.append(&mut lock, &last, now, |backend| {
            Files::of_change(&plan, backend)
        })?;
        for step in &plan.steps {
            record(&mut lock, step);
        }
        lock.scale = plan.scale;
        let transitions = plan.with_chores();
        let mut finish = None;
        if !transitions.is_empty() {
            let last = format!("{last}_finish");
            let (name, more) = self.append(&mut lock, &last, now, |backend| {
                Files::of_chores(&transitions, backend)
            })?;
            finish = Some(name);
            files.extend(more);
        }
        // Last, so that a failure before leaves files that `check` names, and no lock that promises too much.
        files.push(write(self.lock.clone(), &lock.render())?);
        Ok(Some(Generated {
            name,
            finish,
            plan,
            files,
        }))
    }

    /// Writes a migration for every backend, and records it as the last one.
    fn append(
        &self,
        lock: &mut Lock,
        name: &str,
        now: DateTime<Utc>,
        files_for: impl Fn(Backend) -> Files,
    ) -> Result<(String, Vec<PathBuf>), MigrateError> {
        let name = format!("{}_{name}", version(&lock.migrations, now));
        let mut written = Vec::new();
        for (backend, folder) in &self.folders {
            written.extend(files_for(*backend).write(&folder.join(&name))?);
        }
        let entry = Entry::next(&lock.migrations, &name, &self.folders)?;
        lock.migrations.push(entry);
        Ok((name, written))
    }

    /// The layouts that the migrations amount to.
    pub(crate) fn layouts(&self) -> Result<Vec<Arc<Layout>>, MigrateError> {
        self.read()?
            .layouts()
            .map_err(|reason| self.unreadable(reason))
    }

    /// Where the migrations of a backend are.
    pub(crate) fn folder_of(&self, backend: Backend) -> Option<&Path> {
        let mut folders = self.folders.iter();
        folders
            .find(|(known, _)| *known == backend)
            .map(|(_, folder)| folder.as_path())
    }

    fn refuse(&self, lock: &Lock, plan: &Plan) -> Result<(), MigrateError> {
        let mut refusals = plan.refusals();
        refusals.extend(respread(lock, plan));
        if !refusals.is_empty() {
            return Err(MigrateError::Impossible(refusals));
        }
        let losses = plan.losses();
        if losses.is_empty() || self.may_lose_data {
            Ok(())
        } else {
            Err(MigrateError::Destructive(losses))
        }
    }

    fn read(&self) -> Result<Lock, MigrateError> {
        match fs::read_to_string(&self.lock) {
            Ok(text) => Lock::parse(&text).map_err(|reason| self.unreadable(reason)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Lock::default()),
            Err(source) => Err(MigrateError::file(&self.lock, source)),
        }
    }

    fn unreadable(&self, reason: String) -> MigrateError {
        MigrateError::Lock {
            path: self.lock.clone(),
            reason,
        }
    }
}

/// What a step makes of the lock.
fn record(lock: &mut Lock, step: &Step) {
    let mut insert = |schema: &crate::MetricSchema| {
        lock.metrics
            .insert(schema.table.to_owned(), LockedMetric::of(schema))
    };
    match step {
        Step::CreateRuntime(tables) => {
            lock.runtime.insert(tables.name().to_owned());
        }
        Step::CreateMetric(layout) => {
            insert(layout.schema);
        }
        Step::ChangeMetric(transition) => {
            insert(transition.new.schema);
            if transition.old.schema.table != transition.new.schema.table {
                lock.metrics.remove(transition.old.schema.table);
            }
        }
        Step::RemoveMetric(layout) => {
            lock.metrics.remove(layout.schema.table);
        }
        // The plan says it for the tables that are yet to come, too.
        Step::Spread(..) => {}
    }
}

/// Rows that one extension has spread are not the other one's.
fn respread(lock: &Lock, plan: &Plan) -> Option<String> {
    let before = lock.scale.filter(|before| plan.scale != Some(*before))?;
    let after = plan.scale.map_or("nothing", Scale::name);
    Some(format!(
        "the tables are spread by {}, and cannot be by {after}: generate the migrations anew in an empty folder, and copy the \
         data to a new database",
        before.name()
    ))
}

/// The time, or the second after the last migration, which has to sort before this one whatever clocks say.
fn version(history: &[Entry], now: DateTime<Utc>) -> String {
    let last = history.last().and_then(|entry| entry.name.split_once('_'));
    let last = last.and_then(|(version, _)| NaiveDateTime::parse_from_str(version, VERSION).ok());
    let next = last.map_or(now, |last| now.max(last.and_utc() + TimeDelta::seconds(1)));
    next.format(VERSION).to_string()
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

fn default_name(plan: &Plan) -> String {
    match plan.steps.as_slice() {
        [Step::CreateRuntime(tables)] => format!("create_{}", tables.name()),
        [Step::CreateMetric(layout)] => format!("create_{}", layout.schema.table),
        [Step::ChangeMetric(transition)] => format!("change_{}", transition.new.schema.table),
        [Step::RemoveMetric(layout)] => format!("drop_{}", layout.schema.table),
        [Step::Spread(scale, _)] => format!("spread_by_{}", scale.name()),
        steps => several(steps),
    }
}

/// A name for several steps: that of the one metric among them, or of all.
fn several(steps: &[Step]) -> String {
    let created = |step: &Step| match step {
        Step::CreateMetric(layout) => Some(layout.schema.table),
        _ => None,
    };
    let created: Vec<_> = steps.iter().filter_map(created).collect();
    let only_runtime = |step: &Step| matches!(step, Step::CreateRuntime(_));
    match created.as_slice() {
        _ if steps.iter().all(only_runtime) => "create_metrics_runtime".to_owned(),
        _ if steps
            .iter()
            .any(|step| matches!(step, Step::ChangeMetric(_) | Step::RemoveMetric(_))) =>
        {
            "change_metrics".to_owned()
        }
        [table] => format!("create_{table}"),
        _ => "create_metrics".to_owned(),
    }
}

impl Files {
    /// Writes them into the folder of a migration.
    fn write(&self, folder: &Path) -> Result<Vec<PathBuf>, MigrateError> {
        let files = [("up.sql", &self.up), ("down.sql", &self.down)];
        let metadata = self.metadata.iter().map(|text| ("metadata.toml", text));
        files
            .into_iter()
            .chain(metadata)
            .map(|(name, text)| write(folder.join(name), text))
            .collect()
    }
}

fn write(path: PathBuf, text: &str) -> Result<PathBuf, MigrateError> {
    let failed = |source| MigrateError::file(&path, source);
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(&path, text).map_err(failed)?;
    Ok(path)
}
