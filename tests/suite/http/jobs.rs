//! Jobs: what happens by itself or because somebody asks for it, by whichever of the instances on one database.

mod failures;
mod instances;
mod routes;
mod times;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::app::{Person, TestApp, until};

/// Settings by which an instance finds jobs at once, and tries them again soon.
const SOON: [(&str, &str); 2] = [("JOB_POLL_MS", "20"), ("JOB_BACKOFF", "1s")];

/// An instance that is not heard of is given up soon: long enough that a busy machine does not look like a dead one.
const LEASE: (&str, &str) = ("JOB_LEASE", "6s");

/// Makes cleanups hang.
const HANGS: (&str, &str) = ("METRICS_FAULT_POINT", "cleaning_up");

/// An application that only answers: jobs are left to others on its database. And somebody who may ask for them.
fn without_jobs() -> (TestApp, Person) {
    let app = TestApp::start_without_jobs_with(&SOON);
    let boss = app.admin("boss");
    (app, boss)
}

/// An application that runs jobs, and has run those of its start.
fn with_jobs() -> (TestApp, Person) {
    let app = TestApp::start_with(&SOON);
    let boss = app.admin("boss");
    until_finished(&app, &boss);
    (app, boss)
}

/// The jobs of a filter, such as `?state=failed`.
fn jobs(app: &TestApp, boss: &Person, filter: &str) -> Vec<Value> {
    let data = app.ask(boss, &format!("/api/admin/jobs{filter}")).data();
    data["jobs"].as_array().expect("a list").clone()
}

/// The newest job that is about a subject.
fn newest(app: &TestApp, boss: &Person, subject: &str) -> Option<Value> {
    let all = jobs(app, boss, "");
    let newest = all.iter().find(|job| job["subject"] == subject)?;
    Some(show(app, boss, id(newest)))
}

fn show(app: &TestApp, boss: &Person, id: &str) -> Value {
    app.ask(boss, &format!("/api/admin/jobs/{id}")).data()
}

fn id(job: &Value) -> &str {
    job["id"].as_str().expect("an id")
}

/// Awaits that the job with an id is in a state.
fn until_it_is(app: &TestApp, boss: &Person, id: &str, state: &str) -> Value {
    until(&format!("the job is {state}"), || {
        Some(show(app, boss, id)).filter(|job| job["state"] == state)
    })
}

/// Awaits that the newest job about a subject is in a state.
fn until_newest_is(app: &TestApp, boss: &Person, subject: &str, state: &str) -> Value {
    until(&format!("the cleanup of {subject} is {state}"), || {
        newest(app, boss, subject).filter(|job| job["state"] == state)
    })
}

/// Awaits that there are jobs, and that all of them are finished.
fn until_finished(app: &TestApp, boss: &Person) -> Vec<Value> {
    until("all jobs are finished", || {
        let all = jobs(app, boss, "");
        let finished = |job: &Value| !job["finished_at"].is_null();
        (all.len() >= SCHEDULES && all.iter().all(finished)).then_some(all)
    })
}

/// How many metrics are cleaned up.
const CLEANUPS: usize = 4;

/// How many jobs happen by themselves: these, the cleanups of jobs and of accounts, and a collector.
const SCHEDULES: usize = CLEANUPS + 3;

/// The times of each schedule, in order, and when the job for each was made. One may come while a test runs.
fn times(all: &[Value]) -> BTreeMap<String, Vec<(i64, i64)>> {
    let mut times: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for job in all.iter().filter(|job| !job["scheduled_for"].is_null()) {
        let schedule = format!("{} {}", job["kind"], job["subject"]);
        let time = (seconds(&job["scheduled_for"]), seconds(&job["created_at"]));
        times.entry(schedule).or_default().push(time);
    }
    times.values_mut().for_each(|times| times.sort_unstable());
    times
}

/// Asserts that each schedule has had its latest time and no other: the next came after that job had been made.
fn assert_each_time_once(all: &[Value]) {
    let times = times(all);
    assert_eq!(times.len(), SCHEDULES, "{times:?}");
    for (schedule, times) in times {
        let once = times.windows(2).all(|pair| pair[1].0 > pair[0].1);
        assert!(once, "{schedule}: {times:?}");
    }
}

/// Asks for a cleanup now.
fn clean_up(app: &TestApp, boss: &Person, metric: &str) -> String {
    let order = json!({"kind": "clean_up_metric", "subject": metric});
    let run = app.post("/api/admin/jobs").cookie(&boss.cookie);
    id(&run.json(&order).send().data()).to_owned()
}

/// The attempts at a job.
fn history(job: &Value) -> &Vec<Value> {
    job["history"].as_array().expect("a history")
}

/// A moment as epoch seconds.
fn seconds(moment: &Value) -> i64 {
    let text = moment.as_str().expect("a moment");
    let moment = chrono::DateTime::parse_from_rfc3339(text).expect("RFC 3339");
    moment.timestamp()
}
