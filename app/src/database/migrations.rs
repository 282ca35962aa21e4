//! Applying the committed migrations, which are compiled into the binary.

use std::error::Error;

use diesel::migration::{self, MigrationSource};
use diesel::r2d2::{self, ManageConnection};
use diesel::{Connection as _, SqliteConnection};
use diesel_migrations::MigrationHarness;
use metrics_runtime::Registry;
use metrics_runtime::migrate::{self, Exclusive, Plan, Script, Scripts};
use serde::Serialize;

use super::{Connection, DatabaseError, Pool};

// The lists are written by build.rs.
const SQLITE_SCRIPTS: &[Script] = include!(concat!(env!("OUT_DIR"), "/sqlite.rs"));
#[cfg(feature = "postgres")]
const POSTGRES_SCRIPTS: &[Script] = include!(concat!(env!("OUT_DIR"), "/postgres.rs"));

const SQLITE: Scripts = Scripts::embedded(SQLITE_SCRIPTS);
#[cfg(feature = "postgres")]
const POSTGRES: Scripts = Scripts::embedded(POSTGRES_SCRIPTS);

/// What the committed migrations amount to.
const LOCK: &str = include_str!("../../../migrations/metrics.lock");

/// Makes sure that the committed migrations amount to what is declared: without its tables, a metric would fail whatever
/// is recorded together with it.
///
/// # Errors
///
/// When they do not.
pub fn check_declared(registry: &Registry) -> Result<(), DatabaseError> {
    match Plan::of_lock(LOCK, registry) {
        Ok(plan) if plan.is_empty() => Ok(()),
        Ok(plan) => Err(DatabaseError::NotGenerated(plan.to_string())),
        Err(reason) => Err(DatabaseError::NotGenerated(format!(
            "metrics.lock: {reason}"
        ))),
    }
}

/// One committed migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MigrationStatus {
    /// Its number and its name.
    pub name: String,
    /// Whether the database has it.
    pub applied: bool,
    /// Whether this program has it; otherwise a later version has applied it.
    pub known: bool,
}

/// Applies what is pending, one migration after the other, and returns the names of what was applied. Several processes may
/// start together: one applies it, the others wait for that one.
///
/// # Errors
///
/// When a migration fails, another process does not finish its own, or the database is newer than this program.
pub fn migrate(pool: &Pool) -> Result<Vec<String>, DatabaseError> {
    let applied = match pool {
        Pool::Sqlite(pool, _) => apply(pool, SQLITE),
        #[cfg(feature = "postgres")]
        Pool::Postgres(pool, _) => apply(pool, POSTGRES),
        #[cfg(feature = "turso")]
        Pool::Libsql(pool, _) => apply(pool, SQLITE),
    };
    applied.map_err(not_migrated)
}

fn apply<M>(pool: &r2d2::Pool<M>, scripts: Scripts) -> migration::Result<Vec<String>>
where
    M: ManageConnection,
    M::Connection: Exclusive + MigrationHarness<<M::Connection as diesel::Connection>::Backend>,
{
    migrate::apply(&mut *pool.get()?, &scripts.watched_from(pool))
}

/// Takes back the migration of this name, the newest that is applied.
///
/// # Errors
///
/// When it is not the newest that is applied, or its way down fails, which is rolled back then.
pub fn revert_migration(connection: &mut Connection, name: &str) -> Result<(), DatabaseError> {
    let reverted = match connection {
        Connection::Sqlite(connection) => migrate::revert(&mut **connection, &SQLITE, name),
        #[cfg(feature = "postgres")]
        Connection::Postgres(connection) => migrate::revert(&mut **connection, &POSTGRES, name),
        #[cfg(feature = "turso")]
        Connection::Libsql(connection) => migrate::revert(&mut **connection, &SQLITE, name),
    };
    reverted.map_err(|reason| DatabaseError::NotReverted {
        name: name.to_owned(),
        reason: reason.to_string(),
    })
}

/// Every committed migration, oldest first, and those that only the database knows.
///
/// # Errors
///
/// When the database does not answer.
pub fn migration_status(
    connection: &mut Connection,
) -> Result<Vec<MigrationStatus>, DatabaseError> {
    let status = match connection {
        Connection::Sqlite(connection) => status_of(&mut **connection, &SQLITE),
        #[cfg(feature = "postgres")]
        Connection::Postgres(connection) => status_of(&mut **connection, &POSTGRES),
        #[cfg(feature = "turso")]
        Connection::Libsql(connection) => status_of(&mut **connection, &SQLITE),
    };
    status.map_err(not_migrated)
}

/// The same for a file that does not exist yet.
///
/// # Errors
///
/// None, as long as the migrations in this program are sound.
pub fn pending_migrations() -> Result<Vec<MigrationStatus>, DatabaseError> {
    let nothing = SqliteConnection::establish(":memory:");
    let status = nothing
        .map_err(Into::into)
        .and_then(|mut nothing| status_of(&mut nothing, &SQLITE));
    status.map_err(not_migrated)
}

/// The same for a file of the embedded database that is not the one of the settings.
pub(super) fn status_of_file(
    connection: &mut SqliteConnection,
) -> Result<Vec<MigrationStatus>, DatabaseError> {
    status_of(connection, &SQLITE).map_err(not_migrated)
}

fn status_of<C: Exclusive + MigrationHarness<C::Backend>>(
    connection: &mut C,
    source: &impl MigrationSource<C::Backend>,
) -> migration::Result<Vec<MigrationStatus>> {
    let mut committed = source.migrations()?;
    committed.sort_by_key(|migration| migration.name().to_string());
    let applied = connection.applied()?;
    let unknown = migrate::unknown_versions(connection, &committed)?;
    let known = committed.iter().map(|migration| MigrationStatus {
        name: migration.name().to_string(),
        applied: applied.contains(&migration.name().version().as_owned()),
        known: true,
    });
    let unknown = unknown.into_iter().map(|version| MigrationStatus {
        name: version,
        applied: true,
        known: false,
    });
    Ok(known.chain(unknown).collect())
}

fn not_migrated(reason: Box<dyn Error + Send + Sync>) -> DatabaseError {
    DatabaseError::NotMigrated(reason.to_string())
}
