//! The same in the application: for its own routes, and for those of its metrics.

use app::routes::{ROUTES, RouteSpec};
use metrics_runtime::web::{Endpoint, ROUTES as METRIC_ROUTES};
use ureq::http::Method;

use super::who::{Who, who};
use super::{nonsense, nonsense_bodies, path};
use crate::support::app::http::Request;
use crate::support::app::{Person, TestApp};

/// Whether a plain user may not ask.
fn is_for_holders(who: Who) -> bool {
    matches!(
        who,
        Who::Holder(_) | Who::HolderOf(_) | Who::TeamAdminOr(_) | Who::TeamAdminOrOther(_)
    )
}

/// The route's method, and an address of it that is about nothing.
fn address(route: &RouteSpec) -> (Method, String) {
    let path = ["{name}", "{id}", "{team_id}", "{user_id}"]
        .iter()
        .fold(route.path.to_owned(), |path, part| {
            path.replace(part, "nothing")
        });
    (route.method.parse().expect("a method"), path)
}

#[test]
fn on_every_route_of_the_application_a_refusal_comes_before_any_complaint_about_the_query() {
    let app = TestApp::start();
    let (ada, boss) = (app.user("ada"), app.admin("boss"));
    for route in ROUTES {
        let who = who(route.method, route.path);
        let (method, path) = address(route);
        for nonsense in nonsense() {
            let url = format!("{path}?{nonsense}");
            let by = |cookie: &str| app.request(method.clone(), &url).cookie(cookie).send();
            match who {
                Who::Anybody => assert!(by("").status < 500, "{url}"),
                _ => assert_eq!(by("").error().0, 401, "{method} {url}"),
            }
            if is_for_holders(who) {
                assert_eq!(by(&ada.cookie).error().0, 403, "{method} {url}");
                assert!(by(&boss.cookie).status < 500, "{method} {url}");
            // Signing out would end the session that the other routes are asked with.
            } else if path != "/api/auth/logout" {
                assert!(by(&ada.cookie).status < 500, "{method} {url}");
            }
        }
    }
}

#[test]
fn on_every_route_of_the_application_a_refusal_comes_before_any_complaint_about_the_body() {
    let app = TestApp::start();
    let ada = app.user("ada");
    for route in ROUTES.iter().filter(|route| route.method != "GET") {
        bodies(&app, &ada, route);
    }
}

/// No body of a request is read before it is known who sends it.
fn bodies(app: &TestApp, ada: &Person, route: &RouteSpec) {
    let who = who(route.method, route.path);
    let (method, path) = address(route);
    for (content_type, body) in nonsense_bodies() {
        let by = |cookie: &str| {
            let request = app.request(method.clone(), &path).cookie(cookie);
            request
                .header("Content-Type", content_type)
                .body(&body)
                .send()
        };
        let answer = by("");
        assert!(answer.status < 500, "{path}: {}", answer.body);
        // One that is too large may be cut off before it is answered.
        if is_for_holders(who) && body.len() < 100_000 {
            assert_eq!(answer.error().0, 401, "{path}");
            assert_eq!(by(&ada.cookie).error().0, 403, "{path}");
        }
    }
}

#[test]
fn every_route_of_the_api_is_described_with_its_refusals() {
    let app = TestApp::start();
    let document = app.get("/api/openapi.json").send().json();
    for route in ROUTES {
        if !route.path.starts_with("/api/") || route.path == "/api/docs" {
            continue;
        }
        let described = &document["paths"][route.path][route.method.to_lowercase()];
        let responses = &described["responses"];
        assert!(responses["200"].is_object(), "{route:?} is not described");
        let who = who(route.method, route.path);
        assert!(
            who == Who::Anybody || responses["401"].is_object(),
            "{route:?}"
        );
        assert!(
            !is_for_holders(who) || responses["403"].is_object(),
            "{route:?}"
        );
    }
}

#[test]
fn in_the_application_too_a_refusal_comes_before_any_complaint() {
    let app = TestApp::start();
    let (ada, boss) = (app.user("ada"), app.admin("boss"));
    app.team("t1");
    app.administrate("t1", &boss);
    let listed = app.ask(&boss, "/api/metrics").data()["metrics"].clone();
    let metrics = listed.as_array().expect("metrics").iter();
    let metrics: Vec<_> = metrics
        .map(|metric| metric["path"].as_str().expect("a path").to_owned())
        .collect();
    assert!(metrics.len() >= 3);
    for route in METRIC_ROUTES {
        let by = |request: Request<'_>| request.send().error().0;
        for metric in &metrics {
            for nonsense in nonsense() {
                let team = match route.endpoint {
                    Endpoint::OwnSeries | Endpoint::OwnStream => "team_id=t1&",
                    Endpoint::TeamSeries | Endpoint::TeamStream => "",
                    Endpoint::AllSeries | Endpoint::AllStream => "",
                    _ => continue,
                };
                let url = format!("/api{}?{team}{nonsense}", path(route, "t1", metric));
                let statuses = [
                    app.get(&url),
                    app.get(&url).cookie(&ada.cookie),
                    app.get(&url).cookie(&boss.cookie),
                ];
                assert_eq!(statuses.map(by), [401, 403, 400], "{url}");
            }
        }
    }
}
