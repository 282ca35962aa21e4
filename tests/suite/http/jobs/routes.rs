//! What administrators ask about jobs.

use serde_json::json;
use ureq::http::Method;

use super::{
    CLEANUPS, assert_each_time_once, clean_up, id, jobs, show, until_it_is, with_jobs, without_jobs,
};

#[test]
fn jobs_are_listed_newest_first_by_state_and_kind() {
    let (app, boss) = with_jobs();
    let asked = clean_up(&app, &boss, "flight_departures");
    until_it_is(&app, &boss, &asked, "succeeded");
    app.sql(&format!(
        "UPDATE jobs SET created_at = created_at + 5 WHERE id = '{asked}'"
    ));
    let all = jobs(&app, &boss, "");
    assert_eq!(id(&all[0]), asked);
    assert_each_time_once(&all);
    assert_eq!(jobs(&app, &boss, "?limit=1"), all[..1]);
    let of_metrics = all.iter().filter(|job| job["kind"] == "clean_up_metric");
    assert!(of_metrics.clone().count() > CLEANUPS, "{all:?}");
    assert!(of_metrics.eq(&jobs(&app, &boss, "?kind=clean_up_metric")));
    let of_jobs = jobs(&app, &boss, "?kind=clean_up_jobs&state=succeeded");
    assert_eq!(of_jobs.len(), 1);
    assert!(of_jobs[0]["subject"].is_null(), "{of_jobs:?}");
    assert!(jobs(&app, &boss, "?state=failed").is_empty());
    assert!(all[0].get("history").is_none(), "{}", all[0]);
}

#[test]
fn a_question_that_is_none_is_refused_with_the_parameter() {
    let (app, boss) = without_jobs();
    for (query, field) in [
        ("state=done", "state"),
        ("kind=clean", "kind"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=x", "limit"),
        ("colour=red", "colour"),
        ("state=failed&state=failed", "state"),
    ] {
        let answer = app.ask(&boss, &format!("/api/admin/jobs?{query}"));
        let (status, named, _) = answer.error();
        assert_eq!((status, named.as_deref()), (400, Some(field)), "{query}");
    }
}

#[test]
fn what_cannot_be_run_is_refused_with_what_can() {
    let (app, boss) = without_jobs();
    for (order, field, hint) in [
        (json!({}), Some("kind"), "kind"),
        (json!({"kind": "x"}), Some("kind"), "clean_up_metric"),
        (
            json!({"kind": "clean_up_metric"}),
            Some("subject"),
            "server_installations",
        ),
        (
            json!({"kind": "clean_up_metric", "subject": "x"}),
            Some("subject"),
            "flight_departures",
        ),
        (
            json!({"kind": "clean_up_jobs", "subject": "x"}),
            Some("subject"),
            "leave the subject out",
        ),
        (
            json!({"kind": "clean_up_jobs", "when": "now"}),
            None,
            "when",
        ),
    ] {
        let run = app.post("/api/admin/jobs").cookie(&boss.cookie);
        let (status, named, sentence) = run.json(&order).send().error();
        assert_eq!(status, 400, "{order}");
        assert!(
            field.is_none() || named.as_deref() == field,
            "{order}: {named:?}"
        );
        assert!(sentence.contains(hint), "{sentence}");
    }
    assert!(jobs(&app, &boss, "").is_empty());
}

#[test]
fn only_what_failed_or_waits_is_tried_again() {
    let (app, boss) = without_jobs();
    let retry = |id: &str| {
        let retry = app.post(&format!("/api/admin/jobs/{id}/retry"));
        retry.cookie(&boss.cookie).send()
    };
    assert_eq!(retry("nothing").error().0, 404);
    assert_eq!(app.ask(&boss, "/api/admin/jobs/nothing").error().0, 404);
    let id = clean_up(&app, &boss, "flight_departures");
    assert_eq!(retry(&id).data()["state"], "waiting");
    for state in ["running", "succeeded"] {
        app.sql(&format!("UPDATE jobs SET state = '{state}'"));
        let (status, _, sentence) = retry(&id).error();
        assert_eq!(status, 409);
        assert!(sentence.contains(state), "{sentence}");
    }
    app.sql("UPDATE jobs SET state = 'failed', finished_at = 1");
    let other = clean_up(&app, &boss, "flight_departures");
    assert_ne!(other, id);
    assert_eq!(retry(&id).error().0, 409, "another one does the same");
    app.sql(&format!(
        "UPDATE jobs SET state = 'succeeded' WHERE id = '{other}'"
    ));
    let again = retry(&id).data();
    assert_eq!(
        (&again["state"], &again["finished_at"]),
        (&json!("waiting"), &json!(null))
    );
    assert_eq!(show(&app, &boss, &id), again);
}

#[test]
fn every_state_is_counted_for_prometheus() {
    let (app, boss) = without_jobs();
    clean_up(&app, &boss, "flight_departures");
    for (state, count) in [
        ("waiting", 1),
        ("running", 0),
        ("succeeded", 0),
        ("failed", 0),
    ] {
        assert_eq!(
            app.state(&format!("metrics_jobs{{state=\"{state}\"}}")),
            count
        );
    }
}

#[test]
fn the_routes_of_jobs_take_what_they_say_and_are_described() {
    let (app, boss) = without_jobs();
    let document = app.get("/api/openapi.json").send().json();
    for (method, path) in [
        ("get", "/api/admin/jobs"),
        ("post", "/api/admin/jobs"),
        ("get", "/api/admin/jobs/{id}"),
        ("post", "/api/admin/jobs/{id}/retry"),
    ] {
        assert!(
            document["paths"][path][method]["responses"]["200"].is_object(),
            "{path}"
        );
    }
    let head = app.request(Method::HEAD, "/api/admin/jobs");
    assert_eq!(head.cookie(&boss.cookie).send().status, 200);
    let deleted = app.request(Method::DELETE, "/api/admin/jobs").send();
    assert_eq!(
        (deleted.status, deleted.header("allow")),
        (405, Some("GET, HEAD, POST"))
    );
}
