//! The answer to a query, to the letter.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{hours_ago, installations, text, with};
use crate::support::app::TestApp;
use crate::support::app::http::encoded;

/// A flight of a carrier, at a moment of 2013.
fn flight(carrier: &str, at: &str, miles: u64) -> Value {
    let data = json!({"carrier": carrier, "origin": "JFK", "dest": "BOS", "departures": 1, "miles": miles});
    json!({"type": "flight_departures", "timestamp": at, "data": data})
}

#[test]
fn a_series_is_answered_as_the_contract_writes_it() {
    let app = TestApp::start();
    let ada = app.user("u1");
    app.team("t1");
    app.join("t1", &ada);
    let start = hours_ago(5);
    let hour = TimeDelta::hours(1);
    let late = start + hour * 2 + TimeDelta::minutes(59);
    app.record(
        &app.key("sat"),
        &[
            installations("u1", "t1", start + TimeDelta::minutes(30), 2),
            installations("u1", "t1", start, 1),
            with(
                installations("u1", "t1", late, 0),
                &json!({"uninstallation_count": 1}),
            ),
        ],
    );
    let (from, to) = (text(start), text(start + hour * 3));
    let path = format!(
        "/api/users/me/metrics/server-installs?team_id=t1&start={from}&end={to}&interval=1h"
    );
    let answer = app.ask(&ada, &path);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(
        answer.json(),
        json!({"success": true, "data": {
            "metric_type": "server_installations",
            "time_range": {"start": from, "end": to, "interval": "1h"},
            "filters": {"user_id": "u1", "team_id": "t1"},
            "buckets": [
                {"timestamp": from, "installation_count": 3, "uninstallation_count": 0},
                {"timestamp": text(start + hour), "installation_count": 0, "uninstallation_count": 0},
                {"timestamp": text(start + hour * 2), "installation_count": 0, "uninstallation_count": 1},
            ],
            "summary": {
                "total_buckets": 3,
                "total_installation_count": 3,
                "average_installation_count": 1.0,
                "peak_installation_count": 3,
                "peak_installation_count_timestamp": from,
                "total_uninstallation_count": 1,
                "average_uninstallation_count": 0.33,
                "peak_uninstallation_count": 1,
                "peak_uninstallation_count_timestamp": text(start + hour * 2),
            },
        }})
    );
    // A float even where it is whole, so that typed clients need no special case.
    assert!(
        answer.body.contains(r#""average_installation_count":1.0,"#),
        "{}",
        answer.body
    );
}

#[test]
fn an_empty_series_is_zeros_without_a_peak() {
    let app = TestApp::start();
    let ada = app.user("u1");
    app.team("t1");
    app.join("t1", &ada);
    let data = app
        .ask(
            &ada,
            "/api/users/me/metrics/mcp/client-activity?team_id=t1&time_range=2h",
        )
        .data();
    let buckets = data["buckets"].as_array().expect("buckets");
    for bucket in buckets {
        assert_eq!(
            (&bucket["request_count"], &bucket["tool_call_count"]),
            (&json!(0), &json!(0))
        );
    }
    assert_eq!(
        data["summary"],
        json!({
            "total_buckets": buckets.len(),
            "total_request_count": 0, "average_request_count": 0.0, "peak_request_count": 0,
            "total_tool_call_count": 0, "average_tool_call_count": 0.0, "peak_tool_call_count": 0,
        })
    );
}

#[test]
fn without_parameters_it_is_the_last_day_in_hours() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let data = app.ask(&boss, "/api/admin/metrics/server-installs").data();
    assert_eq!(
        (&data["time_range"]["interval"], &data["filters"]),
        (&json!("1h"), &json!({}))
    );
    let moment = |name: &str| -> chrono::DateTime<chrono::Utc> {
        let text = data["time_range"][name].as_str().expect("text");
        assert!(
            text.len() == 24 && text.ends_with('Z'),
            "{text} has milliseconds and a Z"
        );
        text.parse().expect("RFC 3339")
    };
    assert_eq!(moment("end") - moment("start"), TimeDelta::days(1));
    let buckets = data["buckets"].as_array().expect("buckets");
    let first = buckets[0]["timestamp"].as_str().expect("text");
    let hour = moment("start").timestamp().div_euclid(3600) * 3600;
    assert_eq!(
        first,
        text(chrono::DateTime::from_timestamp(hour, 0).expect("a time"))
    );
    for pair in buckets.windows(2) {
        let at = |bucket: &Value| -> chrono::DateTime<chrono::Utc> {
            bucket["timestamp"]
                .as_str()
                .expect("text")
                .parse()
                .expect("RFC 3339")
        };
        assert_eq!(at(&pair[1]) - at(&pair[0]), TimeDelta::hours(1));
    }
}

#[test]
fn the_buckets_of_start_and_of_end_are_whole_and_one_that_begins_at_end_is_not_in() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let flights = [
        "09:00:00",
        "09:59:59.999",
        "10:30:00",
        "11:00:00",
        "11:59:59",
        "12:00:00",
    ];
    let flights = flights.map(|time| flight("AA", &format!("2013-03-01T{time}Z"), 100));
    app.record(&app.key("sat"), &flights);
    let departures = |start: &str, end: &str| {
        let range = format!("start={}&end={}", encoded(start), encoded(end));
        let data = app
            .ask(
                &boss,
                &format!("/api/admin/metrics/flight-departures?{range}"),
            )
            .data();
        assert_eq!(
            data["summary"]["total_buckets"],
            data["buckets"].as_array().expect("buckets").len()
        );
        let buckets = data["buckets"].as_array().expect("buckets").iter();
        let bucket = |bucket: &Value| {
            let hour = bucket["timestamp"].as_str().expect("text")[11..13].to_owned();
            (hour, bucket["departures"].as_u64().expect("a count"))
        };
        buckets.map(bucket).collect::<Vec<_>>()
    };
    let hours = |hours: &[(&str, u64)]| -> Vec<(String, u64)> {
        hours
            .iter()
            .map(|(hour, count)| ((*hour).to_owned(), *count))
            .collect()
    };
    let (nine, ten, eleven, twelve) = (("09", 2), ("10", 1), ("11", 2), ("12", 1));
    let day = "2013-03-01T";
    for (start, end, expected) in [
        ("09:59:59.999Z", "11:00:00Z", hours(&[nine, ten])),
        ("09:59:59Z", "11:00:00.001Z", hours(&[nine, ten, eleven])),
        ("10:00:00Z", "12:00:01Z", hours(&[ten, eleven, twelve])),
        ("11:20:00Z", "11:20:01Z", hours(&[eleven])),
        // The same moments by other clocks.
        ("11:59:59+02:00", "05:30:00-05:30", hours(&[nine, ten])),
    ] {
        assert_eq!(
            departures(&format!("{day}{start}"), &format!("{day}{end}")),
            expected,
            "{start} to {end}"
        );
    }
    // A plus sign that nobody encoded is still one.
    let plain = app.ask(&boss, "/api/admin/metrics/flight-departures?start=2013-03-01T11:00:00+01:00&end=2013-03-01T12:00:00+01:00");
    assert_eq!(plain.data()["summary"]["total_departures"], 1);
}

#[test]
fn the_range_is_answered_as_it_was_asked_in_utc() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let query = "start=2013-03-01T10:10:10.5%2B01:00&end=2013-03-01T12:00:00%2B01:00&interval=30m";
    let data = app
        .ask(
            &boss,
            &format!("/api/admin/metrics/flight-departures?{query}"),
        )
        .data();
    assert_eq!(
        data["time_range"],
        json!({"start": "2013-03-01T09:10:10.500Z", "end": "2013-03-01T11:00:00.000Z", "interval": "30m"})
    );
    assert_eq!(data["buckets"][0]["timestamp"], "2013-03-01T09:00:00.000Z");
    assert_eq!(data["buckets"].as_array().expect("buckets").len(), 4);
}

#[test]
fn an_interval_may_be_a_multiple_of_a_stored_one() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let hours = ["00:00", "05:59", "06:00", "11:59", "18:00", "23:59"];
    let flights = hours.map(|time| flight("AA", &format!("2013-03-01T{time}:00Z"), 7));
    app.record(&app.key("sat"), &flights);
    for (interval, expected) in [
        ("6h", vec![14, 14, 0, 14]),
        ("12h", vec![28, 14]),
        ("8h", vec![21, 7, 14]),
        ("1d", vec![42]),
        ("24h", vec![42]),
    ] {
        let range = "start=2013-03-01T00:00:00Z&end=2013-03-02T00:00:00Z";
        let path = format!("/api/admin/metrics/flight-departures?{range}&interval={interval}");
        let data = app.ask(&boss, &path).data();
        let miles: Vec<_> = data["buckets"]
            .as_array()
            .expect("buckets")
            .iter()
            .map(|bucket| bucket["miles"].clone())
            .collect();
        assert_eq!(
            miles,
            expected.into_iter().map(Value::from).collect::<Vec<_>>(),
            "{interval}"
        );
    }
}

#[test]
fn averages_are_rounded_to_two_decimals_and_the_first_of_equal_peaks_is_named() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let day = |time: &str, miles| flight("AA", &format!("2013-03-01T{time}:00Z"), miles);
    app.record(
        &app.key("sat"),
        &[day("01:00", 100), day("03:00", 100), day("05:00", 1)],
    );
    let summary = |end: &str| {
        let path = format!(
            "/api/admin/metrics/flight-departures?start=2013-03-01T00:00:00Z&end=2013-03-01T{end}:00Z"
        );
        app.ask(&boss, &path).data()["summary"].clone()
    };
    let six = summary("06:00");
    assert_eq!(six["average_miles"], json!(33.5));
    assert_eq!(six["peak_miles_timestamp"], "2013-03-01T01:00:00.000Z");
    assert_eq!(
        summary("07:00")["average_miles"],
        json!(28.71),
        "201 / 7 = 28.714…"
    );
    assert_eq!(
        summary("08:00")["average_miles"],
        json!(25.13),
        "201 / 8 = 25.125, half away from zero"
    );
}

#[test]
fn filters_narrow_may_be_repeated_and_are_named_in_the_answer() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let flights = ["AA", "B6", "UA"].map(|carrier| flight(carrier, "2013-03-01T10:00:00Z", 10));
    app.record(&app.key("sat"), &flights);
    let range = "start=2013-03-01T10:00:00Z&end=2013-03-01T11:00:00Z";
    let ask = |filters: &str| {
        app.ask(
            &boss,
            &format!("/api/admin/metrics/flight-departures?{range}{filters}"),
        )
        .data()
    };
    let total = |data: &Value| data["summary"]["total_miles"].clone();

    let one = ask("&carrier=AA&dest=BOS");
    assert_eq!(
        (total(&one), &one["filters"]),
        (json!(10), &json!({"carrier": "AA", "dest": "BOS"}))
    );
    let two = ask("&carrier=AA&carrier=UA");
    assert_eq!(
        (total(&two), &two["filters"]),
        (json!(20), &json!({"carrier": ["AA", "UA"]}))
    );
    let none = ask("&carrier=aa");
    assert_eq!(
        (total(&none), &none["filters"]),
        (json!(0), &json!({"carrier": "aa"}))
    );
    let same_twice = ask("&carrier=AA&carrier=AA");
    assert_eq!(total(&same_twice), json!(10), "nothing counts twice");
}
