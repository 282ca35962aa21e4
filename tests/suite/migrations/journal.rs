//! Events that are acknowledged and not in their table yet, when that changes.

use std::fs;

use metrics_runtime::migrate::Backend;

use super::applying::{add_a_measure, changed, with_rows};

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
