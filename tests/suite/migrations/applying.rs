//! Migrations on their way into a database: once, whole, and never into one that is newer.

use std::fs;
use std::thread;

use metrics_runtime::migrate::Backend;
use metrics_runtime::{DimensionKind, Reference};

use super::{moment, project};
use crate::support::database::{Database, backends};
use crate::support::spec::{MeasureSpec, Spec};

/// A folder with the migrations of the usual metric and of a change of it.
pub(super) fn changed(change: impl FnOnce(&mut Spec)) -> tempfile::TempDir {
    let mut spec = Spec::usual();
    change(&mut spec);
    from_one_to_another(&Spec::usual(), &spec)
}

/// A folder with the migrations of a metric and of what it becomes.
pub(super) fn from_one_to_another(one: &Spec, another: &Spec) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let project = project(folder.path()).allow_destructive();
    project
        .generate(&one.registry(), Some("create"), moment(0))
        .expect("written");
    project
        .generate(&another.registry(), Some("change"), moment(1))
        .expect("written")
        .expect("changed");
    folder
}

fn add_a_measure(spec: &mut Spec) {
    spec.measures.push(MeasureSpec {
        id: 100,
        name: "errors".to_owned(),
        renamed_from: None,
    });
}

/// A database of the first migration alone, with a row in each of two series and one in the overflow series.
pub(super) fn with_rows(backend: Backend, folder: &tempfile::TempDir) -> Database {
    let database = Database::empty(backend);
    let (first, alone) = ("2027-01-15-080000_create", folder.path().join("alone"));
    let first_of_all = folder.path().join(backend.name()).join(first);
    fs::create_dir_all(&alone).expect("it is writable");
    fs::rename(&first_of_all, alone.join(first)).expect("it was written");
    database
        .store
        .apply_migrations(&alone)
        .expect("the first applies");
    fs::rename(alone.join(first), &first_of_all).expect("it was put aside");
    database.execute(
        "INSERT INTO calls_owners (team_id, user_id, last_used_at) VALUES ('t', 'u', 1);
         INSERT INTO calls_labels (tool, transport, attempt, cached, last_used_at) VALUES ('a', 'stdio', 1, 0, 1), ('b', 'http', 1, 0, 9);
         INSERT INTO calls (owner_id, bucket_interval, bucket_timestamp, labels_id, created_at, calls, bytes)
         VALUES (1, 900, 0, 0, 0, 1, 1), (1, 900, 0, 1, 0, 2, 2), (1, 900, 0, 2, 0, 4, 4);",
    );
    database
}

#[test]
fn several_that_start_together_apply_everything_once() {
    for backend in backends() {
        let folder = changed(add_a_measure);
        let database = Database::empty(backend);
        let migrations = folder.path().join(backend.name());
        let applied: Vec<_> = thread::scope(|scope| {
            let start = || scope.spawn(|| database.store.apply_migrations(&migrations));
            let starts: Vec<_> = (0..4).map(|_| start()).collect();
            starts
                .into_iter()
                .map(|start| start.join().expect("no panic").expect("applied"))
                .collect()
        });
        assert_eq!(applied.concat().len(), 2, "{applied:?}");
    }
}

#[test]
fn several_that_start_together_build_an_index_once_and_do_not_wait_for_one_another_in_a_circle() {
    for backend in backends() {
        let folder = changed(|spec| {
            spec.dimension("tool").references = Some(Reference {
                table: "tools",
                column: "name",
            });
        });
        let database = Database::empty(backend);
        database.execute("CREATE TABLE tools (name TEXT PRIMARY KEY)");
        let migrations = folder.path().join(backend.name());
        let applied: Vec<_> = thread::scope(|scope| {
            let start = || scope.spawn(|| database.store.apply_migrations(&migrations));
            let starts: Vec<_> = (0..4).map(|_| start()).collect();
            starts
                .into_iter()
                .map(|start| start.join().expect("no panic").expect("applied"))
                .collect()
        });
        assert_eq!(applied.concat().len(), 3, "{applied:?}");
        let project = project(folder.path());
        let differences = database.store.differences(&project);
        assert_eq!(differences.expect("it can be told"), [""; 0]);
    }
}

#[test]
fn a_database_that_is_newer_is_refused_and_left_alone() {
    for backend in backends() {
        let folder = changed(add_a_measure);
        let database = Database::empty(backend);
        let migrations = folder.path().join(backend.name());
        database
            .store
            .apply_migrations(&migrations)
            .expect("applied");
        fs::remove_dir_all(migrations.join("2027-01-15-080001_change")).expect("it was written");
        let error = database
            .store
            .apply_migrations(&migrations)
            .expect_err("it is newer")
            .to_string();
        assert!(
            error.contains("newer than this program") && error.contains("20270115080001"),
            "{error}"
        );
    }
}

#[test]
fn a_failure_in_the_middle_leaves_everything_as_it_was() {
    for backend in backends() {
        let folder = changed(|spec| spec.dimensions.retain(|dimension| dimension.name != "tool"));
        let database = with_rows(backend, &folder);
        let migrations = folder.path().join(backend.name());
        let up = migrations.join("2027-01-15-080001_change").join("up.sql");
        let text = fs::read_to_string(&up).expect("it was written");
        fs::write(&up, text.clone() + "\nSELECT nonsense FROM nowhere;\n").expect("can be written");
        let tables = database.tables();
        database
            .store
            .apply_migrations(&migrations)
            .expect_err("the last statement fails");
        assert_eq!(database.tables(), tables);
        assert_eq!(
            database.count("calls_view WHERE tool = 'b' AND calls = 4"),
            1
        );
        fs::write(&up, text).expect("can be written");
        database
            .store
            .apply_migrations(&migrations)
            .expect("mended");
        assert_eq!(database.count("calls"), 3);
    }
}

#[test]
fn the_newest_migration_is_taken_back_by_its_name_and_once() {
    for backend in backends() {
        let folder = changed(add_a_measure);
        let database = with_rows(backend, &folder);
        let migrations = folder.path().join(backend.name());
        let (first, second) = ("2027-01-15-080000_create", "2027-01-15-080001_change");
        let revert = |name| database.store.revert_migration(&migrations, name);
        database
            .store
            .apply_migrations(&migrations)
            .expect("applied");
        assert_eq!(
            revert(first)
                .expect_err("another came after it")
                .to_string(),
            format!(
                "{first} was not taken back: the newest that is applied is {second}: take that one back first"
            )
        );
        revert(second).expect("it is the newest");
        revert(second).expect_err("it is taken back already");
        assert_eq!(database.count("calls"), 3);
        assert!(database.try_execute("SELECT errors FROM calls").is_err());
        let again = database.store.apply_migrations(&migrations);
        assert_eq!(again.expect("it is pending again"), [second]);
    }
}

#[test]
fn a_way_down_that_fails_changes_nothing() {
    for backend in backends() {
        let folder = changed(add_a_measure);
        let database = with_rows(backend, &folder);
        let migrations = folder.path().join(backend.name());
        database
            .store
            .apply_migrations(&migrations)
            .expect("applied");
        let second = "2027-01-15-080001_change";
        database.execute("CREATE VIEW mine AS SELECT errors FROM calls_view");
        database
            .store
            .revert_migration(&migrations, second)
            .expect_err("a view depends on ours");
        assert_eq!(database.count("mine"), 3);
        let again = database.store.apply_migrations(&migrations);
        assert_eq!(again.expect("it is applied"), [""; 0]);
    }
}

#[test]
fn a_migration_stops_at_rows_that_do_not_fit_and_says_which() {
    for backend in backends() {
        let folder =
            changed(|spec| spec.dimension("transport").kind = DimensionKind::Enum(&["stdio"]));
        let database = with_rows(backend, &folder);
        let migrations = folder.path().join(backend.name());
        let error = database
            .store
            .apply_migrations(&migrations)
            .expect_err("a row is http")
            .to_string();
        assert!(
            error.contains("calls_labels has a value of transport that is not one of stdio"),
            "{error}"
        );
        database.execute(
            "DELETE FROM calls WHERE labels_id = 2; DELETE FROM calls_labels WHERE id = 2;",
        );
        database
            .store
            .apply_migrations(&migrations)
            .expect("all fit");
        assert_eq!(database.count("calls"), 2);
    }
}

#[test]
fn sqlite_does_not_change_a_table_while_the_journal_holds_events_of_it() {
    let folder = changed(add_a_measure);
    let database = with_rows(Backend::Sqlite, &folder);
    let migrations = folder.path().join("sqlite");
    database.execute(
        "INSERT INTO metrics_shapes (id, metric, shape) VALUES (1, 'calls', '{}'), (2, 'other', '[]');
         INSERT INTO metrics_journal (shape_id, sorted, entry) VALUES (1, 0, x''), (2, 0, x'');",
    );
    // As somebody would who applies migrations without the runtime.
    let up = fs::read_to_string(migrations.join("2027-01-15-080001_change/up.sql")).expect("there");
    let in_transaction = format!("BEGIN; {up} COMMIT;");
    let error = database
        .try_execute(&in_transaction)
        .expect_err("events wait");
    let error = error.to_string();
    assert!(
        error.contains("the journal still holds events of calls"),
        "{error}"
    );
    database.execute("DELETE FROM metrics_journal WHERE shape_id = 1");
    database
        .try_execute(&in_transaction)
        .expect("those of others are none of its business");
}

#[test]
fn events_that_wait_in_the_journal_are_folded_before_their_table_changes() {
    let folder = changed(add_a_measure);
    let database = with_rows(Backend::Sqlite, &folder);
    let shape = r#"{"table": "calls", "owners": "calls_owners", "labels": "calls_labels", "intervals": [900],
        "measures": [["calls", "counter"], ["bytes", "counter"]]}"#;
    // Five calls and seven bytes more, of owner 1 and labels 1, at 0, for the first interval.
    database.execute(&format!(
        "INSERT INTO metrics_shapes (id, metric, shape) VALUES (1, 'calls', '{shape}');
         INSERT INTO metrics_journal (shape_id, sorted, entry) VALUES (1, 0, x'020200020a0e');"
    ));
    database
        .store
        .apply_migrations(&folder.path().join("sqlite"))
        .expect("applied");
    let sums =
        database.texts("SELECT calls || ', ' || bytes AS name FROM calls WHERE labels_id = 1");
    assert_eq!(sums, ["7, 9"]);
}

#[test]
fn entries_that_are_merged_stay_as_fresh_as_the_freshest_and_ids_are_not_used_twice() {
    for backend in backends() {
        let folder = changed(|spec| {
            spec.dimensions
                .retain(|dimension| !["tool", "transport"].contains(&&*dimension.name));
        });
        let database = with_rows(backend, &folder);
        database
            .store
            .apply_migrations(&folder.path().join(backend.name()))
            .expect("applied");
        assert_eq!(
            database.count("calls_labels WHERE id = 1 AND last_used_at = 9"),
            1
        );
        assert_eq!(database.count("calls_labels"), 1);
        assert_eq!(database.count("calls WHERE labels_id = 1 AND calls = 6"), 1);
        assert_eq!(database.count("calls WHERE labels_id = 0 AND calls = 1"), 1);
        database
            .execute("INSERT INTO calls_labels (attempt, cached, last_used_at) VALUES (2, 0, 1)");
        assert_eq!(database.count("calls_labels WHERE id = 3"), 1);
    }
}

#[test]
fn a_view_of_somebodys_own_stops_a_rebuild_and_nothing_is_lost() {
    for backend in backends() {
        let folder = changed(|spec| spec.intervals.push(1_440));
        let database = with_rows(backend, &folder);
        database.execute("CREATE VIEW mine AS SELECT calls FROM calls_view");
        let error = database
            .store
            .apply_migrations(&folder.path().join(backend.name()));
        let error = error.expect_err("the view depends on ours").to_string();
        assert!(
            error.contains("mine") || error.contains("depend"),
            "{error}"
        );
        assert_eq!(database.count("mine"), 3);
    }
}

#[test]
fn each_bucket_of_a_new_interval_is_filled_from_the_stored_one_that_has_counted_most_in_it() {
    for backend in backends() {
        let folder = changed(|spec| spec.intervals.push(1_440));
        let database = with_rows(backend, &folder);
        // Quarters count 7 on the first day. Hours were begun on it and count what is late for quarters, which are
        // deleted earlier: half of the second day, and all of the third.
        for (interval, bucket, calls) in [
            (3_600, 82_800, 2),
            (900, 126_000, 10),
            (3_600, 86_400, 5),
            (3_600, 126_000, 10),
            (3_600, 172_800, 100),
        ] {
            database.execute(&format!(
                "INSERT INTO calls (owner_id, bucket_interval, bucket_timestamp, labels_id, created_at, calls, bytes)
                 VALUES (1, {interval}, {bucket}, 1, 0, {calls}, {calls})"
            ));
        }
        let migrations = folder.path().join(backend.name());
        database
            .store
            .apply_migrations(&migrations)
            .expect("filled");
        let days = database.texts(
            "SELECT CAST(bucket_timestamp AS TEXT) || ': ' || CAST(SUM(calls) AS TEXT) AS name
             FROM calls WHERE bucket_interval = 86400 GROUP BY bucket_timestamp ORDER BY bucket_timestamp",
        );
        assert_eq!(days, ["0: 7", "86400: 15", "172800: 100"]);
    }
}
