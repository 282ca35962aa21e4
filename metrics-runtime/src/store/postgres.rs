//! PostgreSQL.

use diesel::connection::SimpleConnection;
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::result::{Error, QueryResult};
use diesel::{Connection, PgConnection, RunQueryDsl};

use super::{Inspect, Store};
use crate::backend::Backend;
use crate::migrate::Exclusive;
#[cfg(feature = "web")]
use crate::sql::VisibleTransactions;
use crate::sql::copy::{go_on_numbering, keep_writers_out, postgres_columns};
use crate::sql::{Facts, Text, migration_lock, postgres_facts};
use crate::write::connection::StoreConnection;

impl StoreConnection for PgConnection {
    const BACKEND: Backend = Backend::Postgres;

    fn write<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transaction(work)
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
        work: impl FnOnce(&mut Self) -> diesel::migration::Result<T>,
    ) -> diesel::migration::Result<T> {
        let Text(timeout) =
            diesel::sql_query(migration_lock::STATEMENT_TIMEOUT).get_result(self)?;
        diesel::sql_query(migration_lock::TAKE_ANY_TIME).execute(self)?;
        diesel::sql_query(migration_lock::TAKE).execute(self)?;
        let outcome = work(self);
        diesel::sql_query(migration_lock::GIVE_BACK).execute(self)?;
        diesel::sql_query(migration_lock::take_at_most(&timeout)).execute(self)?;
        outcome
    }
}

impl Inspect for PgConnection {
    fn facts(&mut self, table: &str) -> diesel::QueryResult<Facts> {
        postgres_facts(self, table)
    }

    fn columns(&mut self, table: &str) -> QueryResult<Vec<Text>> {
        diesel::sql_query(postgres_columns(table)).load(self)
    }
}

impl From<Pool<ConnectionManager<PgConnection>>> for Store {
    fn from(pool: Pool<ConnectionManager<PgConnection>>) -> Self {
        Self {
            engine: std::sync::Arc::new(pool),
        }
    }
}
