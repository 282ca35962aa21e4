//! Copies to a server of libSQL's, from whichever backend the run is on, and on to a file.

use super::interruptions::Stopped;
use super::{World, rows};
use crate::support::libsql::Sqld;
use crate::support::place::Place;

fn to_libsql() -> World {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    World::with(Place::Libsql(Sqld::new()), folder)
}

#[test]
fn a_server_of_libsql_answers_everybody_the_same_and_a_file_that_is_copied_from_it_too() {
    let mut world = to_libsql();
    let report = world.copy();
    assert_eq!(rows(&report, "users"), (3, 3));
    world.moves_over_unnoticed();
    world.go_on_to(Place::File(world.folder.path().join("back.db")));
    let report = world.copy();
    assert_eq!(rows(&report, "server_install_metrics_labels"), (3, 3));
    world.moves_over_unnoticed();
}

#[test]
fn a_copy_to_libsql_that_was_killed_goes_on_from_there() {
    let mut world = to_libsql();
    drop(Stopped::at(&world, "appended"));
    for _ in 0..4 {
        drop(Stopped::at(&world, "copied"));
    }
    drop(Stopped::at(&world, "appended"));
    let report = world.copy();
    assert_eq!(rows(&report, "team_members"), (1, 0), "was there before");
    assert_eq!(rows(&report, "sessions"), (2, 2));
    world.moves_over_unnoticed();
}

#[test]
fn a_table_of_many_slices_arrives_whole_on_libsql() {
    let world = to_libsql();
    world.report_many_batches();
    let report = world.copy();
    assert_eq!(rows(&report, "metrics_batches"), (25_001, 25_001));
}
