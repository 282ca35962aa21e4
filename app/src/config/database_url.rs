//! Where the data lives.

use std::fmt;

#[cfg(feature = "turso")]
use libsql_connection::Address;

use super::kinds::Setting;
#[cfg(feature = "postgres")]
use super::postgres_url::PostgresUrl;

const SUPPORTED: &str = "supported are sqlite:PATH, such as sqlite:metrics.db, postgres://USER@HOST/DATABASE, \
     and libsql://HOST or http://HOST:PORT";

/// A database that is supported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file of the embedded database.
    Sqlite(String),
    /// A server of PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres(PostgresUrl),
    /// A server of libSQL's.
    #[cfg(feature = "turso")]
    Libsql(Address),
}

impl Setting for DatabaseUrl {
    /// Messages repeat the scheme alone: what comes after it may hold a password.
    fn read(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("sqlite", rest)) => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                check_path(path)?;
                Ok(Self::Sqlite(path.to_owned()))
            }
            #[cfg(feature = "postgres")]
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                PostgresUrl::read(text).map(Self::Postgres)
            }
            #[cfg(not(feature = "postgres"))]
            Some(("postgres" | "postgresql", _)) => Err(format!(
                "this program was built without PostgreSQL: build it with its default features; {SUPPORTED}"
            )),
            // A file of libSQL's is a file of SQLite's.
            Some(("libsql", path)) if !path.starts_with("//") => {
                check_path(path)?;
                Ok(Self::Sqlite(path.to_owned()))
            }
            #[cfg(feature = "turso")]
            Some(("libsql" | "https" | "http", _)) => Address::read(text)
                .map(Self::Libsql)
                .map_err(|why| format!("this is no address of a libSQL server: {why}")),
            #[cfg(not(feature = "turso"))]
            Some(("libsql" | "https" | "http", _)) => Err(format!(
                "this program was built without libSQL: build it with `cargo build --release --features turso`; \
                 {SUPPORTED}"
            )),
            Some((scheme, _)) => Err(format!(
                "{scheme}: databases are not supported; {SUPPORTED}"
            )),
            None => Err(format!("this is no database URL; {SUPPORTED}")),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(formatter, "sqlite:{path}"),
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => url.fmt(formatter),
            #[cfg(feature = "turso")]
            Self::Libsql(address) => address.fmt(formatter),
        }
    }
}

/// Each connection of the pool would have a memory database of its own, and a URI or an option could ask for one.
fn check_path(path: &str) -> Result<(), String> {
    if path.contains(":memory:") || path.is_empty() {
        Err(format!(
            "a database in memory cannot be shared by connections; {SUPPORTED}"
        ))
    } else if path.starts_with("file:") || path.contains('?') || path.contains('\0') {
        Err(format!(
            "options and file: URIs are not supported; {SUPPORTED}"
        ))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::DatabaseUrl;
    use crate::config::kinds::Setting;

    #[test]
    fn a_path_may_be_relative_or_absolute_with_or_without_slashes() {
        for (url, path) in [
            ("sqlite:metrics.db", "metrics.db"),
            ("sqlite:/var/lib/metrics.db", "/var/lib/metrics.db"),
            ("sqlite://metrics.db", "metrics.db"),
            ("sqlite:///var/lib/metrics.db", "/var/lib/metrics.db"),
            ("libsql:metrics.db", "metrics.db"),
            ("libsql:/var/lib/metrics.db", "/var/lib/metrics.db"),
        ] {
            assert_eq!(
                DatabaseUrl::read(url),
                Ok(DatabaseUrl::Sqlite(path.to_owned()))
            );
        }
    }

    #[test]
    fn memory_databases_options_and_other_schemes_are_refused() {
        for url in [
            "",
            "metrics.db",
            "sqlite:",
            "sqlite::memory:",
            "sqlite://:memory:",
            "sqlite:file:x?mode=memory",
            "sqlite:x.db?mode=ro",
            "postgres:metrics",
            "libsql::memory:",
            "mysql://localhost/metrics",
        ] {
            let message = DatabaseUrl::read(url).unwrap_err();
            assert!(message.contains("sqlite:PATH"), "{url}: {message}");
        }
    }

    #[cfg(not(feature = "turso"))]
    #[test]
    fn a_libsql_server_names_the_feature_that_is_missing() {
        for url in [
            "libsql://example.com",
            "https://example.com",
            "http://localhost:8080",
        ] {
            let message = DatabaseUrl::read(url).unwrap_err();
            assert!(message.contains("--features turso"), "{url}: {message}");
        }
    }

    #[cfg(feature = "turso")]
    #[test]
    fn the_token_of_a_libsql_server_is_not_shown() {
        let url = DatabaseUrl::read("libsql://db.turso.io?authToken=s3cret").unwrap();
        assert_eq!(url.to_string(), "https://db.turso.io");
        assert!(!format!("{url:?}").contains("s3cret"));
        let message = DatabaseUrl::read("libsql://db.turso.io?token=s3cret").unwrap_err();
        assert!(message.contains("authToken"), "{message}");
        assert!(!message.contains("s3cret"), "{message}");
    }
}
