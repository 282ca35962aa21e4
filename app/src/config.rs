//! The settings: flags first, then the environment, then a TOML file, then the defaults below.
//!
//! A new setting is one line in the table. Its flag is `--its-name`, its variable is `ITS_NAME`, its key in the file is
//! `its_name`, and its kind (see [`kinds`]) says which values are valid.

#[macro_use]
mod table;
mod database_url;
mod endpoint;
mod error;
pub mod kinds;
mod networks;
#[cfg(feature = "postgres")]
mod postgres_url;
mod sources;

use std::net::SocketAddr;
use std::time::Duration;

use metrics_runtime::Limits;
use metrics_runtime::web::ApiLimits;

pub use database_url::DatabaseUrl;
pub use endpoint::Endpoint;
pub use error::ConfigError;
pub use networks::Networks;
#[cfg(feature = "postgres")]
pub use postgres_url::PostgresUrl;
pub use sources::{Entry, Source, Sources};

use kinds::{LogFilter, LogFormat, Number, Seconds, Secret, Synchronous, available_cpus};

settings! {
    database_url: DatabaseUrl = "sqlite:metrics.db", "Where the data lives, as sqlite:PATH, postgres://USER@HOST/DATABASE or libsql://HOST";
    database_auth_token: Secret = "", "What a libSQL server lets us in by";
    database_connections: Number<3, 1000> = 8, "The most connections to the database";
    statement_timeout: Seconds<1> = "30s", "How long a statement may take on PostgreSQL, or wait for another process on SQLite";
    bind: SocketAddr = "127.0.0.1:8080", "The address and port to serve on; port 0 takes any that is free";
    max_header_bytes: Number<1024, 131_072> = 32_768, "The largest head of a request: its address and its headers";
    header_timeout: Seconds<1> = "5s", "How long the head of a request may take to arrive";
    body_timeout: Seconds<1> = "30s", "How long the body of a request may take to arrive";
    write_timeout: Seconds<1> = "60s", "How long somebody may take nothing of an answer that is sent to them";
    keep_alive: Seconds<1> = "75s", "How long a connection may wait for its next request";
    max_connections: Number<1, 1_000_000> = 10_000, "The most connections to one worker; others wait";
    backlog: Number<1, 65_535> = 1_024, "The most connections that wait to be accepted";
    shutdown_timeout: Seconds<1> = "10s", "How long requests may take to be finished once the process is asked to end";
    shutdown_delay: Seconds<0> = 0, "How long it is not ready but goes on as before, once the process is asked to end";
    log: LogFilter = "info,actix_server=warn", "What is logged: a level, or a list such as info,app=debug";
    log_format: LogFormat = "text", "How it is logged: text, or json for a document a line";
    synchronous: Synchronous = "full", "What SQLite survives: full, also power cuts; normal, crashes";
    max_body_bytes: Number<1024, 1_073_741_824> = 1_048_576, "The largest request body";
    max_events: Number<1, 1_000_000> = 10_000, "The most events in one request";
    max_buckets: Number<1, 1_000_000> = 10_000, "The most buckets in one answer";
    max_streams: Number<0, 1_000_000> = ApiLimits::default().max_streams, "The most streams that are open at a time";
    max_streams_of_one: Number<0, 1_000_000> = ApiLimits::default().max_streams_of_one, "The most streams that one person may have open at a time";
    max_future_skew: Seconds<0> = 600, "How far ahead of this clock an event may be";
    batch_id_retention: Seconds<60> = "7d", "How long the id of a batch is remembered";
    queued_events: Number<1, 100_000_000> = Limits::default().queued_events, "The most events that wait to be written";
    transaction_events: Number<1, 1_000_000> = Limits::default().transaction_events, "The most events in a transaction";
    journal_events: Number<0, 100_000_000> = Limits::default().journal_events, "The most events in SQLite's journal";
    fold_interval_ms: Number<1, 60_000> = Limits::default().fold_interval.as_millis(), "How often SQLite's journal is folded";
    otlp_endpoint: Endpoint = "", "Where spans are sent by OTLP, such as http://localhost:4318 [or OTEL_EXPORTER_OTLP_ENDPOINT]";
    session_ttl: Seconds<60> = "7d", "How long somebody stays signed in";
    secure_cookies: bool = false, "Whether session cookies are Secure even when a request did not come over TLS";
    sign_in_attempts: Number<1, 1_000> = 5, "How many failures to sign in to an account cost nothing";
    sign_in_longest_wait: Seconds<1> = "5m", "How long somebody who fails again and again waits at most";
    trusted_proxies: Networks = "", "The proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8,::1";
    audit_retention: Seconds<60> = "365d", "How long the audit log goes back";
    job_attempts: Number<1, 100> = 5, "How often a job is tried before it has failed";
    job_backoff: Seconds<1> = "30s", "How long a job waits to be tried again the first time; then twice as long each time, up to an hour";
    job_deadline: Seconds<1> = "1h", "How long an attempt at a job may take";
    job_lease: Seconds<1> = "60s", "How long an instance that runs a job may be silent before another one takes it";
    job_poll_ms: Number<10, 60_000> = 1_000, "How often an instance looks for jobs";
    job_retention: Seconds<60> = "30d", "How long finished jobs are remembered";
    workers: Number<1, 1024> = available_cpus(), "The number of threads that answer requests";
}

impl Config {
    /// How often a job is tried.
    #[must_use]
    pub fn attempts_of_a_job(&self) -> i64 {
        i64::try_from(self.job_attempts.get()).unwrap_or(i64::MAX)
    }

    /// What the recorder holds and accepts.
    #[must_use]
    pub fn recorder_limits(&self) -> Limits {
        let few = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Limits {
            queued_events: few(self.queued_events.get()),
            transaction_events: self.transaction_events.get(),
            journal_events: self.journal_events.get(),
            fold_interval: Duration::from_millis(few(self.fold_interval_ms.get()).into()),
            max_future_skew: self.max_future_skew.get(),
            batch_id_retention: self.batch_id_retention.get(),
        }
    }
}
