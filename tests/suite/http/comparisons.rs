//! `group_by`, `top`, `compare` and `tz` over HTTP: what is answered, to the letter, and what is refused.

use chrono::{DateTime, TimeDelta, Utc};
use metrics_runtime::web::{Caller, TeamRole};
use serde_json::{Value, json};

use super::in_process::Mounted;
use super::{hours_ago, text};
use crate::support::metrics::registry;

fn build(team: &str, passed: bool, builds: u64, hours: i64) -> Value {
    let data = json!({"team": team, "passed": passed, "builds": builds});
    json!({"type": "build", "timestamp": text(hours_ago(hours)), "data": data})
}

/// A team with a member, one administrator, and a boss who sees everything.
fn mounted() -> Mounted {
    let app = Mounted::start();
    app.add_key("key", "sat", None);
    for (name, role, in_team) in [
        ("ann", "member", TeamRole::User),
        ("bob", "member", TeamRole::Admin),
        ("boss", "boss", TeamRole::User),
    ] {
        app.add_caller(
            name,
            Caller {
                user_id: name.to_owned(),
                permissions: registry().permissions_of(role),
                teams: [("t1".to_owned(), in_team)].into(),
            },
        );
    }
    app
}

fn bucket(hours: i64, builds: u64) -> Value {
    json!({"timestamp": text(hours_ago(hours)), "builds": builds})
}

fn summary(total: u64, average: f64, peak: u64, hours: i64) -> Value {
    json!({"total_buckets": 2, "total_builds": total, "average_builds": average, "peak_builds": peak,
           "peak_builds_timestamp": text(hours_ago(hours))})
}

#[test]
fn groups_and_the_range_before_are_added_to_what_is_answered_anyway() {
    let app = mounted();
    let events = [
        build("t1", true, 3, 2),
        build("t1", false, 1, 2),
        build("t1", true, 1, 1),
        build("t1", true, 2, 4),
        build("t2", true, 9, 2),
    ];
    assert_eq!(app.report("key", &events).status, 200);
    let (start, end) = (text(hours_ago(2)), text(hours_ago(0)));
    let path = format!("/teams/t1/metrics/build?start={start}&end={end}");
    let whole = app.ask(Some("bob"), &path).data();
    let mut expected = json!({
        "metric_type": "build",
        "time_range": {"start": start, "end": end, "interval": "1h"},
        "filters": {"team": "t1"},
        "buckets": [bucket(2, 4), bucket(1, 1)],
        "summary": summary(5, 2.5, 4, 2),
    });
    assert_eq!(whole, expected);
    expected["group_by"] = json!("passed");
    expected["groups"] = json!([
        {"kind": "value", "value": "true", "buckets": [bucket(2, 3), bucket(1, 1)], "summary": summary(4, 2.0, 3, 2)},
        {"kind": "other", "buckets": [bucket(2, 1), bucket(1, 0)], "summary": summary(1, 0.5, 1, 2)},
    ]);
    expected["previous"] = json!({
        "time_range": {"start": text(hours_ago(4)), "end": start, "interval": "1h"},
        "buckets": [bucket(4, 2), bucket(3, 0)],
        "summary": summary(2, 1.0, 2, 4),
        "change": {"builds": {"absolute": 3, "percent": 150.0}},
    });
    let path = format!("{path}&group_by=passed&top=1&compare=previous");
    assert_eq!(app.ask(Some("bob"), &path).data(), expected);
}

#[test]
fn a_change_from_nothing_has_no_percentage() {
    let app = mounted();
    assert_eq!(app.report("key", &[build("t1", true, 3, 1)]).status, 200);
    let path = "/users/me/metrics/build?team_id=t1&time_range=2h&compare=previous";
    let data = app.ask(Some("ann"), path).data();
    assert_eq!(
        data["previous"]["change"],
        json!({"builds": {"absolute": 3}})
    );
}

#[test]
fn what_is_compared_with_may_not_be_kept_and_the_rest_is_answered() {
    let app = mounted();
    let path = "/users/me/metrics/build?team_id=t1&time_range=20d&compare=previous";
    let data = app.ask(Some("ann"), path).data();
    assert_eq!(data["summary"]["total_builds"], 0);
    let previous = data["previous"].as_object().expect("an object");
    assert_eq!(previous.keys().collect::<Vec<_>>(), ["unavailable"]);
    let reason = previous["unavailable"].as_str().expect("a sentence");
    assert!(reason.contains("30 days"), "{reason}");
}

#[test]
fn which_buckets_are_final_is_told_to_those_who_ask() {
    let app = mounted();
    let (start, end) = (text(hours_ago(5)), text(hours_ago(2)));
    let past = format!("/teams/t1/metrics/build?start={start}&end={end}");
    assert_eq!(app.ask(Some("bob"), &past).data().get("completeness"), None);
    let told = app.ask(Some("bob"), &format!("{past}&completeness=true"));
    assert_eq!(told.data()["completeness"]["final_buckets"], 3);
    let path = "/teams/t1/metrics/build?time_range=1h&interval=5m&completeness=true";
    let data = app.ask(Some("bob"), path).data();
    let moment = |value: &Value| -> DateTime<Utc> {
        let text = value.as_str().expect("a moment");
        text.parse().expect("RFC 3339")
    };
    let (end, until) = (
        moment(&data["time_range"]["end"]),
        moment(&data["completeness"]["final_until"]),
    );
    assert_eq!(end - until, TimeDelta::minutes(10));
    let buckets = data["buckets"].as_array().expect("buckets");
    let ends = buckets
        .iter()
        .map(|bucket| moment(&bucket["timestamp"]) + TimeDelta::minutes(5));
    let ended = ends.filter(|end| *end <= until).count();
    assert_eq!(data["completeness"]["final_buckets"], ended);
    assert!(ended > 0 && ended < buckets.len(), "{ended}");
}

#[test]
fn days_in_a_zone_begin_at_its_midnight() {
    let app = mounted();
    let now = Utc::now();
    let path = "/users/me/metrics/build?team_id=t1&time_range=3d&interval=1d&tz=Asia/Kathmandu";
    let data = app.ask(Some("ann"), path).data();
    assert_eq!(data["time_range"]["tz"], "Asia/Kathmandu");
    let clock = now + TimeDelta::minutes(345);
    let midnight = clock
        .date_naive()
        .and_time(chrono::NaiveTime::MIN)
        .and_utc();
    let today = midnight - TimeDelta::minutes(345);
    let days: Vec<_> = (0..4)
        .rev()
        .map(|ago| json!(text(today - TimeDelta::days(ago))))
        .collect();
    let buckets = data["buckets"].as_array().expect("buckets").iter();
    assert_eq!(
        buckets
            .map(|bucket| bucket["timestamp"].clone())
            .collect::<Vec<_>>(),
        days
    );
}

#[test]
fn what_makes_no_sense_is_refused_with_the_parameter_that_is_wrong() {
    let app = mounted();
    let refused = |path: &str| {
        let (status, field, sentence) = app.ask(Some("boss"), path).error();
        assert_eq!(status, 400, "{path}");
        (field.expect("a malformed query has a field"), sentence)
    };
    for (query, field, part) in [
        (
            "group_by=colour",
            "group_by",
            "user_id, team_id, tool, transport, attempt",
        ),
        ("group_by=", "group_by", "tool"),
        ("group_by=tool&group_by=tool", "group_by", "give it once"),
        ("group_by=tool&top=0", "top", "1 to 100"),
        ("group_by=tool&top=101", "top", "1 to 100"),
        ("group_by=tool&top=-1", "top", "1 to 100"),
        ("group_by=tool&top=", "top", "1 to 100"),
        ("group_by=tool&top=all", "top", "1 to 100"),
        ("top=3", "top", "group_by"),
        (
            "time_range=30d&interval=1h&group_by=tool&top=100&attempt=1&tool=x&transport=http&time_range=1d",
            "time_range",
            "once",
        ),
        (
            "time_range=25d&interval=1h&group_by=tool&top=100&colour=1",
            "colour",
            "unknown",
        ),
        (
            "time_range=3d&interval=15m&group_by=tool&top=100&compare=next",
            "compare",
            "compare=previous",
        ),
        ("compare=", "compare", "compare=previous"),
        ("completeness=yes", "completeness", "true or false"),
        ("completeness=", "completeness", "true or false"),
        ("interval=1d&tz=Mars/Olympus", "tz", "Europe/Berlin"),
        ("interval=1d&tz=", "tz", "Europe/Berlin"),
        ("interval=1d&tz=europe/berlin", "tz", "Europe/Berlin"),
        ("interval=1d&tz=UTC&tz=UTC", "tz", "give it once"),
        ("tz=Europe/Berlin", "tz", "1d and longer"),
        (
            "time_range=5d&interval=1d&tz=Asia/Kathmandu",
            "time_range",
            "15m, which are kept for 3 days",
        ),
        ("time_range=29d&interval=1h&group_by=tool&top=100", "", ""),
    ] {
        let path = format!("/admin/metrics/tool-call?{query}");
        if field.is_empty() {
            // 697 buckets a hundred times are within ten times the limit.
            assert_eq!(app.ask(Some("boss"), &path).status, 200, "{query}");
            continue;
        }
        let (wrong, sentence) = refused(&path);
        assert_eq!(wrong, field, "{query}: {sentence}");
        assert!(sentence.contains(part), "{query}: {sentence}");
    }
    let (field, sentence) = refused("/admin/metrics/login?group_by=user_id");
    assert_eq!(field, "group_by");
    assert!(sentence.contains("it has none"), "{sentence}");
}

#[test]
fn too_many_groups_of_too_many_buckets_are_refused_with_how_many_would_do() {
    let app = mounted();
    let path = "/admin/metrics/tool-call?time_range=500d&interval=1d&group_by=tool&top=100";
    assert_eq!(app.ask(Some("boss"), path).status, 200);
    let build = "/users/me/metrics/build?team_id=t1&time_range=20d&interval=5m&group_by=passed";
    let (status, field, sentence) = app.ask(Some("ann"), &format!("{build}&top=50")).error();
    assert_eq!((status, field.as_deref()), (400, Some("top")));
    assert!(sentence.contains("top=17 or less"), "{sentence}");
    assert_eq!(app.ask(Some("ann"), build).status, 200);
}

#[test]
fn what_the_route_decides_cannot_be_grouped_by() {
    let app = mounted();
    for (caller, path) in [
        (
            "ann",
            "/users/me/metrics/tool-call?team_id=t1&group_by=user_id",
        ),
        (
            "ann",
            "/users/me/metrics/tool-call?team_id=t1&group_by=team_id",
        ),
        ("ann", "/users/me/metrics/build?team_id=t1&group_by=team"),
        ("bob", "/teams/t1/metrics/tool-call?group_by=team_id"),
    ] {
        let (status, field, sentence) = app.ask(Some(caller), path).error();
        assert_eq!(
            (status, field.as_deref()),
            (400, Some("group_by")),
            "{path}"
        );
        assert!(sentence.contains("the same"), "{sentence}");
    }
    // An administrator of the team sees every member's rows, and so may tell them apart; a member may not ask.
    let path = "/teams/t1/metrics/tool-call?group_by=user_id";
    assert_eq!(app.ask(Some("bob"), path).status, 200);
    assert_eq!(app.ask(Some("ann"), path).error().0, 403);
}
