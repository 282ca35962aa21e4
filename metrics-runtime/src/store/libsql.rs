//! libSQL, on a server.
//!
//! Its SQL is SQLite's, and so are its migrations. Otherwise it is a server like PostgreSQL: several instances may write,
//! and every statement has a way to go. So there is no journal, and a statement takes along as much as it can.

use diesel::query_builder::{QueryFragment, QueryId};
#[cfg(feature = "web")]
use diesel::r2d2::R2D2Connection;
use diesel::r2d2::{ConnectionManager, Pool, PoolError};
use diesel::result::{Error, QueryResult};
use diesel::{Connection, RunQueryDsl, SqliteConnection};
use libsql_connection::{Libsql, LibsqlConnection};

use super::{Inspect, Store};
use crate::backend::Backend;
use crate::error::StoreError;
use crate::event::Event;
use crate::migrate::Exclusive;
use crate::shape::Shape;
use crate::sql::copy::sqlite_columns;
use crate::sql::{Facts, Text, sqlite_facts};
use crate::write::Memory;
use crate::write::ahead::{self, Ahead};
use crate::write::connection::StoreConnection;
use crate::write::journal::fold;
use crate::write::upsert::add_as_json;

impl StoreConnection for LibsqlConnection {
    const BACKEND: Backend = Backend::Sqlite;

    fn write<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.immediate_transaction(work)
    }

    /// What was a file before may have come with a journal, which nobody else adds to the buckets.
    fn prepare_to_write(&mut self) -> Result<(), StoreError> {
        match fold::last_entry(self)? {
            Some(_) => self.write(|conn| fold::all(conn, chrono::Utc::now().timestamp())),
            None => Ok(()),
        }
    }

    fn look_ahead<'e>(
        &mut self,
        memory: &mut Memory,
        events: impl Iterator<Item = &'e Event>,
        now: i64,
    ) -> Result<Ahead, StoreError> {
        ahead::find_or_make(self, memory, events, now, ahead::make)
    }

    fn execute_later<S>(&mut self, statement: &S) -> QueryResult<()>
    where
        S: QueryFragment<Libsql> + QueryId,
    {
        Self::execute_later(self, statement)
    }

    fn add(&mut self, shape: &Shape, values: &[i64]) -> QueryResult<()> {
        add_as_json(self, shape, values)
    }

    fn snapshot<T>(&mut self, work: impl FnOnce(&mut Self) -> QueryResult<T>) -> QueryResult<T> {
        self.transaction(work)
    }

    /// A server that does not say how far its log is makes everybody look.
    #[cfg(feature = "web")]
    fn state(&mut self) -> QueryResult<String> {
        self.ping()?;
        let index = self.replication_index().map(str::to_owned);
        Ok(index.unwrap_or_else(|| chrono::Utc::now().to_string()))
    }

    fn is_out_of_range(message: &str) -> bool {
        SqliteConnection::is_out_of_range(message)
    }
}

impl Exclusive for LibsqlConnection {
    /// As on SQLite, one transaction: the server lets the others wait.
    fn exclusively<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> diesel::migration::Result<T>,
    ) -> diesel::migration::Result<T> {
        self.immediate_transaction(work)
    }

    fn settle_journal(&mut self) -> diesel::migration::Result<()> {
        if fold::last_entry(self)?.is_some() {
            fold::all(self, chrono::Utc::now().timestamp())?;
        }
        Ok(())
    }
}

impl Inspect for LibsqlConnection {
    fn facts(&mut self, table: &str) -> QueryResult<Facts> {
        sqlite_facts(self, table)
    }

    fn columns(&mut self, table: &str) -> QueryResult<Vec<Text>> {
        diesel::sql_query(sqlite_columns(table)).load(self)
    }
}

impl From<Pool<ConnectionManager<LibsqlConnection>>> for Store {
    fn from(pool: Pool<ConnectionManager<LibsqlConnection>>) -> Self {
        Self {
            engine: std::sync::Arc::new(pool),
        }
    }
}

impl Store {
    /// Connects to a server of libSQL's, such as Turso: `libsql://HOST?authToken=TOKEN`, or `http://HOST:PORT`. For a
    /// file there is [`Store::sqlite`]: the formats are the same.
    ///
    /// # Errors
    ///
    /// When the server does not let us in.
    pub fn libsql(url: &str) -> Result<Self, PoolError> {
        let pool = Pool::builder()
            .max_size(8)
            .min_idle(Some(1))
            // A connection is nothing that could be cut: each transaction has one of its own on the server.
            .test_on_check_out(false)
            .build(ConnectionManager::<LibsqlConnection>::new(url))?;
        Ok(pool.into())
    }
}
