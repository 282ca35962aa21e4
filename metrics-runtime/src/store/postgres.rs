//! PostgreSQL.

mod manager;

use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::migration::{self, MigrationVersion};
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::result::{Error, QueryResult};
use diesel::{Connection, PgConnection, RunQueryDsl};
use diesel_migrations::MigrationHarness;

use super::{Inspect, Store};
use crate::backend::Backend;
use crate::error::StoreError;
use crate::event::Event;
use crate::migrate::Exclusive;
use crate::shape::Shape;
#[cfg(feature = "web")]
use crate::sql::VisibleTransactions;
use crate::sql::copy::{go_on_numbering, keep_writers_out, postgres_columns};
use crate::sql::{
    Facts, Integers, ONE_AFTER_THE_OTHER, Text, migration_lock, postgres_facts, progress_of,
};
use crate::write::Memory;
use crate::write::ahead::{self, Ahead};
use crate::write::connection::StoreConnection;
use crate::write::upsert::add_as_columns;

pub use manager::PostgresManager;

/// How long one process waits until it asks again whether it may apply migrations.
const ASK_AGAIN: Duration = Duration::from_millis(100);

impl StoreConnection for PgConnection {
    const BACKEND: Backend = Backend::Postgres;

    fn write<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transaction(work)
    }

    fn prepare_to_write(&mut self) -> Result<(), StoreError> {
        Ok(self.batch_execute(ONE_AFTER_THE_OTHER)?)
    }

    fn look_ahead<'e>(
        &mut self,
        memory: &mut Memory,
        events: impl Iterator<Item = &'e Event>,
        now: i64,
    ) -> Result<Ahead, StoreError> {
        ahead::find_or_make(self, memory, events, now, ahead::touch_or_make)
    }

    fn add(&mut self, shape: &Shape, values: &[i64]) -> QueryResult<()> {
        add_as_columns(self, shape, values)
    }

    fn snapshot<T>(&mut self, work: impl FnOnce(&mut Self) -> QueryResult<T>) -> QueryResult<T> {
        let mut transaction = self.build_transaction().repeatable_read().read_only();
        transaction.run(work)
    }

    fn keep_writers_out(&mut self, tables: &[String]) -> QueryResult<()> {
        self.batch_execute(&keep_writers_out(tables))
    }

    fn go_on_numbering(&mut self, table: &str, column: &str) -> QueryResult<()> {
        self.batch_execute(&go_on_numbering(table, column))
    }

    #[cfg(feature = "web")]
    fn state(&mut self) -> QueryResult<String> {
        let Text(visible) = VisibleTransactions.get_result(self)?;
        Ok(visible)
    }

    fn is_out_of_range(message: &str) -> bool {
        message.ends_with("out of range")
    }
}

impl Exclusive for PgConnection {
    fn exclusively<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> migration::Result<T>,
    ) -> migration::Result<T> {
        let Text(limits) = diesel::sql_query(migration_lock::LIMITS).get_result(self)?;
        diesel::sql_query(migration_lock::TAKE_ANY_TIME).execute(self)?;
        wait_for_turn(self)?;
        let done = work(self);
        let given_back = give_back(self, &limits);
        // Of a connection that is lost, the first error says why.
        let done = done?;
        given_back?;
        Ok(done)
    }

    fn doing(&mut self, process: i64) -> Option<String> {
        let found = diesel::sql_query(progress_of(process)).get_result(self);
        found.ok().map(|Text(words)| words)
    }

    /// diesel makes its table before it looks, also where it is, and a standby refuses that.
    fn applied(&mut self) -> migration::Result<Vec<MigrationVersion<'static>>> {
        let versions = diesel::sql_query(migration_lock::APPLIED).load::<Text>(self);
        versions.map_or_else(
            |_| self.applied_migrations(),
            |versions| Ok(versions.into_iter().map(|Text(v)| v.into()).collect()),
        )
    }
}

/// Until no other process applies migrations.
fn wait_for_turn(conn: &mut PgConnection) -> QueryResult<()> {
    loop {
        let Integers(taken) = diesel::sql_query(migration_lock::TRY).get_result(conn)?;
        if taken[0] == 1 {
            return Ok(());
        }
        thread::sleep(ASK_AGAIN);
    }
}

/// Lets the next process begin.
fn give_back(conn: &mut PgConnection, limits: &str) -> QueryResult<()> {
    diesel::sql_query(migration_lock::GIVE_BACK).execute(conn)?;
    conn.batch_execute(&migration_lock::give_limits_back(limits))
}

impl Inspect for PgConnection {
    fn facts(&mut self, table: &str) -> diesel::QueryResult<Facts> {
        postgres_facts(self, table)
    }

    fn columns(&mut self, table: &str) -> QueryResult<Vec<Text>> {
        diesel::sql_query(postgres_columns(table)).load(self)
    }
}

impl From<Pool<PostgresManager>> for Store {
    fn from(pool: Pool<PostgresManager>) -> Self {
        Self {
            engine: std::sync::Arc::new(pool),
        }
    }
}

impl From<Pool<ConnectionManager<PgConnection>>> for Store {
    fn from(pool: Pool<ConnectionManager<PgConnection>>) -> Self {
        Self {
            engine: std::sync::Arc::new(pool),
        }
    }
}
