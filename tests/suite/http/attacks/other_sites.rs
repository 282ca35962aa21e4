//! What another site makes the browser of somebody send who is signed in.

use serde_json::json;

use crate::support::app::http::{Answer, Request};
use crate::support::app::{Person, TestApp};

/// The addresses at which something changes, and one at which there is nothing.
const CHANGES: [&str; 5] = [
    "/api/auth/logout",
    "/api/auth/login",
    "/api/admin/jobs",
    "/api/metrics/events",
    "/nowhere",
];

/// Asserts that what is sent to every one of them is refused, and that the session goes on.
fn assert_all_refused(
    app: &TestApp,
    boss: &Person,
    what: &str,
    send: impl Fn(Request<'_>) -> Answer,
) {
    for path in CHANGES {
        let answer = send(app.post(path).cookie(&boss.cookie));
        assert_eq!(answer.error().0, 403, "{what} {path}");
    }
    assert_eq!(app.ask(boss, "/api/users/me").status, 200, "{what}");
}

#[test]
fn what_a_browser_says_comes_from_another_site_is_refused() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for site in ["cross-site", "same-site"] {
        assert_all_refused(&app, &boss, site, |request| {
            request
                .header("Sec-Fetch-Site", site)
                .json(&json!({}))
                .send()
        });
    }
    let link = app.get("/api/users/me").cookie(&boss.cookie);
    let link = link.header("Sec-Fetch-Site", "cross-site").send();
    assert_eq!(link.status, 200, "following a link is no harm");
    let own = app.post("/api/auth/logout").cookie(&boss.cookie);
    let own = own.header("Sec-Fetch-Site", "same-origin").send();
    assert_eq!(own.status, 200);
}

#[test]
fn where_a_browser_does_not_say_so_the_origin_does() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let address = app.address().to_owned();
    let (host, port) = address.rsplit_once(':').expect("an address has a port");
    for origin in [
        "https://elsewhere.example".to_owned(),
        "null".to_owned(),
        format!("http://{host}:1"),
        format!("http://{address}.elsewhere.example"),
        format!("http://elsewhere.example:{port}"),
        format!("http://{host}@elsewhere.example:{port}"),
        String::new(),
        address.clone(),
    ] {
        assert_all_refused(&app, &boss, &origin, |request| {
            request.header("Origin", &origin).json(&json!({})).send()
        });
    }
    let behind_a_proxy = app
        .post("/api/auth/logout")
        .header("Origin", "https://numbers.example");
    let behind_a_proxy = behind_a_proxy
        .header("X-Forwarded-Host", "numbers.example")
        .send();
    assert_eq!(behind_a_proxy.status, 200);
    let own = app.post("/api/auth/logout").cookie(&boss.cookie);
    assert_eq!(
        own.header("Origin", format!("http://{address}"))
            .send()
            .status,
        200
    );
}

#[test]
fn what_a_form_can_send_is_no_json() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let key = app.key("sat");
    let order = json!({"kind": "clean_up_jobs"}).to_string();
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain; application/json",
        "application/json, text/plain",
        "application/jsonx",
        "",
    ] {
        for request in [
            app.post("/api/auth/login"),
            app.post("/api/admin/jobs").cookie(&boss.cookie),
            app.reporting(&key),
        ] {
            let answer = request
                .header("Content-Type", content_type)
                .body(&order)
                .send();
            assert_eq!(answer.error().0, 415, "{content_type}");
        }
    }
}

#[test]
fn nobody_is_told_that_other_sites_may_read_answers() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for path in ["/api/users/me", "/api/metrics", "/", "/nowhere", "/metrics"] {
        let request = app.get(path).cookie(&boss.cookie);
        let answer = request.header("Origin", "https://elsewhere.example").send();
        for name in answer.headers.keys() {
            let shares = name.as_str().starts_with("access-control-");
            assert!(!shares, "{path}: {name}");
        }
    }
}
