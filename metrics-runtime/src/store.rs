//! Where metrics are kept: a pool of connections to one of the backends.

mod checkpoint;
mod copy;
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

use diesel::RunQueryDsl;
use diesel::migration::MigrationSource;
use diesel::r2d2::{ManageConnection, Pool};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};

use crate::backend::Backend;
use crate::copy::{CopyError, CopyReport};
use crate::dimension::Value;
use crate::error::StoreError;
use crate::layout::Layout;
use crate::limits::Limits;
use crate::migrate::{
    self, ApplyError, Exclusive, InspectError, Loss, Project, RevertError, Scripts,
};
use crate::sql::{DimensionValues, Facts, Integers, RowCount, Text};
use crate::write::cleanup::{Cleanup, CleanupReport};
use crate::write::connection::{Refusal, StoreConnection};
use crate::write::watermark::{self, Watermark};

pub(crate) use checkpoint::Checkpoint;
use checkpoint::PoolCheckpoint;
use copy::Work;
#[cfg(feature = "postgres")]
pub use postgres::PostgresManager;
pub(crate) use read::{Found, Grouping, Reading};
#[cfg(feature = "web")]
pub(crate) use watch::Watch;
use writer::PoolWriter;
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

/// Why rows could not be read.
pub(crate) enum ReadError {
    /// A sum exceeds 64 bits.
    OutOfRange,
    Store(StoreError),
}

/// What a backend does for a [`Store`].
trait Engine: Send + Sync {
    fn backend(&self) -> Backend;
    fn read(&self, reading: &Reading<'_>) -> Result<Found, ReadError>;
    fn dimension_values(
        &self,
        values: DimensionValues<'_>,
    ) -> Result<Vec<Value<'static>>, StoreError>;
    fn count_expired(&self, cleanup: Cleanup) -> Result<CleanupReport, StoreError>;
    fn apply_migrations(&self, folder: &Path) -> Result<Vec<String>, ApplyError>;
    fn revert_migration(&self, folder: &Path, name: &str) -> diesel::migration::Result<()>;
    /// In words, which migrations of a folder are pending, and which applied ones are not in it.
    fn history(&self, folder: &Path) -> diesel::migration::Result<Vec<String>>;
    fn facts(&self, table: &str) -> Result<Facts, StoreError>;
    fn count(&self, query: &str) -> Result<i64, StoreError>;
    fn watermark(&self, layout: &Layout) -> Result<Option<Watermark>, StoreError>;
    fn writer(&self, limits: &Limits) -> Box<dyn Writer>;
    fn checkpoint(&self) -> Option<Box<dyn Checkpoint>>;
    /// Does `work` as the source of a copy, while nobody else writes to `tables`.
    fn hold_still(&self, tables: &[String], work: &mut Work<'_>) -> Result<CopyReport, CopyError>;
    /// Does `work` as the target of a copy.
    fn visit(&self, work: &mut Work<'_>) -> Result<CopyReport, CopyError>;
    #[cfg(feature = "web")]
    fn watch(&self) -> Box<dyn Watch>;
}

/// A connection whose database can be asked what its tables are.
trait Inspect {
    /// Facts about a table or a view.
    fn facts(&mut self, table: &str) -> diesel::QueryResult<Facts>;
    /// The columns of a table, each as JSON.
    fn columns(&mut self, table: &str) -> diesel::QueryResult<Vec<Text>>;
}

impl<M, C> Engine for Pool<M>
where
    M: ManageConnection<Connection = C>,
    C: StoreConnection + Exclusive + Inspect + MigrationHarness<C::Backend>,
{
    fn backend(&self) -> Backend {
        C::BACKEND
    }

    fn read(&self, reading: &Reading<'_>) -> Result<Found, ReadError> {
        let mut conn = self.get().map_err(|error| ReadError::Store(error.into()))?;
        reading
            .run(&mut *conn)
            .map_err(|error| match C::refusal(&error) {
                Some(Refusal::OutOfRange) => ReadError::OutOfRange,
                _ => ReadError::Store(error.into()),
            })
    }

    fn dimension_values(
        &self,
        values: DimensionValues<'_>,
    ) -> Result<Vec<Value<'static>>, StoreError> {
        let mut conn = self.get()?;
        if values.dimension.kind.is_integer() {
            let rows: Vec<Integers> = values.load(&mut *conn)?;
            return Ok(rows
                .into_iter()
                .map(|Integers(row)| Value::Integer(row[0]))
                .collect());
        }
        let rows: Vec<Text> = values.load(&mut *conn)?;
        Ok(rows
            .into_iter()
            .map(|Text(text)| Value::Text(text.into()))
            .collect())
    }

    fn count_expired(&self, cleanup: Cleanup) -> Result<CleanupReport, StoreError> {
        cleanup.dry_run(&mut *self.get()?)
    }

    fn apply_migrations(&self, folder: &Path) -> Result<Vec<String>, ApplyError> {
        let migrations =
            Scripts::read::<C::Backend>(folder).map_err(|error| ApplyError::new(folder, error))?;
        let migrations = migrations.watched_from(self);
        let mut conn = self.get().map_err(|error| ApplyError::new(folder, error))?;
        migrate::apply(&mut *conn, &migrations).map_err(|error| ApplyError::new(folder, error))
    }

    fn revert_migration(&self, folder: &Path, name: &str) -> diesel::migration::Result<()> {
        let migrations = Scripts::read::<C::Backend>(folder)?;
        migrate::revert(&mut *self.get()?, &migrations, name)
    }

    fn history(&self, folder: &Path) -> diesel::migration::Result<Vec<String>> {
        let mut conn = self.get()?;
        let known = FileBasedMigrations::from_path(folder)?.migrations()?;
        let pending = migrate::pending(&mut *conn, &known)?;
        let unknown = migrate::unknown_versions(&mut *conn, &known)?;
        let pending = pending
            .into_iter()
            .map(|name| format!("{name} has not been applied"));
        let unknown = unknown
            .into_iter()
            .map(|version| format!("{version} has been applied, and is not among the migrations"));
        Ok(pending.chain(unknown).collect())
    }

    fn facts(&self, table: &str) -> Result<Facts, StoreError> {
        Ok(Inspect::facts(&mut *self.get()?, table)?)
    }

    fn count(&self, query: &str) -> Result<i64, StoreError> {
        let Integers(row) = RowCount(query).get_result(&mut *self.get()?)?;
        Ok(row[0])
    }

    fn watermark(&self, layout: &Layout) -> Result<Option<Watermark>, StoreError> {
        Ok(watermark::find(&mut *self.get()?, layout)?)
    }

    fn hold_still(&self, tables: &[String], work: &mut Work<'_>) -> Result<CopyReport, CopyError> {
        copy::hold_still(self, tables, work)
    }

    fn visit(&self, work: &mut Work<'_>) -> Result<CopyReport, CopyError> {
        copy::visit(self, work)
    }

    #[cfg(feature = "web")]
    fn watch(&self) -> Box<dyn Watch> {
        let pool = self.clone();
        Box::new(watch::PoolWatch { pool, seen: None })
    }

    fn writer(&self, limits: &Limits) -> Box<dyn Writer> {
        Box::new(PoolWriter::new(self.clone(), limits))
    }

    fn checkpoint(&self) -> Option<Box<dyn Checkpoint>> {
        C::HAS_CHECKPOINTS.then(|| Box::new(PoolCheckpoint(self.clone())) as _)
    }
}
