//! The same in the application: for its own routes, and for those of its metrics.

use metrics_runtime::web::{Endpoint, ROUTES};
use ureq::http::Method;

use super::{is_refusal, nonsense, nonsense_bodies, path};
use crate::support::app::TestApp;
use crate::support::app::http::Request;

/// The routes of the application itself, as its page of URLs lists them.
pub(in crate::http) fn own_routes() -> Vec<(Method, &'static str)> {
    let page = include_str!("../../../../app/src/routes.rs");
    let (_, configure) = page
        .split_once("pub fn configure")
        .expect("the page mounts routes");
    let (configure, _) = configure.split_once("\n}").expect("the function ends");
    let mut routes = Vec::new();
    for mounted in configure.split(".service(").skip(1) {
        // Those that follow from the metrics are walked above.
        if mounted.starts_with("web::scope(\"/api\").configure") {
            continue;
        }
        let (verb, rest) = mounted
            .split_once("(\"")
            .expect("a route is a verb and its path");
        let (path, _) = rest.split_once('"').expect("a path ends");
        for method in verb.split("_and_") {
            let method = method.to_uppercase().parse();
            routes.push((method.expect("a route begins with its methods"), path));
        }
    }
    routes
}

enum Who {
    Anybody,
    SignedIn,
    Administrator,
}

/// Who may ask for a route of the application. A new route has to be added here.
fn who(path: &str) -> Who {
    match path {
        "/api/users/me" => Who::SignedIn,
        "/api/admin/jobs" | "/api/admin/jobs/{id}" | "/api/admin/jobs/{id}/retry" => {
            Who::Administrator
        }
        "/api/auth/login" | "/api/auth/logout" => Who::Anybody,
        "/api/openapi.json" | "/api/docs" => Who::Anybody,
        "/health/live" | "/health/ready" | "/metrics" | "/" | "/assets/{name}" => Who::Anybody,
        other => panic!("say here who may ask for {other}"),
    }
}

#[test]
fn on_every_route_of_the_application_a_refusal_comes_before_any_complaint() {
    let app = TestApp::start();
    let (ada, boss) = (app.user("ada"), app.admin("boss"));
    let routes = own_routes();
    assert!(routes.len() >= 6, "{routes:?}");
    for (method, path) in routes {
        for nonsense in nonsense() {
            let path_of_nothing = path.replace("{name}", "nothing").replace("{id}", "nothing");
            let url = format!("{path_of_nothing}?{nonsense}");
            let anonymous = app.request(method.clone(), &url).send();
            match who(path) {
                Who::SignedIn | Who::Administrator => assert_eq!(anonymous.error().0, 401, "{url}"),
                Who::Anybody => assert!(anonymous.status < 500, "{url}"),
            }
            if matches!(who(path), Who::Administrator) {
                let by = |cookie: &str| app.request(method.clone(), &url).cookie(cookie).send();
                assert_eq!(by(&ada.cookie).error().0, 403, "{url}");
                assert!(is_refusal(&by(&boss.cookie)), "{method} {url}");
            }
            // Signing out would end the session that the other routes are asked with.
            if path != "/api/auth/logout" {
                assert!(
                    app.request(method.clone(), &url)
                        .cookie(&ada.cookie)
                        .send()
                        .status
                        < 500,
                    "{url}"
                );
            }
        }
        if method == Method::POST {
            for (content_type, body) in nonsense_bodies() {
                let answer = app
                    .post(path)
                    .header("Content-Type", content_type)
                    .body(&body)
                    .send();
                assert!(answer.status < 500, "{path}: {}", answer.body);
                // One that is too large may be cut off before it is answered.
                if matches!(who(path), Who::Administrator) && body.len() < 100_000 {
                    assert_eq!(answer.error().0, 401, "{path}");
                    let answer = app
                        .post(path)
                        .cookie(&ada.cookie)
                        .header("Content-Type", content_type)
                        .body(&body)
                        .send();
                    assert_eq!(answer.error().0, 403, "{path}");
                }
            }
        }
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
    for route in ROUTES {
        let by = |request: Request<'_>| request.send().error().0;
        for metric in &metrics {
            for nonsense in nonsense() {
                let team = match route.endpoint {
                    Endpoint::OwnSeries | Endpoint::OwnStream => "team_id=t1&",
                    Endpoint::TeamSeries | Endpoint::TeamStream => "",
                    Endpoint::AllSeries | Endpoint::AllStream => "",
                    Endpoint::Catalogue | Endpoint::Ingest | Endpoint::OpenApi => continue,
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
