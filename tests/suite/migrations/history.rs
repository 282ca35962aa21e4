//! The chain of migrations: what does not fit is found, and the sentence says what to do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use metrics_runtime::migrate::{Backend, Project};

use super::{files, moment, project};
use crate::support::spec::{MeasureSpec, Spec};

/// The usual metric with further measures.
fn with_measures(names: &[&str]) -> Spec {
    let mut spec = Spec::usual();
    spec.measures.extend(names.iter().map(|name| MeasureSpec {
        id: 100,
        name: (*name).to_owned(),
        renamed_from: None,
    }));
    spec
}

fn generate(project: &Project, spec: &Spec, seconds: i64) -> String {
    let generated = project.generate(&spec.registry(), None, moment(seconds));
    generated
        .expect("it can be written")
        .expect("something has changed")
        .name
}

/// Three migrations: the metric, and two measures.
fn three(folder: &Path) -> (Project, [String; 3]) {
    let project = project(folder);
    let names = [&[][..], &["errors"], &["errors", "retries"]].map(with_measures);
    let mut seconds = 0;
    let names = names.map(|spec| {
        seconds += 1;
        generate(&project, &spec, seconds)
    });
    (project, names)
}

fn complaint(project: &Project) -> String {
    let spec = with_measures(&["errors", "retries"]);
    project
        .check(&spec.registry())
        .expect_err("the history does not hold together")
        .to_string()
}

fn copy(from: &Path, to: &Path) {
    for (name, text) in files(from) {
        let file = to.join(name);
        fs::create_dir_all(file.parent().expect("in a folder")).expect("can be made");
        fs::write(file, text).expect("can be written");
    }
}

fn up(folder: &Path, name: &str) -> PathBuf {
    folder.join("sqlite").join(name).join("up.sql")
}

#[test]
fn an_edited_migration_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let (project, names) = three(folder.path());
    let file = up(folder.path(), &names[1]);
    let text = fs::read_to_string(&file).expect("it was written");
    fs::write(&file, text.replace("\n", "\r\n")).expect("can be written");
    project
        .check(&with_measures(&["errors", "retries"]).registry())
        .expect("line ends are not an edit");
    fs::write(&file, text + "-- by hand\n").expect("can be written");
    let complaint = complaint(&project);
    assert!(
        complaint.contains(&names[1]) && complaint.contains("edited"),
        "{complaint}"
    );
    assert!(
        !complaint.contains(&names[2]),
        "one fault is one complaint: {complaint}"
    );
}

#[test]
fn a_lost_migration_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let (project, names) = three(folder.path());
    fs::remove_dir_all(folder.path().join("postgres").join(&names[1])).expect("it was written");
    let complaint = complaint(&project);
    assert!(
        complaint.contains(&names[1]) && complaint.contains("missing"),
        "{complaint}"
    );
}

#[test]
fn a_backend_that_is_added_later_is_told_to_begin_a_history_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = Project::new(folder.path().join("metrics.lock"))
        .folder(Backend::Sqlite, folder.path().join("sqlite"));
    let spec = with_measures(&["errors", "retries"]);
    generate(&project, &spec, 1);
    let both = project.folder(Backend::Postgres, folder.path().join("postgres"));
    let complaint = complaint(&both);
    assert!(
        complaint.contains("postgres has no migrations for postgres")
            && complaint.contains("a lock file of its own, such as metrics.postgres.lock"),
        "{complaint}"
    );
    let own = Project::new(folder.path().join("metrics.postgres.lock"))
        .folder(Backend::Postgres, folder.path().join("postgres"));
    generate(&own, &spec, 2);
    assert!(
        own.check(&spec.registry())
            .expect("it holds together")
            .is_empty()
    );
}

#[test]
fn migrations_in_another_order_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let (project, names) = three(folder.path());
    let lock = folder.path().join("metrics.lock");
    let text = fs::read_to_string(&lock).expect("it was written");
    let mut lines: Vec<_> = text.lines().collect();
    let at = lines
        .iter()
        .position(|line| line.contains(&names[1]))
        .expect("it is recorded");
    lines.swap(at, at + 1);
    let swapped = lines
        .join("\n")
        .replace("\" }\n    {", "\" },\n    {")
        .replace("\" },\n  ]", "\" }\n  ]");
    fs::write(&lock, swapped).expect("can be written");
    let complaint = complaint(&project);
    assert!(
        complaint.contains(&format!("{} was generated after {}", names[2], names[1])),
        "{complaint}"
    );
}

#[test]
fn two_branches_that_both_generate_conflict_and_cannot_be_merged_by_keeping_both() {
    let base = tempfile::tempdir().expect("a folder");
    let (ours, theirs) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    generate(&project(base.path()), &with_measures(&[]), 0);
    copy(base.path(), ours.path());
    copy(base.path(), theirs.path());
    let one = generate(&project(ours.path()), &with_measures(&["errors"]), 1);
    let other = generate(&project(theirs.path()), &with_measures(&["retries"]), 2);
    let lock = |folder: &tempfile::TempDir| folder.path().join("metrics.lock");
    let merged = Command::new("git")
        .args(["merge-file", "-p"])
        .args([lock(&ours), lock(&base), lock(&theirs)])
        .output()
        .expect("git is installed");
    assert!(
        merged.status.code().is_some_and(|conflicts| conflicts > 0),
        "the lock files conflict"
    );

    // Somebody keeps both lines.
    copy(&theirs.path().join("sqlite"), &ours.path().join("sqlite"));
    copy(
        &theirs.path().join("postgres"),
        &ours.path().join("postgres"),
    );
    let text = fs::read_to_string(lock(&ours)).expect("it was written");
    let line = fs::read_to_string(lock(&theirs)).expect("it was written");
    let line = line
        .lines()
        .find(|line| line.contains(&other))
        .expect("it is recorded")
        .to_owned();
    fs::write(
        lock(&ours),
        text.replace("\" }\n  ]", &format!("\" }},\n{line}\n  ]")),
    )
    .expect("can be written");
    let complaint = complaint(&project(ours.path()));
    assert!(
        complaint.contains(&format!("{one} and {other} were generated side by side")),
        "{complaint}"
    );

    // Somebody keeps one lock, and the folders of both.
    fs::write(lock(&ours), text).expect("can be written");
    let complaint = self::complaint(&project(ours.path()));
    assert!(
        complaint.contains(&other) && complaint.contains("not in the lock file"),
        "{complaint}"
    );
}

#[test]
fn a_migration_sorts_after_the_last_one_whatever_the_clock_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = project(folder.path());
    let first = generate(&project, &with_measures(&[]), 100);
    let second = generate(&project, &with_measures(&["errors"]), 50);
    assert!(first < second, "{first} {second}");
}
