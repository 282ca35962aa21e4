//! Where metrics are kept: a pool of connections to one of the backends.

mod checkpoint;
mod copy;
mod engine;
#[cfg(feature = "turso")]
mod libsql;
#[cfg(feature = "postgres")]
mod postgres;
mod read;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "web")]
mod watch;
mod writer;

use std::path::Path;
use std::sync::Arc;

use crate::backend::Backend;
use crate::error::StoreError;
use crate::layout::Layout;
use crate::limits::Limits;
use crate::migrate::{self, ApplyError, InspectError, Loss, Project, RevertError};
use crate::sql::DimensionValues;
use crate::write::cleanup::{Cleanup, CleanupReport};
use crate::write::watermark::Watermark;

pub(crate) use checkpoint::Checkpoint;
pub(crate) use engine::ReadError;
use engine::{Engine, Inspect};
#[cfg(feature = "postgres")]
pub use postgres::PostgresManager;
pub(crate) use read::{Found, Grouping, Reading};
#[cfg(feature = "web")]
pub(crate) use watch::Watch;
pub(crate) use writer::Writer;

/// A database that metrics are kept in.
///
/// It is made from the application's own pool, and cheap to clone:
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// use diesel::r2d2::{ConnectionManager, Pool};
/// use metrics_runtime::Store;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("app.db");
/// let manager = ConnectionManager::<diesel::SqliteConnection>::new(path.to_str().unwrap());
/// let store = Store::from(Pool::new(manager)?);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// SQLite connections should have `foreign_keys` on, `journal_mode=WAL`, `temp_store=MEMORY` and a `busy_timeout`;
/// [`Store::sqlite`] makes a pool that has.
#[derive(Clone)]
pub struct Store {
    engine: Arc<dyn Engine>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("backend", &self.backend())
            .finish()
    }
}

impl Store {
    /// Which backend it is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.engine.backend()
    }

    /// Applies the migrations of a folder that have not been applied yet, oldest first. Answers their names. Several
    /// processes may do so at the same moment: one applies them, the others wait.
    ///
    /// The folder has diesel's layout, and applied migrations are kept in diesel's table, so that an application
    /// that runs its migrations with diesel already can go on doing so; it calls [`fold`](Self::fold) before, which
    /// this does by itself: a migration ends with an error while the journal holds events of the table it changes.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read, when a migration fails, which is rolled back then, or when the database has
    /// migrations that are not in the folder: a later version of the application has been there.
    pub fn apply_migrations(&self, folder: &Path) -> Result<Vec<String>, ApplyError> {
        self.engine.apply_migrations(folder)
    }

    /// Takes back the migration of this name, the newest that is applied, by its `down.sql`. The program that knows it
    /// applies it again when it starts: start the older one then.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read, when the migration is not the newest that is applied, when its way down fails,
    /// which is rolled back then, or when the database has migrations that are not in the folder.
    pub fn revert_migration(&self, folder: &Path, name: &str) -> Result<(), RevertError> {
        self.engine
            .revert_migration(folder, name)
            .map_err(|error| RevertError::new(name, error))
    }

    /// How the tables in the database differ from what the migrations of `project` amount to, in words: a migration
    /// that is pending, an index that is missing, a column that somebody has added by hand.
    ///
    /// # Errors
    ///
    /// When that cannot be told.
    pub fn differences(&self, project: &Project) -> Result<Vec<String>, InspectError> {
        let backend = self.backend();
        let folder = project
            .folder_of(backend)
            .ok_or(InspectError::Backend(backend))?;
        let history = self
            .engine
            .history(folder)
            .map_err(|error| InspectError::Applied(error.to_string()))?;
        // Tables that are behind, or ahead, differ in ways that say no more; only what is half made does.
        let tell = match history.is_empty() {
            true => migrate::differences,
            false => migrate::unfinished,
        };
        let mut differences = history;
        for (table, expected) in migrate::expected(project, backend)? {
            let found = self.engine.facts(&table)?;
            differences.extend(tell(&table, &expected, &found));
        }
        Ok(differences)
    }

    /// How many rows a loss concerns, if it concerns any by itself.
    ///
    /// # Errors
    ///
    /// When the database does not answer, or does not have the table.
    pub fn rows_lost(&self, loss: &Loss) -> Result<Option<i64>, StoreError> {
        loss.rows
            .as_deref()
            .map(|query| self.engine.count(query))
            .transpose()
    }

    /// The values that a dimension of a metric has taken, in ascending order, up to `limit` of them; none if the
    /// metric has no such dimension. A value stays for a while after the last row with it has been cleaned up.
    ///
    /// They are everybody's, as with [`Scope::everyone`](crate::Scope::everyone): a route that answers a user or a
    /// team must not show them.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub fn values_of(
        &self,
        layout: &Layout,
        dimension: &str,
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        let found = layout.dictionaries().find_map(|dictionary| {
            let mut dimensions = dictionary.dimensions.iter();
            let (_, dimension) = dimensions.find(|(_, known)| known.name == dimension)?;
            Some((dictionary, *dimension))
        });
        let Some((dictionary, dimension)) = found else {
            return Ok(Vec::new());
        };
        let values = self.engine.dimension_values(DimensionValues {
            dictionary,
            dimension,
            limit: limit.into(),
        })?;
        Ok(values
            .iter()
            .map(|value| dimension.kind.show(value))
            .collect())
    }

    /// Adds everything that is committed to its buckets. A recorder does so all the time; SQL of one's own, a backup
    /// or a migration may want it done now.
    ///
    /// # Errors
    ///
    /// When the database fails. Nothing is lost then: what is left is added later.
    pub fn fold(&self) -> Result<(), StoreError> {
        let mut writer = self.writer(&Limits::default());
        let now = chrono::Utc::now().timestamp();
        if let Some(last) = writer.last_entry()? {
            while writer.fold(last, now)?.more {}
        }
        Ok(())
    }

    pub(crate) fn read(&self, reading: &Reading<'_>) -> Result<Found, ReadError> {
        self.engine.read(reading)
    }

    /// A look at whether anybody has written to it. It keeps one connection of the pool.
    #[cfg(feature = "web")]
    pub(crate) fn watch(&self) -> Box<dyn Watch> {
        self.engine.watch()
    }

    pub(crate) fn watermark(&self, layout: &Layout) -> Result<Option<Watermark>, StoreError> {
        self.engine.watermark(layout)
    }

    pub(crate) fn count_expired(
        &self,
        layout: &Arc<Layout>,
        now: i64,
    ) -> Result<CleanupReport, StoreError> {
        self.engine
            .count_expired(Cleanup::new(Arc::clone(layout), now))
    }

    pub(crate) fn writer(&self, limits: &Limits) -> Box<dyn Writer> {
        self.engine.writer(limits)
    }

    /// What makes checkpoints beside the writer, where a database does not do so by itself.
    pub(crate) fn checkpoint(&self) -> Option<Box<dyn Checkpoint>> {
        self.engine.checkpoint()
    }
}
