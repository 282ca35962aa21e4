//! What becomes of rows when their table changes: they are merged, filled or in the way, and never lost.

use metrics_runtime::DimensionKind;

use super::applying::{changed, with_rows};
use crate::support::database::backends;

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

#[test]
fn a_new_interval_is_filled_before_1970_as_after_it() {
    for backend in backends() {
        // From one interval, and from the fuller one of two.
        for interval in [45, 1_440] {
            let folder = changed(|spec| spec.intervals.push(interval));
            let database = with_rows(backend, &folder);
            for (bucket, calls) in [(-900, 1), (-2_700, 2), (-3_600, 4), (-86_400, 8)] {
                database.execute(&format!(
                    "INSERT INTO calls (owner_id, bucket_interval, bucket_timestamp, labels_id, created_at, calls, bytes)
                     VALUES (1, 900, {bucket}, 1, 0, {calls}, {calls})"
                ));
            }
            let migrations = folder.path().join(backend.name());
            let applied = database.store.apply_migrations(&migrations);
            applied.expect("filled");
            let width = interval * 60;
            let filled = database.texts(&format!(
                "SELECT CAST(bucket_timestamp AS TEXT) || ': ' || CAST(SUM(calls) AS TEXT) AS name
                 FROM calls WHERE bucket_interval = {width} AND bucket_timestamp < 0
                 GROUP BY bucket_timestamp ORDER BY bucket_timestamp"
            ));
            match interval {
                45 => assert_eq!(filled, ["-86400: 8", "-5400: 4", "-2700: 3"]),
                _ => assert_eq!(filled, ["-86400: 15"]),
            }
        }
    }
}
