//! Everything that was found worth keeping, once more.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fuzz::{TARGETS, Target};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    entries
        .map(|entry| entry.expect("it is readable").path())
        .collect()
}

/// Gives a target every input that is kept for it. A panic names the input itself.
fn replay(name: &str) {
    let target = Target::named(name).expect("there is such a target");
    let inputs = files(&corpus().join(name));
    assert!(inputs.len() >= 10, "the corpus of {name} is kept");
    for input in inputs {
        target.run(&fs::read(&input).expect("it is readable"));
    }
}

#[test]
fn no_declaration_of_the_corpus_makes_a_derive_panic() {
    replay("declaration");
}

#[test]
fn every_report_of_the_corpus_is_answered_for_each_of_its_events() {
    replay("events");
}

#[test]
fn every_query_of_the_corpus_is_answered_or_refused_by_the_field() {
    replay("query");
}

#[test]
fn every_length_of_time_of_the_corpus_is_what_it_says() {
    replay("range");
}

#[test]
fn every_schedule_of_the_corpus_that_may_be_declared_can_be_run() {
    replay("schedule");
}

#[test]
fn every_target_has_a_corpus_and_every_corpus_a_target() {
    let names = TARGETS.iter().map(|target| target.name.to_owned());
    let folders = files(&corpus()).into_iter();
    let folders = folders.map(|folder| {
        let name = folder.file_name().expect("a folder has a name");
        name.to_string_lossy().into_owned()
    });
    assert_eq!(folders.collect::<BTreeSet<_>>(), names.collect());
}
