//! Generated migrations: written once, applied on every backend, and compared with what is declared.

mod applying;
mod changes;
#[cfg(feature = "postgres")]
mod concurrently;
mod evolution;
mod history;
mod introspection;
mod journal;
mod refusals;
mod rows;
#[cfg(feature = "postgres")]
mod scale;
mod sqlite;

use std::fs;
use std::path::Path;

use app::database::check_declared;
use chrono::{DateTime, Utc};
use metrics_runtime::migrate::{Backend, Project};
use metrics_runtime::{Registry, TimeSeriesMetric, register};

use crate::support::database::{Database, backends};
use crate::support::metrics::{Build, Login, ToolCall, registry};
use crate::support::spec::Spec;

fn project(folder: &Path) -> Project {
    Project::new(folder.join("metrics.lock"))
        .folder(Backend::Sqlite, folder.join("sqlite"))
        .folder(Backend::Postgres, folder.join("postgres"))
}

fn moment(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("a time")
}

fn build(registry: metrics_runtime::RegistryBuilder) -> Registry {
    registry.build().expect("no conflicts")
}

/// Goes back from a migration: in a transaction, unless its metadata says that none can hold it.
fn go_down(database: &Database, migration: &Path) -> diesel::QueryResult<()> {
    let down = fs::read_to_string(migration.join("down.sql")).expect("it was written");
    if migration.join("metadata.toml").is_file() {
        database.try_execute(&down)
    } else {
        database.try_execute(&format!("BEGIN;\n{down}\nCOMMIT;"))
    }
}

/// Every file below a folder with its text, in order.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() {
            let below = files(&entry.path()).into_iter();
            found.extend(
                below.map(|(name, text)| (format!("{}/{name}", entry.file_name().display()), text)),
            );
        } else {
            let text = fs::read_to_string(entry.path()).expect("a text");
            found.push((entry.file_name().display().to_string(), text));
        }
    }
    found.sort();
    found
}

#[test]
fn what_is_declared_is_written_for_every_backend_and_then_nothing_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = project(folder.path());
    let generated = project
        .generate(&registry(), None, moment(0))
        .expect("can be written")
        .expect("all is new");
    assert_eq!(generated.name, "2027-01-15-080000_create_metrics");
    let names: Vec<_> = files(folder.path())
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let of = |backend: &str| {
        ["down", "up"].map(|file| format!("{backend}/{}/{file}.sql", generated.name))
    };
    let expected: Vec<_> = ["metrics.lock".to_owned()]
        .into_iter()
        .chain(of("postgres"))
        .chain(of("sqlite"))
        .collect();
    assert_eq!(names, expected);
    let before = files(folder.path());
    assert!(
        project
            .generate(&registry(), None, moment(1))
            .expect("can be compared")
            .is_none()
    );
    assert_eq!(files(folder.path()), before);
    assert!(
        project
            .check(&registry())
            .expect("can be compared")
            .is_empty()
    );
}

#[test]
fn a_further_metric_gets_a_migration_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = project(folder.path());
    project
        .generate(&build(register![Login]), None, moment(0))
        .expect("can be written");
    let drift = project
        .check(&build(register![Login, Build]))
        .expect("can be compared");
    assert_eq!(drift.to_string(), "- create build_metrics for build");
    let further = project.generate(
        &build(register![Login, Build]),
        Some("add_builds"),
        moment(1),
    );
    assert_eq!(
        further.expect("can be written").expect("one is new").name,
        "2027-01-15-080001_add_builds"
    );
    assert!(
        project
            .check(&build(register![Login, Build]))
            .expect("can be compared")
            .is_empty()
    );
}

#[test]
fn what_cannot_be_told_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = project(folder.path());
    let generated = project
        .generate(&registry(), None, moment(0))
        .expect("written")
        .expect("new");
    let up = folder
        .path()
        .join("postgres")
        .join(&generated.name)
        .join("up.sql");
    fs::remove_file(&up).expect("it was written");
    let missing = project
        .check(&registry())
        .expect_err("a migration is gone")
        .to_string();
    assert!(missing.contains(&*up.to_string_lossy()), "{missing}");
    fs::write(folder.path().join("metrics.lock"), "{").expect("can be written");
    let unreadable = project
        .check(&registry())
        .expect_err("it is not JSON")
        .to_string();
    assert!(unreadable.contains("metrics.lock"), "{unreadable}");
    fs::write(
        folder.path().join("metrics.lock"),
        "{\"format\": 1, \"metrics\": {}}",
    )
    .expect("can be written");
    let older = project
        .check(&registry())
        .expect_err("it is of a format that is not read")
        .to_string();
    assert!(
        older.contains("format 1") && older.contains("generate them anew"),
        "{older}"
    );
}

#[test]
fn names_that_are_none_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    for wrong in ["", "Add", "add-it", "../up", "add it"] {
        let error = project(folder.path())
            .generate(&registry(), Some(wrong), moment(0))
            .expect_err(wrong);
        assert!(error.to_string().contains("create_installs"), "{error}");
    }
    assert_eq!(files(folder.path()), []);
}

#[test]
fn generated_migrations_go_up_once_and_leave_nothing_behind_on_the_way_down() {
    for backend in backends() {
        let database = Database::empty(backend);
        let folder = tempfile::tempdir().expect("a folder");
        let project =
            Project::new(folder.path().join("metrics.lock")).folder(backend, folder.path());
        let generated = project
            .generate(&registry(), None, moment(0))
            .expect("written")
            .expect("new");
        let applied = database
            .store
            .apply_migrations(folder.path())
            .expect("they apply");
        assert_eq!(applied, [generated.name.as_str()]);
        assert_eq!(
            database
                .store
                .apply_migrations(folder.path())
                .expect("nothing is pending"),
            [""; 0]
        );
        ToolCall::upsert(&database.store, &[]).expect("the tables are there");
        let down = fs::read_to_string(folder.path().join(&generated.name).join("down.sql"))
            .expect("it was written");
        database.execute(&down);
        assert_eq!(database.tables(), ["__diesel_schema_migrations"]);
    }
}

/// The application's accounts and metrics, as they are committed.
#[test]
fn the_committed_migrations_apply_on_every_backend() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("in the workspace")
        .join("migrations");
    for backend in backends() {
        let database = Database::empty(backend);
        let applied = database
            .store
            .apply_migrations(&committed.join(backend.name()))
            .expect("they apply");
        assert_eq!(
            applied.first().map(String::as_str),
            Some("00000000000001_create_accounts")
        );
        let tables = database.tables();
        for layout in app::metrics::registry().metrics() {
            assert!(
                tables.iter().any(|table| table == layout.schema.table),
                "{tables:?}"
            );
            assert!(tables.contains(&layout.view()), "{tables:?}");
        }
        database.execute(
            "INSERT INTO users (id, email, password_hash, role, created_at) VALUES ('u', 'u@example.com', 'x', 'global_user', 0);
             INSERT INTO teams (id, name, created_at) VALUES ('t', 'T', 0);
             INSERT INTO server_install_metrics_owners (team_id, user_id, last_used_at) VALUES ('t', 'u', 0);",
        );
        for nobody in [
            "INSERT INTO users (id, email, password_hash, created_at) VALUES ('n', 'n@example.com', 'x', 0)",
            "UPDATE users SET role = NULL",
            "UPDATE users SET role = 'king'",
        ] {
            assert!(database.try_execute(nobody).is_err(), "{nobody}");
        }
        assert!(database.try_execute("INSERT INTO server_install_metrics_owners (team_id, user_id, last_used_at) VALUES ('t', 'nobody', 0)").is_err());
        database.execute("DELETE FROM users WHERE id = 'u'");
        assert_eq!(database.count("server_install_metrics_owners"), 0);
    }
}

#[test]
fn the_readable_view_shows_what_was_recorded() {
    for backend in backends() {
        let database = Database::new(backend, &build(register![Build]));
        let build = Build {
            team: "t1".into(),
            passed: true,
            builds: 3,
        };
        let at =
            DateTime::from_timestamp(Utc::now().timestamp() / 3_600 * 3_600, 0).expect("a time");
        Build::upsert(&database.store, &[(at, build)]).expect("recorded");
        let same = format!(
            "bucket_timestamp = {} AND team = 't1' AND passed = 1 AND builds = 3",
            at.timestamp()
        );
        for interval in ["5m", "1h"] {
            let shown =
                format!("build_metrics_view WHERE {same} AND bucket_interval = '{interval}'");
            assert_eq!(database.count(&shown), 1, "{interval}");
        }
        assert_eq!(database.count("build_metrics_view"), 2);
    }
}

#[test]
fn the_table_refuses_intervals_that_are_not_declared() {
    for backend in backends() {
        let database = Database::new(backend, &build(register![Login]));
        let insert = |interval: i64| {
            format!(
                "INSERT INTO login_metrics (bucket_interval, bucket_timestamp, created_at, count) VALUES ({interval}, 0, 0, 1)"
            )
        };
        database.execute(&insert(3_600));
        assert!(
            database.try_execute(&insert(900)).is_err(),
            "it is not declared"
        );
        assert!(
            database.try_execute(&insert(3_600)).is_err(),
            "the key is there already"
        );
        assert_eq!(database.count("login_metrics"), 1);
    }
    assert_eq!(Login::SCHEMA.levels.len(), 1);
}

#[test]
fn a_program_whose_metrics_have_no_migrations_does_not_start_and_says_so() {
    check_declared(&app::metrics::registry()).expect("they have theirs");
    let forgotten = Spec::usual().registry();
    let error = check_declared(&forgotten)
        .expect_err("it has none")
        .to_string();
    assert!(
        error.contains("create calls for") && error.contains("`migrations generate`"),
        "{error}"
    );
}
