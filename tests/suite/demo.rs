//! The demo: a world that is there at once, goes on while somebody watches, and is the same after a pause.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::command_line::Folder;
use crate::support::app::{Person, TestApp, until};

/// Seconds between two reports of a satellite.
const TICK: i64 = 5;

/// Reports in a quarter of an hour.
const QUARTER: i64 = 900 / TICK;

/// Signs in as somebody whom the demo has named.
fn sign_in(app: &TestApp, email: &str) -> Person {
    let people = app.announced()["people"].as_array().expect("people");
    let person = people.iter().find(|person| person["email"] == email);
    let password = person.expect("the person is named")["password"].as_str();
    app.sign_in_with(email, email, password.expect("text"))
}

fn buckets(app: &TestApp, person: &Person, path: &str) -> Vec<Value> {
    let data = app.ask(person, path).data();
    data["buckets"].as_array().cloned().expect("buckets")
}

fn total(app: &TestApp, person: &Person, path: &str, measure: &str) -> u64 {
    let summary = app.ask(person, path).data()["summary"].clone();
    summary[format!("total_{measure}")].as_u64().expect("a sum")
}

/// The health checks of a satellite in each quarter of an hour.
fn health_checks(app: &TestApp, person: &Person) -> BTreeMap<DateTime<Utc>, i64> {
    let path = "/api/admin/metrics/mcp/client-activity?time_range=6h&interval=15m\
                &auth_identifier=health-check&satellite_id=fra-1";
    counts(app, person, path, "request_count")
}

/// A measure of each bucket.
fn counts(
    app: &TestApp,
    person: &Person,
    path: &str,
    measure: &str,
) -> BTreeMap<DateTime<Utc>, i64> {
    let counts = buckets(app, person, path).into_iter().map(|bucket| {
        let start = bucket["timestamp"].as_str().expect("text").parse();
        let count = bucket[measure].as_i64();
        (start.expect("a time"), count.expect("a number"))
    });
    counts.collect()
}

#[test]
fn everybody_whom_the_demo_names_can_sign_in_and_sees_a_month() {
    let app = TestApp::demo(&[]);
    for person in app.announced()["people"].as_array().expect("people") {
        let person = sign_in(&app, person["email"].as_str().expect("text"));
        assert_eq!(app.ask(&person, "/api/users/me").status, 200);
    }
    let month = "time_range=29d&interval=1d";
    let ada = sign_in(&app, "ada@example.com");
    for (path, measure) in [
        ("server-installs", "installation_count"),
        ("flight-departures", "departures"),
    ] {
        let days = buckets(&app, &ada, &format!("/api/admin/metrics/{path}?{month}"));
        let quiet = days.iter().filter(|day| day[measure] == 0).count();
        // The first and the last day may have just begun.
        assert!(days.len() >= 29 && quiet <= 2, "{path}: {quiet} quiet days");
    }
    let own = |team: &str| format!("/api/users/me/metrics/server-installs?team_id={team}&{month}");
    let max = sign_in(&app, "max@example.com");
    assert!(total(&app, &max, &own("atlas"), "installation_count") > 0);
    assert_eq!(app.ask(&max, &own("lumen")).error().0, 403);
    let team = format!("/api/teams/atlas/metrics/server-installs?{month}");
    assert_eq!(app.ask(&max, &team).error().0, 403);
    let tess = sign_in(&app, "tess@example.com");
    assert!(total(&app, &tess, &team, "installation_count") > 0);
    let zoe = sign_in(&app, "zoe@example.com");
    let flights = format!("/api/teams/ZA/metrics/flight-departures?{month}");
    assert!(total(&app, &zoe, &flights, "departures") > 0);
    for (person, path) in [
        (&ada, "/api/admin/metrics/satellite-keys"),
        (&tess, "/api/teams/atlas/metrics/satellite-keys"),
        (&zoe, "/api/users/me/metrics/satellite-keys?team_id=ZA"),
    ] {
        let and = if path.contains('?') { '&' } else { '?' };
        for measure in ["given_count", "revoked_count"] {
            let keys = format!("{path}{and}{month}");
            assert!(
                total(&app, person, &keys, measure) >= 28,
                "{path}: {measure}"
            );
        }
    }
    assert!(app.folder().join("demo.db").exists());
    assert!(
        !app.folder().join("app.db").exists(),
        "the user's own database is left alone"
    );
}

#[test]
fn the_world_goes_on_while_somebody_watches() {
    let app = TestApp::demo(&[]);
    let ada = sign_in(&app, "ada@example.com");
    let path = "/api/admin/metrics/mcp/client-activity?time_range=6h&interval=1h";
    let before = total(&app, &ada, path, "request_count");
    until("the total grows", || {
        (total(&app, &ada, path, "request_count") > before).then_some(())
    });
    assert_eq!(app.log(), "", "every event is taken");
}

#[test]
fn another_start_goes_on_where_the_last_one_ended() {
    let mut app = TestApp::demo(&[]);
    let ada = sign_in(&app, "ada@example.com");
    let before = (history(&app, &ada), health_checks(&app, &ada));
    until("something is reported", || {
        (health_checks(&app, &ada) != before.1).then_some(())
    });
    assert!(app.terminate().success());
    app.start_again();
    let after = (history(&app, &ada), health_checks(&app, &ada));
    let now = Utc::now();
    for (start, count) in &after.1 {
        let passed = (now - start).num_seconds() / TICK;
        assert!(*count <= passed.min(QUARTER), "{start}: {count} checks");
        assert!(
            *count == QUARTER || passed < 2 * QUARTER,
            "{start}: {count} checks"
        );
    }
    // All but the hours that went on meanwhile.
    let old = now - TimeDelta::hours(2);
    for (start, count) in before.0.iter().filter(|(start, _)| **start < old) {
        let again = after.0.get(start);
        assert!(again.is_none_or(|again| again == count), "{start}");
    }
    assert_eq!(app.log(), "");
}

/// The installations of each hour.
fn history(app: &TestApp, person: &Person) -> BTreeMap<DateTime<Utc>, i64> {
    let path = "/api/admin/metrics/server-installs?time_range=29d&interval=1h";
    counts(app, person, path, "installation_count")
}

#[test]
fn the_flights_of_a_file_leave_again_and_each_airline_sees_its_own() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/data/flights/departures.csv.gz"
    );
    let app = TestApp::demo(&["--flights", file]);
    let people = app.announced()["people"].as_array().expect("people").len();
    assert_eq!(people, 4 + 16, "each of the airlines can sign in");
    let united = sign_in(&app, "ua@example.com");
    let week = "time_range=3w&interval=1d";
    let own = format!("/api/teams/UA/metrics/flight-departures?{week}");
    // United had more than a hundred flights a day, but for Christmas.
    let days = counts(&app, &united, &own, "departures");
    assert!(
        days.values().filter(|count| **count > 90).count() >= 18,
        "{days:?}"
    );
    let other = format!("/api/teams/DL/metrics/flight-departures?{week}");
    assert_eq!(app.ask(&united, &other).error().0, 403);
    let folder = Folder::new();
    folder.write("flights.csv", "a,b");
    folder
        .run("demo --bind 127.0.0.1:0 --flights flights.csv")
        .failed(1, &["--flights", "flights.csv", "scheduled_at"]);
}

#[test]
fn the_demo_leaves_other_databases_alone() {
    let folder = Folder::new();
    folder
        .run("users add --email ann@example.org --database-url sqlite:own.db")
        .ok();
    let demo = "demo --bind 127.0.0.1:0 --database-url sqlite:own.db";
    folder
        .run(demo)
        .failed(1, &["sqlite:own.db", "--database-url"]);
}

#[test]
fn the_demo_does_not_show_its_password_to_others() {
    let folder = Folder::new();
    folder
        .run("demo --bind 0.0.0.0:8080")
        .failed(2, &["bind", "--bind 127.0.0.1:8080"]);
    assert!(!folder.path().join("demo.db").exists());
}
