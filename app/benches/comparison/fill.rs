//! A table that already holds many rows: 30 days of hours and the latest quarters of an hour of many series.

use std::path::Path;

use rusqlite::{Connection, Result};

use crate::load::{LABELS, SERIES_PER_OWNER};

/// Buckets of an hour that a series has: 30 days.
const HOURS: i64 = 720;

/// Buckets of a quarter of an hour that a series has, so that it has 1,000 rows.
const QUARTERS: i64 = 280;

/// The tables of one side, and the columns that the other one lacks.
pub(crate) struct Tables {
    owners: &'static str,
    labels: &'static str,
    buckets: &'static str,
    /// A further column of the dictionaries, and one of the buckets, for a moment each.
    used_at: Option<&'static str>,
    created_at: Option<&'static str>,
}

/// Those that follow from the declaration.
pub(crate) const OURS: Tables = Tables {
    owners: "server_install_metrics_owners",
    labels: "server_install_metrics_labels",
    buckets: "server_install_metrics",
    used_at: Some("last_used_at"),
    created_at: Some("created_at"),
};

/// Those of the baseline.
pub(crate) const BY_HAND: Tables = Tables {
    owners: "owners",
    labels: "labels",
    buckets: "buckets",
    used_at: None,
    created_at: None,
};

/// Fills the tables with `rows` rows up to `now`, in the order of their keys.
pub(crate) fn fill(path: &Path, tables: &Tables, rows: u32, now: i64) {
    let filled = Connection::open(path).and_then(|connection| {
        connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -65536")?;
        connection.execute_batch(&numbers(rows, now))?;
        connection.execute_batch(&dictionaries(tables, now))?;
        connection.execute_batch(&buckets(tables, now))?;
        checkpoint(&connection)
    });
    filled.expect("the file is ours alone");
}

fn checkpoint(connection: &Connection) -> Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// Owners, the labels within one, and the buckets of a series, from 0 each.
fn numbers(rows: u32, now: i64) -> String {
    let of_owner = i64::from(SERIES_PER_OWNER) * (HOURS + QUARTERS);
    let owners = (i64::from(rows) / of_owner).max(1);
    let (hour, quarter) = (now - now % 3_600, now - now % 900);
    format!(
        "CREATE TEMP TABLE o AS {}; CREATE TEMP TABLE l AS {}; CREATE TEMP TABLE s AS {};
         CREATE TEMP TABLE b AS SELECT 900 AS width, {quarter} - i * 900 AS at FROM ({}) ORDER BY at;
         INSERT INTO b SELECT 3600, {hour} - i * 3600 FROM ({}) ORDER BY 2;",
        up_to(owners),
        up_to(LABELS.into()),
        up_to(SERIES_PER_OWNER.into()),
        up_to(QUARTERS),
        up_to(HOURS),
    )
}

fn up_to(end: i64) -> String {
    format!(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {end}) SELECT i FROM n"
    )
}

/// The same names as those of the load.
fn dictionaries(tables: &Tables, now: i64) -> String {
    let Tables { owners, labels, .. } = tables;
    let (column, value) = further(tables.used_at, now);
    format!(
        "INSERT INTO {owners} (id, team_id, user_id{column})
             SELECT i + 1, printf('team-%04d', i / 10), printf('user-%06d', i){value} FROM o;
         INSERT INTO {labels} (id, server_id, satellite_id{column})
             SELECT i + 1, printf('server-%03d', i), printf('satellite-%d', i % 7){value} FROM l;"
    )
}

fn buckets(tables: &Tables, now: i64) -> String {
    let buckets = tables.buckets;
    let (column, value) = further(tables.created_at, now);
    format!(
        "INSERT INTO {buckets} (owner_id, bucket_interval, bucket_timestamp, labels_id{column},
                                installation_count, uninstallation_count)
             SELECT o.i + 1, b.width, b.at, (o.i * {SERIES_PER_OWNER} + s.i) % {LABELS} + 1{value},
                    (b.at / 900 + s.i) % 5, s.i % 2
             FROM o CROSS JOIN b CROSS JOIN s ORDER BY o.rowid, b.rowid, s.rowid;"
    )
}

fn further(column: Option<&str>, value: i64) -> (String, String) {
    match column {
        Some(column) => (format!(", {column}"), format!(", {value}")),
        None => (String::new(), String::new()),
    }
}

/// The same for our tables on PostgreSQL.
#[cfg(feature = "postgres")]
pub(crate) fn for_postgres(rows: u32, now: i64) -> String {
    let of_owner = i64::from(SERIES_PER_OWNER) * (HOURS + QUARTERS);
    let owners = (i64::from(rows) / of_owner).max(1);
    let (hour, quarter) = (now - now % 3_600, now - now % 900);
    format!(
        "INSERT INTO server_install_metrics_owners (id, team_id, user_id, last_used_at)
             SELECT i + 1, 'team-' || lpad((i / 10)::text, 4, '0'), 'user-' || lpad(i::text, 6, '0'), {now}
             FROM generate_series(0, {owners} - 1) AS i;
         INSERT INTO server_install_metrics_labels (id, server_id, satellite_id, last_used_at)
             SELECT i + 1, 'server-' || lpad(i::text, 3, '0'), 'satellite-' || i % 7, {now}
             FROM generate_series(0, {LABELS} - 1) AS i;
         INSERT INTO server_install_metrics (owner_id, bucket_interval, bucket_timestamp, labels_id, created_at,
                                             installation_count, uninstallation_count)
             SELECT o + 1, b.width, b.at, (o * {SERIES_PER_OWNER} + s) % {LABELS} + 1, {now}, (b.at / 900 + s) % 5, s % 2
             FROM generate_series(0, {owners} - 1) AS o,
                  (SELECT 900 AS width, {quarter} - i * 900 AS at FROM generate_series(0::bigint, {QUARTERS} - 1) AS i
                   UNION ALL SELECT 3600, {hour} - i * 3600 FROM generate_series(0::bigint, {HOURS} - 1) AS i) AS b,
                  generate_series(0, {SERIES_PER_OWNER} - 1) AS s
             ORDER BY 1, 2, 3, 4;"
    )
}
