//! What a backend does for a store: everything that it is asked, over a pool of its connections.

use std::path::Path;

use diesel::RunQueryDsl;
use diesel::migration::MigrationSource;
use diesel::r2d2::{ManageConnection, Pool};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};

use super::checkpoint::{Checkpoint, PoolCheckpoint};
use super::copy::{self, Work};
use super::read::{Found, Reading};
#[cfg(feature = "web")]
use super::watch::{PoolWatch, Watch};
use super::writer::{PoolWriter, Writer};
use crate::backend::Backend;
use crate::copy::{CopyError, CopyReport};
use crate::dimension::Value;
use crate::error::StoreError;
use crate::layout::Layout;
use crate::limits::Limits;
use crate::migrate::{self, ApplyError, Exclusive, Scripts};
use crate::sql::{DimensionValues, Facts, Integers, RowCount, Text};
use crate::write::cleanup::{Cleanup, CleanupReport};
use crate::write::connection::{Refusal, StoreConnection};
use crate::write::watermark::{self, Watermark};

/// Why rows could not be read.
pub(crate) enum ReadError {
    /// A sum exceeds 64 bits.
    OutOfRange,
    Store(StoreError),
}

/// What a backend does for a [`Store`](super::Store).
pub(super) trait Engine: Send + Sync {
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
pub(super) trait Inspect {
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
        Box::new(PoolWatch { pool, seen: None })
    }

    fn writer(&self, limits: &Limits) -> Box<dyn Writer> {
        Box::new(PoolWriter::new(self.clone(), limits))
    }

    fn checkpoint(&self) -> Option<Box<dyn Checkpoint>> {
        C::HAS_CHECKPOINTS.then(|| Box::new(PoolCheckpoint(self.clone())) as _)
    }
}
