//! Where a test's rows are: a file, or a database of the cluster that the tests have started.

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::query_builder::SqlQuery;
use diesel::{Connection, PgConnection, QueryResult, RunQueryDsl, SqliteConnection, sql_query};
use metrics_runtime::Store;
use metrics_runtime::migrate::Backend;

use super::postgres::Throwaway;

/// A database of a test's own.
pub(crate) enum Place {
    /// A file in the folder of the test.
    File(PathBuf),
    /// A database on a server.
    Server(Throwaway),
}

/// Nobody else writes as long as this lives.
pub(crate) struct Lock(#[expect(dead_code, reason = "it is held")] Held);

enum Held {
    File(#[expect(dead_code, reason = "it is held")] SqliteConnection),
    Server(#[expect(dead_code, reason = "it is held")] PgConnection),
}

/// The backend of everything that runs on one at a time: `TEST_BACKEND=postgres` says another one than SQLite.
pub(crate) fn backend() -> Backend {
    match std::env::var("TEST_BACKEND").as_deref() {
        Ok("postgres") => Backend::Postgres,
        Ok("sqlite") | Err(_) => Backend::Sqlite,
        Ok(other) => panic!("TEST_BACKEND={other}: there is sqlite and postgres"),
    }
}

impl Place {
    /// A new one; a file is called `name` and in `folder`.
    pub(crate) fn new(backend: Backend, folder: &Path, name: &str) -> Self {
        match backend {
            Backend::Sqlite => Self::File(folder.join(name)),
            Backend::Postgres => Self::Server(Throwaway::new()),
        }
    }

    /// What `DATABASE_URL` says of it.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::File(path) => format!("sqlite:{}", path.display()),
            Self::Server(database) => database.url(),
        }
    }

    /// The runtime's way in.
    pub(crate) fn store(&self) -> Store {
        match self {
            Self::File(path) => Store::sqlite(text(path)).expect("SQLite opens"),
            Self::Server(database) => database.store(),
        }
    }

    /// Runs SQL past the framework, as people do.
    pub(crate) fn execute(&self, sql: &str) -> QueryResult<()> {
        match self {
            Self::File(path) => sqlite(path).batch_execute(sql),
            Self::Server(database) => database.connect().batch_execute(sql),
        }
    }

    /// The rows that a query answers.
    pub(crate) fn rows<T>(&self, query: &str) -> QueryResult<Vec<T>>
    where
        for<'q> SqlQuery: diesel::query_dsl::LoadQuery<'q, SqliteConnection, T>
            + diesel::query_dsl::LoadQuery<'q, PgConnection, T>,
    {
        match self {
            Self::File(path) => sql_query(query).load(&mut sqlite(path)),
            Self::Server(database) => sql_query(query).load(&mut database.connect()),
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
        })
    }
}

fn sqlite(path: &Path) -> SqliteConnection {
    let mut connection = SqliteConnection::establish(text(path)).expect("SQLite opens");
    connection
        .batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON")
        .expect("is SQL");
    connection
}

fn text(path: &Path) -> &str {
    path.to_str().expect("the path is text")
}
