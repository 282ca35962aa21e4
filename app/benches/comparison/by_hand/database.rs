//! The tables, in the layout that suits a time series on SQLite best, and what a connection is told.

use std::path::Path;

use rusqlite::{Connection, Result};

use crate::synchronous::Synchronous;

const SCHEMA: &str = "
    CREATE TABLE owners (
        id INTEGER PRIMARY KEY, team_id TEXT NOT NULL, user_id TEXT NOT NULL, UNIQUE (team_id, user_id));
    CREATE TABLE labels (
        id INTEGER PRIMARY KEY, server_id TEXT NOT NULL, satellite_id TEXT NOT NULL, UNIQUE (server_id, satellite_id));
    CREATE TABLE buckets (
        owner_id INTEGER NOT NULL, bucket_interval INTEGER NOT NULL, bucket_timestamp INTEGER NOT NULL,
        labels_id INTEGER NOT NULL, installation_count INTEGER NOT NULL, uninstallation_count INTEGER NOT NULL,
        PRIMARY KEY (owner_id, bucket_interval, bucket_timestamp, labels_id)) WITHOUT ROWID;
    CREATE TABLE journal (id INTEGER PRIMARY KEY, events BLOB NOT NULL);";

const UPSERT: &str = "
    INSERT INTO buckets (owner_id, bucket_interval, bucket_timestamp, labels_id, installation_count, uninstallation_count)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT DO UPDATE SET
        installation_count = installation_count + excluded.installation_count,
        uninstallation_count = uninstallation_count + excluded.uninstallation_count";

/// Owner, interval, bucket, labels.
pub(super) type Key = (i64, i64, i64, i64);

/// Makes a database file with the tables.
pub(crate) fn create(path: &Path) {
    let made = Connection::open(path).and_then(|connection| {
        connection.execute_batch("PRAGMA journal_mode = WAL")?;
        connection.execute_batch(SCHEMA)
    });
    made.expect("a new file");
}

/// A connection with what pays: prepared statements are kept, and pages too.
pub(crate) fn open(path: &Path, synchronous: Synchronous) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = {}; PRAGMA busy_timeout = 5000;
         PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;",
        synchronous.as_str()
    ))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Does some work in a transaction, whose first and last statement are kept prepared too.
pub(super) fn in_transaction<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T>,
) -> Result<T> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let done = work(connection)?;
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(done)
}

/// Adds rows to their buckets. They come in the order of their keys, so that each page is found once.
pub(super) fn upsert(connection: &Connection, rows: &[(Key, [i64; 2])]) -> Result<()> {
    let mut statement = connection.prepare_cached(UPSERT)?;
    for ((owner, interval, bucket, labels), [installed, removed]) in rows {
        statement.execute([owner, interval, bucket, labels, installed, removed])?;
    }
    Ok(())
}
