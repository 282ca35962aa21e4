//! What the service says of itself at `/metrics`, beside what its writer has done.

use std::time::{SystemTime, UNIX_EPOCH};

use metrics_runtime::migrate::Backend;
use ureq::http::Method;

use super::{hours_ago, installations};
use crate::support::app::{TestApp, until};
use crate::support::place::{backend, is_libsql};
use crate::support::raw::Raw;

fn requests(route: &str, method: &str, status: &str) -> String {
    format!(
        "metrics_http_request_seconds_count{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}}"
    )
}

#[test]
fn requests_are_counted_by_route_method_and_class_of_status() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for _ in 0..3 {
        app.ask(&boss, "/api/admin/metrics/server-installs").data();
    }
    assert_eq!(
        app.ask(&boss, "/api/admin/metrics/server-installs?a=b")
            .status,
        400
    );
    app.ask(&boss, "/api/admin/metrics/mcp/client-activity")
        .data();
    app.request(Method::DELETE, "/health/live").send();
    let series = "/api/admin/metrics/{path:.+}";
    for (route, method, status, count) in [
        (series, "GET", "2xx", 4),
        (series, "GET", "4xx", 1),
        ("/api/auth/login", "POST", "2xx", 1),
        ("/health/live", "DELETE", "4xx", 1),
    ] {
        assert_eq!(
            app.state(&requests(route, method, status)),
            count,
            "{route} {status}"
        );
    }
    let slowest = "metrics_http_request_seconds_bucket{route=\"/health/live\",method=\"DELETE\",status=\"4xx\",le=\"+Inf\"}";
    assert_eq!(app.state(slowest), 1);
}

#[test]
fn nobody_can_make_the_numbers_more_by_asking_for_what_is_not_there() {
    let app = TestApp::start();
    let count = || app.get("/metrics").send().body.lines().count();
    let ask = |number: u32| {
        for path in [
            "",
            "api/",
            "api/users/",
            "api/admin/metrics/",
            "assets/",
            "api/admin/jobs/",
        ] {
            app.get(&format!("/{path}nothing-{number}")).send();
        }
        let method = format!("BREW{number}");
        let method = Method::from_bytes(method.as_bytes()).expect("it could be one");
        app.request(method, "/").send();
    };
    ask(0);
    // That of this question itself appears with its answer.
    count();
    let before = count();
    (1..20).for_each(ask);
    let text = app.get("/metrics").send().body;
    assert_eq!(text.lines().count(), before, "{text}");
    assert!(!text.contains("nothing-"), "{text}");
    assert!(
        app.state(&requests("unmatched", "GET", "4xx")) >= 40,
        "{text}"
    );
}

#[test]
fn what_goes_on_at_the_moment_is_counted_up_and_down() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.team("t1");
    let key = app.key("sat");
    assert_eq!(app.state("metrics_http_requests_in_flight"), 1, "this one");
    let until_so_many_are_open = |count: u64| {
        until("connections are seen to be opened and closed", || {
            (app.state("metrics_http_connections") == count).then_some(())
        });
    };
    until_so_many_are_open(1);
    let idle = Raw::to(&app);
    until_so_many_are_open(2);
    drop(idle);
    until_so_many_are_open(1);
    let path = "/api/admin/metrics/server-installs/stream";
    let watched = app.get(path).cookie(&boss.cookie).stream();
    let events = watched.expect("a stream");
    events.snapshot();
    assert_eq!(app.state("metrics_streams_open"), 1);
    let lock = app.lock();
    std::thread::scope(|scope| {
        let event = [installations("boss", "t1", hours_ago(1), 1)];
        let (app, key) = (&app, &key);
        let waiting = scope.spawn(move || app.report(key, &event));
        until("a request is being answered", || {
            (app.state("metrics_http_requests_in_flight") == 2).then_some(())
        });
        drop(lock);
        assert_eq!(waiting.join().expect("an answer").status, 200);
    });
}

#[test]
fn the_database_and_the_process_are_described() {
    let app = TestApp::start_with(&[("DATABASE_CONNECTIONS", "5")]);
    app.admin("boss");
    assert_eq!(app.state("metrics_pool_connections_max"), 5);
    let connections = app.states([
        "metrics_pool_connections{state=\"idle\"}",
        "metrics_pool_connections{state=\"used\"}",
    ]);
    assert!(
        (1..=5).contains(&connections.iter().sum::<u64>()),
        "{connections:?}"
    );
    assert!(app.state("metrics_pool_wait_seconds_count") > 0);
    assert_eq!(app.state("metrics_pool_timeouts_total"), 0);
    assert!(app.state("metrics_database_bytes{part=\"database\"}") >= 4096);
    let database = match backend() {
        Backend::Sqlite => {
            // A server keeps its log to itself.
            assert!(is_libsql() || app.state("metrics_database_bytes{part=\"wal\"}") > 0);
            "sqlite"
        }
        Backend::Postgres => "postgres",
    };
    let version = env!("CARGO_PKG_VERSION");
    let build = format!("metrics_build_info{{version=\"{version}\",database=\"{database}\"}}");
    assert_eq!(app.state(&build), 1);
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.expect("it is later than 1970").as_secs();
    let began = app.state("process_start_time_seconds");
    assert!((now - 600..=now).contains(&began), "{began}");
    assert!(app.state("process_resident_memory_bytes") > 1_000_000);
    assert!(app.state("process_open_fds") > 5);
    assert!(app.state("process_max_fds") > app.state("process_open_fds"));
    assert!(app.state("process_threads") > 1);
}
