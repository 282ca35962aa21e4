//! What must not be found by whoever can read the log, at its most talkative.

use serde_json::json;

use crate::support::app::{PASSWORD, TestApp};

/// A password that nobody has.
const WRONG: &str = "wrong horse battery staple";

/// The parts of something secret that would give it away: it, and what follows a prefix.
fn parts(secret: &str) -> Vec<String> {
    let tail = secret.rsplit(['=', '_']).next().unwrap_or(secret);
    vec![secret.to_owned(), tail.to_owned()]
}

#[test]
fn no_password_no_cookie_and_no_key_is_in_the_log() {
    let app = TestApp::start_with(&[("LOG", "trace")]);
    let (ada, boss) = (app.user("ada"), app.admin("boss"));
    app.team("t1");
    app.join("t1", &ada);
    let (key, revoked) = (app.key("sat"), app.key_of_team("other", "t1"));
    app.revoke(&revoked);
    let credentials = json!({"email": "ada@example.com", "password": WRONG});
    let post = |path: &str| app.post(path).cookie(&ada.cookie);
    for request in [
        post("/api/auth/login").json(&credentials),
        post("/api/auth/login").json(&json!({"email": PASSWORD, "password": PASSWORD})),
        post("/api/auth/login").json_text(&credentials.to_string().replace('}', "")),
        post("/api/auth/login").json(&json!({"email": "ada@example.com", "password": [WRONG]})),
        post("/api/auth/login").body(&credentials.to_string()),
        app.get(&format!("/api/users/me?{}", ada.cookie))
            .cookie(&ada.cookie),
        app.get(&format!("/api/metrics?key={}", key.text))
            .bearer(&key.text),
        app.get("/api/admin/metrics/server-installs")
            .cookie(&boss.cookie),
        app.get("/api/admin/metrics/server-installs")
            .cookie(&ada.cookie),
        app.reporting(&key).json(&json!({"events": []})),
        app.reporting(&key).json_text("{"),
        app.reporting(&key)
            .header("Idempotency-Key", "\u{e9}")
            .json(&json!({"events": []})),
        app.reporting(&revoked).json(&json!({"events": []})),
        app.post("/api/metrics/events")
            .header("Authorization", format!("Basic {}", key.text)),
        app.post("/api/metrics/events")
            .header("Authorization", key.text.clone()),
        post("/api/auth/logout"),
        post("/api/auth/logout"),
        app.get("/api/users/me").cookie(&ada.cookie),
    ] {
        request.send();
    }
    let log = app.log();
    assert!(
        log.contains("/api/auth/login"),
        "what happened is logged: {log}"
    );
    for secret in [
        PASSWORD,
        WRONG,
        &ada.cookie,
        &boss.cookie,
        &key.text,
        &revoked.text,
    ] {
        for part in parts(secret) {
            let line = log.lines().find(|line| line.contains(&part));
            assert_eq!(line, None, "{part} is in the log");
        }
    }
}
