//! Real databases, one for each test, thrown away after it.

use std::path::Path;

use chrono::Utc;
use diesel::{QueryableByName, sql_types};
use metrics_runtime::migrate::{Backend, Project};
use metrics_runtime::{Registry, Store};
use tempfile::TempDir;

#[cfg(feature = "libsql")]
use super::libsql::Sqld;
use super::place::{Place, is_libsql};

/// A database of a test's own, with the tables of some metrics in it.
pub(crate) struct Database {
    /// The way in.
    pub(crate) store: Store,
    /// Where that leads.
    pub(crate) place: Place,
    /// Migrations, and the file where there is one.
    pub(crate) folder: TempDir,
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

/// The backends that everything runs on: one alone where that is libSQL.
pub(crate) fn backends() -> Vec<Backend> {
    let mut backends = vec![Backend::Sqlite];
    if cfg!(feature = "postgres") && !is_libsql() {
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
        self.place.execute(sql)
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
        let names: Vec<Name> = self.place.rows(query).expect("is SQL");
        names.into_iter().map(|name| name.name).collect()
    }

    /// How many rows a table has, once everything is in its buckets.
    pub(crate) fn count(&self, table: &str) -> i64 {
        self.store.fold().expect("the database takes it");
        let query = format!("SELECT COUNT(*) AS n FROM {table}");
        let counts: Vec<Count> = self.place.rows(&query).expect("the table is there");
        counts[0].n
    }

    /// A new database without tables.
    pub(crate) fn empty(backend: Backend) -> Self {
        Self::at(|folder| Place::new(backend, folder, "test.db"))
    }

    /// One on a server of libSQL's, whatever the run is on.
    #[cfg(feature = "libsql")]
    pub(crate) fn on_libsql(registry: &Registry) -> Self {
        let database = Self::at(|_| Place::Libsql(Sqld::new()));
        database.create(registry);
        database
    }

    fn at(place: impl FnOnce(&Path) -> Place) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let place = place(folder.path());
        let store = place.store();
        Self {
            store,
            place,
            folder,
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
