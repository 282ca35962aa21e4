//! What operators and programs ask: health, the service's own numbers, the catalogue, and the description of the API.

use metrics_runtime::web::{Endpoint, ROUTES};
use serde_json::{Value, json};

use super::{hours_ago, installations, with};
use crate::support::app::TestApp;

#[test]
fn health_is_answered_to_anybody() {
    let app = TestApp::start();
    for (path, status) in [("/health/live", "live"), ("/health/ready", "ready")] {
        assert_eq!(app.get(path).send().data(), json!({"status": status}));
    }
}

#[test]
fn a_database_that_is_gone_makes_it_not_ready_but_alive() {
    let app = TestApp::start();
    app.sql("ALTER TABLE users RENAME TO people");
    let (status, _, sentence) = app.get("/health/ready").send().error();
    assert_eq!(status, 503);
    assert!(
        !sentence.contains("users"),
        "nobody outside learns what is in the database: {sentence}"
    );
    assert_eq!(app.get("/health/live").send().status, 200);
}

#[test]
fn the_services_own_numbers_match_what_was_sent() {
    let app = TestApp::start();
    app.add_person("u1", "global_user");
    app.team("t1");
    let key = app.key("sat");
    let good = installations("u1", "t1", hours_ago(1), 1);
    app.record(&key, &[good.clone(), good.clone()]);
    let bad = [
        good.clone(),
        json!({}),
        json!({"type": "x", "timestamp": "2026-01-01T00:00:00Z", "data": {}}),
        with(good.clone(), &json!({"installation_count": -1})),
        with(good.clone(), &json!({"installation_count": 1.5})),
        with(good.clone(), &json!({"user_id": "ghost"})),
        with(good.clone(), &json!({"satellite_id": "other"})),
        with(good.clone(), &json!({"server_id": null})),
        with(good.clone(), &json!({"colour": "red"})),
    ];
    assert_eq!(app.report(&key, &bad).json()["processed"], 1);
    // A body that is no batch at all has no events to be counted.
    app.reporting(&key).json_text("{").send();
    assert_eq!(app.state("metrics_events_accepted_total"), 11);
    assert_eq!(app.state("metrics_events_committed_total"), 3);
    for (reason, count) in [
        ("malformed", 1),
        ("unknown_type", 1),
        ("invalid_counter", 2),
        ("unknown_reference", 1),
        ("forbidden", 1),
        ("missing_dimension", 1),
        ("unknown_field", 1),
        ("overflow", 0),
        ("too_old", 0),
    ] {
        let name = format!("metrics_events_rejected_total{{reason=\"{reason}\"}}");
        assert_eq!(app.state(&name), count, "{reason}");
    }
    assert_eq!(app.state("metrics_events_queued"), 0);
    assert_eq!(app.state("metrics_events_unavailable_total"), 0);
}

#[test]
fn a_batch_that_was_counted_before_is_not_counted_as_committed_again() {
    let app = TestApp::start();
    app.add_person("u1", "global_user");
    app.team("t1");
    let key = app.key("sat");
    let body = json!({"events": [installations("u1", "t1", hours_ago(1), 1), {}]});
    for _ in 0..3 {
        app.reporting(&key)
            .header("Idempotency-Key", "1")
            .json(&body)
            .send();
    }
    assert_eq!(app.state("metrics_events_accepted_total"), 6);
    assert_eq!(app.state("metrics_events_replayed_total"), 4);
    assert_eq!(app.state("metrics_events_committed_total"), 1);
    assert_eq!(
        app.state("metrics_events_rejected_total{reason=\"malformed\"}"),
        1
    );
}

#[test]
fn examples_of_answers_are_what_is_answered() {
    let app = TestApp::start();
    let ada = app.admin("ada");
    let document = app.get("/api/openapi.json").send().json();
    let example = |path: &str, content: &str| {
        let operation = &document["paths"][format!("/api/admin/metrics/{path}")]["get"];
        operation["responses"]["200"]["content"][content]["example"].clone()
    };
    let series = example("server-installs", "application/json");
    let fields = |value: &Value| -> Vec<String> {
        let object = value.as_object().expect("an object");
        object.keys().cloned().collect()
    };
    let answer = app.ask(&ada, "/api/admin/metrics/server-installs").data();
    assert_eq!(fields(&series["data"]), fields(&answer));
    assert_eq!(
        fields(&series["data"]["buckets"][0]),
        fields(&answer["buckets"][0])
    );
    let events = example("server-installs/stream", "text/event-stream");
    let events = events.as_str().expect("a text");
    let names = events
        .lines()
        .filter_map(|line| line.strip_prefix("event: "));
    assert_eq!(names.collect::<Vec<_>>(), ["snapshot", "update"]);
}

#[test]
fn the_services_own_numbers_are_prometheus_text() {
    let app = TestApp::start();
    let answer = app.get("/metrics").send();
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    let mut described = Vec::new();
    for line in answer.body.lines() {
        if let Some(comment) = line.strip_prefix("# TYPE ") {
            described.extend(comment.split_once(' ').map(|(name, _)| name.to_owned()));
        } else if !line.starts_with("# HELP ") {
            let (name, number) = line.rsplit_once(' ').expect("a name and a number");
            assert!(number.parse::<f64>().is_ok(), "{line}");
            let family = name.split('{').next().unwrap_or(name);
            let family = ["_bucket", "_sum", "_count"]
                .iter()
                .find_map(|end| family.strip_suffix(end))
                .unwrap_or(family);
            assert!(
                described.iter().any(|known| known == family),
                "{line} has a type"
            );
        }
    }
}

/// Type and routes of each metric in somebody's catalogue.
fn catalogue(app: &TestApp, person: &crate::support::app::Person) -> Vec<(String, Value)> {
    let data = app.ask(person, "/api/metrics").data();
    let metrics = data["metrics"].as_array().expect("metrics").iter();
    let entry = |metric: &Value| {
        let name = metric["type"].as_str().expect("a type").to_owned();
        (name, metric["routes"].clone())
    };
    let mut listed: Vec<_> = metrics.map(entry).collect();
    listed.sort_by(|(one, _), (other, _)| one.cmp(other));
    listed
}

#[test]
fn the_catalogue_lists_what_the_caller_may_see_and_each_route_in_it_answers() {
    let app = TestApp::start();
    let (ada, boss) = (app.user("ada"), app.admin("boss"));
    app.team("t1");
    app.team("t2");
    app.team("t3");
    app.join("t1", &ada);
    app.administrate("t2", &ada);
    for (person, own, administered, all) in [
        (&ada, json!(["t1", "t2"]), Some(json!(["t2"])), false),
        (&boss, json!([]), None, true),
    ] {
        let listed = catalogue(&app, person);
        let types: Vec<_> = listed.iter().map(|(metric, _)| metric.as_str()).collect();
        assert_eq!(
            types,
            [
                "flight_departures",
                "mcp_client_activity",
                "satellite_keys",
                "server_installations"
            ]
        );
        for (metric, routes) in &listed {
            assert_eq!(routes["me"]["teams"], own, "{metric}");
            assert_eq!(
                routes.get("team").map(|route| route["teams"].clone()),
                administered,
                "{metric}"
            );
            assert_eq!(routes.get("admin").is_some(), all, "{metric}");
            for url in urls(routes) {
                assert_eq!(app.ask(person, &url).status, 200, "{url}");
            }
        }
    }
}

/// The URLs that the routes of a catalogue entry stand for.
fn urls(routes: &Value) -> Vec<String> {
    let mut urls = Vec::new();
    for (name, route) in routes.as_object().expect("routes") {
        let path = route["path"].as_str().expect("a path");
        let teams = route["teams"].as_array().cloned().unwrap_or_default();
        let teams = teams.iter().map(|team| team.as_str().expect("an id"));
        match name.as_str() {
            "me" => urls.extend(teams.map(|team| format!("/api/{path}?team_id={team}"))),
            "team" => {
                let of_team = |team| format!("/api/{}", path.replace("{team_id}", team));
                urls.extend(teams.map(of_team));
            }
            _ => urls.push(format!("/api/{path}")),
        }
    }
    urls
}

#[test]
fn the_catalogue_is_enough_to_draw_a_dashboard_from() {
    let app = TestApp::start();
    let ada = app.user("ada");
    let data = app.ask(&ada, "/api/metrics").data();
    let metrics = data["metrics"].as_array().expect("metrics");
    let metric = metrics
        .iter()
        .find(|metric| metric["type"] == "server_installations")
        .expect("it is listed");
    for (field, expected) in [
        ("table", json!("server_install_metrics")),
        ("path", json!("server-installs")),
        ("title", json!("Server installations")),
        ("description", json!("MCP servers installed and removed.")),
        ("permission", json!("metrics.server_install_metrics.view")),
    ] {
        assert_eq!(metric[field], expected);
    }
    assert_eq!(
        metric["intervals"][1],
        json!({"interval": "1h", "seconds": 3600, "retention_seconds": 2_592_000})
    );
    let user = json!({"name": "user_id", "title": "User ID", "description": "Who installed or removed it.", "kind": "text", "role": "user", "values": null});
    assert_eq!(metric["dimensions"][0], user);
    let count = json!({"name": "installation_count", "title": "Installations", "title_of_one": "Installation", "description": "Installations.", "unit": null, "kind": "counter"});
    assert_eq!(metric["measures"][0], count);
}

#[test]
fn the_catalogue_is_for_people_who_are_signed_in() {
    let app = TestApp::start();
    assert_eq!(app.get("/api/metrics").send().error().0, 401);
}

#[test]
fn the_description_lists_every_route_of_every_metric() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let answer = app.get("/api/openapi.json").send();
    let document = answer.json();
    assert!(
        document["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.1."))
    );
    let metrics = app.ask(&boss, "/api/metrics").data()["metrics"].clone();
    for route in ROUTES {
        for metric in metrics.as_array().expect("metrics") {
            let path = match route.endpoint {
                Endpoint::Catalogue => "/api/metrics".to_owned(),
                Endpoint::Ingest => "/api/metrics/events".to_owned(),
                Endpoint::SeveralStreams => "/api/metrics/stream".to_owned(),
                Endpoint::OpenApi => "/api/openapi.json".to_owned(),
                _ => {
                    let path = metric["path"].as_str().expect("a path");
                    format!("/api{}", route.path.replace("{path:.+}", path))
                }
            };
            let operation = &document["paths"][&path][route.method.to_lowercase()];
            assert!(
                operation["responses"]["200"].is_object(),
                "{} {path} is described",
                route.method
            );
        }
    }
}

#[test]
fn every_reference_of_the_description_leads_somewhere() {
    let app = TestApp::start();
    let document = app.get("/api/openapi.json").send().json();
    let mut references = Vec::new();
    collect_references(&document, &mut references);
    assert!(references.len() > 10);
    for reference in references {
        let pointer = reference
            .strip_prefix('#')
            .expect("a reference within the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect_references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(
                fields
                    .get("$ref")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            fields
                .values()
                .for_each(|field| collect_references(field, found));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect_references(item, found)),
        _ => {}
    }
}
