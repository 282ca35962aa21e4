//! Copies that are killed, and writers that meet one.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use serde_json::json;

use super::{World, event, rows};
use crate::support::place::is_libsql;

/// A copy that has stopped at a point. It is killed when it is dropped.
pub(super) struct Stopped(Child);

impl Stopped {
    pub(super) fn at(world: &World, point: &str) -> Self {
        let mut command = world.copy_command();
        command
            .env("METRICS_FAULT_POINT", point)
            .stderr(Stdio::piped());
        let mut process = command.spawn().expect("the binary runs");
        let stderr = process.stderr.take().expect("standard error is piped");
        let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
        let stopped = lines.any(|line| line.contains("stopped at the fault point"));
        assert!(stopped, "it has {point}");
        Self(process)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        self.0.kill().expect("it was running");
        self.0.wait().expect("it ends");
    }
}

#[test]
fn a_copy_that_was_killed_goes_on_from_there() {
    let mut world = World::new();
    drop(Stopped::at(&world, "appended"));
    for _ in 0..4 {
        drop(Stopped::at(&world, "copied"));
    }
    drop(Stopped::at(&world, "appended"));
    let report = world.copy();
    for table in ["roles", "users", "teams", "team_members"] {
        assert_eq!(rows(&report, table).1, 0, "{table} was there before");
    }
    assert_eq!(rows(&report, "sessions"), (2, 2));
    world.moves_over_unnoticed();
}

#[test]
fn a_table_of_many_slices_arrives_whole() {
    let world = World::new();
    world.report_many_batches();
    let report = world.copy();
    assert_eq!(rows(&report, "metrics_batches"), (25_001, 25_001));
}

#[test]
fn a_finished_copy_is_compared_again_and_nothing_is_copied() {
    let world = World::new();
    world.copy();
    let report = world.copy();
    assert_eq!(rows(&report, "users"), (3, 0));
    world.app.record(&world.key, &[event("s1", 1)]);
    let said = world.copy_that_fails();
    assert!(
        said.contains("the copy is not what the source is"),
        "{said}"
    );
}

#[test]
fn whoever_writes_to_the_source_meanwhile_is_refused_and_whoever_reads_is_answered() {
    let world = World::new();
    let stopped = Stopped::at(&world, "copied");
    assert_eq!(world.total(), json!(542));
    let refused = world.app.report(&world.key, &[event("s1", 1)]);
    // A server of libSQL's ends a transaction after some seconds in which others waited for it, and the copy with it.
    let is_let_in = is_libsql() && refused.status == 200;
    assert!(is_let_in || refused.status == 503, "{}", refused.body);
    drop(stopped);
    world.app.record(&world.key, &[event("s1", 1)]);
    let total = if is_let_in { 544 } else { 543 };
    assert_eq!(world.total(), json!(total));
}

#[test]
fn what_was_written_to_a_copied_table_during_an_interruption_is_noticed() {
    let world = World::new();
    for _ in 0..2 {
        drop(Stopped::at(&world, "copied"));
    }
    // Roles and people have been copied.
    world.app.add_person("late", "global_user");
    let said = world.copy_that_fails();
    let people = "users has 3 rows instead of 4";
    assert!(said.contains(people), "{said}");
}
