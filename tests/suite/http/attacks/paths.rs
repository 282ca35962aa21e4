//! Addresses that are read as another by somebody in between.

use super::wire::{ask, exchange, head};
use super::{assert_no_http, assert_refused, assert_unharmed};
use crate::support::app::http::Answer;
use crate::support::app::{Person, TestApp};

/// Addresses of which only their plain form leads anywhere.
const TRICKS: [&str; 32] = [
    "/../etc/passwd",
    "/..",
    "//",
    "//api/users/me",
    "/api//users/me",
    "/api/users/me/",
    "/api/users/me//",
    "/api/users/me/.",
    "/api/users/./me",
    "/api/users/x/../me",
    "/api/users/x/%2e%2e/me",
    "/api/users/x/%2E./me",
    "/api/users/x/..%2fme",
    "/api/users%2fme",
    "/api/users%5cme",
    "/api\\users\\me",
    "/api/users/me;x=y",
    "/api/users;x=y/me",
    "/api/users/me.",
    "/api/users/me%2e",
    "/api/users/me%00",
    "/api/users/me%20",
    "/api/users/me%0d%0aX:y",
    "/API/users/me",
    "/%",
    "/%zz",
    "/api/users/me%ff",
    "/assets/../api/users/me",
    "/assets/..%2f..%2fetc%2fpasswd",
    "/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/assets/main.js%00.html",
    "/assets/%ff",
];

fn asked(app: &TestApp, person: &Person, line: &str) -> Answer {
    ask(
        app,
        format!("{}Cookie: {}\r\n\r\n", head(line), person.cookie),
    )
}

#[test]
fn an_address_that_only_looks_like_another_leads_nowhere() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for method in ["GET", "POST", "DELETE"] {
        for target in TRICKS {
            let line = format!("{method} {target}");
            let answer = asked(&app, &boss, &line);
            assert_refused(&line, &answer);
            // Nothing is at any address of assets but what can be read.
            let expected = match target.starts_with("/assets/") && method != "GET" {
                true => [404, 405],
                false => [404, 404],
            };
            assert!(expected.contains(&answer.status), "{line}: {}", answer.body);
        }
    }
    assert_unharmed(&app);
}

#[test]
fn an_id_in_an_address_may_be_anything_and_is_nobodys() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for id in [
        "%00",
        "x%00y",
        "%ff",
        "%C0%80",
        "%ED%A0%80",
        "%27%20OR%20%271%27=%271",
        "..",
        "%2e%2e",
        "..%2f..",
        "%F0%9F%92%A9",
        &"x".repeat(10_000),
        &"%F0%9F%92%A9".repeat(1_000),
    ] {
        for (line, status) in [
            (format!("GET /api/admin/jobs/{id}"), 404),
            (format!("POST /api/admin/jobs/{id}/retry"), 404),
            (format!("GET /api/teams/{id}/metrics/server-installs"), 403),
            (
                format!("GET /api/teams/{id}/metrics/server-installs/stream"),
                403,
            ),
            (format!("GET /api/admin/metrics/{id}"), 404),
            (format!("GET /api/users/me/metrics/{id}?team_id={id}"), 404),
            (
                format!("GET /api/users/me/metrics/server-installs?team_id={id}"),
                403,
            ),
            (format!("GET /assets/{id}"), 404),
        ] {
            let answer = asked(&app, &boss, &line);
            let shown: String = line.chars().take(100).collect();
            assert_refused(&shown, &answer);
            // Nothing is at an address with a NUL in it, whoever asks.
            let nowhere = line
                .split('?')
                .next()
                .is_some_and(|path| path.contains("%00"));
            let status = if nowhere { 404 } else { status };
            assert_eq!(answer.status, status, "{shown}: {}", answer.body);
        }
    }
    assert_unharmed(&app);
}

#[test]
fn a_target_that_is_no_path_is_refused_or_leads_where_its_path_does() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for target in [
        "http:///api/users/me",
        "api/users/me",
        "?x",
        "/a b",
        "/\u{e9}",
        "\\api\\users\\me",
        "",
        &format!("/{}", "a".repeat(70_000)),
    ] {
        let line = format!("{}\r\n", head(&format!("GET {target}")));
        assert_no_http(target, &exchange(&app, line));
    }
    for line in [
        "GET *",
        "OPTIONS *",
        "CONNECT app:443",
        "GET http://app/nowhere",
    ] {
        assert_refused(line, &asked(&app, &boss, line));
    }
    // In the form that proxies are asked in, the session still says who asks, and the path what for.
    for host in ["app", "elsewhere.example"] {
        let line = format!("GET http://{host}/api/users/me");
        assert_eq!(asked(&app, &boss, &line).status, 200);
        let anonymous = ask(&app, format!("{}\r\n", head(&line)));
        assert_eq!(anonymous.error().0, 401);
    }
    assert_unharmed(&app);
}

#[test]
fn a_method_that_nobody_knows_is_not_taken_for_one_that_somebody_does() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let long = "A".repeat(30_000);
    for method in [
        "TRACE", "TRACK", "CONNECT", "PROPFIND", "get", "Get", "GETT", &long,
    ] {
        let answer = asked(&app, &boss, &format!("{method} /api/users/me"));
        assert_refused(method, &answer);
        assert_eq!(answer.status, 405, "{method}");
    }
    for method in ["", "POST%20", "G\0T", "G T", "GET\t"] {
        let line = format!("{}\r\n", head(&format!("{method} /api/users/me")));
        assert_no_http(method, &exchange(&app, line));
    }
    // What a form may ask to be read as another method is not.
    let answer = app
        .get("/api/auth/logout?_method=POST")
        .cookie(&boss.cookie)
        .header("X-HTTP-Method-Override", "POST")
        .send();
    assert_eq!(answer.error().0, 405);
    assert_eq!(app.ask(&boss, "/api/users/me").status, 200);
}
