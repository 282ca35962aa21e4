//! The page about the API.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{API_IS_SHOWN, Site};
use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::{Browser, ENTER};

/// The page of a site, for nobody yet.
fn open(app: &TestApp, width: u32) -> Browser {
    let browser = Browser::open(width, 900);
    browser.go_to(&format!("http://{}/api/docs", app.address()));
    browser.wait_until(API_IS_SHOWN);
    browser
}

/// Unfolds an operation.
fn unfold(browser: &Browser, operation: &str) {
    browser.click(&format!("#{operation} > summary"));
    browser.wait_until(&format!("document.querySelector('#{operation} form')"));
}

/// Signs in as the page itself does: by trying the operation.
fn sign_in(browser: &Browser, person: &str, password: &str) {
    browser.click("#sign-in");
    let form = "post-api-auth-login";
    browser.wait_until(&format!("document.querySelector('#{form} form')"));
    browser.fill(
        &format!("#{form}-body-email"),
        &format!("{person}@example.com"),
    );
    browser.fill(&format!("#{form}-body-password"), password);
    browser.press(ENTER);
}

#[test]
fn the_page_lists_every_operation_of_the_description() {
    let app = TestApp::start();
    let browser = open(&app, 1200);
    let document = app.get("/api/openapi.json").send().json();
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().expect("methods").keys();
        methods.map(move |method| format!("{method} {path}"))
    });
    let listed = "return [...document.querySelectorAll('[data-operation]')].map((item) => item.dataset.operation)";
    let listed: Vec<String> = serde_json::from_value(browser.run(listed)).expect("texts");
    assert_eq!(
        listed.iter().cloned().collect::<BTreeSet<_>>(),
        operations.collect()
    );
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("schemas");
    assert_eq!(browser.texts("[id^=schema-]").len(), schemas.len());
}

#[test]
fn somebody_signs_in_and_asks_for_their_numbers() {
    let site = Site::start();
    let browser = open(&site.app, 1300);
    browser.wait_for_text("Nobody is signed in");
    sign_in(&browser, "ann", "not the password");
    browser
        .wait_until("document.querySelector('.answer .status')?.innerText === '401 Unauthorized'");
    assert!(browser.texts("#who").is_empty());
    browser.fill("#post-api-auth-login-body-password", PASSWORD);
    browser.press(ENTER);
    browser.wait_until("document.querySelector('#who')?.innerText === 'ann@example.com'");
    browser.click("#post-api-auth-login > summary");
    let operation = "get-api-users-me-metrics-server-installs";
    unfold(&browser, operation);
    browser.fill(&format!("#{operation}-query-team_id"), "north");
    browser.fill(&format!("#{operation}-query-server_id"), "s1, s2");
    browser.fill(&format!("#{operation}-query-interval"), "15m");
    let url = "server-installs?team_id=north&interval=15m&server_id=s1&server_id=s2'";
    let curl = browser.texts(&format!("#{operation}-curl"));
    assert!(curl[0].ends_with(url), "{curl:?}");
    browser.press(ENTER);
    browser.wait_until(&format!(
        "document.querySelector('#{operation} .answer .status')?.innerText === '200 OK'"
    ));
    browser.wait_until(&format!(
        "document.querySelector('#{operation} pre .json-key')"
    ));
    let answer = browser.texts(&format!("#{operation} pre")).remove(0);
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    assert_eq!(answer["data"]["summary"]["total_installation_count"], 25);
    browser.screenshot("api");
}

#[test]
fn a_satellite_reports_what_the_example_says() {
    let site = Site::start();
    let key = site.app.key("from-the-page");
    let browser = open(&site.app, 1300);
    let operation = "post-api-metrics-events";
    unfold(&browser, operation);
    let example = format!("return document.querySelector('#{operation}-body').value");
    let example: Value =
        serde_json::from_str(browser.run(&example).as_str().expect("text")).expect("JSON");
    assert_eq!(example["events"][0]["type"], "flight_departures");
    browser.fill(&format!("#{operation}-key"), &key.text);
    browser.click(&format!("#{operation} button[type=submit]"));
    browser.wait_until("document.querySelector('.answer pre .json-key')");
    let answer = browser.texts(".answer pre").remove(0);
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    let all = json!({"success": true, "processed": 1, "failed": 0, "failures": []});
    assert_eq!(answer, all);
    let curl = browser.texts(&format!("#{operation}-curl")).remove(0);
    assert!(!curl.contains(&key.text), "the key stays in the page");
}

#[test]
fn the_page_fits_on_a_phone_and_into_the_dark() {
    let site = Site::start();
    let browser = Browser::open(360, 800);
    browser.prefer_colours("dark");
    browser.go_to(&site.url("/api/docs#post-api-metrics-events"));
    browser.wait_until("document.querySelector('#post-api-metrics-events form')");
    browser.screenshot("api_phone_dark");
    browser.wait_until("document.documentElement.scrollWidth <= 360");
}
