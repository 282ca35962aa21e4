//! What a query must look like, and what the error says that a malformed one is answered with.

use serde_json::json;

use crate::support::app::http::encoded;
use crate::support::app::{Person, TestApp};

const FLIGHTS: &str = "/api/admin/metrics/flight-departures";

/// The field and the sentence of the 400 that a query is answered with.
fn refusal(app: &TestApp, person: &Person, path: &str) -> (String, String) {
    let (status, field, sentence) = app.ask(person, path).error();
    assert_eq!(status, 400, "{path}: {sentence}");
    (field.expect("a malformed query has a field"), sentence)
}

#[test]
fn a_malformed_query_is_refused_with_the_field_that_is_wrong() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let long = "x".repeat(9);
    let many = "&carrier=AA".repeat(101);
    for (query, field) in [
        ("colour=red", "colour"),
        ("Interval=1h", "Interval"),
        ("=1h", ""),
        ("interval=7m", "interval"),
        ("interval=", "interval"),
        ("interval=1h30m", "interval"),
        ("interval=-1h", "interval"),
        ("interval=0h", "interval"),
        ("interval=99999999999999999999h", "interval"),
        ("interval=367d", "interval"),
        ("interval=1h&interval=1h", "interval"),
        ("time_range=yesterday", "time_range"),
        ("time_range=0h", "time_range"),
        ("time_range=24", "time_range"),
        ("time_range=h", "time_range"),
        ("time_range=1.5h", "time_range"),
        ("time_range=9223372036854775807w", "time_range"),
        ("time_range=99999999w", "time_range"),
        ("time_range=1h&time_range=2h", "time_range"),
        ("time_range=1h&start=2013-01-01T00:00:00Z", "time_range"),
        ("time_range=1h&end=2013-01-01T00:00:00Z", "time_range"),
        ("end=2013-01-01T00:00:00Z", "start"),
        ("start=2013-01-01", "start"),
        ("start=2013-02-30T00:00:00Z", "start"),
        ("start=2013-01-01T00:00:00", "start"),
        ("start=1356998400", "start"),
        ("start=2013-01-01T00:00:00Z&end=tomorrow", "end"),
        (
            "start=2013-01-01T00:00:00Z&end=9999-12-31T23:59:59-23:59",
            "end",
        ),
        (
            "start=2013-01-01T00:00:00Z&end=2013-01-01T00:00:00Z",
            "start",
        ),
        (
            "start=2013-01-02T00:00:00Z&end=2013-01-01T00:00:00Z",
            "start",
        ),
        ("start=2999-01-01T00:00:00Z", "start"),
        (
            "start=2013-01-01T00:00:00Z&start=2013-01-01T00:00:00Z",
            "start",
        ),
        (&format!("carrier={long}"), "carrier"),
        ("carrier=%00", "carrier"),
        (&format!("time_range=1h{many}"), "carrier"),
        ("%FF=1", "\u{fffd}"),
        ("%zz=1", "%zz"),
        ("interval=%FF", "interval"),
        ("carrier=%FF", "carrier"),
        ("carrier=AA%C3", "carrier"),
        ("dest=BOS&carrier=%E2%82&origin=%FF", "carrier"),
    ] {
        assert_eq!(
            refusal(&app, &boss, &format!("{FLIGHTS}?{query}")).0,
            field,
            "{query}"
        );
    }
}

#[test]
fn a_character_that_stands_for_another_may_be_asked_for() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let data = app
        .ask(&boss, &format!("{FLIGHTS}?carrier=%EF%BF%BD"))
        .data();
    assert_eq!(data["filters"], json!({"carrier": "\u{fffd}"}));
}

#[test]
fn an_unknown_parameter_is_answered_with_those_that_there_are() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let (_, sentence) = refusal(&app, &boss, &format!("{FLIGHTS}?colour=red"));
    for known in [
        "colour",
        "time_range",
        "start",
        "end",
        "interval",
        "carrier",
        "origin",
        "dest",
    ] {
        assert!(sentence.contains(known), "{sentence} names {known}");
    }
    let (field, _) = refusal(&app, &boss, &format!("{FLIGHTS}?{}=1", "y".repeat(2000)));
    assert_eq!(field.len(), 64, "an answer does not echo without end");
}

#[test]
fn what_the_route_decides_cannot_be_asked_for() {
    let app = TestApp::start();
    let ada = app.user("ada");
    app.team("t1");
    app.administrate("t1", &ada);
    let own = "/api/users/me/metrics/server-installs?team_id=t1";
    assert_eq!(
        refusal(&app, &ada, &format!("{own}&user_id=ada")).0,
        "user_id"
    );
    assert_eq!(
        refusal(&app, &ada, &format!("{own}&team_id=t1")).0,
        "team_id"
    );
    assert_eq!(
        refusal(&app, &ada, "/api/users/me/metrics/server-installs").0,
        "team_id"
    );
    assert_eq!(
        refusal(
            &app,
            &ada,
            "/api/teams/t1/metrics/server-installs?team_id=t1"
        )
        .0,
        "team_id"
    );
    assert_eq!(
        refusal(
            &app,
            &ada,
            "/api/teams/t1/metrics/flight-departures?carrier=t1"
        )
        .0,
        "carrier"
    );
    let of_member = app
        .ask(&ada, "/api/teams/t1/metrics/server-installs?user_id=ada")
        .data();
    assert_eq!(
        of_member["filters"],
        json!({"team_id": "t1", "user_id": "ada"})
    );
}

#[test]
fn too_many_buckets_are_refused_with_an_interval_that_would_do() {
    let app = TestApp::start_with(&[("MAX_BUCKETS", "100")]);
    let boss = app.admin("boss");
    let (field, sentence) = refusal(
        &app,
        &boss,
        &format!("{FLIGHTS}?time_range=5d&interval=15m"),
    );
    assert_eq!(field, "interval");
    assert!(sentence.contains("1d would do"), "{sentence}");
    assert!(
        !sentence.contains("1h or"),
        "an interval that is too fine as well is not proposed: {sentence}"
    );
    assert_eq!(
        app.ask(&boss, &format!("{FLIGHTS}?time_range=5d&interval=1d"))
            .status,
        200
    );

    let (_, sentence) = refusal(
        &app,
        &boss,
        &format!("{FLIGHTS}?time_range=1000d&interval=1d"),
    );
    assert!(sentence.contains("interval 4w would do"), "{sentence}");
    let (_, sentence) = refusal(
        &app,
        &boss,
        &format!("{FLIGHTS}?start=0001-01-01T00:00:00Z&interval=1m"),
    );
    assert!(sentence.contains("100 are allowed"), "{sentence}");
}

#[test]
fn as_many_buckets_as_the_limit_are_answered_and_one_more_is_not() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let ask = |end: &str| {
        app.ask(
            &boss,
            &format!(
                "{FLIGHTS}?start=2013-01-01T00:00:00Z&end={}&interval=15m",
                encoded(end)
            ),
        )
    };
    // 10,000 quarters of an hour are 104 days and 4 hours.
    let all = ask("2013-04-15T04:00:00Z").data();
    assert_eq!(all["summary"]["total_buckets"], 10_000);
    assert_eq!(ask("2013-04-15T04:00:01Z").status, 400);
}

#[test]
fn what_is_beyond_the_retention_is_refused_with_how_long_it_is_kept() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let (field, sentence) = refusal(
        &app,
        &boss,
        "/api/admin/metrics/mcp/client-activity?time_range=30d",
    );
    assert_eq!(field, "time_range");
    assert!(sentence.contains("3 days"), "{sentence}");
    assert_eq!(
        app.ask(
            &boss,
            "/api/admin/metrics/mcp/client-activity?time_range=2d"
        )
        .status,
        200
    );
}

#[test]
fn where_no_stored_interval_has_few_enough_buckets_a_multiple_is_proposed() {
    let app = TestApp::start_with(&[("MAX_BUCKETS", "20")]);
    let boss = app.admin("boss");
    let series = "/api/admin/metrics/server-installs";
    for (asked, would_do) in [("29d&interval=1h", "2d"), ("24h&interval=15m", "2h")] {
        let (field, sentence) = refusal(&app, &boss, &format!("{series}?time_range={asked}"));
        assert_eq!(field, "interval");
        assert!(
            sentence.contains(&format!("interval {would_do} would do")),
            "{sentence}"
        );
        let range = asked.split_once('&').expect("with an interval").0;
        let proposed = format!("{series}?time_range={range}&interval={would_do}");
        assert_eq!(app.ask(&boss, &proposed).status, 200);
    }
}

#[test]
fn an_interval_whose_first_bucket_begins_before_what_is_kept_is_refused_with_those_that_would_do() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let series = "/api/admin/metrics/server-installs";
    for asked in ["24h&interval=366d", "29d&interval=28d"] {
        let (field, sentence) = refusal(&app, &boss, &format!("{series}?time_range={asked}"));
        assert_eq!(field, "interval", "{sentence}");
        assert!(sentence.contains("15m or 1h would do"), "{sentence}");
    }
}

#[test]
fn an_interval_that_is_not_kept_is_refused_with_those_that_are() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let (field, sentence) = refusal(&app, &boss, &format!("{FLIGHTS}?time_range=2h&interval=5m"));
    assert_eq!(field, "interval");
    assert!(sentence.contains("15m or 1h or 1d would do"), "{sentence}");
}

#[test]
fn head_is_answered_like_get_without_a_body() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let head = app
        .request(ureq::http::Method::HEAD, FLIGHTS)
        .cookie(&boss.cookie)
        .send();
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-type"), Some("application/json"));
}
