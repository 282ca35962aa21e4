//! A real database beside what its migrations amount to.

use metrics_runtime::migrate::{Backend, Project};

use super::{moment, project};
use crate::support::database::{Database, backends};
use crate::support::spec::Spec;
use metrics_runtime::Reference;

/// A database with the usual metric in it, whose tool and user refer to other tables.
fn usual(backend: Backend) -> (tempfile::TempDir, Project, Database) {
    let folder = tempfile::tempdir().expect("a folder");
    let project = project(folder.path());
    let mut spec = Spec::usual();
    spec.dimension("tool").references = Some(Reference {
        table: "tools",
        column: "name",
    });
    spec.dimension("user_id").references = Some(Reference {
        table: "users",
        column: "id",
    });
    project
        .generate(&spec.registry(), Some("create"), moment(0))
        .expect("written");
    let database = Database::empty(backend);
    database.execute(
        "CREATE TABLE users (id TEXT PRIMARY KEY); CREATE TABLE tools (name TEXT PRIMARY KEY);",
    );
    database
        .store
        .apply_migrations(&folder.path().join(backend.name()))
        .expect("applied");
    (folder, project, database)
}

fn differences(project: &Project, database: &Database) -> Vec<String> {
    database.store.differences(project).expect("it can be told")
}

#[test]
fn what_the_migrations_made_does_not_differ() {
    for backend in backends() {
        let (_folder, project, database) = usual(backend);
        assert_eq!(differences(&project, &database), [""; 0]);
    }
}

#[test]
fn what_was_changed_by_hand_is_told_in_words() {
    for backend in backends() {
        let (_folder, project, database) = usual(backend);
        let told = |sql: &str| {
            database.execute(sql);
            differences(&project, &database)
                .last()
                .cloned()
                .unwrap_or_default()
        };
        let index = told("DROP INDEX calls_owners_user_id");
        assert_eq!(index, "calls_owners lacks the index on user_id");
        database.execute("CREATE INDEX calls_owners_user_id ON calls_owners (user_id)");
        let column = told("ALTER TABLE calls ADD COLUMN note TEXT DEFAULT 'x'");
        assert!(
            column.starts_with("calls has the column note TEXT, which may be NULL, by default 'x'"),
            "{column}"
        );
        database.execute("ALTER TABLE calls DROP COLUMN note");
        let foreign = told("CREATE INDEX mine ON calls (bytes)");
        assert_eq!(
            foreign,
            "calls has the index on bytes, which no migration made"
        );
        database.execute("DROP INDEX mine");
        let view = told("DROP VIEW calls_view");
        assert_eq!(
            view,
            "calls_view is missing: a migration made it, and something else has dropped it"
        );
    }
}

#[test]
fn a_changed_check_and_a_changed_key_are_told() {
    for backend in backends() {
        let (_folder, project, database) = usual(backend);
        match backend {
            Backend::Postgres => database.execute(
                "ALTER TABLE calls DROP CONSTRAINT calls_bucket_interval_check;
                 ALTER TABLE calls ADD CHECK (bucket_interval IN (900, 3600, 60));
                 ALTER TABLE calls_labels DROP CONSTRAINT calls_labels_tool_transport_attempt_cached_key;",
            ),
            Backend::Sqlite => database.execute(
                "DROP VIEW calls_view; DROP TABLE calls; DROP TABLE calls_labels;
                 CREATE TABLE calls_labels (id INTEGER PRIMARY KEY AUTOINCREMENT,
                    tool TEXT NOT NULL REFERENCES tools (name) ON DELETE CASCADE,
                    transport TEXT NOT NULL CHECK (transport IN ('stdio', 'http')), attempt INTEGER NOT NULL,
                    cached INTEGER NOT NULL CHECK (cached IN (0, 1)), last_used_at INTEGER NOT NULL) STRICT;
                 CREATE TABLE calls (owner_id INTEGER NOT NULL, bucket_interval INTEGER NOT NULL CHECK (bucket_interval IN (900, 3600, 60)),
                    bucket_timestamp INTEGER NOT NULL, labels_id INTEGER NOT NULL, created_at INTEGER NOT NULL,
                    calls INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,
                    PRIMARY KEY (owner_id, bucket_interval, bucket_timestamp, labels_id)) STRICT;",
            ),
        }
        let words = differences(&project, &database).join("\n");
        for expected in [
            "calls lacks the check that bucket_interval is one of 3600, 900",
            "calls has the check that bucket_interval is one of 3600, 60, 900, which no migration made",
            "calls_labels lacks the unique key attempt, cached, tool, transport",
        ] {
            assert!(words.contains(expected), "{expected}\n{words}");
        }
        assert_eq!(
            backend == Backend::Sqlite,
            words.contains("calls lacks WITHOUT ROWID"),
            "{words}"
        );
    }
}

#[test]
fn a_database_that_is_behind_is_told_so() {
    for backend in backends() {
        let (folder, project, database) = usual(backend);
        let project = project.allow_destructive();
        let further = project.generate(&Spec::usual().registry(), Some("further"), moment(1));
        let further = further.expect("written").expect("changed").name;
        assert_eq!(
            differences(&project, &database),
            [format!("{further} has not been applied")]
        );
        database
            .store
            .apply_migrations(&folder.path().join(backend.name()))
            .expect("applied");
        assert_eq!(differences(&project, &database), [""; 0]);
    }
}

#[test]
fn the_rows_that_a_loss_concerns_are_counted() {
    for backend in backends() {
        let (_folder, project, database) = usual(backend);
        database.execute(
            "INSERT INTO users VALUES ('u'); INSERT INTO tools VALUES ('x');
             INSERT INTO calls_owners (team_id, user_id, last_used_at) VALUES ('t', 'u', 1);
             INSERT INTO calls_labels (tool, transport, attempt, cached, last_used_at) VALUES ('x', 'stdio', 1, 0, 1);
             INSERT INTO calls (owner_id, bucket_interval, bucket_timestamp, labels_id, created_at, calls, bytes)
             VALUES (1, 900, 0, 1, 0, 1, 0), (1, 900, 900, 1, 0, 1, 5), (1, 3600, 0, 1, 0, 2, 5);",
        );
        let mut spec = Spec::usual();
        spec.measures.truncate(1);
        spec.intervals = vec![60];
        spec.dimension("tool").references = Some(Reference {
            table: "tools",
            column: "name",
        });
        let plan = project.check(&spec.registry()).expect("can be told");
        let lost = plan
            .losses()
            .into_iter()
            .map(|loss| database.store.rows_lost(&loss).expect("counted"));
        assert_eq!(lost.collect::<Vec<_>>(), [Some(2), Some(2)]);
    }
}
