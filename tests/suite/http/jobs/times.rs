//! When jobs happen by themselves: whatever was missed, and whatever clocks say.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    assert_each_time_once, clean_up, history, jobs, newest, seconds, times, until_finished,
    until_it_is, until_newest_is, with_jobs, without_jobs,
};
use crate::support::app::{Person, TestApp, until};

const METRIC: &str = "server_installations";

const YEAR: i64 = 366 * 86_400;

/// Awaits that the instances have looked for jobs once more.
fn until_looked_again(app: &TestApp, boss: &Person) {
    let id = clean_up(app, boss, "flight_departures");
    until_it_is(app, boss, &id, "succeeded");
}

/// Awaits that each schedule has had two of its times, and that all jobs are finished.
fn until_each_is_done_twice(app: &TestApp, boss: &Person) {
    until("each is done once more", || {
        let times = times(&until_finished(app, boss));
        let twice = times.values().all(|times| times.len() > 1);
        twice.then_some(())
    });
}

fn all(app: &TestApp, boss: &Person) -> Vec<Value> {
    jobs(app, boss, "?limit=1000")
}

fn ids(jobs: &[Value]) -> BTreeSet<String> {
    jobs.iter().map(|job| super::id(job).to_owned()).collect()
}

#[test]
fn what_was_missed_is_caught_up_with_once() {
    let (mut app, boss) = with_jobs();
    assert!(app.terminate().success());
    let long = 40 * 86_400;
    app.sql(&format!(
        "UPDATE jobs SET scheduled_for = scheduled_for - {long}, created_at = created_at - {long}"
    ));
    app.start_again();
    until_each_is_done_twice(&app, &boss);
    until_looked_again(&app, &boss);
    assert_each_time_once(&all(&app, &boss));
}

#[test]
fn what_is_up_to_date_is_not_done_again_after_a_start() {
    let (mut app, boss) = with_jobs();
    app.kill();
    app.start_again();
    until_looked_again(&app, &boss);
    assert_each_time_once(&all(&app, &boss));
}

#[test]
fn jobs_from_a_clock_that_was_ahead_keep_nothing_from_happening() {
    let (mut app, boss) = with_jobs();
    assert!(app.terminate().success());
    app.sql(&format!(
        "UPDATE jobs SET scheduled_for = scheduled_for + {YEAR}, created_at = created_at + {YEAR}, \
         due_at = due_at + {YEAR}, finished_at = finished_at + {YEAR}"
    ));
    app.start_again();
    until_each_is_done_twice(&app, &boss);
    until_looked_again(&app, &boss);
    assert_each_time_once(&all(&app, &boss));
}

#[test]
fn a_lease_or_a_wait_from_a_clock_that_was_ahead_is_over() {
    let (app, boss) = without_jobs();
    let mut first = app.second_with(&[super::HANGS]);
    until_newest_is(&app, &boss, METRIC, "running");
    first.kill();
    app.sql(&format!(
        "UPDATE jobs SET lease_expires_at = lease_expires_at + {YEAR}"
    ));
    let mut second = app.second_with(&[]);
    let job = until_newest_is(&app, &boss, METRIC, "succeeded");
    assert_eq!(history(&job).len(), 2);
    until_finished(&app, &boss);
    assert!(second.terminate().success());
    let id = clean_up(&app, &boss, METRIC);
    app.sql(&format!("UPDATE jobs SET due_at = due_at + {YEAR}"));
    let _third = app.second_with(&[]);
    until_it_is(&app, &boss, &id, "succeeded");
}

#[test]
fn finished_jobs_are_forgotten_after_a_time_and_not_caught_up_with() {
    let (app, boss) = with_jobs();
    let asked = clean_up(&app, &boss, METRIC);
    until_it_is(&app, &boss, &asked, "succeeded");
    app.sql(&format!(
        "UPDATE jobs SET finished_at = finished_at - {YEAR}"
    ));
    app.sql(&format!(
        "INSERT INTO jobs (id, kind, subject, state, scheduled_for, created_at, due_at, attempts, attempts_left, finished_at)
         VALUES ('old', 'clean_up_metric', '{METRIC}', 'failed', 0, 0, 0, 1, 0, 0);
         INSERT INTO job_attempts (job_id, attempt, instance, started_at) VALUES ('old', 1, 'i', 0);"
    ));
    let before = ids(&all(&app, &boss));
    let run = app.post("/api/admin/jobs").cookie(&boss.cookie);
    let run = run.json(&json!({"kind": "clean_up_jobs"})).send();
    let job = until_it_is(&app, &boss, super::id(&run.data()), "succeeded");
    let after = ids(&all(&app, &boss));
    let forgotten: Vec<_> = before.difference(&after).collect();
    assert!(
        forgotten.contains(&&"old".to_owned()) && forgotten.contains(&&asked),
        "{forgotten:?}"
    );
    assert_eq!(job["result"], json!({"jobs": forgotten.len()}));
    until_looked_again(&app, &boss);
    assert_each_time_once(&all(&app, &boss));
    assert_eq!(app.ask(&boss, "/api/admin/jobs/old").error().0, 404);
}

#[test]
fn the_time_of_a_job_is_one_of_its_schedule() {
    let (app, boss) = with_jobs();
    let job = newest(&app, &boss, METRIC).expect("it is there");
    let (time, created) = (seconds(&job["scheduled_for"]), seconds(&job["created_at"]));
    assert_eq!(time.rem_euclid(86_400), 3 * 3_600, "daily at three");
    assert!((0..86_400).contains(&(created - time)), "the latest: {job}");
}
