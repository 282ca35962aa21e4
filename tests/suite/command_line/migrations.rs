//! `migrations`: what it says, and what scripts can rely on.

use std::path::{Path, PathBuf};

#[cfg(feature = "postgres")]
use diesel::connection::SimpleConnection;
#[cfg(feature = "postgres")]
use metrics_runtime::migrate::Backend;
use serde_json::{Value, json};

use super::Folder;
#[cfg(feature = "postgres")]
use crate::support::place::Place;

fn committed() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("in the workspace").join("migrations")
}

/// A folder with a database that is up to date.
fn up_to_date() -> Folder {
    let folder = Folder::new();
    folder.run("migrations apply").ok();
    folder
}

/// `migrations check` of the committed migrations and of the folder's database.
fn check(database: &str) -> String {
    let committed = committed();
    format!(
        "migrations check --database {database} --folder {}",
        committed.display()
    )
}

/// What `migrations status` says of the newest one.
fn newest(folder: &Folder) -> Value {
    let status = folder.json("migrations status");
    let all = status["migrations"].as_array().and_then(|all| all.last());
    all.expect("there are some").clone()
}

#[test]
fn check_looks_at_a_database_and_tells_what_somebody_changed() {
    let folder = up_to_date();
    let document = folder.json(&check(&folder.url()));
    assert_eq!(
        document,
        json!({"drift": false, "changes": [], "database": []})
    );
    folder.sql("DROP INDEX server_install_metrics_owners_user_id");
    let drift = folder.run(&format!("{} --json", check(&folder.url())));
    let words = drift.document()["database"].clone();
    assert_eq!(
        words,
        json!(["server_install_metrics_owners lacks the index on user_id"])
    );
    drift.failed(1, &["the database has drifted"]);
}

#[test]
fn apply_tells_how_far_it_has_come() {
    let folder = Folder::new();
    folder.run("migrations apply --log debug").ok().said(&[
        "applying migration 1 of ",
        "statement 1 of ",
        "CREATE TABLE \"server_install_metrics\"",
        "applied",
    ]);
}

#[cfg(feature = "postgres")]
#[test]
fn apply_tells_whom_a_statement_waits_for() {
    let folder = Folder::on(Backend::Postgres);
    folder.run("migrations apply").ok();
    let name = newest(&folder)["name"].as_str().map(str::to_owned);
    let name = name.expect("it has one");
    folder.run(&format!("migrations revert {name}")).ok();
    let Place::Server(server) = &folder.place else {
        unreachable!("it is on a server")
    };
    let mut other = server.connect();
    other
        .batch_execute("BEGIN; LOCK TABLE users, teams IN SHARE MODE")
        .expect("nobody is in the way");
    let url = format!("{}?options=-c%20lock_timeout%3D5s", folder.url());
    let apply = ["migrations", "apply", "--database-url", &url];
    folder.run_with(&apply, "").failed(
        1,
        &[
            "still at statement",
            "; waits for process",
            "not all applied",
        ],
    );
    other.batch_execute("ROLLBACK").expect("it is done");
    folder
        .run("migrations apply")
        .ok()
        .said(&[&name, "applied"]);
}

#[test]
fn check_cannot_tell_without_a_database_and_makes_none() {
    let folder = Folder::new();
    folder.run(&check("sqlite:none.db")).failed(
        2,
        &["cannot be told", "there is no database at sqlite:none.db"],
    );
    assert!(!folder.path().join("none.db").exists());
}

#[test]
fn a_history_that_begins_says_so_in_case_there_is_another_elsewhere() {
    let folder = Folder::new();
    let says_so = |command: &str| {
        let said = folder.run(command).ok().stdout;
        assert!(said.contains("Review and commit them"), "{said}");
        said.contains("a history begins here")
    };
    assert!(says_so("migrations generate"));
    assert!(!says_so("migrations generate --scale citus"));
}

#[test]
fn a_loss_is_counted_and_has_to_be_allowed() {
    let folder = up_to_date();
    // The lock of a project that stores days, too.
    let lock = std::fs::read_to_string(committed().join("metrics.lock")).expect("it is committed");
    let copy = folder.path().join("migrations");
    copy_all(&committed(), &copy);
    let flights = lock
        .find("\"mcp_client_activity_metrics\"")
        .expect("it is recorded");
    let (before, after) = lock.split_at(flights);
    let after = after.replacen("\"15m\", \"1h\"]", "\"15m\", \"1h\", \"1d\"]", 1);
    folder.write("migrations/metrics.lock", format!("{before}{after}"));
    folder
        .run(&format!("migrations generate --database {}", folder.url()))
        .failed(
            1,
            &[
                "do not store 1d any more",
                "(0 rows)",
                "--allow-destructive",
            ],
        );
    let written = folder.json("migrations generate --allow-destructive --name drop_days");
    assert!(
        written["migration"]
            .as_str()
            .is_some_and(|name| name.ends_with("_drop_days")),
        "{written}"
    );
    folder.run("migrations check").ok();
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("can be made");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("can be copied");
        }
    }
}

#[test]
fn a_database_that_is_newer_is_refused_by_every_command_and_shown_by_status() {
    let folder = up_to_date();
    folder.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')");
    folder
        .run("migrations apply")
        .failed(1, &["newer than this program", "29990101000000"]);
    folder
        .run("teams add --name One")
        .failed(1, &["newer than this program"]);
    let status = folder.json("migrations status");
    let last = status["migrations"]
        .as_array()
        .and_then(|all| all.last())
        .expect("there are some");
    assert_eq!(last["known"], Value::Bool(false), "{status}");
}

#[test]
fn revert_takes_the_newest_back_and_status_shows_it_as_pending() {
    let folder = up_to_date();
    let name = newest(&folder)["name"].as_str().expect("a name").to_owned();
    folder
        .run("migrations revert 00000000000001_create_accounts")
        .failed(1, &["was not taken back", &name, "first"]);
    let reverted = folder.json(&format!("migrations revert {name}"));
    assert_eq!(reverted, json!({"reverted": name}));
    assert_eq!(newest(&folder)["applied"], Value::Bool(false));
    let applied = folder.json("migrations apply");
    assert_eq!(applied, json!({"applied": [name]}));
}

#[test]
fn several_commands_that_start_together_apply_everything_once() {
    let folder = Folder::new();
    let applied: Vec<usize> = std::thread::scope(|scope| {
        let apply = || {
            let document = folder.json("migrations apply");
            document["applied"].as_array().expect("a list").len()
        };
        let commands: Vec<_> = (0..4).map(|_| scope.spawn(apply)).collect();
        let applied = commands.into_iter().map(|command| command.join());
        applied.map(|count| count.expect("it goes well")).collect()
    });
    let committed = folder.json("migrations status")["migrations"]
        .as_array()
        .map(Vec::len);
    assert_eq!(Some(applied.iter().sum()), committed, "{applied:?}");
    assert_eq!(
        applied.iter().filter(|count| **count > 0).count(),
        1,
        "{applied:?}"
    );
}
