//! Applying the committed migrations, which are compiled into the binary.

use std::error::Error;

use diesel::migration::{Migration, MigrationSource};
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use metrics_runtime::migrate;
use serde::Serialize;

use super::{Connection, DatabaseError};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");

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

/// Applies what is pending, all of it or nothing, and returns the names of what was applied. Several processes may
/// start together: one applies it, the others wait for that one.
///
/// # Errors
///
/// When a migration fails, another process does not finish its own, or the database is newer than this program.
pub fn migrate(connection: &mut Connection) -> Result<Vec<String>, DatabaseError> {
    migrate::apply(connection, &MIGRATIONS).map_err(not_migrated)
}

/// Every committed migration, oldest first, and those that only the database knows. Without a connection, none is
/// applied.
///
/// # Errors
///
/// When the database does not answer.
pub fn migration_status(
    connection: Option<&mut Connection>,
) -> Result<Vec<MigrationStatus>, DatabaseError> {
    let mut committed: Vec<Box<dyn Migration<Sqlite>>> =
        MIGRATIONS.migrations().map_err(not_migrated)?;
    committed.sort_by_key(|migration| migration.name().to_string());
    let (applied, unknown) = match connection {
        Some(connection) => (
            connection.applied_migrations().map_err(not_migrated)?,
            migrate::unknown_versions(connection, &committed).map_err(not_migrated)?,
        ),
        None => (Vec::new(), Vec::new()),
    };
    let status = |migration: Box<dyn Migration<Sqlite>>| MigrationStatus {
        name: migration.name().to_string(),
        applied: applied.contains(&migration.name().version().as_owned()),
        known: true,
    };
    let unknown = unknown.into_iter().map(|version| MigrationStatus {
        name: version,
        applied: true,
        known: false,
    });
    Ok(committed.into_iter().map(status).chain(unknown).collect())
}

fn not_migrated(reason: Box<dyn Error + Send + Sync>) -> DatabaseError {
    DatabaseError::NotMigrated(reason.to_string())
}
