//! The key of a metric that gets its first labels: it is built while everybody reads and writes.

use std::thread;

use diesel::connection::SimpleConnection;
use metrics_runtime::DimensionRole;

use super::{BUILDING, FINISH, Halfway, count_at};
use crate::migrations::applying::from_one_to_another;
use crate::support::spec::Spec;

/// A metric that has got its first labels, with a row from before.
fn labelled() -> Halfway {
    let mut without = Spec::usual();
    let dimensions = &mut without.dimensions;
    dimensions.retain(|dimension| dimension.role != DimensionRole::Label);
    let mut with = Spec::usual();
    with.dimension("transport").default = Some("stdio".to_owned());
    let rows = "INSERT INTO calls_owners (team_id, user_id, last_used_at) VALUES ('t', 'u', 1);
         INSERT INTO calls (owner_id, bucket_interval, bucket_timestamp, created_at, calls, bytes) VALUES (1, 900, 0, 0, 1, 1)";
    Halfway::of(from_one_to_another(&without, &with), rows)
}

#[test]
fn everybody_reads_and_writes_while_the_key_of_the_first_labels_is_built() {
    let labelled = labelled();
    let mut business = labelled.unfinished_business();
    thread::scope(|scope| {
        let builder = scope.spawn(|| labelled.apply());
        labelled.await_one(BUILDING);
        for bucket in 2..20 {
            labelled.write(&count_at(bucket * 900));
        }
        assert_eq!(labelled.database.count("calls_view"), 19);
        let building = labelled.database.count(BUILDING);
        assert_eq!(building, 1, "it was being built all the time");
        business.batch_execute("COMMIT").expect("it is done");
        let built = builder.join().expect("no panic");
        assert_eq!(built.expect("it is built"), [FINISH]);
    });
    assert_eq!(labelled.differences(), [""; 0]);
    labelled.write(
        "INSERT INTO calls (owner_id, bucket_interval, bucket_timestamp, labels_id, created_at, calls, bytes)
         VALUES (1, 900, 0, 2, 0, 1, 1)",
    );
    assert_eq!(
        labelled.database.count("calls WHERE bucket_timestamp = 0"),
        2
    );
}

#[test]
fn a_key_that_was_interrupted_is_built_anew() {
    let labelled = labelled();
    let mut business = labelled.unfinished_business();
    thread::scope(|scope| {
        let builder = scope.spawn(|| labelled.apply());
        labelled.await_one(BUILDING);
        labelled.database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_progress_create_index WHERE datname = current_database()",
        );
        let built = builder.join().expect("no panic");
        built.expect_err("it was cut off");
    });
    business.batch_execute("ROLLBACK").expect("it is done");
    assert_eq!(labelled.apply().expect("it is begun again"), [FINISH]);
    assert_eq!(labelled.differences(), [""; 0]);
}
