//! Series as streams: what arrives, for whom, and when it ends.

use std::sync::Arc;

use metrics_runtime::web::{ApiLimits, Caller, TeamRole};
use metrics_runtime::{Limits, Recorder};
use serde_json::{Value, json};
use ureq::http::Method;

use super::in_process::Mounted;
use super::{hours_ago, installations, text};
use crate::support::app::events::{Events, Watched, apply};
use crate::support::app::{TestApp, until};
use crate::support::database::backends;
use crate::support::metrics::{Build, registry};

const OWN: &str = "/users/me/metrics/build";

fn build(team: &str, passed: bool, builds: u64, hours: i64) -> Value {
    let data = json!({"team": team, "passed": passed, "builds": builds});
    json!({"type": "build", "timestamp": text(hours_ago(hours)), "data": data})
}

fn join(app: &Mounted, name: &str, role: &str, teams: &[(&str, TeamRole)]) {
    let teams = teams.iter().map(|(team, role)| ((*team).to_owned(), *role));
    app.add_caller(
        name,
        Caller {
            user_id: name.to_owned(),
            permissions: registry().permissions_of(role),
            teams: teams.collect(),
        },
    );
}

/// Ann is in the team, Bob administrates it, the boss sees everything.
fn people(app: &Mounted) {
    app.add_key("key", "sat", None);
    join(app, "ann", "member", &[("t1", TeamRole::User)]);
    join(app, "bob", "member", &[("t1", TeamRole::Admin)]);
    join(app, "boss", "boss", &[]);
}

fn mounted() -> Mounted {
    let app = Mounted::start();
    people(&app);
    app
}

/// The query of the last hours, which stays what it is while the test runs.
fn hours() -> String {
    format!("start={}&end={}", text(hours_ago(5)), text(hours_ago(-1)))
}

fn total(data: &Value) -> &Value {
    &data["summary"]["total_builds"]
}

#[test]
fn a_stream_begins_with_the_answer_and_goes_on_with_what_changes() {
    for backend in backends() {
        let app = Mounted::on(backend);
        people(&app);
        assert_eq!(app.report("key", &[build("t1", true, 3, 2)]).status, 200);
        let query = format!("{}&group_by=passed&top=1&compare=previous", hours());
        let same = |data: &Value| {
            *data
                == app
                    .ask(Some("bob"), &format!("/teams/t1/metrics/build?{query}"))
                    .data()
        };
        let mut watched =
            Watched::new(app.watch("bob", &format!("/teams/t1/metrics/build/stream?{query}")));
        assert!(same(&watched.data), "on {}", backend.name());
        for events in [
            vec![build("t1", true, 2, 1)],
            vec![build("t1", false, 20, 3), build("t2", true, 100, 1)],
            vec![build("t1", true, 7, 2), build("t1", true, 1, 8)],
        ] {
            assert_eq!(app.report("key", &events).status, 200);
            watched.until(same);
        }
    }
}

#[test]
fn a_stream_says_which_buckets_are_final_like_the_answer() {
    let app = mounted();
    let path = format!("{OWN}/stream?team_id=t1&{}&completeness=true", hours());
    let events = app.watch("ann", &path);
    let told = events.snapshot()["completeness"].clone();
    assert!(told["final_buckets"].is_number(), "{told}");
    assert_eq!(app.report("key", &[build("t1", true, 4, 1)]).status, 200);
    let update = events.next().expect("the stream goes on").data;
    let until = |told: &Value| told["final_until"].as_str().map(str::to_owned);
    assert!(until(&update["completeness"]) > until(&told), "{update}");
}

#[test]
fn only_buckets_that_have_changed_are_sent_again() {
    let app = mounted();
    let events = app.watch("ann", &format!("{OWN}/stream?team_id=t1&{}", hours()));
    assert_eq!(
        events.snapshot()["buckets"].as_array().map(Vec::len),
        Some(6)
    );
    assert_eq!(app.report("key", &[build("t2", true, 9, 1)]).status, 200);
    assert_eq!(app.report("key", &[build("t1", true, 4, 1)]).status, 200);
    let update = events.next().expect("the stream goes on");
    assert_eq!(update.name, "update");
    let bucket = json!({"timestamp": text(hours_ago(1)), "builds": 4});
    assert_eq!(
        update.data["buckets"],
        json!([bucket]),
        "what happens in other teams is no news"
    );
    assert_eq!(total(&update.data), 4);
    assert_eq!(update.data["time_range"]["interval"], "1h");
}

#[test]
fn what_another_process_writes_is_seen_too() {
    let app = mounted();
    let mut watched =
        Watched::new(app.watch("ann", &format!("{OWN}/stream?team_id=t1&{}", hours())));
    // As another process does: with connections of its own.
    let store = app.database.place.store();
    let other = Recorder::start(&store, Arc::new(registry()), Limits::default());
    let shown = Build {
        team: "t1".to_owned(),
        passed: true,
        builds: 5,
    };
    pollster::block_on(other.record_at(&shown, hours_ago(0))).expect("recorded");
    watched.until(|data| *total(data) == 5);
    other.shutdown();
}

#[test]
fn everybody_sees_their_own_whoever_asks_the_same() {
    let app = mounted();
    let query = format!("stream?{}", hours());
    let mut team = Watched::new(app.watch("bob", &format!("/teams/t1/metrics/build/{query}")));
    let own: Vec<_> = ["ann", "bob"]
        .map(|person| app.watch(person, &format!("{OWN}/{query}&team_id=t1")))
        .map(Watched::new)
        .into();
    let calls = |user: &str, calls: u64| {
        let data = json!({"user_id": user, "team_id": "t1", "transport": "http", "attempt": 1, "tool": "x", "calls": calls});
        json!({"type": "tool_call", "timestamp": text(hours_ago(1)), "data": data})
    };
    let mine = |person: &str| {
        app.watch(
            person,
            &format!("/users/me/metrics/tool-call/{query}&team_id=t1"),
        )
    };
    let mut calls_of = [Watched::new(mine("ann")), Watched::new(mine("bob"))];
    let events = [build("t1", true, 1, 1), calls("ann", 10), calls("bob", 20)];
    assert_eq!(app.report("key", &events).status, 200);
    team.until(|data| *total(data) == 1);
    for mut watched in own {
        watched.until(|data| *total(data) == 1);
    }
    for (watched, expected) in calls_of.iter_mut().zip([10, 20]) {
        watched.until(|data| data["summary"]["total_calls"] != 0);
        assert_eq!(watched.data["summary"]["total_calls"], expected);
    }
}

#[test]
fn who_may_not_ask_any_more_sees_nothing_more() {
    let app = mounted();
    join(&app, "eve", "boss", &[("t1", TeamRole::Admin)]);
    let query = hours();
    let own = app.watch("ann", &format!("{OWN}/stream?team_id=t1&{query}"));
    let team = app.watch("bob", &format!("/teams/t1/metrics/build/stream?{query}"));
    let everyone = app.watch("eve", &format!("/admin/metrics/tool-call/stream?{query}"));
    for events in [&own, &team, &everyone] {
        events.snapshot();
    }
    join(&app, "ann", "member", &[]);
    join(&app, "bob", "member", &[("t1", TeamRole::User)]);
    app.people.known().callers.remove("eve");
    // There is something to see, and they do not.
    assert_eq!(app.report("key", &[build("t1", true, 3, 1)]).status, 200);
    let words = [own, team, everyone].map(|events| {
        let end = events.next().expect("it says why it ends");
        assert_eq!(end.name, "end", "{}", end.data);
        assert_eq!(events.next(), None);
        end.data["error"].as_str().expect("a sentence").to_owned()
    });
    assert!(words[0].contains("do not belong"), "{words:?}");
    assert!(words[1].contains("administrator"), "{words:?}");
    assert!(words[2].contains("sign in"), "{words:?}");
}

#[test]
fn there_is_room_for_so_many_streams_and_a_place_is_given_back() {
    let limits = ApiLimits {
        max_streams: 3,
        max_streams_of_one: 2,
        ..ApiLimits::default()
    };
    let app = Mounted::with_limits(Limits::default(), limits);
    people(&app);
    let path = format!("{OWN}/stream?team_id=t1&{}", hours());
    let begin = |person| {
        let events = app.watch(person, &path);
        events.snapshot();
        events
    };
    let mut open = vec![begin("ann"), begin("ann")];
    let (status, _, sentence) = app.ask(Some("ann"), &path).error();
    assert_eq!(status, 429);
    assert!(sentence.contains("as one may (2)"), "{sentence}");
    open.push(begin("bob"));
    let full = app.ask(Some("bob"), &path);
    assert_eq!(
        (full.error().0, full.header("retry-after")),
        (503, Some("1"))
    );
    drop(open);
    until("a place is given back", || {
        app.try_watch("ann", &path)
            .ok()
            .map(|events| events.snapshot())
    });
}

#[test]
fn a_query_that_makes_no_sense_is_an_answer_and_no_stream() {
    let app = mounted();
    for (query, field) in [
        ("colour=red", "colour"),
        ("interval=7m", "interval"),
        ("tz=Europe/Berlin", "tz"),
    ] {
        let answer = app.ask(Some("ann"), &format!("{OWN}/stream?team_id=t1&{query}"));
        let (status, wrong, _) = answer.error();
        assert_eq!((status, wrong.as_deref()), (400, Some(field)));
    }
    let path = format!("{OWN}/stream?team_id=t1");
    let head = app.as_caller("ann", Method::HEAD, &path).send();
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-type"), Some("text/event-stream"));
    assert_eq!(head.header("cache-control"), Some("no-store"));
    let post = app.as_caller("ann", Method::POST, &path).send();
    assert_eq!(post.status, 405);
}

/// The address of a stream of several series.
fn several(series: &[String]) -> String {
    let series = series.iter();
    let named = series.map(|series| format!("series={}", series.replace('&', "%26")));
    format!("/metrics/stream?{}", named.collect::<Vec<_>>().join("&"))
}

#[test]
fn several_series_come_in_one_stream_each_as_in_its_own() {
    for backend in backends() {
        let app = Mounted::on(backend);
        people(&app);
        let routes = [
            format!("users/me/metrics/build?team_id=t1&{}", hours()),
            format!("teams/t1/metrics/build?group_by=passed&{}", hours()),
        ];
        let events = app.watch("bob", &several(&routes));
        let answers = || {
            routes
                .each_ref()
                .map(|route| app.ask(Some("bob"), &format!("/{route}")).data())
        };
        let mut seen = [0, 1].map(|series| {
            let snapshot = events.snapshot();
            assert_eq!(snapshot["series"], series);
            snapshot["data"].clone()
        });
        assert_eq!(seen, answers(), "on {}", backend.name());
        assert_eq!(app.report("key", &[build("t1", true, 3, 1)]).status, 200);
        let right = answers();
        while seen != right {
            let event = events.next().expect("the stream goes on");
            assert_eq!(event.name, "update", "{}", event.data);
            let series = event.data["series"].as_u64().expect("a number");
            apply(&mut seen[usize::from(series > 0)], &event.data["data"]);
        }
    }
}

#[test]
fn a_stream_of_several_series_takes_one_place_and_says_which_series_is_wrong() {
    let limits = ApiLimits {
        max_streams_of_one: 1,
        ..ApiLimits::default()
    };
    let app = Mounted::with_limits(Limits::default(), limits);
    people(&app);
    let own = format!("users/me/metrics/build?team_id=t1&{}", hours());
    let ask = |series: &[String]| app.ask(Some("ann"), &several(series)).error();
    let wrong = [own.clone(), format!("{own}&interval=7m")];
    let (status, field, sentence) = ask(&wrong);
    assert_eq!((status, field.as_deref()), (400, Some("series")));
    assert!(sentence.starts_with("series 1: "), "{sentence}");
    let (status, _, sentence) = ask(&[own.clone(), "admin/metrics/build".to_owned()]);
    assert_eq!(status, 403);
    assert!(sentence.starts_with("series 1: "), "{sentence}");
    for series in [
        vec![],
        vec![own.clone(); 65],
        vec!["metrics/events".to_owned()],
    ] {
        let (status, field, _) = ask(&series);
        assert_eq!((status, field.as_deref()), (400, Some("series")));
    }
    let events = app.watch("ann", &several(&vec![own.clone(); 64]));
    events.snapshot();
    assert_eq!(ask(&[own]).0, 429);
}

/// A person's stream of their installations in the application.
fn installed(app: &TestApp, cookie: &str) -> Events {
    let path = "/api/users/me/metrics/server-installs/stream?team_id=t1&time_range=12h";
    let opened = app.get(path).cookie(cookie).stream();
    opened.unwrap_or_else(|answer| panic!("{}", answer.body))
}

#[test]
fn the_application_counts_its_streams_and_has_settings_for_how_many() {
    let app = TestApp::start_with(&[("MAX_STREAMS_OF_ONE", "1")]);
    let ada = app.user("ada");
    app.team("t1");
    app.join("t1", &ada);
    assert_eq!(app.state("metrics_streams_open"), 0);
    let events = installed(&app, &ada.cookie);
    events.snapshot();
    assert_eq!(app.state("metrics_streams_open"), 1);
    let path = "/api/users/me/metrics/server-installs/stream?team_id=t1";
    let (status, _, sentence) = app.ask(&ada, path).error();
    assert_eq!(status, 429);
    assert!(sentence.contains("as one may (1)"), "{sentence}");
}

#[test]
fn the_application_ends_streams_when_somebody_signs_out_and_when_it_ends_itself() {
    let mut app = TestApp::start();
    let (ada, bob) = (app.user("ada"), app.user("bob"));
    app.team("t1");
    app.join("t1", &ada);
    app.join("t1", &bob);
    let key = app.key("sat");
    let mut watched = Watched::new(installed(&app, &ada.cookie));
    let other = installed(&app, &bob.cookie);
    other.snapshot();
    app.record(&key, &[installations("ada", "t1", hours_ago(1), 5)]);
    watched.until(|data| data["summary"]["total_installation_count"] == 5);
    assert_eq!(
        app.post("/api/auth/logout")
            .cookie(&ada.cookie)
            .send()
            .status,
        200
    );
    assert!(watched.events.last_words().contains("sign in"));
    assert!(app.terminate().success());
    assert_eq!(other.next(), None, "a stream is ended, and not cut off");
}
