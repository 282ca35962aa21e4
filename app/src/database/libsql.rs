//! libSQL: a server, such as Turso's. There is nothing to tell a connection: it is none for longer than a transaction.

use std::error::Error;

use diesel::Connection;
use diesel::r2d2::{ConnectionManager, Pool};
use libsql_connection::{Address, LibsqlConnection};

use super::waits::Waits;
use super::{PATIENCE, filled};
use crate::config::kinds::Secret;

/// Connects to a server. A token in its address comes before that of the settings.
pub(super) fn open(
    address: &Address,
    token: &Secret,
    size: u32,
    waits: &Waits,
) -> Result<Pool<ConnectionManager<LibsqlConnection>>, Box<dyn Error>> {
    let url = match token.get() {
        Some(token) if !address.has_token() => address.clone().with_token(token).url(),
        _ => address.url(),
    };
    // A pool retries until its timeout and then tells less: the first connection is made without it.
    LibsqlConnection::establish(&url)?;
    let pool = Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .connection_timeout(PATIENCE)
        // Nothing stays open that could be cut: asking before every use would only cost.
        .test_on_check_out(false)
        .event_handler(Box::new(waits.clone()))
        .build_unchecked(ConnectionManager::new(url));
    Ok(filled(pool)?)
}
