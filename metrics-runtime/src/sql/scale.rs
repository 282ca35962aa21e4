//! What spreads the tables of metrics over nodes or chunks, as the text of a migration.
//!
//! Each block asks first whether the extension is there, and whether a table is spread already: on plain PostgreSQL it
//! does nothing, and after a change of a metric it spreads what is new.

use std::sync::Arc;

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

/// What the connection that writes begins with. Citus refuses to change a dictionary once a transaction has asked for
/// buckets by several connections at a time, which the first batch of a metric and a recount do. To a server that does not
/// know the setting it is a word.
#[cfg(feature = "postgres")]
pub(crate) const ONE_AFTER_THE_OTHER: &str = "SET citus.multi_shard_modify_mode = 'sequential'";

/// What a migration of tables that are spread begins with, and nothing elsewhere.
///
/// Citus refuses to change what is everywhere after it has changed what is spread by several connections at a time, and it
/// takes a new table into its care as one of the coordinator's as soon as it refers to what is everywhere. Both would be
/// too late to mend where the tables are spread. To a server that knows neither setting they are words.
pub(crate) fn before_spreading(scale: Scale, backend: Backend) -> &'static str {
    match (backend, scale) {
        (Backend::Postgres, Scale::Citus) => {
            "\n-- Where Citus is: one thing after the other, and nothing is spread but by what follows.\n\
             SELECT set_config('citus.multi_shard_modify_mode', 'sequential', true),\n    \
                 set_config('citus.enable_local_reference_table_foreign_keys', 'off', true);\n"
        }
        (Backend::Postgres, Scale::Timescale) | (Backend::Sqlite, _) => "",
    }
}

/// Spreads the tables of metrics; nothing, on a backend that cannot, or where there are none.
pub(crate) fn spread(layouts: &[&Arc<Layout>], scale: Scale, backend: Backend) -> String {
    match (backend, scale) {
        _ if layouts.is_empty() => String::new(),
        (Backend::Sqlite, _) => String::new(),
        (Backend::Postgres, Scale::Citus) => over_nodes(layouts),
        (Backend::Postgres, Scale::Timescale) => {
            layouts.iter().map(|layout| over_chunks(layout)).collect()
        }
    }
}

/// The column by which Citus spreads a metric's buckets: it is a part of their key. A metric without dimensions has one
/// series, which is on every node.
fn distribution_column(layout: &Layout) -> Option<&'static str> {
    let mut dictionaries = layout.dictionaries();
    dictionaries.next().map(|dictionary| dictionary.column)
}

/// The dictionaries are on every node, and so are metrics without any.
fn over_nodes(layouts: &[&Arc<Layout>]) -> String {
    let everywhere = layouts.iter().flat_map(|layout| {
        let dictionaries = layout.dictionaries().map(|d| d.table.as_str());
        let whole = distribution_column(layout).is_none();
        dictionaries.chain(whole.then_some(layout.schema.table))
    });
    let spread: Vec<_> = layouts
        .iter()
        .filter_map(|layout| Some((layout.schema.table, distribution_column(layout)?)))
        .collect();
    format!(
        "\n-- Where Citus is, rows are spread over its nodes, and what they refer to is on all of them.\n{}",
        block(&everywhere.collect::<Vec<_>>(), &spread)
    )
}

/// Has tables on every node that what is spread is about to refer to.
pub(super) fn everywhere(tables: &[&str], scale: Option<Scale>) -> String {
    match scale {
        Some(Scale::Citus) if !tables.is_empty() => {
            let block = block(tables, &[]);
            format!("-- Where Citus is, what is to be referred to is on all of its nodes.\n{block}")
        }
        _ => String::new(),
    }
}

/// What others refer to is on every node, the application's own tables included: a reference may cross nodes in no other
/// way. Those that are referred to come first.
///
/// All of it is one block, since Citus makes a table anew, under another number, when it takes it into its care: of
/// tables that stay on the coordinator it does so here, with their references set aside, before it comes to any of the
/// metrics', whose dictionaries it could not take back.
fn block(everywhere: &[&str], spread: &[(&str, &str)]) -> String {
    let names =
        |tables: &mut dyn Iterator<Item = &str>| tables.map(name).collect::<Vec<_>>().join(", ");
    BLOCK
        .replace("{everywhere}", &names(&mut everywhere.iter().copied()))
        .replace(
            "{spread}",
            &names(&mut spread.iter().map(|(table, _)| *table)),
        )
        .replace("{is_on_one_node}", &is_on_one_node("id"))
        .replace("{distribute}", &distribute(spread))
}

const BLOCK: &str = "DO $spread$ DECLARE
    spread CONSTANT text[] := ARRAY[{spread}]::text[];
    everywhere text[];
    remaining text[] := '{}';
    set_aside text[] := '{}';
    kept record;
    one text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN RETURN; END IF;
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    PERFORM set_config('citus.enable_local_reference_table_foreign_keys', 'off', true);
    everywhere := ARRAY(
        WITH RECURSIVE referenced (id, depth) AS (
            SELECT id, 0 FROM unnest(ARRAY[{everywhere}]::regclass[]) AS seeds (id)
            UNION
            SELECT c.confrelid::regclass, depth + 1 FROM referenced
            JOIN pg_constraint AS c ON c.contype = 'f' AND c.conrelid = id AND c.confrelid <> id AND depth < 16
        )
        SELECT id::text FROM referenced
        WHERE {is_on_one_node}
        GROUP BY id ORDER BY max(depth) DESC, id::text
    );
    -- What refers to them and stays on the coordinator is Citus's, too, or it would go on referring to emptied tables.
    FOR kept IN
        SELECT c.conrelid::regclass::text AS name, c.conname, pg_get_constraintdef(c.oid) AS definition
        FROM pg_constraint AS c
        WHERE c.contype = 'f' AND c.conparentid = 0 AND c.confrelid = ANY (everywhere::regclass[])
            AND c.conrelid <> ALL ((everywhere || spread)::regclass[])
            AND NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = c.conrelid)
        ORDER BY name, c.conname
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', kept.name, kept.conname);
        set_aside := set_aside
            || format('ALTER TABLE %s ADD CONSTRAINT %I %s', kept.name, kept.conname, kept.definition);
        remaining := remaining || kept.name;
    END LOOP;
    FOREACH one IN ARRAY ARRAY(SELECT DISTINCT unnest(remaining) ORDER BY 1) LOOP
        PERFORM citus_add_local_table_to_metadata(one::regclass, true);
    END LOOP;
    FOREACH one IN ARRAY everywhere LOOP
        PERFORM create_reference_table(one::regclass);
    END LOOP;
{distribute}    FOREACH one IN ARRAY set_aside LOOP
        EXECUTE one;
    END LOOP;
END $spread$;
";

/// The tables that are spread, each by a column.
fn distribute(spread: &[(&str, &str)]) -> String {
    let one = |(table, column): &(&str, &str)| {
        let table = regclass(table);
        format!(
            "    IF {} THEN\n        PERFORM create_distributed_table({table}, {});\n    END IF;\n",
            is_on_one_node(&table),
            literal(column)
        )
    };
    spread.iter().map(one).collect()
}

/// Whether a table is on one node yet, in Citus's care or not.
fn is_on_one_node(id: &str) -> String {
    format!(
        "NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = {id} AND (partmethod <> 'n' OR repmodel = 't'))"
    )
}

/// TimescaleDB asks a function what the time is where time is an integer; only its own jobs do.
fn over_chunks(layout: &Layout) -> String {
    let table = layout.schema.table;
    let name = regclass(table);
    format!(
        "
-- Where TimescaleDB is, the rows of {table} are spread over chunks of a week.
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

/// The name of a table as a text that becomes its number.
fn name(table: &str) -> String {
    literal(&quoted(table))
}

fn regclass(table: &str) -> String {
    format!("{}::regclass", name(table))
}
