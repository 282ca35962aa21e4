//! Copies that would do harm.

use super::World;

#[test]
fn a_target_with_rows_of_its_own_is_refused_and_left_alone() {
    let world = World::new();
    let target = world.target.url();
    let add = ["teams", "add", "--name", "Other", "--database-url", &target];
    world.app.run(&add);
    for _ in 0..2 {
        let said = world.copy_that_fails();
        let reason = "the target has 1 row in teams that did not come from this copy";
        assert!(said.contains(reason), "{said}");
    }
}

#[test]
fn a_target_with_a_copy_of_something_else_is_refused() {
    let (world, other) = (World::new(), World::new());
    world.copy();
    let copy = ["copy", "--to", &world.target.url()];
    let output = other.app.command(&copy).output().expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("the target was copied from"), "{said}");
}

#[test]
fn a_database_is_not_copied_to_itself_and_none_is_made_to_copy_from() {
    let world = World::new();
    let itself = ["copy", "--to", &world.app.url()];
    let output = world.app.command(&itself).output();
    let output = output.expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
    let target = world.target.url();
    let nothing = ["copy", "--from", "sqlite:none.db", "--to", &target];
    let output = world.app.command(&nothing).output();
    let output = output.expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    let reason = "there is no database at sqlite:none.db";
    assert!(said.contains(reason), "{said}");
    assert!(!world.app.folder().join("none.db").exists());
}
