//! What the pages load, and from where.

use serde_json::Value;

use super::{API_IS_SHOWN, CARDS_ARE_FILLED, METRIC_IS_SHOWN, Site};
use crate::support::app::TestApp;
use crate::support::browser::Browser;

#[test]
fn no_page_logs_an_error_or_asks_another_host() {
    let site = Site::start();
    let browser = site.open("tim", "/", 1200);
    browser.wait_until(CARDS_ARE_FILLED);
    browser.click("#card-mcp_client_activity");
    browser.wait_until(METRIC_IS_SHOWN);
    browser.click("#csv");
    browser.click("#measure-tool_call_count");
    browser.wait_until("location.search.includes('hide=tool_call_count')");
    browser.wait_until(METRIC_IS_SHOWN);
    browser.click("#api");
    browser.wait_until(API_IS_SHOWN);
    browser
        .run("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
    browser.wait_until("document.querySelector('#schema-user li')");
    let errors = browser.logs("browser");
    // How the page finds out that nobody is signed in.
    let expected = |entry: &Value| {
        entry.to_string().contains(
            "/api/users/me - Failed to load resource: the server responded with a status of 401",
        )
    };
    let unexpected: Vec<_> = errors.iter().filter(|entry| !expected(entry)).collect();
    assert!(unexpected.is_empty(), "{unexpected:?}");
    let home = site.url("/");
    for url in requested(&browser) {
        let inside = url.starts_with(&home) || url.starts_with(&format!("blob:{home}"));
        assert!(inside, "the page asked {url}");
    }
}

/// The addresses of everything that the pages have requested.
fn requested(browser: &Browser) -> Vec<String> {
    let entries = browser.logs("performance").into_iter();
    let messages =
        entries.filter_map(|entry| serde_json::from_str::<Value>(entry["message"].as_str()?).ok());
    let urls: Vec<_> = messages
        .filter(|message| message["message"]["method"] == "Network.requestWillBeSent")
        .filter_map(|message| {
            message
                .pointer("/message/params/request/url")?
                .as_str()
                .map(str::to_owned)
        })
        .collect();
    assert!(!urls.is_empty(), "the log knows what was requested");
    urls
}

#[test]
fn assets_are_asked_about_each_time_and_sent_once() {
    let app = TestApp::start();
    let first = app.get("/assets/main.js").send();
    assert_eq!(
        first.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    assert_eq!(first.header("cache-control"), Some("no-cache"));
    let tag = first.header("etag").unwrap();
    let again = app
        .get("/assets/main.js")
        .header("If-None-Match", tag)
        .send();
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    assert_eq!(again.header("etag"), Some(tag));
    let other = app
        .get("/assets/main.js")
        .header("If-None-Match", "\"old\"")
        .send();
    assert_eq!((other.status, other.body), (200, first.body.clone()));
    assert_eq!(app.get("/assets/../Cargo.toml").send().status, 404);
    assert_eq!(app.get("/assets/nothing.js").send().status, 404);
}

#[test]
fn the_pages_allow_nothing_from_elsewhere_and_nothing_inline() {
    let app = TestApp::start();
    for path in ["/", "/api/docs"] {
        let page = app.get(path).send();
        assert_eq!(page.status, 200);
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'self'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}

#[test]
fn a_page_weighs_less_than_200_kilobytes_with_its_numbers() {
    let site = Site::start();
    let browser = site.open("ada", "/", 1200);
    for (path, shown) in [
        ("/?rows=everyone", CARDS_ARE_FILLED),
        ("/?rows=everyone&range=30d", CARDS_ARE_FILLED),
        ("/?metric=server-installs", METRIC_IS_SHOWN),
        ("/api/docs", API_IS_SHOWN),
    ] {
        browser.clear_cache();
        browser.go_to(&site.url(path));
        browser.wait_until(shown);
        let weight = browser.run(
            "const kinds = ['navigation', 'resource'].map((kind) => performance.getEntriesByType(kind));
             return kinds.flat().reduce((sum, { transferSize }) => sum + transferSize, 0)",
        );
        let weight = weight.as_u64().expect("a number of bytes");
        assert!(
            (10_000..200_000).contains(&weight),
            "{path}: {weight} bytes"
        );
    }
}

#[test]
fn assets_are_sent_gzipped_to_browsers_and_plain_to_who_takes_no_gzip() {
    let app = TestApp::start();
    let browser = Browser::open(1200, 900);
    browser.go_to(&format!("http://{}/", app.address()));
    browser.wait_until("document.querySelector('#password')");
    let sizes = "const [entry] = performance.getEntriesByName(new URL('/assets/main.js', location)); return [entry.encodedBodySize, entry.decodedBodySize]";
    let [sent, whole]: [usize; 2] = serde_json::from_value(browser.run(sizes)).expect("sizes");
    let plain = app.get("/assets/main.js").send();
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(plain.header("vary"), Some("Accept-Encoding"));
    assert_eq!(whole, plain.body.len());
    assert!(sent < whole / 2, "{sent} of {whole} bytes");
    let tag = |accepted: &str| {
        let known = app.get("/assets/main.js").header("If-None-Match", "*");
        let answer = known.header("Accept-Encoding", accepted).send();
        assert_eq!(answer.status, 304);
        answer.header("etag").expect("a tag").to_owned()
    };
    assert_eq!(tag("gzip;q=0"), plain.header("etag").unwrap());
    assert_ne!(tag("br, gzip"), plain.header("etag").unwrap());
}
