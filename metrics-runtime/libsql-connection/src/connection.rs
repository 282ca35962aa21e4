//! The connection, as diesel knows one.

use std::vec;

use diesel::connection::{
    AnsiTransactionManager, CacheSize, Connection, ConnectionSealed, DefaultLoadingMode,
    Instrumentation, InstrumentationEvent, LoadConnection, SimpleConnection, StrQueryHelper,
    TransactionManager, get_default_instrumentation,
};
use diesel::expression::QueryMetadata;
use diesel::migration::{CREATE_MIGRATIONS_TABLE, MigrationConnection};
use diesel::query_builder::{Query, QueryBuilder, QueryFragment, QueryId};
use diesel::r2d2::R2D2Connection;
use diesel::result::{ConnectionError, ConnectionResult, Error, QueryResult};

use crate::address::Address;
use crate::backend::{Libsql, LibsqlQueryBuilder};
use crate::bind::Binds;
use crate::protocol::{Outcome, Statement};
use crate::row::LibsqlRow;
use crate::server::Server;
use crate::stream::Stream;

/// A connection to a libSQL server.
#[expect(
    missing_debug_implementations,
    reason = "what diesel keeps in it has none either"
)]
pub struct LibsqlConnection {
    stream: Stream,
    transactions: AnsiTransactionManager,
    instrumentation: Option<Box<dyn Instrumentation>>,
    replication_index: Option<String>,
}

impl LibsqlConnection {
    /// Runs `work` in a transaction that may write from its first statement on.
    ///
    /// # Errors
    ///
    /// Those of `work`, and when the transaction cannot begin or end.
    pub fn immediate_transaction<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        AnsiTransactionManager::begin_transaction_sql(self, "BEGIN IMMEDIATE")?;
        match work(self) {
            Ok(done) => {
                AnsiTransactionManager::commit_transaction(self)?;
                Ok(done)
            }
            Err(error) => match AnsiTransactionManager::rollback_transaction(self) {
                Ok(()) | Err(Error::BrokenTransactionManager) => Err(error),
                Err(rollback) => Err(rollback.into()),
            },
        }
    }

    /// Runs a statement whose outcome does not matter, as long as the transaction does not end without it: it goes
    /// along with the next statement.
    ///
    /// # Errors
    ///
    /// When it cannot be put together; outside of transactions, when it fails.
    pub fn execute_later(&mut self, source: &impl QueryFragment<Libsql>) -> QueryResult<()> {
        self.stream.execute_later(statement(source, false)?)
    }

    /// How far the server's log was when it ran the latest statement, if it says so: anybody's commit moves it.
    #[must_use]
    pub fn replication_index(&self) -> Option<&str> {
        self.replication_index.as_deref()
    }

    fn execute(&mut self, statement: &Statement) -> QueryResult<Outcome> {
        self.note(InstrumentationEvent::start_query(&StrQueryHelper::new(
            &statement.sql,
        )));
        let outcome = self.stream.execute(statement);
        self.note(InstrumentationEvent::finish_query(
            &StrQueryHelper::new(&statement.sql),
            outcome.as_ref().err(),
        ));
        let mut outcome = outcome?;
        self.replication_index = outcome.replication_index.take();
        Ok(outcome)
    }

    fn note(&mut self, event: InstrumentationEvent<'_>) {
        self.instrumentation.on_connection_event(event);
    }
}

fn statement(source: &impl QueryFragment<Libsql>, want_rows: bool) -> QueryResult<Statement> {
    let mut builder = LibsqlQueryBuilder::default();
    source.to_sql(&mut builder, &Libsql)?;
    let mut binds = Binds::default();
    source.collect_binds(&mut binds, &mut (), &Libsql)?;
    Ok(Statement {
        sql: builder.finish(),
        args: binds.0,
        want_rows,
    })
}

impl ConnectionSealed for LibsqlConnection {}

impl SimpleConnection for LibsqlConnection {
    fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        self.note(InstrumentationEvent::start_query(&StrQueryHelper::new(sql)));
        let done = self.stream.run(sql);
        self.note(InstrumentationEvent::finish_query(
            &StrQueryHelper::new(sql),
            done.as_ref().err(),
        ));
        done
    }
}

impl Connection for LibsqlConnection {
    type Backend = Libsql;
    type TransactionManager = AnsiTransactionManager;

    /// Asks the server once, so that a wrong address or token shows here.
    fn establish(url: &str) -> ConnectionResult<Self> {
        let address = Address::read(url)
            .map_err(|error| ConnectionError::InvalidConnectionUrl(error.to_string()))?;
        let server = Server::new(address).map_err(ConnectionError::BadConnection)?;
        let mut connection = Self {
            stream: Stream::new(server),
            transactions: AnsiTransactionManager::default(),
            instrumentation: get_default_instrumentation(),
            replication_index: None,
        };
        connection
            .ping()
            .map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
        Ok(connection)
    }

    fn execute_returning_count<T>(&mut self, source: &T) -> QueryResult<usize>
    where
        T: QueryFragment<Libsql> + QueryId,
    {
        let statement = statement(source, false)?;
        Ok(self.execute(&statement)?.affected_row_count)
    }

    fn transaction_state(&mut self) -> &mut AnsiTransactionManager {
        &mut self.transactions
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        &mut self.instrumentation
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.instrumentation = Some(Box::new(instrumentation));
    }

    /// Nothing is prepared here: the server takes text.
    fn set_prepared_statement_cache_size(&mut self, _: CacheSize) {}
}

impl LoadConnection<DefaultLoadingMode> for LibsqlConnection {
    type Cursor<'conn, 'query> = Answers;
    type Row<'conn, 'query> = LibsqlRow;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> QueryResult<Answers>
    where
        T: Query + QueryFragment<Libsql> + QueryId + 'query,
        Libsql: QueryMetadata<T::SqlType>,
    {
        let statement = statement(&source, true)?;
        let Outcome { cols, rows, .. } = self.execute(&statement)?;
        let columns: Vec<_> = cols.into_iter().map(|column| column.name).collect();
        Ok(Answers {
            columns: columns.into(),
            rows: rows.into_iter(),
        })
    }
}

/// The rows of an answer, which is there as a whole.
#[derive(Debug)]
pub struct Answers {
    columns: std::sync::Arc<[Option<String>]>,
    rows: vec::IntoIter<Vec<crate::Value>>,
}

impl Iterator for Answers {
    type Item = QueryResult<LibsqlRow>;

    fn next(&mut self) -> Option<Self::Item> {
        let values = self.rows.next()?;
        let columns = self.columns.clone();
        Some(Ok(LibsqlRow { columns, values }))
    }
}

impl R2D2Connection for LibsqlConnection {
    fn ping(&mut self) -> QueryResult<()> {
        self.execute(&Statement::plain("SELECT 1")).map(drop)
    }

    /// What comes back to a pool within a transaction would go on with it.
    fn is_broken(&mut self) -> bool {
        self.stream.is_broken() || AnsiTransactionManager::is_broken_transaction_manager(self)
    }
}

impl MigrationConnection for LibsqlConnection {
    fn setup(&mut self) -> QueryResult<usize> {
        let create = Statement::plain(CREATE_MIGRATIONS_TABLE.trim_end().trim_end_matches(';'));
        self.execute(&create)
            .map(|outcome| outcome.affected_row_count)
    }
}
