//! Real databases, one for each test, thrown away after it.

use std::path::Path;

use chrono::Utc;
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
    _postgres: Option<super::postgres::Throwaway>,
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
        let migrations = database.folder.path().join("migrations");
        generate(&migrations, backend, registry);
        database
            .store
            .apply_migrations(&migrations)
            .expect("generated migrations apply");
        database
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
                    _postgres: None,
                }
            }
            #[cfg(feature = "postgres")]
            Backend::Postgres => {
                let throwaway = super::postgres::Throwaway::new();
                Self {
                    store: throwaway.store(),
                    folder,
                    _postgres: Some(throwaway),
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
