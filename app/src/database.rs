//! The database: how it is opened, what every connection is told, and how its schema is brought up to date.

mod migrations;

use std::path::Path;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{self, ConnectionManager, CustomizeConnection};

use crate::config::kinds::Synchronous;
use crate::config::{Config, DatabaseUrl};

pub use migrations::{MigrationStatus, migrate, migration_status};

/// A connection to the database of the application.
pub type Connection = SqliteConnection;
/// The connections that are shared.
pub type Pool = r2d2::Pool<ConnectionManager<Connection>>;

/// SQLite has one writer at a time; more connections than this only wait for each other.
const MAX_CONNECTIONS: u32 = 8;
/// How long a statement waits for another one's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How much of the file is read where the system keeps it, instead of being copied page by page.
const MAPPED_BYTES: u64 = 1 << 30;

/// Why there is no database to work with.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The file cannot be opened or created, or is no database.
    #[error(
        "the database {path} cannot be opened ({reason}): check that its folder exists and may be written to, \
         or choose another with --database-url or DATABASE_URL"
    )]
    NotOpened {
        /// The file.
        path: String,
        /// What the database said.
        reason: String,
    },
    /// A migration failed; what it had changed is undone.
    #[error("the migrations cannot be applied, and nothing was changed: {0}")]
    NotMigrated(String),
}

/// Opens the database that the settings name, and creates it when there is none.
///
/// # Errors
///
/// When it cannot be opened.
pub fn open(config: &Config) -> Result<Pool, DatabaseError> {
    let DatabaseUrl::Sqlite(path) = &config.database_url;
    let setup = Setup {
        synchronous: config.synchronous,
    };
    // A pool retries until its timeout and then tells less: the first connection is made without it.
    first_connection(path, setup).map_err(|reason| not_opened(path, reason))?;
    r2d2::Pool::builder()
        .max_size(MAX_CONNECTIONS)
        .min_idle(Some(1))
        .connection_timeout(BUSY_TIMEOUT)
        // An embedded database does not hang up: asking before every use would only cost.
        .test_on_check_out(false)
        .connection_customizer(Box::new(setup))
        .build(ConnectionManager::new(path))
        .map_err(|error| not_opened(path, error.to_string()))
}

/// Whether the database exists already.
#[must_use]
pub fn exists(config: &Config) -> bool {
    let DatabaseUrl::Sqlite(path) = &config.database_url;
    Path::new(path).exists()
}

/// What every connection is told before it is used.
#[derive(Debug, Clone, Copy)]
struct Setup {
    synchronous: Synchronous,
}

impl Setup {
    fn apply(self, connection: &mut Connection) -> QueryResult<()> {
        // First of all, so that what follows waits for other processes instead of failing.
        let timeout = BUSY_TIMEOUT.as_millis();
        connection.batch_execute(&format!("PRAGMA busy_timeout = {timeout}"))?;
        enter_wal(connection)?;
        let synchronous = self.synchronous;
        connection.batch_execute(&format!(
            "PRAGMA synchronous = {synchronous};
             PRAGMA foreign_keys = ON;
             PRAGMA trusted_schema = OFF;
             PRAGMA temp_store = MEMORY;
             PRAGMA mmap_size = {MAPPED_BYTES};"
        ))
    }
}

impl CustomizeConnection<Connection, r2d2::Error> for Setup {
    fn on_acquire(&self, connection: &mut Connection) -> Result<(), r2d2::Error> {
        self.apply(connection).map_err(r2d2::Error::QueryError)
    }
}

/// With a write-ahead log, readers never wait for the writer.
///
/// Two processes that switch a new database at the same moment would each wait for the other's read lock; SQLite
/// sees that and refuses one of them at once, whatever the busy timeout, so that one has to try again.
fn enter_wal(connection: &mut Connection) -> QueryResult<()> {
    let deadline = Instant::now() + BUSY_TIMEOUT;
    loop {
        match connection.batch_execute("PRAGMA journal_mode = WAL") {
            Err(error) if is_busy(&error) && Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(20));
            }
            outcome => return outcome,
        }
    }
}

/// Whether the database only was in use: the same statement may succeed later.
#[must_use]
pub fn is_busy(error: &diesel::result::Error) -> bool {
    // diesel reports SQLITE_BUSY and SQLITE_LOCKED as unknown errors; their texts are fixed in SQLite's sources.
    let text = match error {
        diesel::result::Error::DatabaseError(_, information) => information.message(),
        _ => return false,
    };
    text.contains("database is locked") || text.contains("database table is locked")
}

fn first_connection(path: &str, setup: Setup) -> Result<(), String> {
    let mut connection =
        <Connection as diesel::Connection>::establish(path).map_err(|error| error.to_string())?;
    setup
        .apply(&mut connection)
        .map_err(|error| error.to_string())
}

fn not_opened(path: &str, reason: String) -> DatabaseError {
    let path = path.to_owned();
    DatabaseError::NotOpened { path, reason }
}
