//! What holds on every route: unknown addresses and wrong methods.

use ureq::http::Method;

use crate::support::app::TestApp;

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
