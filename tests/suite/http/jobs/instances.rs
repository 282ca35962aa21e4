//! Several instances on one database: one runs a job, and another takes it over when that one is gone.

use std::collections::BTreeSet;

use super::{
    CLEANUPS, HANGS, LEASE, assert_each_time_once, clean_up, history, newest, until_finished,
    until_it_is, until_newest_is, without_jobs,
};
use crate::support::app::{Second, TestApp, until};

const METRIC: &str = "server_installations";

/// An instance whose cleanups hang, and which has begun all of them.
fn hanging(app: &TestApp) -> Second {
    let hanging = app.second_with(&[HANGS, LEASE]);
    until("all cleanups hang", || {
        let hang = hanging.log().matches("stopped at the fault point").count();
        (hang == CLEANUPS).then_some(())
    });
    hanging
}

#[test]
fn a_job_whose_instance_is_killed_is_finished_once_by_another() {
    let (app, boss) = without_jobs();
    let mut first = hanging(&app);
    let second = app.second_with(&[LEASE]);
    // As long as it is heard of, nobody else takes the job, however often its lease would have been over.
    let mut leases = BTreeSet::new();
    until("the lease is renewed", || {
        let job = newest(&app, &boss, METRIC)?;
        assert_eq!(job["attempts"], 1, "{job}");
        leases.insert(job["lease_expires_at"].to_string());
        (leases.len() > 3).then_some(())
    });
    first.kill();
    let job = until_newest_is(&app, &boss, METRIC, "succeeded");
    let [lost, done] = history(&job).as_slice() else {
        panic!("{job}");
    };
    assert_ne!(lost["instance"], done["instance"]);
    let error = lost["error"].as_str().expect("a sentence");
    assert!(error.contains("not been heard of"), "{error}");
    assert!(lost["result"].is_null() && done["error"].is_null(), "{job}");
    assert_eq!(done["result"]["rows"], 0);
    // The same for every other cleanup that it had begun, and nothing is done again.
    let all = until_finished(&app, &boss);
    assert_each_time_once(&all);
    assert!(all.iter().all(|job| job["state"] == "succeeded"), "{all:?}");
    assert!(!second.log().contains("failed"), "{}", second.log());
}

#[test]
fn an_instance_that_stood_still_leaves_alone_what_another_has_taken() {
    let (app, boss) = without_jobs();
    let first = hanging(&app);
    first.signal("STOP");
    let _second = app.second_with(&[LEASE]);
    let job = until_newest_is(&app, &boss, METRIC, "succeeded");
    first.signal("CONT");
    until("it sees that it has lost the job", || {
        first
            .log()
            .contains("a job was lost to another instance")
            .then_some(())
    });
    assert_eq!(newest(&app, &boss, METRIC), Some(job));
}

#[test]
fn an_instance_that_is_asked_to_end_gives_its_jobs_back() {
    let (app, boss) = without_jobs();
    // Nobody would take them for an hour, and nobody would try them twice.
    let mut first = app.second_with(&[HANGS, ("JOB_LEASE", "1h"), ("JOB_ATTEMPTS", "1")]);
    until_newest_is(&app, &boss, METRIC, "running");
    assert!(first.terminate().success());
    assert_eq!(
        newest(&app, &boss, METRIC).expect("it is there")["state"],
        "waiting"
    );
    let _second = app.second_with(&[("JOB_LEASE", "1h")]);
    let job = until_newest_is(&app, &boss, METRIC, "succeeded");
    let error = history(&job)[0]["error"].as_str().expect("a sentence");
    assert!(error.contains("asked to end"), "{error}");
}

#[test]
fn two_instances_make_one_job_of_each_time() {
    let (app, boss) = without_jobs();
    assert_eq!(
        newest(&app, &boss, METRIC),
        None,
        "who leaves jobs to others makes none"
    );
    let instances = std::thread::scope(|scope| {
        let starting: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| app.second_with(&[])))
            .collect();
        let started = starting
            .into_iter()
            .map(|one| one.join().expect("it starts"));
        started.collect::<Vec<_>>()
    });
    let all = until_finished(&app, &boss);
    assert_each_time_once(&all);
    assert!(all.iter().all(|job| job["attempts"] == 1), "{all:?}");
    drop(instances);
}

#[test]
fn what_several_people_ask_for_at_once_is_one_job() {
    let (app, boss) = without_jobs();
    let ids: BTreeSet<_> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| clean_up(&app, &boss, METRIC)))
            .collect();
        let answers = asking.into_iter();
        answers
            .map(|one| one.join().expect("it is answered"))
            .collect()
    });
    assert_eq!(ids.len(), 1, "{ids:?}");
    let _instance = app.second_with(&[]);
    for id in ids {
        until_it_is(&app, &boss, &id, "succeeded");
    }
}
