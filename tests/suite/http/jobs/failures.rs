//! Jobs that fail, and jobs that hang.

use serde_json::{Value, json};

use super::{
    HANGS, LEASE, clean_up, history, newest, seconds, show, until_it_is, until_newest_is,
    with_jobs, without_jobs,
};
use crate::support::app::{Person, TestApp, until};

const METRIC: &str = "server_installations";

/// Awaits that a job waits to be tried again.
fn until_the_first_attempt_failed(app: &TestApp, boss: &Person) -> Value {
    let failed = |job: &Value| job["state"] == "waiting" && job["attempts"] == 1;
    until("the first attempt fails", || {
        newest(app, boss, METRIC).filter(failed)
    })
}

#[test]
fn a_job_that_always_fails_is_tried_later_and_later_until_it_has_failed() {
    let (app, boss) = without_jobs();
    app.sql("ALTER TABLE server_install_metrics_owners RENAME TO elsewhere");
    let instance = app.second_with(&[("JOB_ATTEMPTS", "3")]);
    let job = until_newest_is(&app, &boss, METRIC, "failed");
    let attempts = history(&job);
    assert_eq!(
        (attempts.len(), &job["attempts_left"]),
        (3, &0.into()),
        "{job}"
    );
    for attempt in attempts {
        assert!(
            attempt["error"].is_string() && attempt["result"].is_null(),
            "{job}"
        );
    }
    assert_eq!(job["error"], attempts[2]["error"]);
    let error = job["error"].as_str().expect("a sentence");
    assert!(error.contains("server_install_metrics_owners"), "{error}");
    let wait = |after: usize| {
        seconds(&attempts[after + 1]["started_at"]) - seconds(&attempts[after]["ended_at"])
    };
    assert!(wait(0) >= 1 && wait(1) >= 2, "{job}");
    assert_eq!(app.state("metrics_jobs{state=\"failed\"}"), 1);
    assert!(
        instance.log().contains("a job failed"),
        "{}",
        instance.log()
    );

    app.sql("ALTER TABLE elsewhere RENAME TO server_install_metrics_owners");
    let id = super::id(&job);
    let retry = app.post(&format!("/api/admin/jobs/{id}/retry"));
    assert_eq!(retry.cookie(&boss.cookie).send().data()["id"], id);
    let job = until_it_is(&app, &boss, id, "succeeded");
    assert_eq!((&job["attempts"], history(&job).len()), (&4.into(), 4));
    assert_eq!(app.state("metrics_jobs{state=\"failed\"}"), 0);
}

#[test]
fn a_job_that_waits_to_be_tried_again_need_not_wait() {
    let (app, boss) = without_jobs();
    app.sql("ALTER TABLE server_install_metrics_owners RENAME TO elsewhere");
    let _instance = app.second_with(&[("JOB_BACKOFF", "1h")]);
    let job = until_the_first_attempt_failed(&app, &boss);
    app.sql("ALTER TABLE elsewhere RENAME TO server_install_metrics_owners");
    assert_eq!(
        clean_up(&app, &boss, METRIC),
        super::id(&job),
        "it is the same job"
    );
    let job = until_newest_is(&app, &boss, METRIC, "succeeded");
    assert_eq!(job["attempts"], 2);
}

#[test]
fn a_job_that_hangs_is_given_up_at_its_deadline_for_another_instance_to_take() {
    let (app, boss) = without_jobs();
    // Once it has no job left that it could try, it rests for a minute.
    let settings = [
        HANGS,
        ("JOB_DEADLINE", "1s"),
        ("JOB_BACKOFF", "1h"),
        ("JOB_POLL_MS", "60000"),
    ];
    let hanging = app.second_with(&settings);
    let job = until_the_first_attempt_failed(&app, &boss);
    let error = job["error"].as_str().expect("a sentence");
    assert!(error.contains("not done within 1s"), "{error}");
    let _second = app.second_with(&[]);
    let job = until("another instance has done it", || {
        let job = show(&app, &boss, super::id(&job));
        if job["state"] == "waiting" {
            // The one that hangs may take it once more, as long as it does not rest yet.
            clean_up(&app, &boss, METRIC);
        }
        (job["state"] == "succeeded").then_some(job)
    });
    let attempts = history(&job);
    let (first, last) = (&attempts[0], &attempts[attempts.len() - 1]);
    assert_ne!(first["instance"], last["instance"], "{job}");
    assert!(!hanging.log().contains("panicked"), "{}", hanging.log());
}

#[test]
fn a_job_that_loses_every_instance_has_failed_in_the_end() {
    let (app, boss) = without_jobs();
    let mut id = None;
    for attempt in 1..=2 {
        let mut instance = app.second_with(&[HANGS, LEASE, ("JOB_ATTEMPTS", "2")]);
        let job = until("it is tried", || {
            newest(&app, &boss, METRIC).filter(|job| job["attempts"] == attempt)
        });
        id = Some(super::id(&job).to_owned());
        instance.kill();
    }
    let _instance = app.second_with(&[LEASE, ("JOB_ATTEMPTS", "2")]);
    let job = until_it_is(&app, &boss, &id.expect("it was tried"), "failed");
    assert_eq!(history(&job).len(), 2, "{job}");
}

#[test]
fn what_succeeded_leaves_the_numbers_of_the_cleanup() {
    let (app, boss) = with_jobs();
    app.sql(
        "INSERT INTO flight_departures_metrics_owners (carrier, last_used_at) VALUES ('ZZ', 0)",
    );
    let id = clean_up(&app, &boss, "flight_departures");
    let job = until_it_is(&app, &boss, &id, "succeeded");
    assert_eq!(job["result"], json!({"rows": 0, "dictionary_entries": 1}));
    assert!(
        job["scheduled_for"].is_null() && job["error"].is_null(),
        "{job}"
    );
}
