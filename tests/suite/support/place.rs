//! Where a test's rows are: a file, or a database of the cluster that the tests have started.

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel::{
    Connection, PgConnection, QueryResult, QueryableByName, RunQueryDsl, SqliteConnection,
    sql_query,
};
use metrics_runtime::Store;
#[cfg(feature = "libsql")]
use metrics_runtime::libsql_connection::{Libsql, LibsqlConnection};
use metrics_runtime::migrate::Backend;

#[cfg(feature = "libsql")]
use super::libsql::Sqld;
use super::postgres::Throwaway;

/// A database of a test's own.
pub(crate) enum Place {
    /// A file in the folder of the test.
    File(PathBuf),
    /// A database on a server.
    Server(Throwaway),
    /// A server of libSQL's.
    #[cfg(feature = "libsql")]
    Libsql(Sqld),
}

/// Nobody else writes as long as this lives.
pub(crate) struct Lock(#[expect(dead_code, reason = "it is held")] Held);

enum Held {
    File(#[expect(dead_code, reason = "it is held")] SqliteConnection),
    Server(#[expect(dead_code, reason = "it is held")] PgConnection),
    #[cfg(feature = "libsql")]
    Libsql(#[expect(dead_code, reason = "it is held")] LibsqlConnection),
}

/// A row that each backend can answer.
#[cfg(not(feature = "libsql"))]
pub(crate) trait Row: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static {}
#[cfg(not(feature = "libsql"))]
impl<T: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static> Row for T {}

/// A row that each backend can answer.
#[cfg(feature = "libsql")]
pub(crate) trait Row:
    QueryableByName<Sqlite> + QueryableByName<Pg> + QueryableByName<Libsql> + 'static
{
}
#[cfg(feature = "libsql")]
impl<T> Row for T where
    T: QueryableByName<Sqlite> + QueryableByName<Pg> + QueryableByName<Libsql> + 'static
{
}

/// The backend of everything that runs on one at a time: `TEST_BACKEND=postgres` says another one than SQLite.
pub(crate) fn backend() -> Backend {
    match std::env::var("TEST_BACKEND").as_deref() {
        Ok("postgres") => Backend::Postgres,
        // It speaks SQLite's SQL, and has SQLite's migrations: see `is_libsql`.
        Ok("sqlite" | "libsql") | Err(_) => Backend::Sqlite,
        Ok(other) => panic!("TEST_BACKEND={other}: there is sqlite, postgres and libsql"),
    }
}

/// Whether everything that would be on SQLite is on a server of libSQL's.
pub(crate) fn is_libsql() -> bool {
    let asked = std::env::var("TEST_BACKEND").as_deref() == Ok("libsql");
    assert!(
        !asked || cfg!(feature = "libsql"),
        "TEST_BACKEND=libsql needs --features tests/libsql"
    );
    asked
}

impl Place {
    /// A new one; a file is called `name` and in `folder`.
    pub(crate) fn new(backend: Backend, folder: &Path, name: &str) -> Self {
        match backend {
            #[cfg(feature = "libsql")]
            Backend::Sqlite if is_libsql() => Self::Libsql(Sqld::new()),
            Backend::Sqlite => Self::File(folder.join(name)),
            Backend::Postgres => Self::Server(Throwaway::new()),
        }
    }

    /// The same for a program that serves it.
    pub(crate) fn patient_url(&self) -> String {
        match self {
            Self::Server(database) => database.patient_url(),
            _ => self.url(),
        }
    }

    /// What `DATABASE_URL` says of it.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::File(path) => format!("sqlite:{}", path.display()),
            Self::Server(database) => database.url(),
            #[cfg(feature = "libsql")]
            Self::Libsql(server) => server.url(),
        }
    }

    /// The runtime's way in.
    pub(crate) fn store(&self) -> Store {
        match self {
            Self::File(path) => Store::sqlite(text(path)).expect("SQLite opens"),
            Self::Server(database) => database.store(),
            #[cfg(feature = "libsql")]
            Self::Libsql(server) => server.store(),
        }
    }

    /// Runs SQL past the framework, as people do.
    pub(crate) fn execute(&self, sql: &str) -> QueryResult<()> {
        match self {
            Self::File(path) => sqlite(path).batch_execute(sql),
            Self::Server(database) => database.connect().batch_execute(sql),
            #[cfg(feature = "libsql")]
            Self::Libsql(server) => server.connect().batch_execute(sql),
        }
    }

    /// The rows that a query answers.
    pub(crate) fn rows<T: Row>(&self, query: &str) -> QueryResult<Vec<T>> {
        match self {
            Self::File(path) => sql_query(query).load(&mut sqlite(path)),
            Self::Server(database) => sql_query(query).load(&mut database.connect()),
            #[cfg(feature = "libsql")]
            Self::Libsql(server) => sql_query(query).load(&mut server.connect()),
        }
    }

    /// Keeps everybody else from writing, as another process would. Reading goes on.
    pub(crate) fn lock(&self) -> Lock {
        Lock(match self {
            Self::File(path) => {
                let mut connection = sqlite(path);
                let locked = connection.batch_execute("BEGIN IMMEDIATE");
                locked.expect("nobody else holds it for long");
                Held::File(connection)
            }
            Self::Server(database) => {
                let mut connection = database.connect();
                let locked = connection.batch_execute(
                    "BEGIN;
                     DO $$ DECLARE name text; BEGIN
                         FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
                             EXECUTE format('LOCK TABLE %I IN EXCLUSIVE MODE', name);
                         END LOOP;
                     END $$",
                );
                locked.expect("nobody else holds them for long");
                Held::Server(connection)
            }
            #[cfg(feature = "libsql")]
            Self::Libsql(server) => {
                let mut connection = server.connect();
                // What begins a transaction goes along with the first statement.
                let locked = connection
                    .batch_execute("BEGIN IMMEDIATE")
                    .and_then(|()| connection.batch_execute("SELECT 1"));
                locked.expect("nobody else holds it for long");
                Held::Libsql(connection)
            }
        })
    }
}

fn sqlite(path: &Path) -> SqliteConnection {
    let mut connection = SqliteConnection::establish(text(path)).expect("SQLite opens");
    connection
        .batch_execute("PRAGMA busy_timeout = 120000; PRAGMA foreign_keys = ON")
        .expect("is SQL");
    connection
}

fn text(path: &Path) -> &str {
    path.to_str().expect("the path is text")
}
