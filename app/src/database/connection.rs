//! The connections of a process, and one of them, on any backend.

use diesel::SqliteConnection;
use diesel::connection::TransactionManager;
use diesel::r2d2::{self, ConnectionManager, PoolError, PooledConnection};
use diesel::result::{Error, QueryResult};
#[cfg(feature = "turso")]
use libsql_connection::LibsqlConnection;
#[cfg(feature = "postgres")]
use metrics_runtime::PostgresManager;
use metrics_runtime::Store;
use metrics_runtime::migrate::Backend;

use super::waits::Waits;
use crate::histogram::Histogram;

/// Runs what is written once on whichever backend a [`Connection`] is to; the compiler checks it for each. diesel's
/// `MultiConnection` would do so without a macro, and offers no `ON CONFLICT` and no pool that metrics could share.
macro_rules! on_each {
    ($connection:expr, $backend:ident => $statement:expr) => {
        match $connection {
            $crate::database::Connection::Sqlite($backend) => $statement,
            #[cfg(feature = "postgres")]
            $crate::database::Connection::Postgres($backend) => $statement,
            #[cfg(feature = "turso")]
            $crate::database::Connection::Libsql($backend) => $statement,
        }
    };
}
pub(crate) use on_each;

/// The connections that all of a process share: the application's own rows and the metrics are in one database.
#[derive(Clone)]
pub enum Pool {
    /// To a file.
    Sqlite(r2d2::Pool<ConnectionManager<SqliteConnection>>, Waits),
    /// To a server.
    #[cfg(feature = "postgres")]
    Postgres(r2d2::Pool<PostgresManager>, Waits),
    /// To a server of libSQL's.
    #[cfg(feature = "turso")]
    Libsql(r2d2::Pool<ConnectionManager<LibsqlConnection>>, Waits),
}

/// The connections of a pool at one moment, and how long they were waited for so far.
#[derive(Debug, Clone)]
pub struct PoolState {
    /// Connections that are open.
    pub open: u32,
    /// Connections that nobody uses.
    pub idle: u32,
    /// The most that are opened.
    pub max: u32,
    /// How long each wait took.
    pub waits: Histogram,
    /// Waits that were given up.
    pub timeouts: u64,
}

impl Pool {
    /// A connection that is free.
    ///
    /// # Errors
    ///
    /// When none becomes free in time, or none can be made.
    pub fn get(&self) -> Result<Connection, PoolError> {
        Ok(match self {
            Self::Sqlite(pool, _) => Connection::Sqlite(pool.get()?),
            #[cfg(feature = "postgres")]
            Self::Postgres(pool, _) => Connection::Postgres(pool.get()?),
            #[cfg(feature = "turso")]
            Self::Libsql(pool, _) => Connection::Libsql(pool.get()?),
        })
    }

    /// The metrics in the same database.
    #[must_use]
    pub fn store(&self) -> Store {
        match self {
            Self::Sqlite(pool, _) => Store::from(pool.clone()),
            #[cfg(feature = "postgres")]
            Self::Postgres(pool, _) => Store::from(pool.clone()),
            #[cfg(feature = "turso")]
            Self::Libsql(pool, _) => Store::from(pool.clone()),
        }
    }

    /// Which backend the connections are to.
    #[must_use]
    pub fn backend(&self) -> Backend {
        match self {
            Self::Sqlite(..) => Backend::Sqlite,
            #[cfg(feature = "postgres")]
            Self::Postgres(..) => Backend::Postgres,
            #[cfg(feature = "turso")]
            Self::Libsql(..) => Backend::Sqlite,
        }
    }

    /// How it is used.
    #[must_use]
    pub fn state(&self) -> PoolState {
        let (state, max, waits) = match self {
            Self::Sqlite(pool, waits) => (pool.state(), pool.max_size(), waits.snapshot()),
            #[cfg(feature = "postgres")]
            Self::Postgres(pool, waits) => (pool.state(), pool.max_size(), waits.snapshot()),
            #[cfg(feature = "turso")]
            Self::Libsql(pool, waits) => (pool.state(), pool.max_size(), waits.snapshot()),
        };
        PoolState {
            open: state.connections,
            idle: state.idle_connections,
            max,
            waits: waits.waits,
            timeouts: waits.timeouts,
        }
    }
}

/// A connection to the database of the application, until it is dropped. Statements run on it by `on_each!`.
pub enum Connection {
    /// To a file.
    Sqlite(PooledConnection<ConnectionManager<SqliteConnection>>),
    /// To a server.
    #[cfg(feature = "postgres")]
    Postgres(PooledConnection<PostgresManager>),
    /// To a server of libSQL's.
    #[cfg(feature = "turso")]
    Libsql(PooledConnection<ConnectionManager<LibsqlConnection>>),
}

impl Connection {
    /// Which backend it is to, as its migrations and its errors go: libSQL's are SQLite's.
    #[must_use]
    pub fn backend(&self) -> Backend {
        match self {
            Self::Sqlite(_) => Backend::Sqlite,
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Backend::Postgres,
            #[cfg(feature = "turso")]
            Self::Libsql(_) => Backend::Sqlite,
        }
    }

    /// Does `work` in a transaction: all of it or, after an error, nothing. On SQLite, one that has read before cannot
    /// always write.
    ///
    /// # Errors
    ///
    /// Those of `work`, and when the transaction cannot begin or end.
    pub fn transaction<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        on_each!(self, c => begin(c))?;
        match work(self) {
            Ok(done) => {
                on_each!(self, c => commit(c))?;
                Ok(done)
            }
            Err(error) => {
                on_each!(self, c => roll_back(c))?;
                Err(error)
            }
        }
    }

    /// Ends the connection, instead of giving it back: the pool closes one that comes back within a transaction.
    pub fn close(mut self) {
        drop(on_each!(&mut self, c => begin(c)));
    }
}

fn begin<C: diesel::Connection>(connection: &mut C) -> QueryResult<()> {
    C::TransactionManager::begin_transaction(connection)
}

fn commit<C: diesel::Connection>(connection: &mut C) -> QueryResult<()> {
    C::TransactionManager::commit_transaction(connection)
}

fn roll_back<C: diesel::Connection>(connection: &mut C) -> QueryResult<()> {
    C::TransactionManager::rollback_transaction(connection)
}
