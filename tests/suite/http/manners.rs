//! What holds on every route: unknown addresses, wrong methods, other sites, and headers.

use serde_json::json;
use ureq::http::Method;

use crate::support::app::TestApp;

#[test]
fn what_another_site_makes_a_browser_send_is_refused() {
    let app = TestApp::start();
    let ada = app.user("u1");
    let post = |path: &str, site: &str| {
        app.post(path)
            .cookie(&ada.cookie)
            .header("Sec-Fetch-Site", site)
            .json(&json!({}))
            .send()
    };
    for path in [
        "/api/auth/logout",
        "/api/auth/login",
        "/api/metrics/events",
        "/nowhere",
    ] {
        for site in ["cross-site", "same-site"] {
            assert_eq!(post(path, site).error().0, 403, "{site} {path}");
        }
    }
    assert_eq!(
        app.ask(&ada, "/api/users/me").status,
        200,
        "and the session goes on"
    );
    let link = app
        .get("/api/users/me")
        .cookie(&ada.cookie)
        .header("Sec-Fetch-Site", "cross-site")
        .send();
    assert_eq!(link.status, 200, "following a link is no harm");
    assert_eq!(post("/api/auth/logout", "same-origin").status, 200);
}

#[test]
fn where_there_is_nothing_it_says_so_in_json() {
    let app = TestApp::start();
    for path in [
        "/nowhere",
        "/api",
        "/api/",
        "/api/nowhere",
        "/api/users/me/",
        "/api/users/me/metrics",
        "/health",
        "/%2e%2e/etc/passwd",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let answer = app.request(method.clone(), path).send();
            assert_eq!(answer.error().0, 404, "{method} {path}");
        }
    }
}

#[test]
fn a_wrong_method_is_answered_with_those_that_would_do() {
    let app = TestApp::start();
    for (path, allowed) in [
        ("/api/auth/login", "POST"),
        ("/api/auth/logout", "POST"),
        ("/api/users/me", "GET, HEAD"),
        ("/health/live", "GET, HEAD"),
        ("/health/ready", "GET, HEAD"),
        ("/metrics", "GET, HEAD"),
        ("/api/metrics", "GET, HEAD"),
        ("/api/metrics/events", "POST"),
        ("/api/users/me/metrics/server-installs", "GET, HEAD"),
        ("/api/teams/t1/metrics/server-installs", "GET, HEAD"),
        ("/api/admin/metrics/server-installs", "GET, HEAD"),
        ("/api/openapi.json", "GET, HEAD"),
        ("/api/docs", "GET, HEAD"),
    ] {
        for method in [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::DELETE,
            Method::PATCH,
            Method::OPTIONS,
        ] {
            if allowed.contains(method.as_str()) {
                continue;
            }
            let answer = app.request(method.clone(), path).send();
            assert_eq!(
                (answer.error().0, answer.header("allow")),
                (405, Some(allowed)),
                "{method} {path}"
            );
        }
    }
}

#[test]
fn every_answer_tells_browsers_what_not_to_do() {
    let app = TestApp::start();
    let ada = app.user("u1");
    for path in [
        "/api/users/me",
        "/api/metrics",
        "/nowhere",
        "/health/live",
        "/metrics",
        "/api/openapi.json",
        "/api/admin/metrics/server-installs",
    ] {
        let answer = app.ask(&ada, path);
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
        assert_eq!(
            answer.header("referrer-policy"),
            Some("no-referrer"),
            "{path}"
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(
            policy.contains("default-src 'self'") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
    }
}

#[test]
fn long_json_is_gzipped_for_those_who_take_it() {
    let app = TestApp::start();
    let encoding = |path: &str, accepted: &str| {
        let asked = app.request(Method::HEAD, path);
        let answer = asked.header("Accept-Encoding", accepted).send();
        assert_eq!(answer.status, 200);
        answer.header("content-encoding").map(str::to_owned)
    };
    let long = "/api/openapi.json";
    assert_eq!(encoding(long, "gzip, br").as_deref(), Some("gzip"));
    assert_eq!(encoding(long, "gzip;q=0"), None);
    assert_eq!(encoding(long, "br"), None);
    assert_eq!(encoding("/health/live", "gzip"), None, "it is short");
}
