//! Parameters that are given twice, under other spellings, or in bytes that are read differently by others.

use super::wire::{ask, exchange, head};
use super::{assert_no_http, assert_refused, assert_unharmed};
use crate::support::app::{Person, TestApp};

const SERIES: &str = "/api/admin/metrics/server-installs";

fn asked(app: &TestApp, person: &Person, target: &str) -> String {
    assert!(target.is_ascii(), "{target} could not be asked for");
    let head = head(&format!("GET {target}"));
    let answer = ask(app, format!("{head}Cookie: {}\r\n\r\n", person.cookie));
    assert_refused(target, &answer);
    answer.error().1.expect("the field that is wrong")
}

#[test]
fn a_parameter_that_has_one_value_is_not_taken_twice_however_it_is_spelled() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for (name, value, other) in [
        ("time_range", "1h", "time%5Frange"),
        ("interval", "1h", "inter%76al"),
        ("tz", "UTC", "%74z"),
        ("compare", "previous", "comp%61re"),
        ("group_by", "server_id", "group%5fby"),
        ("start", "2026-01-01T00:00:00Z", "st%61rt"),
    ] {
        for again in [name, other] {
            let target = format!("{SERIES}?{name}={value}&{again}={value}");
            assert_eq!(asked(&app, &boss, &target), name, "{target}");
        }
        let target = format!("{SERIES}?{name}={value}&{name}");
        assert_eq!(asked(&app, &boss, &target), name, "{target}");
    }
    for query in ["state=done&state=failed", "limit=1&limi%74=2"] {
        asked(&app, &boss, &format!("/api/admin/jobs?{query}"));
    }
}

#[test]
fn no_other_spelling_of_a_parameter_is_one() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for name in [
        "interval[]",
        "interval%5B%5D",
        "interval[0]",
        "INTERVAL",
        "Interval",
        "interval%00",
        "%00interval",
        "interval%20",
        "+interval",
        "interval.",
        "interval%09",
        "%C4%B1nterval",
        "%EF%BB%BFinterval",
        "%E2%80%AEinterval",
        "amp;interval",
        "server_id[$ne]",
        "server_id[]",
        "Server_ID",
        "server-id",
        "user_id.id",
        "__proto__",
    ] {
        let target = format!("{SERIES}?{name}=1h");
        assert_ne!(asked(&app, &boss, &target), "interval", "{target}");
    }
}

#[test]
fn what_separates_parameters_is_part_of_a_value_once_it_is_encoded() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for (query, field) in [
        ("time_range=1h%26interval=1m", "time_range"),
        ("time_range=1h;interval=1h", "time_range"),
        ("time_range=1h%3Binterval=1h", "time_range"),
        ("time_range=1h,1h", "time_range"),
        ("time_range=1h%00", "time_range"),
        ("time_range=1h%0D%0AX:y", "time_range"),
        ("time_range=%EF%BC%91h", "time_range"),
        ("time_range=%D9%A1h", "time_range"),
        ("interval=1%48", "interval"),
        ("time_range%3D1h", "time_range=1h"),
        ("?time_range=1h", "?time_range"),
        ("group_by=server_id&top=1e1", "top"),
        ("group_by=server_id&top=0x1", "top"),
        ("group_by=server_id&top=%D9%A1", "top"),
        ("group_by=server_id,user_id", "group_by"),
    ] {
        let target = format!("{SERIES}?{query}");
        assert_eq!(asked(&app, &boss, &target), field, "{target}");
    }
    for query in ["limit=1%00", "state=done%00", "kind="] {
        asked(&app, &boss, &format!("/api/admin/jobs?{query}"));
    }
}

#[test]
fn bytes_that_are_no_text_are_not_taken_for_some() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    // What is longer than it need be, half of a pair, beyond the last, and cut off.
    for bytes in [
        "%C0%B1",
        "%C1%BF",
        "%E0%80%B1",
        "%F0%80%80%B1",
        "%ED%A0%80",
        "%ED%A0%80%ED%B0%80",
        "%F4%90%80%80",
        "%F5%80%80%80",
        "%E2%82",
        "%80",
        "%FF",
    ] {
        let target = format!("{SERIES}?server_id=s{bytes}1");
        assert_eq!(asked(&app, &boss, &target), "server_id", "{target}");
    }
    for raw in ["interval=\u{661}h", "inter\u{a0}val=1h"] {
        let target = format!("{}\r\n", head(&format!("GET {SERIES}?{raw}")));
        assert_no_http(raw, &exchange(&app, target));
    }
    assert_unharmed(&app);
}

#[test]
fn a_query_without_end_is_refused() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for query in [
        "&".repeat(30_000) + "x",
        "=".repeat(30_000),
        "x=".to_owned() + &"y".repeat(30_000),
        "y".repeat(30_000),
        "server_id=s&".repeat(2_000),
    ] {
        asked(&app, &boss, &format!("{SERIES}?{query}"));
    }
    for name in [
        "time_range",
        "interval",
        "start",
        "tz",
        "group_by",
        "compare",
        "server_id",
    ] {
        let target = format!("{SERIES}?{name}={}", "y".repeat(30_000));
        assert_eq!(asked(&app, &boss, &target), name);
    }
    let longer = head(&format!("GET {SERIES}?{}", "x=y&".repeat(20_000)));
    assert_no_http(
        "80,000 bytes of query",
        &exchange(&app, format!("{longer}\r\n")),
    );
    assert_unharmed(&app);
}
