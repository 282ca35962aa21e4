//! An index of a large table on PostgreSQL: built while everybody goes on writing, and begun again when that was
//! interrupted.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use metrics_runtime::Reference;
use metrics_runtime::migrate::{ApplyError, Backend};

use super::applying::changed;
use super::{go_down, project};
use crate::support::database::Database;
use crate::support::place::Place;

/// A metric whose tool has begun to refer to a table: in the database, all of it but the index.
struct Referring {
    folder: tempfile::TempDir,
    database: Database,
}

const INDEX: &str = "2027-01-15-080002_change_index";

/// Builds that have begun and wait for who has written already.
const BUILDING: &str = "pg_stat_progress_create_index WHERE datname = current_database() AND phase LIKE 'waiting for writers%'";

/// How long anything may take until it counts as hanging.
const HANGING: Duration = Duration::from_secs(60);

impl Referring {
    fn new() -> Self {
        let folder = changed(|spec| {
            spec.dimension("tool").references = Some(Reference {
                table: "tools",
                column: "name",
            });
        });
        let database = Database::empty(Backend::Postgres);
        database.execute(
            "CREATE TABLE tools (name TEXT PRIMARY KEY); INSERT INTO tools VALUES ('a'), ('b');",
        );
        let referring = Self { folder, database };
        let aside = referring.folder.path().join("aside");
        fs::rename(referring.index(), &aside).expect("it was written");
        let applied = referring.apply().expect("the first two apply");
        assert_eq!(applied.len(), 2, "{applied:?}");
        fs::rename(&aside, referring.index()).expect("it was put aside");
        referring.database.execute(
            "INSERT INTO calls_owners (team_id, user_id, last_used_at) VALUES ('t', 'u', 1);
             INSERT INTO calls_labels (tool, transport, attempt, cached, last_used_at) VALUES ('a', 'stdio', 1, 0, 1), ('b', 'http', 1, 0, 9);",
        );
        referring.database.execute(&count_at(0));
        referring
    }

    fn migrations(&self) -> PathBuf {
        self.folder.path().join("postgres")
    }

    fn index(&self) -> PathBuf {
        self.migrations().join(INDEX)
    }

    fn apply(&self) -> Result<Vec<String>, ApplyError> {
        self.database.store.apply_migrations(&self.migrations())
    }

    fn differences(&self) -> Vec<String> {
        let project = project(self.folder.path());
        let differences = self.database.store.differences(&project);
        differences.expect("it can be told")
    }

    fn connect(&self) -> PgConnection {
        match &self.database.place {
            Place::Server(server) => server.connect(),
            Place::File(_) => unreachable!("it is on a server"),
        }
    }

    /// Somebody who has written and not committed: an index that is being built waits for that.
    fn unfinished_business(&self) -> PgConnection {
        let mut writer = self.connect();
        let sql = format!("BEGIN; {}", count_at(900));
        writer.batch_execute(&sql).expect("nobody holds it up");
        writer
    }

    /// Until the index is being built, and the build waits for somebody's business.
    fn await_build(&self) {
        let start = Instant::now();
        while self.database.count(BUILDING) == 0 {
            assert!(start.elapsed() < HANGING, "nobody builds it");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// A statement that counts one call in a bucket.
fn count_at(bucket: i64) -> String {
    format!(
        "INSERT INTO calls (owner_id, bucket_interval, bucket_timestamp, labels_id, created_at, calls, bytes)
         VALUES (1, 900, {bucket}, 1, 0, 1, 1)"
    )
}

#[test]
fn everybody_writes_on_while_it_is_built_and_others_wait_their_turn() {
    let referring = Referring::new();
    let mut business = referring.unfinished_business();
    thread::scope(|scope| {
        let builder = scope.spawn(|| referring.apply());
        referring.await_build();
        let other = scope.spawn(|| referring.apply());
        for bucket in 2..20 {
            let patience = "SET lock_timeout = '10s';";
            let write = format!("{patience} {}", count_at(bucket * 900));
            referring.database.execute(&write);
        }
        assert_eq!(
            referring.database.count(BUILDING),
            1,
            "it was being built all the time"
        );
        business.batch_execute("COMMIT").expect("it is done");
        let built = builder.join().expect("no panic").expect("it is built");
        assert_eq!(built, [INDEX]);
        let nothing = other.join().expect("no panic").expect("nothing is left");
        assert_eq!(nothing, [""; 0]);
    });
    assert_eq!(referring.database.count("calls"), 20);
    assert_eq!(referring.differences(), [""; 0]);
    // The reference holds for the rows from before, too.
    referring
        .database
        .execute("DELETE FROM tools WHERE name = 'a'");
    assert_eq!(referring.database.count("calls"), 0);
}

#[test]
fn a_build_that_was_interrupted_is_told_and_begun_again() {
    let referring = Referring::new();
    let mut business = referring.unfinished_business();
    thread::scope(|scope| {
        let builder = scope.spawn(|| referring.apply());
        referring.await_build();
        referring.database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_progress_create_index WHERE datname = current_database()",
        );
        builder
            .join()
            .expect("no panic")
            .expect_err("it was cut off");
    });
    business.batch_execute("ROLLBACK").expect("it is done");
    let told = referring.differences().join("\n");
    for expected in [
        "2027-01-15-080002_change_index has not been applied",
        "calls has the index on labels_id, unfinished: what was making it was interrupted",
        "calls has the reference of labels_id to calls_labels(id), on delete cascade, unfinished",
    ] {
        assert!(told.contains(expected), "{expected}\n{told}");
    }
    assert_eq!(referring.apply().expect("it is begun again"), [INDEX]);
    assert_eq!(referring.differences(), [""; 0]);
}

#[test]
fn the_way_back_leaves_neither_the_index_nor_a_part_of_it() {
    let referring = Referring::new();
    referring.apply().expect("it is built");
    let change = referring.migrations().join("2027-01-15-080001_change");
    for migration in [referring.index(), change] {
        go_down(&referring.database, &migration).expect("it goes back");
    }
    let left = "pg_index WHERE indrelid = 'calls'::regclass AND NOT indisprimary";
    assert_eq!(referring.database.count(left), 0);
    let references = "pg_constraint WHERE conrelid = 'calls'::regclass AND contype = 'f'";
    assert_eq!(referring.database.count(references), 1);
}
