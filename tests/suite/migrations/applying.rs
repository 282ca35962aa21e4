//! Migrations on their way into a database: once, whole, and never into one that is newer.

use std::fs;
use std::thread;

use metrics_runtime::Reference;
use metrics_runtime::migrate::Backend;

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

pub(super) fn add_a_measure(spec: &mut Spec) {
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
