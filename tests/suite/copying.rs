//! Copying everything to the other backend: what is there afterwards, what happens when it is interrupted, and what is
//! refused.

mod interruptions;
mod refusals;

use std::process::Command;

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
    target: Place,
    #[expect(dead_code, reason = "the target may be a file in it")]
    folder: TempDir,
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
        let app = TestApp::start_without_jobs_with(&[]);
        let (boss, ann) = (app.admin("boss"), app.user("ann"));
        app.team("web");
        app.join("web", &ann);
        let revoked = app.key_of_team("old", "web");
        app.revoke(&revoked);
        let key = app.key("sat");
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let world = Self {
            target: Place::new(other_backend(), folder.path(), "target.db"),
            app,
            boss,
            ann,
            key,
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
        let url = self.target.url();
        self.app.start_again_with("DATABASE_URL", &url);
    }

    /// What people are answered, by the cookies that they have.
    fn answers(&self) -> Vec<String> {
        let ask = |person: &Person, paths: &[&str]| {
            let answers = paths.iter().map(|path| self.app.ask(person, path).body);
            answers.collect::<Vec<_>>()
        };
        let own = "/api/users/me/metrics/server-installs?team_id=web&time_range=12h";
        let of_ann = ["/api/users/me", "/api/metrics", own];
        let of_boss = [
            "/api/users/me",
            "/api/admin/jobs",
            "/api/admin/metrics/server-installs?time_range=12h&group_by=server_id",
            "/api/admin/metrics/server-installs?time_range=2d&interval=1h&group_by=user_id",
            "/api/admin/metrics/satellite-keys?time_range=2d&interval=1d",
        ];
        let answers = [ask(&self.ann, &of_ann), ask(&self.boss, &of_boss)].concat();
        assert!(
            answers
                .iter()
                .all(|answer| answer.contains("\"success\":true")),
            "{answers:?}"
        );
        answers
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
    let before = world.answers();
    world.move_over();
    assert_eq!(before, world.answers());
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
