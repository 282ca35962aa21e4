//! Intervals that come and go: rows are made, deleted and held against the new check while everybody writes.

use std::thread;

use diesel::connection::SimpleConnection;

use super::{FINISH, Halfway};

/// Validations that wait for their lock.
const VALIDATING: &str = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%VALIDATE%'";

/// What keeps a validation waiting, and no writer.
const BUSINESS: &str = "BEGIN; LOCK TABLE calls IN SHARE UPDATE EXCLUSIVE MODE";

/// A metric whose intervals have changed, with rows of quarters and hours from before.
fn with_intervals(minutes: Vec<u32>) -> Halfway {
    let rows = "
        INSERT INTO calls (owner_id, bucket_interval, bucket_timestamp, labels_id, created_at, calls, bytes)
        SELECT 1, 900, n * 900, 1, 0, 1, 1 FROM generate_series(0, 199) AS n;
        INSERT INTO calls (owner_id, bucket_interval, bucket_timestamp, labels_id, created_at, calls, bytes)
        SELECT 1, 3600, n * 3600, 1, 0, 4, 4 FROM generate_series(0, 23) AS n;";
    Halfway::new(rows, |spec| spec.intervals = minutes)
}

fn hour(n: i64) -> String {
    format!(
        "INSERT INTO calls (owner_id, bucket_interval, bucket_timestamp, labels_id, created_at, calls, bytes)
         VALUES (1, 3600, {n} * 3600, 1, 0, 4, 4)"
    )
}

/// The days, each with what it counts.
fn days(halfway: &Halfway) -> Vec<String> {
    halfway.database.texts(
        "SELECT bucket_timestamp || ': ' || calls AS name FROM calls WHERE bucket_interval = 86400 ORDER BY bucket_timestamp",
    )
}

#[test]
fn rows_are_held_against_a_check_while_everybody_writes() {
    let halfway = with_intervals(vec![60]);
    let mut business = halfway.connect();
    business
        .batch_execute(BUSINESS)
        .expect("nobody else is there");
    thread::scope(|scope| {
        let finishing = scope.spawn(|| halfway.apply());
        halfway.await_one(VALIDATING);
        (24..50).for_each(|n| halfway.write(&hour(n)));
        let waiting = halfway.database.count(VALIDATING);
        assert_eq!(waiting, 1, "it was about to validate all the time");
        business.batch_execute("COMMIT").expect("it is done");
        let finished = finishing.join().expect("no panic");
        assert_eq!(finished.expect("it is finished"), [FINISH]);
    });
    assert_eq!(halfway.differences(), [""; 0]);
    assert_eq!(halfway.database.count("calls"), 50, "no quarters are left");
}

#[test]
fn what_ended_before_the_check_is_told_and_nothing_is_lost_or_counted_twice() {
    let halfway = with_intervals(vec![60, 24 * 60]);
    // Somebody has made a row by hand.
    halfway.database.execute(
        "ALTER TABLE calls DROP CONSTRAINT calls_bucket_interval_check;
         INSERT INTO calls (owner_id, bucket_interval, bucket_timestamp, labels_id, created_at) VALUES (1, 7, 0, 1, 0);
         ALTER TABLE calls ADD CONSTRAINT calls_bucket_interval_check CHECK (bucket_interval IN (3600, 86400)) NOT VALID;",
    );
    let error = halfway.apply().expect_err("the row is in the way");
    let error = error.to_string();
    assert!(error.contains("calls_bucket_interval_check"), "{error}");
    let filled = ["0: 96", "86400: 96", "172800: 8"];
    assert_eq!(days(&halfway), filled);
    let told = halfway.differences().join("\n");
    for expected in [
        "2027-01-15-080002_change_finish has not been applied",
        "calls has the check that bucket_interval is one of 3600, 86400, unfinished: what was making it was interrupted",
    ] {
        assert!(told.contains(expected), "{expected}\n{told}");
    }
    halfway
        .database
        .execute("DELETE FROM calls WHERE bucket_interval = 7");
    assert_eq!(halfway.apply().expect("it is begun again"), [FINISH]);
    assert_eq!(halfway.differences(), [""; 0]);
    // The quarters are deleted by now: what was made of them has stayed.
    assert_eq!(days(&halfway), filled);
}
