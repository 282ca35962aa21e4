//! The database: how it is opened, what every connection is told, and how its schema is brought up to date.

pub mod backup;
mod connection;
#[cfg(feature = "turso")]
mod libsql;
mod migrations;
#[cfg(feature = "postgres")]
mod postgres;
mod size;
mod sqlite;
mod waits;

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use diesel::QueryResult;
use diesel::r2d2::{self, ManageConnection};

use crate::config::{Config, DatabaseUrl};

pub(crate) use connection::on_each;
pub use connection::{Connection, Pool, PoolState};
pub use migrations::{
    MigrationStatus, check_declared, migrate, migration_status, pending_migrations,
    revert_migration,
};
pub use size::Size;
pub use waits::Waits;

/// How long a request waits for a connection, and a new connection for the server.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a start waits until its pool has a connection. That somebody is let in is known by then, so that only a
/// machine that stands still is waited for.
const FILLED: Duration = Duration::from_secs(30);

/// A pool once it has a connection.
fn filled<M: ManageConnection>(pool: r2d2::Pool<M>) -> Result<r2d2::Pool<M>, r2d2::PoolError> {
    pool.get_timeout(FILLED)?;
    Ok(pool)
}

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
    /// The server does not let us in.
    #[error(
        "the database {url} cannot be reached ({reason}): check that the server runs and that the database exists, \
         or choose another with --database-url or DATABASE_URL"
    )]
    NotReached {
        /// Where it is, without the password.
        url: String,
        /// What libpq or the server said.
        reason: String,
    },
    /// The declared metrics are not those of the committed migrations.
    #[error(
        "the declared metrics are not those of the migrations that this program was built with:\n{0}\n\
         write what is missing with `migrations generate`, commit it, and build the program again"
    )]
    NotGenerated(String),
    /// A migration failed; those before it may stay applied.
    #[error("the migrations are not all applied: {0}")]
    NotMigrated(String),
    /// The way down of a migration failed, or it is not its turn.
    #[error("{name} was not taken back: {reason}")]
    NotReverted {
        /// The migration.
        name: String,
        /// What is the matter, and what to do.
        reason: String,
    },
}

/// Opens the database that the settings name, and creates the file when there is none.
///
/// # Errors
///
/// When it cannot be opened.
pub fn open(config: &Config) -> Result<Pool, DatabaseError> {
    let size = u32::try_from(config.database_connections.get()).unwrap_or(u32::MAX);
    let waits = Waits::default();
    let pool = match &config.database_url {
        DatabaseUrl::Sqlite(path) => {
            let setup = sqlite::Setup::of(config);
            let pool = sqlite::open(path, setup, size, &waits);
            pool.map(|pool| Pool::Sqlite(pool, waits))
        }
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(url) => {
            let pool = postgres::open(url, config.statement_timeout, size, &waits);
            pool.map(|pool| Pool::Postgres(pool, waits))
        }
        #[cfg(feature = "turso")]
        DatabaseUrl::Libsql(address) => {
            let pool = libsql::open(address, &config.database_auth_token, size, &waits);
            pool.map(|pool| Pool::Libsql(pool, waits))
        }
    };
    pool.map_err(|error| not_opened(&config.database_url, error.as_ref()))
}

/// Whether the database exists already. A server is only told to make tables, never a database.
#[must_use]
pub fn exists(config: &Config) -> bool {
    match &config.database_url {
        DatabaseUrl::Sqlite(path) => Path::new(path).exists(),
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(_) => true,
        #[cfg(feature = "turso")]
        DatabaseUrl::Libsql(_) => true,
    }
}

/// Whether somebody between this machine and the database could read along: it is on another one, and the connection
/// is without TLS.
///
/// # Errors
///
/// When the server does not answer.
pub fn is_exposed(config: &Config, connection: &mut Connection) -> QueryResult<bool> {
    match (&config.database_url, connection) {
        #[cfg(feature = "postgres")]
        (DatabaseUrl::Postgres(url), Connection::Postgres(connection)) => {
            postgres::is_exposed(connection, url)
        }
        #[cfg(feature = "turso")]
        (DatabaseUrl::Libsql(address), _) => Ok(address.is_exposed()),
        _ => Ok(false),
    }
}

/// Whether the database can be asked, and not be written to: it is a standby, or has been told so.
///
/// # Errors
///
/// When the server does not answer.
pub fn is_read_only(connection: &mut Connection) -> QueryResult<bool> {
    match connection {
        #[cfg(feature = "postgres")]
        Connection::Postgres(connection) => postgres::is_read_only(connection),
        _ => Ok(false),
    }
}

fn not_opened(url: &DatabaseUrl, error: &dyn Error) -> DatabaseError {
    // What libpq says comes in several lines.
    let reason = error
        .to_string()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    match url {
        DatabaseUrl::Sqlite(path) => DatabaseError::NotOpened {
            path: path.clone(),
            reason,
        },
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(url) => DatabaseError::NotReached {
            url: url.to_string(),
            reason,
        },
        #[cfg(feature = "turso")]
        DatabaseUrl::Libsql(address) => DatabaseError::NotReached {
            url: address.to_string(),
            reason,
        },
    }
}
