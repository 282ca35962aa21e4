//! What a migration leaves to the one after it on PostgreSQL: done while everybody goes on writing, and begun again when
//! it was interrupted.

mod intervals;
mod keys;

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
use crate::support::spec::Spec;

/// A metric that has changed, in a database where all is done but what is left to the last migration.
struct Halfway {
    folder: tempfile::TempDir,
    database: Database,
}

const CHANGE: &str = "2027-01-15-080001_change";
const FINISH: &str = "2027-01-15-080002_change_finish";

/// Builds that have begun and wait for who has written already.
const BUILDING: &str = "pg_stat_progress_create_index WHERE datname = current_database() AND phase LIKE 'waiting for writers%'";

/// How long anything may take until it counts as hanging.
const HANGING: Duration = Duration::from_secs(60);

/// A tool begins to refer to a table: the index for that is built last.
fn referring() -> Halfway {
    Halfway::new(&count_at(0), |spec| {
        spec.dimension("tool").references = Some(Reference {
            table: "tools",
            column: "name",
        });
    })
}

impl Halfway {
    /// `rows` are there before it changes.
    fn new(rows: &str, change: impl FnOnce(&mut Spec)) -> Self {
        Self::of(changed(change), &format!(
            "CREATE TABLE tools (name TEXT PRIMARY KEY); INSERT INTO tools VALUES ('a'), ('b');
             INSERT INTO calls_owners (team_id, user_id, last_used_at) VALUES ('t', 'u', 1);
             INSERT INTO calls_labels (tool, transport, attempt, cached, last_used_at) VALUES ('a', 'stdio', 1, 0, 1), ('b', 'http', 1, 0, 9);
             {rows}"
        ))
    }

    /// The migrations are there already.
    fn of(folder: tempfile::TempDir, rows: &str) -> Self {
        let database = Database::empty(Backend::Postgres);
        let halfway = Self { folder, database };
        halfway.apply_without(&[CHANGE, FINISH]);
        halfway.database.execute(rows);
        halfway.apply_without(&[FINISH]);
        halfway
    }

    /// Applies the one migration that is pending without others.
    fn apply_without(&self, others: &[&str]) {
        let aside = self.folder.path().join("aside");
        fs::create_dir_all(&aside).expect("it is writable");
        for name in others {
            fs::rename(self.migrations().join(name), aside.join(name)).expect("it was written");
        }
        let applied = self.apply().expect("nothing is in the way");
        assert_eq!(applied.len(), 1, "{applied:?}");
        for name in others {
            fs::rename(aside.join(name), self.migrations().join(name)).expect("it was put aside");
        }
    }

    fn migrations(&self) -> PathBuf {
        self.folder.path().join("postgres")
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
            _ => unreachable!("it is on a server"),
        }
    }

    /// Somebody who has written and not committed: an index that is being built waits for that.
    fn unfinished_business(&self) -> PgConnection {
        let mut writer = self.connect();
        let sql = format!("BEGIN; {}", count_at(900));
        writer.batch_execute(&sql).expect("nobody holds it up");
        writer
    }

    /// Until somebody is at it, and has to wait for somebody's business.
    fn await_one(&self, waiting: &str) {
        let start = Instant::now();
        while self.database.count(waiting) == 0 {
            assert!(start.elapsed() < HANGING, "nobody is at it: {waiting}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Writes now, without the patience to wait for a lock that lasts.
    fn write(&self, sql: &str) {
        self.database
            .execute(&format!("SET lock_timeout = '10s'; {sql}"));
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
    let referring = referring();
    let mut business = referring.unfinished_business();
    thread::scope(|scope| {
        let builder = scope.spawn(|| referring.apply());
        referring.await_one(BUILDING);
        let other = scope.spawn(|| referring.apply());
        for bucket in 2..20 {
            referring.write(&count_at(bucket * 900));
        }
        assert_eq!(
            referring.database.count(BUILDING),
            1,
            "it was being built all the time"
        );
        business.batch_execute("COMMIT").expect("it is done");
        let built = builder.join().expect("no panic").expect("it is built");
        assert_eq!(built, [FINISH]);
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
    let referring = referring();
    let mut business = referring.unfinished_business();
    thread::scope(|scope| {
        let builder = scope.spawn(|| referring.apply());
        referring.await_one(BUILDING);
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
        "2027-01-15-080002_change_finish has not been applied",
        "calls has the index on labels_id, unfinished: what was making it was interrupted",
        "calls has the reference of labels_id to calls_labels(id), on delete cascade, unfinished",
    ] {
        assert!(told.contains(expected), "{expected}\n{told}");
    }
    assert_eq!(referring.apply().expect("it is begun again"), [FINISH]);
    assert_eq!(referring.differences(), [""; 0]);
}

#[test]
fn the_way_back_leaves_neither_the_index_nor_a_part_of_it() {
    let referring = referring();
    referring.apply().expect("it is built");
    for migration in [FINISH, CHANGE] {
        go_down(&referring.database, &referring.migrations().join(migration))
            .expect("it goes back");
    }
    let left = "pg_index WHERE indrelid = 'calls'::regclass AND NOT indisprimary";
    assert_eq!(referring.database.count(left), 0);
    let references = "pg_constraint WHERE conrelid = 'calls'::regclass AND contype = 'f'";
    assert_eq!(referring.database.count(references), 1);
}
