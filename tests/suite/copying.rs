//! Copying everything to the other backend: what is there afterwards, what happens when it is interrupted, and what is
//! refused.

mod interruptions;
#[cfg(feature = "libsql")]
mod libsql;
mod refusals;

use std::process::Command;

use chrono::NaiveDate;
use diesel::{QueryableByName, sql_types};
use metrics_runtime::migrate::Backend;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::app::http::Answer;
use crate::support::app::{Key, Person, TestApp};
use crate::support::place::{Place, backend};

/// An application with people, a team, keys and events, and an empty database on the other backend.
struct World {
    app: TestApp,
    boss: Person,
    ann: Person,
    key: Key,
    /// The day on which everything was reported.
    day: NaiveDate,
    target: Place,
    /// Targets of earlier copies.
    #[cfg(feature = "libsql")]
    places: Vec<Place>,
    #[cfg_attr(
        not(feature = "libsql"),
        expect(dead_code, reason = "the target may be a file in it")
    )]
    folder: TempDir,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = sql_types::Text)]
    name: String,
}

fn other_backend() -> Backend {
    match backend() {
        Backend::Sqlite => Backend::Postgres,
        Backend::Postgres => Backend::Sqlite,
    }
}

fn event(server: &str, count: u64) -> Value {
    let now = chrono::Utc::now();
    json!({
        "type": "server_installations",
        "timestamp": now.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        "data": {"user_id": "ann", "team_id": "web", "server_id": server, "installation_count": count},
    })
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let target = Place::new(other_backend(), folder.path(), "target.db");
        Self::with(target, folder)
    }

    /// One that will be copied to a place.
    fn with(target: Place, folder: TempDir) -> Self {
        let app = TestApp::start_without_jobs_with(&[]);
        let (boss, ann) = (app.admin("boss"), app.user("ann"));
        app.team("web");
        app.join("web", &ann);
        let revoked = app.key_of_team("old", "web");
        app.revoke(&revoked);
        let key = app.key("sat");
        let world = Self {
            target,
            #[cfg(feature = "libsql")]
            places: Vec::new(),
            app,
            boss,
            ann,
            key,
            day: chrono::Utc::now().date_naive(),
            folder,
        };
        world.report_batch();
        world
            .app
            .record(&world.key, &[event("s1", 2), event("s2", 40)]);
        world.app.run(&["collect"]);
        let job = json!({"kind": "clean_up_metric", "subject": "server_installations"});
        let asked = world.app.post("/api/admin/jobs").cookie(&world.boss.cookie);
        assert_eq!(asked.json(&job).send().status / 100, 2);
        world
    }

    /// Reports under an id that is always the same.
    fn report_batch(&self) -> Answer {
        let events = json!({"events": [event("s3", 500)]});
        let report = self.app.reporting(&self.key).json(&events);
        report.header("Idempotency-Key", "once").send()
    }

    /// Makes 25,000 rows in a table.
    fn report_many_batches(&self) {
        self.app.sql(
            "INSERT INTO metrics_batches (id, forget_at, receipt)
             WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 25000)
             SELECT 'batch ' || n, 9999999999 + n, '' FROM numbers",
        );
    }

    /// Where the application, which has moved over, is copied to next. The place that it is on has to stay.
    #[cfg(feature = "libsql")]
    fn go_on_to(&mut self, target: Place) {
        self.places
            .push(std::mem::replace(&mut self.target, target));
    }

    fn copy_command(&self) -> Command {
        self.app.command(&["copy", "--to", &self.target.url()])
    }

    fn copy(&self) -> Value {
        self.app.run(&["copy", "--to", &self.target.url()])
    }

    /// Runs a copy that must fail, and answers what it said.
    fn copy_that_fails(&self) -> String {
        let output = self.copy_command().output().expect("the binary runs");
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// The application goes on with the copy.
    fn move_over(&mut self) {
        self.app.terminate();
        self.app.start_again_on(&self.target.url());
    }

    /// What people are answered, by the cookies that they have.
    fn answers(&self) -> Vec<String> {
        let range = format!("start={0}T00:00:00Z&end={0}T23:59:59Z", self.day);
        let ask = |person: &Person, paths: &[&str]| {
            let answers = paths.iter().map(|path| self.app.ask(person, path).body);
            answers.collect::<Vec<_>>()
        };
        let own = format!("/api/users/me/metrics/server-installs?team_id=web&{range}");
        let of_ann = ["/api/users/me", "/api/metrics", &own];
        let all = format!("/api/admin/metrics/server-installs?{range}");
        let by_server = format!("{all}&group_by=server_id");
        let by_user = format!("{all}&interval=15m&group_by=user_id");
        let keys = format!("/api/admin/metrics/satellite-keys?{range}");
        let of_boss = [
            "/api/users/me",
            "/api/admin/jobs",
            &by_server,
            &by_user,
            &keys,
        ];
        let answers = [ask(&self.ann, &of_ann), ask(&self.boss, &of_boss)].concat();
        for answer in &answers {
            assert!(answer.contains("\"success\":true"), "{answer}");
        }
        answers
    }

    /// Moves over, and everybody is answered as before.
    fn moves_over_unnoticed(&mut self) {
        let before = self.answers();
        self.move_over();
        for (before, after) in before.iter().zip(self.answers()) {
            assert_eq!(*before, after);
        }
    }

    fn total(&self) -> Value {
        let series = "/api/admin/metrics/server-installs?time_range=12h";
        let data = self.app.ask(&self.boss, series).data();
        data["summary"]["total_installation_count"].clone()
    }
}

/// The rows of a table in a report: all of them, and those that were copied just now.
fn rows(report: &Value, table: &str) -> (u64, u64) {
    let tables = report["tables"].as_array().expect("tables");
    let rows = tables.iter().find(|rows| rows["table"] == table);
    let rows = rows.expect("every table is reported");
    let number = |field: &str| rows[field].as_u64().expect("a number");
    (number("rows"), number("copied"))
}

fn sum(report: &Value, metric: &str, interval: &str, measure: &str) -> u64 {
    let intervals = report["metrics"].as_array().expect("intervals");
    let of_metric = |found: &&Value| found["metric"] == metric && found["interval"] == interval;
    let found = intervals.iter().find(of_metric);
    let sums = &found.expect("every interval is reported")["sums"];
    sums[measure].as_u64().expect("a number")
}

#[test]
fn a_copy_answers_everybody_the_same_and_says_what_was_compared() {
    let mut world = World::new();
    let report = world.copy();
    for (table, count) in [
        ("users", 3),
        ("team_members", 1),
        ("sessions", 2),
        ("satellite_keys", 2),
        ("jobs", 1),
        ("metrics_batches", 1),
        ("metrics_watermarks", 1),
        ("server_install_metrics_labels", 3),
    ] {
        assert_eq!(rows(&report, table), (count, count), "{table}");
    }
    for interval in ["15m", "1h"] {
        let sum = sum(
            &report,
            "server_installations",
            interval,
            "installation_count",
        );
        assert_eq!(sum, 542, "{interval}");
    }
    world.moves_over_unnoticed();
}

#[test]
fn the_application_goes_on_with_a_copy_where_it_was() {
    let mut world = World::new();
    world.copy();
    world.move_over();
    let again = world.report_batch();
    assert_eq!(again.status, 200);
    assert_eq!(world.total(), json!(542), "the same batch is counted once");
    // A new person, and labels that there were not, get ids that nobody has.
    world.app.user("bob");
    world
        .app
        .record(&world.key, &[event("s1", 1_000), event("s4", 10_000)]);
    assert_eq!(world.total(), json!(11_542));
    let session = world.app.ask(&world.ann, "/api/users/me");
    assert_eq!(session.status, 200, "nobody has to sign in again");
}

/// Tables that are no part of a copy: what the database knows of migrations, the journal, which is folded before, and how
/// far a copy has come.
const LEFT_OUT: [&str; 4] = [
    "__diesel_schema_migrations",
    "metrics_copy",
    "metrics_journal",
    "metrics_shapes",
];

#[test]
fn no_table_is_forgotten() {
    let world = World::new();
    let report = world.copy();
    let copied = report["tables"].as_array().expect("tables").iter();
    let copied: Vec<_> = copied.map(|table| table["table"].as_str()).collect();
    let tables = match other_backend() {
        Backend::Sqlite => {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        }
        Backend::Postgres => {
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'"
        }
    };
    let tables: Vec<Name> = world.target.rows(tables).expect("is SQL");
    for Name { name } in tables {
        let is_copied = copied.contains(&Some(name.as_str()));
        assert_ne!(is_copied, LEFT_OUT.contains(&name.as_str()), "{name}");
    }
}
