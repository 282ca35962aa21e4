//! `jobs`: asking for them and looking at them, with or without an instance that runs them.

use super::Folder;

#[test]
fn a_job_waits_for_an_instance_and_can_be_looked_at() {
    let folder = Folder::new();
    assert!(folder.run("jobs list").ok().stdout.contains("no such jobs"));
    let asked = folder.json("jobs run clean_up_metric server_installations");
    let id = asked["id"].as_str().expect("an id");
    assert_eq!(asked["state"], "waiting");
    assert_eq!(
        folder.json("jobs run clean_up_metric server_installations")["id"],
        id
    );
    let listed = folder.json("jobs list --state waiting --kind clean_up_metric");
    assert_eq!(listed["jobs"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed["jobs"][0]["subject"], "server_installations");
    assert!(folder.run("jobs list").ok().stdout.contains(id));
    assert_eq!(folder.json(&format!("jobs retry {id}"))["state"], "waiting");
    assert_eq!(
        folder.json(&format!("jobs show {id}"))["history"],
        serde_json::json!([])
    );
    let shown = folder.run(&format!("jobs show {id}")).ok().stdout;
    assert!(
        shown.contains("clean_up_metric of server_installations, asked for"),
        "{shown}"
    );
}

#[test]
fn every_attempt_is_shown() {
    let folder = Folder::new();
    let id = folder.json("jobs run clean_up_jobs")["id"].clone();
    let id = id.as_str().expect("an id");
    folder.sql(&format!(
        "UPDATE jobs SET state = 'failed', attempts = 2, finished_at = 9;
         INSERT INTO job_attempts VALUES ('{id}', 1, 'one', 5, 6, NULL, 'it rained');
         INSERT INTO job_attempts VALUES ('{id}', 2, 'two', 8, 9, NULL, 'it poured');"
    ));
    let shown = folder.run(&format!("jobs show {id}")).ok().stdout;
    for part in ["failed", "it rained", "it poured", "1970-01-01 00:00:09"] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    assert_eq!(
        folder.json(&format!("jobs show {id}"))["error"],
        "it poured"
    );
    folder.run(&format!("jobs retry {id}")).ok();
    folder.sql("UPDATE jobs SET state = 'succeeded'");
    folder
        .run(&format!("jobs retry {id}"))
        .failed(1, &["the job is succeeded"]);
}

#[test]
fn what_is_no_job_is_told_with_what_would_be() {
    let folder = Folder::new();
    folder
        .run("jobs show nothing")
        .failed(1, &["no such job", "app jobs list"]);
    folder
        .run("jobs run clean_up_metric")
        .failed(2, &["SUBJECT", "server_installations"]);
    folder
        .run("jobs run clean_up_metrics")
        .failed(2, &["'clean_up_metric'"]);
}
