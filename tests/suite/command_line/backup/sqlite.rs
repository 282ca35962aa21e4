//! Copies of the embedded database: made while it is in use, and put back.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use serde_json::{Value, json};

use crate::command_line::Folder;
use crate::support::app::{Key, TestApp, until};

const SERVERS: [&str; 3] = ["a", "b", "c"];
const SENDERS: u64 = 4;

/// A batch that counts the same on each server.
fn batch() -> Vec<Value> {
    let event = |server| {
        json!({
            "type": "server_installations",
            "timestamp": chrono::Utc::now().to_rfc3339(),
            "data": {"user_id": "boss", "team_id": "t1", "server_id": server, "installation_count": 1},
        })
    };
    SERVERS.into_iter().map(event).collect()
}

/// Ends what goes on beside a test, even if the test fails.
struct Until<'a>(&'a AtomicBool);

impl Drop for Until<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Makes a copy while batches come in. Answers how many were acknowledged before it, at its end, and all together.
fn copy_under_load(app: &TestApp, key: &Key, copy: &str) -> (u64, u64, u64) {
    let (acknowledged, over) = (AtomicU64::new(0), AtomicBool::new(false));
    let so_far = || acknowledged.load(Ordering::Relaxed);
    let (before, after) = std::thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    app.record(key, &batch());
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let _over = Until(&over);
        until("batches come in", || (so_far() > 40).then_some(()));
        let before = so_far();
        app.run(&["backup", copy]);
        let after = so_far();
        until("batches go on", || (so_far() > after + 20).then_some(()));
        (before, after)
    });
    (before, after, so_far())
}

fn totals(app: &TestApp, cookie: &str) -> Vec<u64> {
    let total = |server: &str| {
        let path = format!("/api/admin/metrics/server-installs?time_range=12h&server_id={server}");
        let data = app.get(&path).cookie(cookie).send().data();
        let total = &data["summary"]["total_installation_count"];
        total.as_u64().expect("a number")
    };
    SERVERS.into_iter().map(total).collect()
}

#[test]
fn a_copy_that_is_made_while_batches_come_in_has_each_of_them_whole_or_not_at_all() {
    let mut app = TestApp::start();
    let boss = app.admin("boss");
    app.team("t1");
    let key = app.key("sat");
    let (before, after, all) = copy_under_load(&app, &key, "copy.db");
    assert_eq!(totals(&app, &boss.cookie), [all; 3]);
    app.terminate();
    let restored = app.run(&["restore", "copy.db", "--force"]);
    app.start_again();
    let in_copy = totals(&app, &boss.cookie);
    assert_eq!(in_copy, [in_copy[0]; 3], "each batch is whole");
    assert!(
        (before..=after + SENDERS).contains(&in_copy[0]),
        "{before} were acknowledged before, {after} after it, and {in_copy:?} are in the copy"
    );
    // What came after the copy is not lost either.
    app.terminate();
    let kept = restored["kept"].as_str().expect("what was there is kept");
    app.run(&["restore", kept, "--force"]);
    app.start_again();
    assert_eq!(totals(&app, &boss.cookie), [all; 3]);
}

#[test]
fn after_an_end_the_file_alone_has_everything_in_it() {
    let mut app = TestApp::start();
    let boss = app.admin("boss");
    app.team("t1");
    app.record(&app.key("sat"), &batch());
    assert!(app.terminate().success());
    let [file, alone] = ["app.db", "alone.db"].map(|name| app.folder().join(name));
    fs::copy(file, &alone).expect("it can be copied");
    app.start_again_on(&format!("sqlite:{}", alone.display()));
    assert_eq!(totals(&app, &boss.cookie), [1; 3]);
}

#[test]
fn a_database_that_is_in_use_is_not_replaced() {
    let mut app = TestApp::start();
    let boss = app.admin("boss");
    app.run(&["backup", "copy.db"]);
    app.team("t1");
    let sentence = app.refused(&["restore", "copy.db", "--force"]);
    assert!(
        sentence.contains("in use") && sentence.contains("stop"),
        "{sentence}"
    );
    app.record(&app.key("sat"), &batch());
    assert_eq!(
        totals(&app, &boss.cookie),
        [1; 3],
        "and goes on undisturbed"
    );
    assert!(app.terminate().success());
    app.run(&["restore", "copy.db", "--force"]);
}

/// Names in the folder that the program leaves behind when it does not clean up.
fn leftovers(folder: &Folder) -> Vec<String> {
    let files = fs::read_dir(folder.path()).expect("a folder");
    let names = files.map(|file| file.expect("can be listed").file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| name.contains(".part")).collect()
}

/// Whether there is a team of this name, which only then can have a key.
fn has_team(folder: &Folder, team: &str) -> bool {
    let key = format!("keys add --satellite s --team {team}");
    folder.run(&key).code == 0
}

#[test]
fn nothing_is_overwritten_unless_it_is_asked_for_and_what_was_there_is_kept() {
    let folder = Folder::new();
    folder.run("backup copy.db").failed(1, &["no database"]);
    assert!(
        !folder.path().join("metrics.db").exists(),
        "none is made by looking"
    );
    folder.run("teams add --name Early --id early").ok();
    let copied = folder.json("backup copy.db");
    let size = fs::metadata(folder.path().join("copy.db"))
        .expect("it is there")
        .len();
    assert_eq!(copied["bytes"], size);
    folder.run("teams add --name Late --id late").ok();
    folder
        .run("backup copy.db")
        .failed(1, &["copy.db", "--force"]);
    folder
        .run("restore copy.db")
        .failed(1, &["--force", "metrics.db"]);
    assert!(has_team(&folder, "late"));
    let restored = folder.json("restore copy.db --force");
    assert!(has_team(&folder, "early") && !has_team(&folder, "late"));
    let kept = restored["kept"].as_str().expect("a name");
    folder.run("backup copy.db --force").ok();
    folder.json(&format!("restore {kept} --force"));
    assert!(has_team(&folder, "late"));
    assert_eq!(leftovers(&folder), [""; 0]);
}

#[test]
fn a_copy_does_not_take_the_place_of_the_database_itself_whatever_leads_there() {
    let mut app = TestApp::start();
    let boss = app.admin("boss");
    app.team("t1");
    let key = app.key("sat");
    std::os::unix::fs::symlink("app.db", app.folder().join("link.db")).expect("a link");
    let name = app
        .folder()
        .file_name()
        .expect("it has one")
        .to_string_lossy();
    for file in [
        "app.db",
        "./app.db",
        &format!("../{name}/app.db"),
        "link.db",
        "app.db-wal",
    ] {
        for force in [&[][..], &["--force"]] {
            let sentence = app.refused(&[&["backup", file][..], force].concat());
            assert!(
                sentence.contains("is the database itself") && !sentence.contains("--force"),
                "{file}: {sentence}"
            );
        }
    }
    // What came after it is in the file, and not in one that nobody can open any more.
    app.record(&key, &batch());
    app.terminate();
    app.start_again();
    assert_eq!(totals(&app, &boss.cookie), [1, 1, 1]);
}

#[test]
fn a_copy_goes_where_there_is_no_database_yet() {
    let folder = Folder::new();
    folder.run("teams add --name Early --id early").ok();
    folder.run("backup copy.db").ok();
    let elsewhere = "--database-url sqlite:other.db";
    let restored = folder.json(&format!("restore copy.db {elsewhere}"));
    assert_eq!(
        (&restored["kept"], &restored["pending_migrations"]),
        (&Value::Null, &json!([]))
    );
    folder
        .run(&format!("keys add --satellite s --team early {elsewhere}"))
        .ok();
}

fn sql(file: &Path, statements: &str) {
    let path = file.to_str().expect("the path is text");
    let mut connection = SqliteConnection::establish(path).expect("SQLite opens");
    connection.batch_execute(statements).expect("it is SQL");
}

/// The second half of the file is lost.
fn damage(file: &Path) {
    let mut bytes = fs::read(file).expect("it is there");
    let middle = bytes.len() / 2;
    bytes[middle..].fill(0xA5);
    fs::write(file, bytes).expect("it can be written");
}

#[test]
fn what_is_no_sound_copy_of_this_application_changes_nothing() {
    let folder = Folder::new();
    folder.run("teams add --name Early --id early").ok();
    let file = |name: &str| folder.path().join(name);
    for name in ["damaged.db", "later.db", "torn.db"] {
        folder.run(&format!("backup {name}")).ok();
    }
    damage(&file("damaged.db"));
    sql(
        &file("later.db"),
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231235959')",
    );
    folder.write("torn.db-wal", "what was not in the file yet");
    folder.write("text.db", "this is no database at all");
    sql(&file("foreign.db"), "CREATE TABLE notes (text TEXT)");
    folder.run("teams add --name Late --id late").ok();
    for (name, part) in [
        ("damaged.db", "sound"),
        ("later.db", "99991231235959"),
        ("torn.db", "torn.db-wal"),
        ("text.db", "sound"),
        ("foreign.db", "tables"),
        ("missing.db", "missing.db"),
    ] {
        let restore = format!("restore {name} --force");
        folder.run(&restore).failed(1, &[part]);
        assert!(has_team(&folder, "late"), "{name}");
    }
    assert_eq!(leftovers(&folder), [""; 0]);
}

#[test]
fn a_database_that_is_damaged_is_not_copied_and_can_be_replaced() {
    let folder = Folder::new();
    folder.run("teams add --name Early --id early").ok();
    folder.run("backup copy.db").ok();
    let database = folder.path().join("metrics.db");
    sql(&database, "PRAGMA wal_checkpoint(TRUNCATE)");
    damage(&database);
    folder.run("backup other.db").failed(1, &["metrics.db"]);
    assert!(!folder.path().join("other.db").exists());
    let damaged = fs::read(&database).expect("it is there");
    let restored = folder.json("restore copy.db --force");
    assert!(has_team(&folder, "early"));
    let kept = restored["kept"].as_str().expect("a name");
    let kept = fs::read(folder.path().join(kept)).expect("it is kept");
    assert_eq!(kept.len(), damaged.len());
}
