//! What axe finds on every page, in every state: nothing.

use serde_json::Value;

use super::wire::Wire;
use super::{API_IS_SHOWN, CARDS_ARE_FILLED, METRIC_IS_SHOWN, Site, sign_in};
use crate::support::app::PASSWORD;
use crate::support::browser::Browser;
use crate::support::node;

/// What each state is checked in: every layout, and every palette.
const LOOKS: [(&str, u32, &str); 2] = [("light", 1200, "light"), ("phone_dark", 360, "dark")];

/// Checks what is shown, in each look, and keeps a picture of it.
fn check(browser: &Browser, state: &str) {
    let axe = node::packages().join("node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(axe).expect("axe is there");
    for (look, width, scheme) in LOOKS {
        browser.resize(width, 900);
        browser.prefer_colours(scheme);
        // Colours fade, and are only then those that are meant.
        browser.wait_until(&format!(
            "innerWidth === {width} && !document.getAnimations().some((one) => one instanceof CSSTransition)"
        ));
        browser.screenshot(&format!("accessibility/{state}_{look}"));
        // The driver runs it past the policy for scripts, which stays as strict as it is.
        let found = browser.run(&format!(
            "{axe};
             const asked = {{ resultTypes: ['violations'] }};
             const shown = ({{ id, help, nodes }}) => [id, help, nodes.map(({{ html, any }}) => [html, any.map(({{ message }}) => message)])];
             return window.axe.run(document, asked).then(({{ violations }}) => violations.map(shown))"
        ));
        assert_eq!(found, Value::Array(vec![]), "{state}, {look}: {found:#}");
    }
}

#[test]
fn nothing_is_found_where_people_sign_in() {
    let site = Site::start();
    let browser = Browser::open(1200, 900);
    browser.go_to(&site.url("/"));
    browser.wait_until("document.querySelector('#password')");
    check(&browser, "sign_in");
    sign_in(&browser, "ann", "not the password");
    browser.wait_until("document.querySelector('#problem').innerText");
    check(&browser, "wrong_password");
}

#[test]
fn nothing_is_found_on_the_overview() {
    let site = Site::start();
    let browser = site.open("tim", "/", 1200);
    browser.wait_until(CARDS_ARE_FILLED);
    check(&browser, "overview");
    browser.run("window.known = window.fetch; window.fetch = () => new Promise(() => {})");
    browser.click("#refresh");
    browser.wait_until("document.querySelector('.card [aria-busy]')");
    check(&browser, "overview_loading");
    browser.run("window.fetch = () => Promise.reject(new TypeError('away'))");
    browser.click("#refresh");
    browser.wait_until("document.querySelector('.card [role=alert]')");
    check(&browser, "overview_error");
}

#[test]
fn nothing_is_found_on_the_page_of_a_metric() {
    let site = Site::start();
    let browser = site.open("tim", "/?metric=server-installs&rows=team", 1200);
    browser.wait_until(METRIC_IS_SHOWN);
    browser.run("document.querySelector('#chart').focus()");
    browser.run("document.querySelector('details').open = true");
    check(&browser, "metric");
    for (state, query, shown) in [
        ("groups", "group=server_id&rows=team", ".groups-legend"),
        ("empty", "filter.server_id=none", "#clear-filters"),
        ("shared_link", "rows=everyone", ".notice"),
        ("compared", "compare=previous&tz=UTC", "path.before"),
        (
            "hidden",
            "hide=installation_count&hide=uninstallation_count",
            "#numbers",
        ),
    ] {
        browser.go_to(&site.url(&format!("/?metric=server-installs&{query}")));
        browser.wait_until(&format!(
            "document.querySelector('{shown}') && document.querySelector('#numbers')"
        ));
        check(&browser, state);
    }
    browser.click("label[for=range-custom]");
    browser
        .wait_until("document.querySelector('#show-period') && document.querySelector('#numbers')");
    check(&browser, "custom");
    let ago = "from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z";
    browser.go_to(&site.url(&format!("/?metric=server-installs&{ago}")));
    browser.wait_for_text("The time range reaches further back.");
    check(&browser, "not_kept");
    browser.go_to(&site.url("/?metric=nothing"));
    browser.wait_for_text("There is no such metric");
    check(&browser, "unknown");
}

#[test]
fn nothing_is_found_where_the_connection_is_lost_or_the_service_is_away() {
    let site = Site::start();
    let wire = Wire::to(site.app.address());
    let browser = Browser::open(1200, 900);
    let home = format!("http://{}", wire.address());
    browser.go_to(&format!("{home}/?metric=server-installs"));
    sign_in(&browser, "ada", PASSWORD);
    browser.wait_until("document.querySelector('#live')?.dataset.state === 'live'");
    wire.cut();
    browser.wait_for_text("Connection lost. Reconnecting…");
    check(&browser, "connection_lost");
    browser.click("#refresh");
    browser.wait_until("document.querySelector('[role=alert] button')");
    check(&browser, "metric_error");
}

#[test]
fn nothing_is_found_where_there_is_nothing_to_see() {
    let site = Site::start();
    site.app.user("new");
    let browser = site.open("new", "/", 1200);
    browser.wait_for_text("You belong to no team yet.");
    check(&browser, "nothing_to_see");
}

#[test]
fn nothing_is_found_on_the_page_about_the_api() {
    let site = Site::start();
    let browser = Browser::open(1200, 900);
    browser.go_to(&site.url("/api/docs"));
    browser.wait_until(API_IS_SHOWN);
    check(&browser, "api");
    browser
        .run("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
    browser.wait_until("document.querySelector('#schema-user li')");
    check(&browser, "api_unfolded");
}
