//! A standby that follows the server: who is on it can ask, and nothing else until it is promoted.

use serde_json::{Value, json};

use super::event;
use crate::support::app::events::Watched;
use crate::support::app::http::Answer;
use crate::support::app::{Key, Person, TestApp, until};

const SERIES: &str = "/api/admin/metrics/server-installs?time_range=12h";
const JOBS: &str = "/api/admin/jobs";

/// The application on a server, which leaves jobs to others, and on a standby; two installations have been counted.
fn start() -> (TestApp, TestApp, Person, Key) {
    let primary = TestApp::start_on_a_server_of_its_own(&["serve", "--no-scheduler"]);
    let boss = primary.admin("u1");
    primary.team("t1");
    let key = primary.key("sat");
    primary.record(&key, &[event()]);
    let standby = primary.start_on_a_standby();
    (primary, standby, boss, key)
}

fn knows(app: &TestApp, boss: &Person, total: u64) {
    until("what was counted is known", || {
        let data = app.ask(boss, SERIES).data();
        (data["summary"]["total_installation_count"] == total).then_some(())
    });
}

fn ready(app: &TestApp) -> Value {
    app.get("/health/ready").send().data()
}

fn clean_up(app: &TestApp, boss: &Person) -> Answer {
    let job = json!({"kind": "clean_up_metric", "subject": "server_installations"});
    app.post(JOBS).cookie(&boss.cookie).json(&job).send()
}

#[test]
fn a_standby_answers_questions_and_refuses_the_rest_with_the_reason() {
    let (primary, standby, boss, key) = start();
    assert_eq!(
        ready(&standby),
        json!({"status": "ready", "read_only": true})
    );
    assert_eq!(ready(&primary), json!({"status": "ready"}));
    knows(&standby, &boss, 2);
    primary.record(&key, &[event()]);
    knows(&standby, &boss, 4);
    for refused in [
        standby.report(&key, &[event()]),
        clean_up(&standby, &boss),
        standby.post("/api/auth/logout").cookie(&boss.cookie).send(),
    ] {
        let (status, _, sentence) = refused.error();
        assert_eq!(status, 503, "{sentence}");
        assert!(sentence.contains("cannot be written to"), "{sentence}");
        assert!(refused.header("retry-after").is_some());
    }
    assert_eq!(standby.ask(&boss, "/api/users/me").status, 200);
}

#[test]
fn on_a_standby_that_is_promoted_the_application_goes_on_by_itself() {
    let (mut primary, mut standby, boss, key) = start();
    knows(&standby, &boss, 2);
    assert_eq!(clean_up(&primary, &boss).status / 100, 2);
    until("it is said that no job is run", || {
        let log = standby.log();
        log.contains("jobs wait for the database").then_some(())
    });
    let stream = SERIES.replace('?', "/stream?");
    let stream = standby.get(&stream).cookie(&boss.cookie).stream();
    let mut stream = Watched::new(stream.expect("it is opened"));
    assert_eq!(standby.report(&key, &[event()]).status, 503);
    primary.terminate();
    primary.cluster().kill();
    knows(&standby, &boss, 2);
    standby.cluster().promote();
    until("events are accepted", || {
        (standby.report(&key, &[event()]).status == 200).then_some(())
    });
    knows(&standby, &boss, 4);
    stream.until(|data| data["summary"]["total_installation_count"] == 4);
    assert_eq!(ready(&standby), json!({"status": "ready"}));
    until("the job that was asked for is run", || {
        let succeeded = format!("{JOBS}?kind=clean_up_metric&state=succeeded");
        let jobs = standby.ask(&boss, &succeeded).data()["jobs"].clone();
        let mut subjects = jobs.as_array()?.iter().map(|job| &job["subject"]);
        subjects.any(|s| s == "server_installations").then_some(())
    });
}
