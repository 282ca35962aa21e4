//! Tables that are spread by Citus or TimescaleDB. Neither is installed where the tests run: on plain PostgreSQL the
//! migrations do nothing, and where an extension of that name stands in, they call it with the right arguments. Whether
//! tables and statements keep to the rules of both is read from the catalogue and from the sources.

mod stand_in;

use chrono::Utc;
use metrics_runtime::migrate::{MigrateError, Project, Scale};
use metrics_runtime::{Registry, TimeSeriesMetric, register};

use super::changes::{CHANGES, after, before};
use super::{build, files, moment, project};
use crate::support::database::{Database, backends};
use crate::support::metrics::{Build, Login, ToolCall, registry};
use stand_in::with_stand_in;

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

/// The same people, by whom else.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(intervals("1h"), retention = "30d")]
struct Call {
    /// Who.
    #[dimension(user, references = "people(id)")]
    person: String,
    /// Calls.
    #[counter]
    calls: u64,
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
    database.texts("SELECT name FROM asked ORDER BY n")
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
    let database = with_stand_in(Scale::Citus);
    let project = project(database.folder.path()).scale(Scale::Citus);
    bring_to(
        &database,
        &project,
        &build(register![ToolCall, Login, Visit]),
    );
    assert_eq!(
        calls(&database),
        [
            "keep visits_booked",
            "reference places",
            "reference people",
            "reference login_metrics",
            "reference tool_call_metrics_labels",
            "reference tool_call_metrics_owners",
            "reference visit_metrics_owners",
            "distribute tool_call_metrics by owner_id",
            "distribute visit_metrics by owner_id",
        ]
    );
}

#[test]
fn timescale_has_chunks_of_a_week() {
    let database = with_stand_in(Scale::Timescale);
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
    let database = with_stand_in(Scale::Citus);
    let plain = project(database.folder.path());
    bring_to(&database, &plain, &build(register![Build]));
    assert_eq!(calls(&database), Vec::<String>::new());
    let asked = plain.clone().scale(Scale::Citus);
    let plan = asked.check(&build(register![Build])).expect("can be told");
    assert_eq!(
        plan.to_string(),
        "- spread the tables on PostgreSQL where Citus is installed"
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
fn a_later_metric_may_refer_to_what_is_everywhere_already() {
    let database = with_stand_in(Scale::Citus);
    let project = project(database.folder.path()).scale(Scale::Citus);
    bring_to(&database, &project, &build(register![Visit]));
    let before = calls(&database).len();
    bring_to(&database, &project, &build(register![Visit, Call]));
    assert_eq!(
        calls(&database)[before..],
        [
            "reference call_metrics_owners",
            "distribute call_metrics by owner_id"
        ]
    );
}

#[test]
fn what_stays_on_the_coordinator_refers_to_what_is_everywhere_as_before() {
    let database = with_stand_in(Scale::Citus);
    let references = "SELECT pg_get_constraintdef(oid) AS name FROM pg_constraint
                      WHERE contype = 'f' AND conrelid = 'visits_booked'::regclass";
    let before = database.texts(references);
    let project = project(database.folder.path()).scale(Scale::Citus);
    bring_to(&database, &project, &build(register![Visit]));
    assert_eq!(database.texts(references), before);
    assert_eq!(
        before,
        ["FOREIGN KEY (person) REFERENCES people(id) ON DELETE CASCADE"]
    );
}

/// Applies the migration of each change, tells `look` of it, and takes it back. What is `impossible` is refused.
fn each_change_goes_up_and_down(scale: Scale, impossible: &[&str], look: fn(&Database, &str)) {
    for (name, change) in CHANGES {
        let database = with_stand_in(scale);
        database.execute(
            "CREATE TABLE users (id TEXT PRIMARY KEY); CREATE TABLE tools (name TEXT PRIMARY KEY);",
        );
        let project = project(database.folder.path()).scale(scale);
        bring_to(&database, &project, &before(name).registry());
        let project = project.allow_destructive();
        let registry = after(name, change).registry();
        let generated = project.generate(&registry, None, moment(2_000_000_000));
        let generated = generated.expect(name).expect(name);
        let folder = database.folder.path().join("postgres");
        let applied = database.store.apply_migrations(&folder);
        if impossible.contains(&name) {
            assert!(applied.is_err(), "{name}");
            continue;
        }
        applied.unwrap_or_else(|error| panic!("{name}: {error}"));
        look(&database, name);
        for migration in generated.finish.iter().chain([&generated.name]) {
            let back = database.store.revert_migration(&folder, migration);
            back.unwrap_or_else(|error| panic!("{name}, back: {error}"));
        }
    }
}

#[test]
fn each_change_goes_up_and_down_over_nodes() {
    // What takes the column away by which rows are spread: a new database, and a copy.
    let impossible = ["remove_all_owners"];
    each_change_goes_up_and_down(Scale::Citus, &impossible, |database, name| {
        for (rule, offenders) in RULES {
            let found = database.texts(offenders);
            assert_eq!(found, Vec::<String>::new(), "{name}: {rule}");
        }
    });
}

#[test]
fn each_change_goes_up_and_down_over_chunks() {
    each_change_goes_up_and_down(Scale::Timescale, &[], |_, _| {});
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
const RULES: [(&str, &str); 5] = [
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
        "only what is Citus's refers to what is everywhere",
        "SELECT c.conname::text AS name FROM pg_constraint AS c JOIN pg_dist_partition AS p ON p.logicalrelid = c.confrelid
         WHERE c.contype = 'f' AND NOT EXISTS (SELECT FROM pg_dist_partition AS q WHERE q.logicalrelid = c.conrelid)",
    ),
    (
        "there are no triggers but those of references",
        "SELECT tgname::text AS name FROM pg_trigger WHERE NOT tgisinternal",
    ),
];

#[test]
fn the_tables_keep_to_the_rules_of_both() {
    let database = with_stand_in(Scale::Citus);
    let project = project(database.folder.path()).scale(Scale::Citus);
    let all = build(register![ToolCall, Login, Build, Visit]);
    bring_to(&database, &project, &all);
    for (rule, offenders) in RULES {
        assert_eq!(database.texts(offenders), Vec::<String>::new(), "{rule}");
    }
    // Each of them finds somebody who does not.
    database.execute(
        "ALTER EVENT TRIGGER before_definition DISABLE;
         ALTER EVENT TRIGGER after_definition DISABLE;
         CREATE TABLE wrong (person TEXT REFERENCES people (id));
         CREATE UNIQUE INDEX wrong_key ON build_metrics (bucket_interval);
         CREATE TABLE elsewhere (id BIGINT PRIMARY KEY);
         ALTER TABLE build_metrics ADD FOREIGN KEY (created_at) REFERENCES elsewhere (id);
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER wrong BEFORE INSERT ON build_metrics FOR EACH ROW EXECUTE FUNCTION f();",
    );
    for (rule, offenders) in RULES {
        assert_eq!(database.texts(offenders).len(), 1, "{rule}");
    }
}
