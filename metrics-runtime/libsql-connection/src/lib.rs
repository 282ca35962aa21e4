//! diesel connections to libSQL servers: Turso's, or one's own `sqld`.
//!
//! A connection speaks [Hrana 3 over HTTP][hrana], JSON in either direction. There is no SQLite in here, and no libSQL:
//! the crate `libsql` brings a SQLite of its own, which the linker then gives to `SqliteConnection` too. A local file
//! needs none of this, since libSQL's files are SQLite's.
//!
//! What costs is the way to the server and back, so that there is one for a statement, and none to begin a transaction
//! or a savepoint, or to end one: such statements wait for the next that has an answer, and go along with it.
//!
//! [hrana]: https://github.com/tursodatabase/libsql/blob/main/docs/HRANA_3_SPEC.md

// In reading order: a module uses those above it.
mod value;

mod protocol;

mod address;
mod authorities;
mod failure;

mod server;

mod stream;

// What diesel wants to know of a backend.
mod backend;
mod bind;
mod row;
mod sql;
mod types;

mod connection;

pub use address::{Address, InvalidAddress};
pub use backend::{Libsql, LibsqlOnConflict, LibsqlQueryBuilder, LibsqlReturning, OneRowInserts};
pub use bind::Binds;
pub use connection::{Answers, LibsqlConnection};
pub use row::{LibsqlField, LibsqlRow};
pub use value::Value;
