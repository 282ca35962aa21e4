//! What spreads the tables of a metric over nodes or chunks, as the text of a migration.
//!
//! Each block asks first whether the extension is there, and whether a table is spread already: on plain PostgreSQL it
//! does nothing, and after a change of a metric it spreads what is new.

use super::text::quoted;
use crate::backend::{Backend, Scale};
use crate::layout::Layout;
use crate::tables::literal;

/// Seconds of a chunk: a week.
const CHUNK: i64 = 604_800;

/// A migration that spreads nothing. One of comments alone would be none.
pub(crate) const NOTHING_TO_SPREAD: &str =
    "-- There is nothing here to spread.\nSELECT 'nothing to do';\n";

/// The way back.
pub(crate) const STAYS_SPREAD: &str =
    "-- What is spread stays so: it is read and written as before.\nSELECT 'nothing to do';\n";

/// Spreads the tables of a metric; nothing, on a backend that cannot.
pub(crate) fn spread(layout: &Layout, scale: Scale, backend: Backend) -> String {
    match (backend, scale) {
        (Backend::Sqlite, _) => String::new(),
        (Backend::Postgres, Scale::Citus) => over_nodes(layout),
        (Backend::Postgres, Scale::Timescale) => over_chunks(layout),
    }
}

/// The column by which Citus spreads a metric's buckets: it is a part of their key. A metric without dimensions has one
/// series, which is on every node.
fn distribution_column(layout: &Layout) -> Option<&'static str> {
    let mut dictionaries = layout.dictionaries();
    dictionaries.next().map(|dictionary| dictionary.column)
}

/// What others refer to is on every node, the application's own tables included: a reference may cross nodes in no other
/// way. Those that are referred to come first.
fn over_nodes(layout: &Layout) -> String {
    let table = layout.schema.table;
    let dictionaries: Vec<_> = layout
        .dictionaries()
        .map(|dictionary| regclass(&dictionary.table))
        .collect();
    let seeds = match dictionaries.as_slice() {
        [] => regclass(table),
        dictionaries => dictionaries.join(", "),
    };
    let distribute = distribution_column(layout).map_or_else(String::new, |column| {
        format!(
            "    IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = {0}) THEN
        PERFORM create_distributed_table({0}, {1});
    END IF;\n",
            regclass(table),
            literal(column)
        )
    });
    format!(
        "-- Where Citus is, the rows of {table} are spread over its nodes.
DO $$ DECLARE everywhere regclass; BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN RETURN; END IF;
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    FOR everywhere IN
        WITH RECURSIVE referenced (id, depth) AS (
            SELECT id, 0 FROM unnest(ARRAY[{seeds}]) AS seeds (id)
            UNION
            SELECT c.confrelid::regclass, depth + 1 FROM referenced
            JOIN pg_constraint AS c ON c.contype = 'f' AND c.conrelid = id AND c.confrelid <> id AND depth < 16
        )
        SELECT id FROM referenced
        WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = id)
        GROUP BY id ORDER BY max(depth) DESC, id::text
    LOOP
        PERFORM create_reference_table(everywhere);
    END LOOP;
{distribute}END $$;
"
    )
}

/// TimescaleDB asks a function what the time is where time is an integer; only its own jobs do.
fn over_chunks(layout: &Layout) -> String {
    let table = layout.schema.table;
    let name = regclass(table);
    format!(
        "-- Where TimescaleDB is, the rows of {table} are spread over chunks of a week.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN RETURN; END IF;
    CREATE OR REPLACE FUNCTION metrics_now() RETURNS BIGINT LANGUAGE SQL STABLE
        AS 'SELECT extract(epoch FROM now())::BIGINT';
    PERFORM create_hypertable({name}, 'bucket_timestamp', chunk_time_interval => {CHUNK}::BIGINT,
        create_default_indexes => FALSE, if_not_exists => TRUE, migrate_data => TRUE);
    PERFORM set_integer_now_func({name}, 'metrics_now', replace_if_exists => TRUE);
END $$;
"
    )
}

fn regclass(table: &str) -> String {
    format!("{}::regclass", literal(&quoted(table)))
}
