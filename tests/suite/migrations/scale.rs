//! Tables that are spread by Citus or TimescaleDB. Neither is installed where the tests run: on plain PostgreSQL the
//! migrations do nothing, and where an extension of that name stands in, they call it with the right arguments. Whether
//! tables and statements keep to the rules of both is read from the catalogue and from the sources.

use chrono::Utc;
use metrics_runtime::migrate::{Backend, MigrateError, Project, Scale};
use metrics_runtime::{Registry, TimeSeriesMetric, register};

use super::{build, files, moment, project};
use crate::support::database::{Database, backends};
use crate::support::metrics::{Build, Login, ToolCall, registry};

/// Rows of somebody in the application's own tables, which refer to each other.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(intervals("1h"), retention = "30d")]
struct Visit {
    /// Who.
    #[dimension(user, references = "people(id)")]
    person: String,
    /// Visits.
    #[counter]
    visits: u64,
}

/// What stands in for both extensions: it writes down what it is asked to do.
const STAND_IN: &str = "
    CREATE TABLE calls (n INTEGER GENERATED ALWAYS AS IDENTITY, name TEXT);
    CREATE TABLE pg_dist_partition (logicalrelid regclass, partkey TEXT);
    CREATE FUNCTION create_reference_table(t regclass) RETURNS void LANGUAGE SQL AS $$
        INSERT INTO calls (name) VALUES ('reference ' || t::text);
        INSERT INTO pg_dist_partition VALUES (t, NULL); $$;
    CREATE FUNCTION create_distributed_table(t regclass, c text) RETURNS void LANGUAGE SQL AS $$
        INSERT INTO calls (name) VALUES ('distribute ' || t::text || ' by ' || c);
        INSERT INTO pg_dist_partition VALUES (t, c); $$;
    CREATE FUNCTION create_hypertable(t regclass, c name, chunk_time_interval bigint, create_default_indexes boolean,
                                      if_not_exists boolean, migrate_data boolean) RETURNS void LANGUAGE SQL AS $$
        INSERT INTO calls (name) VALUES ('hypertable ' || t::text || ' by ' || c || ' and ' || chunk_time_interval); $$;
    CREATE FUNCTION set_integer_now_func(t regclass, f regproc, replace_if_exists boolean) RETURNS void LANGUAGE SQL AS $$
        INSERT INTO calls (name) VALUES ('clock ' || t::text || ' ' || f::text); $$;
    CREATE TABLE places (id TEXT PRIMARY KEY);
    CREATE TABLE people (id TEXT PRIMARY KEY, place TEXT REFERENCES places (id));";

/// An empty database in which an extension of this name seems to be installed.
fn with_stand_in(extension: &str) -> Database {
    let database = Database::empty(Backend::Postgres);
    database.execute(&format!(
        "SET allow_system_table_mods = on;
         INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
             VALUES (90000, '{extension}', 10, 2200, false, '1');
         {STAND_IN}"
    ));
    database
}

/// Generates the migrations of `registry` on top of those that are there, and applies them.
fn bring_to(database: &Database, project: &Project, registry: &Registry) {
    let generated = project.generate(registry, None, Utc::now());
    generated
        .expect("can be written")
        .expect("something is new");
    let folder = database.folder.path().join(database.store.backend().name());
    let applied = database.store.apply_migrations(&folder);
    applied.expect("generated migrations apply");
}

fn calls(database: &Database) -> Vec<String> {
    database.texts("SELECT name FROM calls ORDER BY n")
}

#[test]
fn where_there_is_no_extension_the_same_migrations_make_plain_tables() {
    for backend in backends() {
        for scale in [Scale::Citus, Scale::Timescale] {
            let (spread, plain) = (
                Database::empty(backend),
                Database::new(backend, &registry()),
            );
            let project = project(spread.folder.path()).scale(scale);
            bring_to(&spread, &project, &registry());
            assert_eq!(spread.tables(), plain.tables());
            let differences = spread.store.differences(&project);
            assert_eq!(differences.expect("can be told"), Vec::<String>::new());
        }
    }
}

#[test]
fn citus_has_what_others_refer_to_everywhere_and_the_buckets_by_whose_they_are() {
    let database = with_stand_in("citus");
    let project = project(database.folder.path()).scale(Scale::Citus);
    bring_to(
        &database,
        &project,
        &build(register![ToolCall, Login, Visit]),
    );
    assert_eq!(
        calls(&database),
        [
            "reference tool_call_metrics_labels",
            "reference tool_call_metrics_owners",
            "distribute tool_call_metrics by owner_id",
            "reference login_metrics",
            "reference places",
            "reference people",
            "reference visit_metrics_owners",
            "distribute visit_metrics by owner_id",
        ]
    );
}

#[test]
fn timescale_has_chunks_of_a_week() {
    let database = with_stand_in("timescaledb");
    let project = project(database.folder.path()).scale(Scale::Timescale);
    bring_to(&database, &project, &build(register![ToolCall]));
    assert_eq!(
        calls(&database),
        [
            "hypertable tool_call_metrics by bucket_timestamp and 604800",
            "clock tool_call_metrics metrics_now",
        ]
    );
}

#[test]
fn tables_that_are_there_are_spread_when_it_is_asked_for_and_later_ones_without_asking() {
    let database = with_stand_in("citus");
    let plain = project(database.folder.path());
    bring_to(&database, &plain, &build(register![Build]));
    assert_eq!(calls(&database), Vec::<String>::new());
    let asked = plain.clone().scale(Scale::Citus);
    let plan = asked.check(&build(register![Build])).expect("can be told");
    assert_eq!(
        plan.to_string(),
        "- spread the tables on PostgreSQL where citus is installed"
    );
    bring_to(&database, &asked, &build(register![Build]));
    let nothing = asked.check(&build(register![Build]));
    assert!(nothing.expect("can be told").is_empty(), "it is remembered");
    bring_to(&database, &plain, &build(register![Build, Login]));
    assert_eq!(
        calls(&database),
        [
            "reference build_metrics_labels",
            "reference build_metrics_owners",
            "distribute build_metrics by owner_id",
            "reference login_metrics",
        ]
    );
}

#[test]
fn tables_that_are_spread_by_one_extension_are_not_spread_by_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let citus = project(folder.path()).scale(Scale::Citus);
    let written = citus.generate(&registry(), None, moment(0));
    written.expect("can be written").expect("all is new");
    let before = files(folder.path());
    let other = project(folder.path()).scale(Scale::Timescale);
    let refused = other.generate(&registry(), None, moment(1));
    let Err(MigrateError::Impossible(reasons)) = refused else {
        panic!("it is refused");
    };
    assert!(reasons[0].contains("spread by citus"), "{reasons:?}");
    assert_eq!(files(folder.path()), before);
}

/// What Citus refuses, and what TimescaleDB does, as queries that answer the offenders.
const RULES: [(&str, &str); 4] = [
    (
        "each unique key has the column by which rows are spread",
        "SELECT i.indexrelid::regclass::text AS name FROM pg_dist_partition AS p
         JOIN pg_index AS i ON i.indrelid = p.logicalrelid AND i.indisunique
         WHERE p.partkey IS NOT NULL AND NOT EXISTS (
             SELECT FROM pg_attribute AS a
             WHERE a.attrelid = i.indrelid AND a.attname = p.partkey AND a.attnum = ANY (i.indkey::int2[]))",
    ),
    (
        "each unique key of buckets has the time",
        "SELECT i.indexrelid::regclass::text AS name FROM pg_index AS i
         JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attname = 'bucket_timestamp'
         JOIN pg_class AS c ON c.oid = i.indrelid AND c.relkind = 'r'
         WHERE i.indisunique AND NOT a.attnum = ANY (i.indkey::int2[])",
    ),
    (
        "what is spread refers to what is everywhere, and so does that",
        "SELECT c.conname::text AS name FROM pg_constraint AS c JOIN pg_dist_partition AS p ON p.logicalrelid = c.conrelid
         WHERE c.contype = 'f' AND NOT EXISTS (
             SELECT FROM pg_dist_partition AS q WHERE q.logicalrelid = c.confrelid AND q.partkey IS NULL)",
    ),
    (
        "there are no triggers but those of references",
        "SELECT tgname::text AS name FROM pg_trigger WHERE NOT tgisinternal",
    ),
];

#[test]
fn the_tables_keep_to_the_rules_of_both() {
    let database = with_stand_in("citus");
    let project = project(database.folder.path()).scale(Scale::Citus);
    let all = build(register![ToolCall, Login, Build, Visit]);
    bring_to(&database, &project, &all);
    for (rule, offenders) in RULES {
        assert_eq!(database.texts(offenders), Vec::<String>::new(), "{rule}");
    }
    // Each of them finds somebody who does not.
    database.execute(
        "CREATE UNIQUE INDEX wrong ON build_metrics (bucket_interval);
         CREATE TABLE elsewhere (id BIGINT PRIMARY KEY);
         ALTER TABLE build_metrics ADD FOREIGN KEY (created_at) REFERENCES elsewhere (id);
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER wrong BEFORE INSERT ON build_metrics FOR EACH ROW EXECUTE FUNCTION f();",
    );
    for (rule, offenders) in RULES {
        assert_eq!(database.texts(offenders).len(), 1, "{rule}");
    }
}
