//! Counters at the edge of what 64 bits hold.

use serde_json::{Value, json};

use super::{hours_ago, installations, text, with};
use crate::support::app::{Key, Person, TestApp};

const MAX: u64 = i64::MAX.cast_unsigned();

fn app_with_a_user() -> (TestApp, Person, Key) {
    let app = TestApp::start();
    let boss = app.admin("u1");
    app.team("t1");
    let key = app.key("sat");
    (app, boss, key)
}

/// The summary over everybody, in buckets of an hour.
fn summary(app: &TestApp, boss: &Person, interval: &str) -> Value {
    let path = format!("/api/admin/metrics/server-installs?time_range=12h&interval={interval}");
    app.ask(boss, &path).data()["summary"].clone()
}

#[test]
fn sums_beyond_what_a_float_holds_are_exact() {
    let (app, boss, key) = app_with_a_user();
    let odd: u64 = (1 << 53) + 1;
    let event = |count: u64| installations("u1", "t1", hours_ago(1), count);
    app.record(&key, &[event(odd), event(1 << 53), event(1)]);
    let summary = summary(&app, &boss, "1h");
    assert_eq!(
        summary["total_installation_count"],
        json!(odd + (1 << 53) + 1)
    );
    assert_eq!(
        summary["peak_installation_count"],
        json!(odd + (1 << 53) + 1)
    );
}

#[test]
fn the_largest_counter_is_counted_and_answered_to_the_last_digit() {
    let (app, boss, key) = app_with_a_user();
    app.record(&key, &[installations("u1", "t1", hours_ago(1), MAX)]);
    assert_eq!(
        summary(&app, &boss, "1h")["total_installation_count"],
        json!(MAX)
    );
}

#[test]
fn a_counter_spelled_as_text_counts_as_the_number() {
    let (app, boss, key) = app_with_a_user();
    // How senders whose numbers are floats say what a float cannot hold.
    app.record(
        &key,
        &[installations("u1", "t1", hours_ago(1), "9007199254740993")],
    );
    assert_eq!(
        summary(&app, &boss, "1h")["total_installation_count"],
        json!(9_007_199_254_740_993_u64)
    );
}

#[test]
fn one_that_would_overflow_is_refused_by_name_and_what_was_there_stays() {
    let (app, boss, key) = app_with_a_user();
    let event = |count: u64| installations("u1", "t1", hours_ago(1), count);
    app.record(&key, &[event(MAX - 5)]);
    let removal = with(event(0), &json!({"uninstallation_count": 3}));
    let answer = app
        .report(&key, &[event(3), event(4), removal, event(2)])
        .json();
    assert_eq!(
        (&answer["processed"], &answer["failed"]),
        (&json!(3), &json!(1)),
        "{answer}"
    );
    let failure = &answer["failures"][0];
    assert_eq!(
        (&failure["field"], &failure["type"]),
        (&json!("installation_count"), &json!("server_installations"))
    );
    let sentence = failure["error"].as_str().expect("a sentence");
    assert!(
        sentence.contains("installation_count") && sentence.contains("2^63-1"),
        "{sentence}"
    );
    let summary = summary(&app, &boss, "1h");
    assert_eq!(
        (
            &summary["total_installation_count"],
            &summary["total_uninstallation_count"]
        ),
        (&json!(MAX), &json!(3))
    );
}

#[test]
fn a_batch_that_overflows_by_itself_is_counted_as_far_as_it_fits() {
    let (app, boss, key) = app_with_a_user();
    let event = |count: u64| installations("u1", "t1", hours_ago(1), count);
    let answer = app
        .report(&key, &[event(MAX), event(MAX), event(0), event(1)])
        .json();
    assert_eq!(
        (&answer["processed"], &answer["failed"]),
        (&json!(2), &json!(2)),
        "{answer}"
    );
    for failure in answer["failures"].as_array().expect("failures") {
        assert_eq!(failure["field"], "installation_count", "{answer}");
    }
    assert_eq!(
        summary(&app, &boss, "1h")["total_installation_count"],
        json!(MAX)
    );
}

#[test]
fn a_coarser_interval_that_would_overflow_refuses_too() {
    let (app, boss, key) = app_with_a_user();
    let hour = hours_ago(1);
    let event = |minutes: i64, count: u64| {
        installations(
            "u1",
            "t1",
            hour + chrono::TimeDelta::minutes(minutes),
            count,
        )
    };
    app.record(&key, &[event(0, MAX)]);
    // Another quarter of the same hour: the quarter has room, the hour has none.
    let answer = app.report(&key, &[event(20, 1)]).json();
    assert_eq!(
        (&answer["failed"], &answer["failures"][0]["field"]),
        (&json!(1), &json!("installation_count")),
        "{answer}"
    );
    let quarters = summary(&app, &boss, "15m");
    assert_eq!(
        quarters["total_installation_count"],
        json!(MAX),
        "nothing of a refused event is counted anywhere"
    );
}

#[test]
fn a_question_whose_sum_exceeds_64_bits_is_a_400_with_a_remedy() {
    let (app, boss, key) = app_with_a_user();
    // Two series, each within bounds, whose sum is not.
    let event = |server: &str| {
        with(
            installations("u1", "t1", hours_ago(1), MAX),
            &json!({"server_id": server}),
        )
    };
    app.record(&key, &[event("s1"), event("s2")]);
    let path = "/api/admin/metrics/server-installs?time_range=12h";
    let (status, field, sentence) = app.ask(&boss, path).error();
    assert_eq!((status, field.as_deref()), (400, Some("interval")));
    assert!(
        sentence.contains("2^63-1") && sentence.contains("filter"),
        "{sentence}"
    );
    let one = app.ask(&boss, &format!("{path}&server_id=s2")).data();
    assert_eq!(one["summary"]["total_installation_count"], json!(MAX));
}

#[test]
fn groups_whose_totals_exceed_64_bits_cannot_be_put_in_order_and_are_told_so() {
    let (app, boss, key) = app_with_a_user();
    let event = |hours: i64| installations("u1", "t1", hours_ago(hours), MAX);
    app.record(&key, &[event(1), event(2)]);
    let path = "/api/admin/metrics/server-installs?time_range=12h&group_by=server_id";
    let (status, field, sentence) = app.ask(&boss, path).error();
    assert_eq!((status, field.as_deref()), (400, Some("group_by")));
    assert!(
        sentence.contains("2^63-1") && sentence.contains("shorter range"),
        "{sentence}"
    );
}

#[test]
fn the_total_over_buckets_may_be_larger_than_any_bucket_can() {
    let (app, boss, key) = app_with_a_user();
    let event = |hours: i64| installations("u1", "t1", hours_ago(hours), MAX);
    app.record(&key, &[event(1), event(2), event(3)]);
    let path = "/api/admin/metrics/server-installs?time_range=12h";
    let body = app.ask(&boss, path).body;
    let total = u128::from(MAX) * 3;
    assert!(
        body.contains(&format!("\"total_installation_count\":{total},")),
        "{body}"
    );
    // Rows are made of hours: buckets of six hours would hold two of them or more.
    assert_eq!(app.ask(&boss, &format!("{path}&interval=12h")).status, 400);
}

#[test]
fn a_sum_too_large_that_lies_behind_the_range_is_not_in_the_way() {
    let (app, boss, key) = app_with_a_user();
    let at = |hours: i64, count: u64, server: &str| {
        let event = installations("u1", "t1", hours_ago(hours), count);
        with(event, &json!({"server_id": server}))
    };
    app.record(&key, &[at(3, 7, "s1"), at(1, MAX, "s1"), at(1, MAX, "s2")]);
    app.join("t1", &boss);
    let path = "/api/users/me/metrics/server-installs?team_id=t1";
    let until = |hours: i64| {
        format!(
            "{path}&start={}&end={}",
            text(hours_ago(5)),
            text(hours_ago(hours))
        )
    };
    let before = app.ask(&boss, &until(2)).data();
    assert_eq!(before["summary"]["total_installation_count"], json!(7));
    assert_eq!(app.ask(&boss, &until(0)).status, 400);
}
