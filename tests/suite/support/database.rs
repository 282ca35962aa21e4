//! Real databases, one for each test, thrown away after it.

use std::path::Path;

use chrono::Utc;
use diesel::connection::SimpleConnection;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_types};
use metrics_runtime::migrate::{Backend, Project};
use metrics_runtime::{Registry, Store};
use tempfile::TempDir;

/// A database of a test's own, with the tables of some metrics in it.
pub(crate) struct Database {
    /// The way in.
    pub(crate) store: Store,
    /// Migrations, and the file where there is one.
    pub(crate) folder: TempDir,
    #[cfg(feature = "postgres")]
    postgres: Option<super::postgres::Throwaway>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = sql_types::BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = sql_types::Text)]
    name: String,
}

/// The backends that are compiled in.
pub(crate) fn backends() -> Vec<Backend> {
    let mut backends = vec![Backend::Sqlite];
    if cfg!(feature = "postgres") {
        backends.push(Backend::Postgres);
    }
    backends
}

impl Database {
    /// A new database of a backend, with the generated migrations of `registry` applied.
    pub(crate) fn new(backend: Backend, registry: &Registry) -> Self {
        let database = Self::empty(backend);
        database.create(registry);
        database
    }

    /// Generates the migrations of `registry`, and applies them.
    pub(crate) fn create(&self, registry: &Registry) {
        let migrations = self.folder.path().join("migrations");
        generate(&migrations, self.store.backend(), registry);
        self.store
            .apply_migrations(&migrations)
            .expect("generated migrations apply");
    }

    /// Runs SQL past the framework, as people do.
    pub(crate) fn execute(&self, sql: &str) {
        self.try_execute(sql)
            .expect("is SQL that the database takes");
    }

    /// Runs SQL that the database may refuse.
    pub(crate) fn try_execute(&self, sql: &str) -> diesel::QueryResult<()> {
        match self.store.backend() {
            Backend::Sqlite => self.sqlite().batch_execute(sql),
            #[cfg(feature = "postgres")]
            Backend::Postgres => self.pg().batch_execute(sql),
            #[cfg(not(feature = "postgres"))]
            Backend::Postgres => panic!("turn on the feature postgres"),
        }
    }

    /// The tables, views and indexes that are not the database's own.
    pub(crate) fn tables(&self) -> Vec<String> {
        let sqlite = "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY name";
        let postgres = "SELECT relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                        WHERE n.nspname = 'public' AND relkind IN ('r', 'v') ORDER BY 1";
        self.texts(match self.store.backend() {
            Backend::Sqlite => sqlite,
            Backend::Postgres => postgres,
        })
    }

    /// The texts that a query answers, in a column called `name`.
    pub(crate) fn texts(&self, query: &str) -> Vec<String> {
        let query = diesel::sql_query(query);
        let names: Vec<Name> = match self.store.backend() {
            Backend::Sqlite => query.load(&mut self.sqlite()).expect("is SQL"),
            #[cfg(feature = "postgres")]
            Backend::Postgres => query.load(&mut self.pg()).expect("is SQL"),
            #[cfg(not(feature = "postgres"))]
            Backend::Postgres => panic!("turn on the feature postgres"),
        };
        names.into_iter().map(|name| name.name).collect()
    }

    /// How many rows a table has, once everything is in its buckets.
    pub(crate) fn count(&self, table: &str) -> i64 {
        self.store.fold().expect("the database takes it");
        let query = diesel::sql_query(format!("SELECT COUNT(*) AS n FROM {table}"));
        let count: Count = match self.store.backend() {
            Backend::Sqlite => query
                .get_result(&mut self.sqlite())
                .expect("the table is there"),
            #[cfg(feature = "postgres")]
            Backend::Postgres => query
                .get_result(&mut self.pg())
                .expect("the table is there"),
            #[cfg(not(feature = "postgres"))]
            Backend::Postgres => panic!("turn on the feature postgres"),
        };
        count.n
    }

    fn sqlite(&self) -> SqliteConnection {
        let path = self.folder.path().join("test.db");
        let mut conn = SqliteConnection::establish(path.to_str().expect("the path is text"))
            .expect("SQLite opens");
        conn.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON")
            .expect("is SQL");
        conn
    }

    #[cfg(feature = "postgres")]
    fn pg(&self) -> diesel::PgConnection {
        let url = self.postgres.as_ref().expect("it is on PostgreSQL").url();
        diesel::PgConnection::establish(&url).expect("PostgreSQL answers")
    }

    /// A new database without tables.
    pub(crate) fn empty(backend: Backend) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        match backend {
            Backend::Sqlite => {
                let path = folder.path().join("test.db");
                let store =
                    Store::sqlite(path.to_str().expect("the path is text")).expect("SQLite opens");
                Self {
                    store,
                    folder,
                    #[cfg(feature = "postgres")]
                    postgres: None,
                }
            }
            #[cfg(feature = "postgres")]
            Backend::Postgres => {
                let throwaway = super::postgres::Throwaway::new();
                Self {
                    store: throwaway.store(),
                    folder,
                    postgres: Some(throwaway),
                }
            }
            #[cfg(not(feature = "postgres"))]
            Backend::Postgres => panic!("turn on the feature postgres"),
        }
    }
}

/// Writes the migrations of `registry` into `folder`.
pub(crate) fn generate(folder: &Path, backend: Backend, registry: &Registry) {
    let project = Project::new(folder.join("metrics.lock")).folder(backend, folder);
    let generated = project
        .generate(registry, None, Utc::now())
        .expect("migrations can be generated");
    assert!(
        generated.is_some(),
        "a new project has something to generate"
    );
}
