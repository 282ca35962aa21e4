//! Who may not ask is told so, whatever else is wrong with what they ask: 401 and 403 come before 400.
//!
//! The routes are walked, so that a new one cannot be forgotten: both tables of routes are.

mod application;
mod matrix;
mod who;

use metrics_runtime::web::{Caller, Endpoint, ROUTES, RouteSpec, TeamRole};
use ureq::http::Method;

use super::in_process::Mounted;
use crate::support::app::http::Answer;
use crate::support::metrics::registry;

/// Queries that are nobody's to ask.
fn nonsense() -> Vec<String> {
    let queries = [
        "colour=red",
        "interval=7m",
        "interval=1h&interval=1h",
        "time_range=never",
        "time_range=99999999w",
        "start=x",
        "start=2026-01-02T00:00:00Z&end=2026-01-01T00:00:00Z",
        "end=2026-01-01T00:00:00Z",
        "team_id=t1&team_id=t1&interval=7m",
        "interval=%FF",
        "%FF=%FF",
        "%",
        "=&&=",
        "interval=%00",
        "group_by=user_id&top=0",
        "group_by=&compare=&tz=",
    ];
    let long = format!("interval={}", "9".repeat(4000));
    queries
        .into_iter()
        .map(str::to_owned)
        .chain([long])
        .collect()
}

/// Bodies that are no batch of events, each with its content type.
fn nonsense_bodies() -> Vec<(&'static str, String)> {
    let json = "application/json";
    let bodies = [
        "",
        "{",
        "null",
        "[]",
        "{\"events\": 1}",
        "{\"events\": [{}]} x",
        "\u{feff}{}",
    ];
    let mut bodies: Vec<_> = bodies
        .into_iter()
        .map(|body| (json, body.to_owned()))
        .collect();
    bodies.push((json, "[".repeat(50_000)));
    bodies.push((json, format!("{{\"events\": [{}]}}", "1,".repeat(20_000))));
    bodies.push((json, " ".repeat(1_200_000)));
    bodies.push(("text/plain", "{\"events\": []}".to_owned()));
    bodies.push(("application/x-www-form-urlencoded", "events=1".to_owned()));
    bodies
}

fn method(route: RouteSpec) -> Method {
    route.method.parse().expect("a method")
}

/// A path of a route: `{team_id}` and `{path}` filled in.
fn path(route: RouteSpec, team: &str, metric: &str) -> String {
    route
        .path
        .replace("{team_id}", team)
        .replace("{path:.+}", metric)
}

fn is_refusal(answer: &Answer) -> bool {
    [400, 404, 413, 415].contains(&answer.error().0)
}

/// Somebody who may do everything, and somebody who may do nothing.
fn mounted() -> Mounted {
    let app = Mounted::start();
    let mut permissions = registry().permissions_of("member");
    permissions.extend(registry().permissions_of("boss"));
    let teams = [("t1".to_owned(), TeamRole::Admin)].into();
    app.add_caller(
        "everything",
        Caller {
            user_id: "e".to_owned(),
            permissions,
            teams,
        },
    );
    app.add_caller(
        "nothing",
        Caller {
            user_id: "n".to_owned(),
            ..Caller::default()
        },
    );
    app.add_key("key", "sat", None);
    app
}

#[test]
fn on_every_metric_route_a_refusal_comes_before_any_complaint() {
    let app = mounted();
    for route in ROUTES {
        match route.endpoint {
            Endpoint::OwnSeries | Endpoint::OwnStream => series(
                &app,
                route,
                "team_id=t1&",
                ["tool-call", "build"],
                [403, 404],
            ),
            Endpoint::TeamSeries | Endpoint::TeamStream => {
                series(&app, route, "", ["tool-call", "build"], [403, 403]);
            }
            Endpoint::AllSeries | Endpoint::AllStream => {
                series(&app, route, "", ["tool-call", "login"], [403, 404]);
            }
            Endpoint::SeveralStreams => several(&app, route),
            Endpoint::Catalogue => signed_in(&app, route),
            Endpoint::OpenApi => anybody(&app, route),
            Endpoint::Ingest => ingestion(&app, route),
        }
    }
}

/// `refused`: what somebody who may do nothing is answered about a metric, and about one that does not exist.
fn series(app: &Mounted, route: RouteSpec, needed: &str, metrics: [&str; 2], refused: [u16; 2]) {
    for nonsense in nonsense() {
        for metric in metrics {
            let url = format!("{}?{nonsense}", path(route, "t1", metric));
            assert_eq!(app.ask(None, &url).error().0, 401, "{url}");
            assert_eq!(app.ask(Some("stranger"), &url).error().0, 401, "{url}");
            assert_eq!(
                app.ask(Some("nothing"), &url).error().0,
                refused[0],
                "{url}"
            );
            let url = format!("{}?{needed}{nonsense}", path(route, "t1", metric));
            assert_eq!(
                app.ask(Some("nothing"), &url).error().0,
                refused[0],
                "{url}"
            );
            assert_eq!(app.ask(Some("everything"), &url).error().0, 400, "{url}");
        }
        for metric in [
            "nothing",
            "tool-call%2F",
            "%FF",
            "tool-call%00",
            "..%2F..%2Fusers%2Fme",
            "%25",
        ] {
            let url = format!("{}?{needed}{nonsense}", path(route, "t1", metric));
            assert_eq!(app.ask(None, &url).error().0, 401, "{url}");
            assert_eq!(
                app.ask(Some("nothing"), &url).error().0,
                refused[1],
                "{url}"
            );
            assert_eq!(app.ask(Some("everything"), &url).error().0, 404, "{url}");
        }
    }
    for team in [
        "t2", "T1", "t1%20", "t1%00", "%FF", "*", "%2E%2E", "t1%2F", "t1%2C",
    ] {
        if [Endpoint::TeamSeries, Endpoint::TeamStream].contains(&route.endpoint) {
            let url = format!("{}?colour=red", path(route, team, metrics[0]));
            assert_eq!(app.ask(Some("everything"), &url).error().0, 403, "{url}");
        }
        if [Endpoint::OwnSeries, Endpoint::OwnStream].contains(&route.endpoint) {
            for around in [
                format!("team_id={team}"),
                format!("team_id=t1&team_id={team}"),
            ] {
                let url = format!("{}?colour=red&{around}", path(route, "", metrics[0]));
                assert_eq!(app.ask(Some("everything"), &url).error().0, 403, "{url}");
            }
        }
    }
}

/// One series among several that somebody may not ask for is enough, wherever it stands and whatever else is wrong.
fn several(app: &Mounted, route: RouteSpec) {
    let named = |series: &str| format!("series={}", series.replace('&', "%26"));
    let (mine, theirs) = (
        named("users/me/metrics/build?team_id=t1"),
        named("teams/t2/metrics/build?colour=red"),
    );
    for wrong in [
        named("metrics/events"),
        named("?"),
        "colour=red".to_owned(),
        named(&mine).repeat(70),
    ] {
        for query in [
            format!("{mine}&{theirs}&{wrong}"),
            format!("{wrong}&{theirs}"),
        ] {
            let url = format!("{}?{query}", route.path);
            assert_eq!(app.ask(None, &url).error().0, 401, "{url}");
            assert_eq!(app.ask(Some("nothing"), &url).error().0, 403, "{url}");
            assert_eq!(app.ask(Some("everything"), &url).error().0, 403, "{url}");
        }
        let url = format!("{}?{mine}&{wrong}", route.path);
        assert_eq!(app.ask(Some("everything"), &url).error().0, 400, "{url}");
    }
    signed_in(app, route);
}

fn signed_in(app: &Mounted, route: RouteSpec) {
    for nonsense in nonsense() {
        let url = format!("{}?{nonsense}", route.path);
        assert_eq!(app.ask(None, &url).error().0, 401, "{url}");
        for caller in ["nothing", "everything"] {
            assert!(app.ask(Some(caller), &url).status < 500, "{url}");
        }
    }
}

fn anybody(app: &Mounted, route: RouteSpec) {
    for nonsense in nonsense() {
        let url = format!("{}?{nonsense}", route.path);
        assert_eq!(app.ask(None, &url).status, 200, "{url}");
    }
}

fn ingestion(app: &Mounted, route: RouteSpec) {
    for (content_type, body) in nonsense_bodies() {
        let report = |query: &str| {
            let request = app.request(method(route), &format!("{}{query}", route.path));
            request.header("Content-Type", content_type).body(&body)
        };
        let shown: String = body.chars().take(40).collect();
        if body.len() < 100_000 {
            for request in [
                report(""),
                report("").bearer("no such key"),
                report("").header("X-Caller", "everything"),
            ] {
                assert_eq!(
                    request.header("Idempotency-Key", "").send().error().0,
                    401,
                    "{shown}"
                );
            }
        }
        assert!(
            is_refusal(&report("?colour=red").bearer("key").send()),
            "{shown}"
        );
    }
}

#[test]
fn no_spelling_of_a_path_opens_what_the_plain_one_does_not() {
    let app = mounted();
    for (spelling, plain) in [
        (
            "/users/me/metrics/../../../admin/metrics/tool-call",
            "/admin/metrics/tool-call",
        ),
        (
            "/users/me/metrics/%2E%2E/%2E%2E/%2E%2E/admin/metrics/tool-call",
            "/admin/metrics/tool-call",
        ),
        (
            "/users/me/metrics/..%2F..%2F..%2Fadmin%2Fmetrics%2Ftool-call",
            "/admin/metrics/tool-call",
        ),
        ("//admin/metrics/tool-call", "/admin/metrics/tool-call"),
        ("/./admin/metrics/tool-call", "/admin/metrics/tool-call"),
        ("/admin//metrics/tool-call", "/admin/metrics/tool-call"),
        ("/admin/metrics/tool-call/", "/admin/metrics/tool-call"),
        ("/admin/metrics//tool-call", "/admin/metrics/tool-call"),
        ("/admin;/metrics/tool-call", "/admin/metrics/tool-call"),
        ("/%61dmin/metrics/tool-call", "/admin/metrics/tool-call"),
        ("/ADMIN/metrics/tool-call", "/admin/metrics/tool-call"),
        (
            "/teams/t2/../t1/metrics/tool-call",
            "/teams/t1/metrics/tool-call",
        ),
        (
            "/teams/t2%2F..%2Ft1/metrics/tool-call",
            "/teams/t1/metrics/tool-call",
        ),
        (
            "/teams/%741/metrics/tool-call",
            "/teams/t1/metrics/tool-call",
        ),
    ] {
        assert_eq!(app.ask(Some("everything"), plain).status, 200, "{plain}");
        for caller in [None, Some("nothing")] {
            let (odd, even) = (
                app.ask(caller, spelling).status,
                app.ask(caller, plain).status,
            );
            assert!(
                odd == even || odd == 404,
                "{spelling} is {odd}, {plain} is {even}"
            );
            assert!([401, 403].contains(&even), "{plain} is {even}");
        }
    }
}
