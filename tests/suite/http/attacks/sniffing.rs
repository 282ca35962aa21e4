//! Answers that a browser could take for something else than they are, on every route that there is.

use app::routes::ROUTES as OWN_ROUTES;
use metrics_runtime::web::ROUTES;
use ureq::http::Method;

use crate::support::app::http::Answer;
use crate::support::app::{Person, TestApp};

/// Every route of the application, with its parameters filled in, and some addresses at which there is nothing.
fn routes() -> Vec<(Method, String)> {
    let own = OWN_ROUTES.iter().map(|route| {
        let path = route.path.replace("{name}", "main.js");
        let path = path.replace("{team_id}", "t1");
        let path = path
            .replace("{id}", "nothing")
            .replace("{user_id}", "nobody");
        (route.method.parse().expect("a method"), path)
    });
    let of_metrics = ROUTES.iter().map(|route| {
        let path = route.path.replace("{team_id}", "t1");
        let path = path.replace("{path:.+}", "server-installs");
        let method = route.method.parse().expect("a method");
        (method, format!("/api{path}"))
    });
    let nowhere = ["/nowhere", "/api/nowhere", "/assets/nothing"];
    let nowhere = nowhere.map(|path| (Method::GET, path.to_owned()));
    own.chain(of_metrics).chain(nowhere).collect()
}

/// What somebody is answered, or the beginning of it where it has no end.
fn answers(app: &TestApp, person: Option<&Person>) -> Vec<(String, Answer)> {
    let ask = |(method, path): (Method, String)| {
        // The description of a stream is that of its beginning.
        let method = match path.ends_with("/stream") {
            true => Method::HEAD,
            false => method,
        };
        let what = format!("{method} {path}");
        let request = app.request(method, &format!("{path}?team_id=t1"));
        let request = match person {
            Some(person) => request.cookie(&person.cookie),
            None => request,
        };
        (what, request.send())
    };
    let mut routes = routes();
    // Whoever signs out is nobody for all that follows.
    routes.sort_by_key(|(_, path)| path == "/api/auth/logout");
    routes.into_iter().map(ask).collect()
}

fn assert_cannot_be_mistaken(what: &str, answer: &Answer) {
    for (header, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(answer.header(header), Some(value), "{what}");
    }
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(
        policy.contains("default-src 'self'") && !policy.contains("unsafe"),
        "{what}: {policy}"
    );
    let kept = answer
        .header("cache-control")
        .expect("whether it may be kept");
    let is_public = what.contains(" /assets/") || what.ends_with(" /") || what.ends_with("/docs");
    assert!(
        kept == "no-store" || (is_public && kept == "no-cache"),
        "{what}: {kept}"
    );
    assert_eq!(answer.header("server"), None, "{what}");
    assert_eq!(answer.header("x-powered-by"), None, "{what}");
}

fn assert_says_what_it_is(what: &str, answer: &Answer) {
    let said = answer.header("content-type");
    let kind = said.unwrap_or_else(|| panic!("{what} ({}) says what it is", answer.status));
    let known = [
        "application/json",
        "text/html; charset=utf-8",
        "text/css; charset=utf-8",
        "text/javascript; charset=utf-8",
        "image/svg+xml",
        "text/event-stream",
    ];
    let is_known = known.contains(&kind) || kind.starts_with("text/plain;");
    assert!(is_known, "{what}: {kind}");
    if answer.status >= 400 {
        assert_eq!(kind, "application/json", "{what}: {}", answer.body);
    }
}

#[test]
fn every_answer_says_what_it_is_and_what_browsers_may_not_do_with_it() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.team("t1");
    app.administrate("t1", &boss);
    for person in [None, Some(&boss)] {
        for (what, answer) in answers(&app, person) {
            assert_cannot_be_mistaken(&what, &answer);
            assert_says_what_it_is(&what, &answer);
        }
    }
}

#[test]
fn text_that_is_a_page_elsewhere_is_answered_as_data() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let page = "%3Cscript%3Ealert(1)%3C/script%3E";
    for path in [
        format!("/{page}"),
        format!("/api/admin/metrics/{page}"),
        format!("/api/admin/metrics/server-installs?{page}=1"),
        format!("/api/admin/metrics/server-installs?tz={page}"),
        format!("/api/admin/metrics/server-installs?server_id={page}"),
        format!("/api/admin/jobs?state={page}"),
    ] {
        let answer = app.ask(&boss, &path);
        assert_eq!(
            answer.header("content-type"),
            Some("application/json"),
            "{path}"
        );
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
    }
}
