//! How large the database is.

use std::fs;

use diesel::QueryResult;
#[cfg(any(feature = "postgres", feature = "turso"))]
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types};

use super::Connection;
use crate::config::DatabaseUrl;

/// The size of each part of a database, in bytes.
#[derive(Debug, Clone)]
pub struct Size(Vec<(&'static str, u64)>);

impl Size {
    /// Looks.
    ///
    /// # Errors
    ///
    /// When the server does not answer.
    pub fn of(url: &DatabaseUrl, connection: &mut Connection) -> QueryResult<Self> {
        match (url, connection) {
            #[cfg(feature = "postgres")]
            (_, Connection::Postgres(connection)) => {
                let size = sql_query("SELECT pg_database_size(current_database()) AS bytes");
                size.get_result(connection).map(of_server)
            }
            #[cfg(feature = "turso")]
            (_, Connection::Libsql(connection)) => {
                let size = sql_query(
                    "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()",
                );
                size.get_result(connection).map(of_server)
            }
            (DatabaseUrl::Sqlite(path), _) => Ok(of_file(path)),
            #[cfg(feature = "postgres")]
            (DatabaseUrl::Postgres(_), _) => Ok(Self(Vec::new())),
            #[cfg(feature = "turso")]
            (DatabaseUrl::Libsql(_), _) => Ok(Self(Vec::new())),
        }
    }

    /// The parts by name: of a file, the database and what it writes ahead.
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0.iter().copied()
    }
}

fn of_file(path: &str) -> Size {
    let bytes = |path: String| fs::metadata(path).map_or(0, |file| file.len());
    let log = bytes(format!("{path}-wal"));
    Size(vec![("database", bytes(path.to_owned())), ("wal", log)])
}

/// What a server says of a database.
#[cfg(any(feature = "postgres", feature = "turso"))]
#[derive(QueryableByName)]
struct Database {
    #[diesel(sql_type = sql_types::BigInt)]
    bytes: i64,
}

#[cfg(any(feature = "postgres", feature = "turso"))]
fn of_server(database: Database) -> Size {
    let bytes = u64::try_from(database.bytes).unwrap_or_default();
    Size(vec![("database", bytes)])
}
