//! PostgreSQL: a server, and what every connection to it is told.

use std::error::Error;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::r2d2::{self, CustomizeConnection, Pool};
use diesel::result::QueryResult;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types};

use metrics_runtime::PostgresManager;

use crate::config::PostgresUrl;
use crate::config::kinds::Seconds;

use super::waits::Waits;
use super::{PATIENCE, filled};

/// How long the network may be silent while an answer is awaited, before the server counts as gone: connections then
/// fail within half a minute, instead of hanging for hours.
const KEEPALIVE: [(&str, u64); 4] = [
    ("keepalives_idle", 10),
    ("keepalives_interval", 5),
    ("keepalives_count", 3),
    ("tcp_user_timeout", 25_000),
];

/// Connects to a server.
pub(super) fn open(
    url: &PostgresUrl,
    statement_timeout: Seconds<1>,
    size: u32,
    waits: &Waits,
) -> Result<Pool<PostgresManager>, Box<dyn Error>> {
    let setup = Setup { statement_timeout };
    let url = with_defaults(url);
    // A pool retries until its timeout and then tells less: the first connection is made without it.
    setup.apply(&mut PgConnection::establish(&url)?)?;
    // Each connection is looked at before it is used: after a restart of the server, none of those from before lives.
    let pool = Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .connection_timeout(PATIENCE)
        .connection_customizer(Box::new(setup))
        .event_handler(Box::new(waits.clone()))
        .build_unchecked(PostgresManager::new(url));
    Ok(filled(pool)?)
}

/// Whether somebody between this machine and the server could read along.
pub(super) fn is_exposed(connection: &mut PgConnection, url: &PostgresUrl) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct Session {
        #[diesel(sql_type = sql_types::Bool)]
        ssl: bool,
    }

    if url.is_local() {
        return Ok(false);
    }
    let session: Session = sql_query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        .get_result(connection)?;
    Ok(!session.ssl)
}

/// Whether transactions may not write: those of a standby never do.
pub(super) fn is_read_only(connection: &mut PgConnection) -> QueryResult<bool> {
    let setting = sql::<sql_types::Bool>("current_setting('transaction_read_only') = 'on'");
    diesel::select(setting).get_result(connection)
}

/// What the URL leaves open: libpq would wait for ever, and the server list an application without a name.
fn with_defaults(url: &PostgresUrl) -> String {
    let numbers = KEEPALIVE
        .into_iter()
        .chain([("connect_timeout", PATIENCE.as_secs())]);
    let numbers = numbers.map(|(name, number)| (name, number.to_string()));
    url.with_defaults(numbers.chain([("fallback_application_name", "metrics".to_owned())]))
}

/// What every connection is told before it is used.
#[derive(Debug, Clone, Copy)]
struct Setup {
    statement_timeout: Seconds<1>,
}

impl Setup {
    /// A transaction that its process has forgotten would hold its locks for as long as the connection lives.
    fn apply(self, connection: &mut PgConnection) -> QueryResult<()> {
        let seconds = self.statement_timeout.get();
        connection.batch_execute(&format!(
            "SET statement_timeout = '{seconds}s';
             SET idle_in_transaction_session_timeout = '{seconds}s'"
        ))
    }
}

impl CustomizeConnection<PgConnection, r2d2::Error> for Setup {
    fn on_acquire(&self, connection: &mut PgConnection) -> Result<(), r2d2::Error> {
        self.apply(connection).map_err(r2d2::Error::QueryError)
    }
}
