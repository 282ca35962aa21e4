//! Applying the committed migrations, which are compiled into the binary.

use std::error::Error;

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use serde::Serialize;

use super::{BUSY_TIMEOUT, Connection, DatabaseError};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");

/// How long one process waits for another one's migrations.
const MIGRATION_TIMEOUT_SECONDS: u64 = 600;

/// One committed migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MigrationStatus {
    /// Its number and its name.
    pub name: String,
    /// Whether the database has it.
    pub applied: bool,
}

/// Applies what is pending, all of it or nothing, and returns the names of what was applied.
///
/// Several processes may start together. The first one to get the write lock applies everything in one transaction,
/// within which the transactions that diesel opens for each migration are savepoints; the others wait for the lock,
/// and find nothing left to do. A lock file would need cleaning up after a crash; this lock ends with its process.
///
/// # Errors
///
/// When a migration fails, or another process does not finish its own.
pub fn migrate(connection: &mut Connection) -> Result<Vec<String>, DatabaseError> {
    set_busy_timeout(connection, MIGRATION_TIMEOUT_SECONDS * 1000)?;
    let applied = connection.immediate_transaction(|connection| {
        let pending = connection.pending_migrations(MIGRATIONS)?;
        connection.run_migrations(&pending)?;
        let names = pending.iter().map(|migration| migration.name().to_string());
        Ok::<_, Box<dyn Error + Send + Sync>>(names.collect())
    });
    set_busy_timeout(
        connection,
        u64::try_from(BUSY_TIMEOUT.as_millis()).unwrap_or(u64::MAX),
    )?;
    applied.map_err(not_migrated)
}

/// Every committed migration, oldest first. Without a connection, none is applied.
///
/// # Errors
///
/// When the database does not answer.
pub fn migration_status(
    connection: Option<&mut Connection>,
) -> Result<Vec<MigrationStatus>, DatabaseError> {
    let applied = match connection {
        Some(connection) => connection.applied_migrations().map_err(not_migrated)?,
        None => Vec::new(),
    };
    let mut committed: Vec<Box<dyn Migration<Sqlite>>> =
        MIGRATIONS.migrations().map_err(not_migrated)?;
    committed.sort_by_key(|migration| migration.name().to_string());
    let status = |migration: Box<dyn Migration<Sqlite>>| MigrationStatus {
        name: migration.name().to_string(),
        applied: applied.contains(&migration.name().version().as_owned()),
    };
    Ok(committed.into_iter().map(status).collect())
}

fn set_busy_timeout(connection: &mut Connection, milliseconds: u64) -> Result<(), DatabaseError> {
    connection
        .batch_execute(&format!("PRAGMA busy_timeout = {milliseconds}"))
        .map_err(|error| not_migrated(error.into()))
}

fn not_migrated(reason: Box<dyn Error + Send + Sync>) -> DatabaseError {
    DatabaseError::NotMigrated(reason.to_string())
}
