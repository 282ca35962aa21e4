//! Numbers that change while somebody looks at them.

use serde_json::json;

use super::wire::Wire;
use super::{CARDS_ARE_FILLED, METRIC_IS_SHOWN, Site, sign_in, total_of};
use crate::support::app::PASSWORD;
use crate::support::browser::Browser;

const IS_LIVE: &str = "document.querySelector('#live')?.dataset.state === 'live'";
const IS_LOST: &str = "document.querySelector('#live')?.dataset.state === 'lost'";
/// The sum of the first measure.
const TOTAL: &str = "document.querySelector('.totals td')?.innerText";

/// Records seven installations more.
fn record_seven(site: &Site) {
    site.record("ann", "s3", &[(1, 7)]);
}

#[test]
fn a_page_follows_what_is_recorded_without_being_built_anew() {
    let site = Site::start();
    let browser = site.open("ada", "/?metric=server-installs", 1200);
    browser.wait_until(METRIC_IS_SHOWN);
    browser.wait_until(IS_LIVE);
    assert_eq!(browser.texts(".totals td"), ["85", "26"]);
    browser.run("window.known = document.querySelector('#chart'); window.known.focus()");
    record_seven(&site);
    browser.wait_until(&format!("{TOTAL} === '92'"));
    browser.wait_until("document.querySelector('.tile .figure').innerText === '92'");
    browser.wait_until("document.querySelector('.legend-value').innerText === '92'");
    let same = "return document.querySelector('#chart') === window.known && document.activeElement === window.known";
    assert_eq!(browser.run(same), json!(true));
}

#[test]
fn the_overview_follows_too() {
    let site = Site::start();
    let browser = site.open("ada", "/", 1200);
    browser.wait_until(CARDS_ARE_FILLED);
    assert_eq!(total_of(&browser, "server_installations"), ["85"]);
    browser.wait_until(IS_LIVE);
    assert_eq!(browser.texts("#live"), ["Live"]);
    assert_eq!(site.app.state("metrics_streams_open"), 1);
    record_seven(&site);
    let total = "document.querySelector('[data-metric=server_installations] .total .figure')";
    browser.wait_until(&format!("{total}?.innerText === '92'"));
    assert_eq!(
        asked_for_cards(&browser),
        4,
        "each was asked for once, and not again"
    );
}

fn asked_for_cards(browser: &Browser) -> u64 {
    let script = "return performance.getEntriesByType('resource')
        .filter(({ name }) => name.includes('/api/admin/metrics/')).length";
    browser.run(script).as_u64().expect("a number")
}

#[test]
fn a_lost_connection_is_told_and_found_again() {
    let site = Site::start();
    let wire = Wire::to(site.app.address());
    let browser = Browser::open(1200, 900);
    browser.go_to(&format!(
        "http://{}/?metric=server-installs",
        wire.address()
    ));
    sign_in(&browser, "ada", PASSWORD);
    browser.wait_until(IS_LIVE);
    wire.cut();
    browser.wait_for_text("Connection lost. Reconnecting…");
    browser.screenshot("connection_lost");
    record_seven(&site);
    assert_eq!(browser.texts(".totals td")[0], "85");
    wire.mend();
    browser.wait_until(IS_LIVE);
    browser.wait_until(&format!("{TOTAL} === '92'"));
}

#[test]
fn somebody_who_may_no_longer_look_is_told_why() {
    let site = Site::start();
    let browser = site.open("ann", "/?metric=server-installs", 1200);
    browser.wait_until(IS_LIVE);
    site.app
        .run(&["members", "remove", "--team", "north", "--user", "ann"]);
    record_seven(&site);
    browser.wait_until(IS_LOST);
    browser.wait_until("document.querySelector('#live').innerText.startsWith('Not live: ')");
}

#[test]
fn a_session_that_ends_while_somebody_watches_leads_back_to_the_form() {
    let site = Site::start();
    let browser = site.open("ann", "/?metric=server-installs", 1200);
    browser.wait_until(IS_LIVE);
    site.app.sql("DELETE FROM sessions");
    record_seven(&site);
    browser.wait_for_text("Your session has ended: sign in again.");
}

#[test]
fn a_page_that_nobody_sees_watches_nothing() {
    let site = Site::start();
    let browser = site.open("ada", "/?metric=server-installs", 1200);
    browser.wait_until(IS_LIVE);
    browser.run(
        "const Known = EventSource;
         window.opened = [];
         window.EventSource = class extends Known { constructor(url) { super(url); window.opened.push(this); } };",
    );
    turn_to(&browser);
    browser.wait_until("window.opened[0]?.readyState === EventSource.OPEN");
    turn_away_from(&browser);
    let closed =
        "return window.opened.every(({ readyState }) => readyState === EventSource.CLOSED)";
    assert_eq!(browser.run(closed), json!(true));
    record_seven(&site);
    turn_to(&browser);
    browser.wait_until(&format!("{TOTAL} === '92'"));
    assert_eq!(browser.run("return window.opened.length"), json!(2));
}

fn turn_to(browser: &Browser) {
    browser.run(&hidden("false"));
}

fn turn_away_from(browser: &Browser) {
    browser.run(&hidden("true"));
}

/// Has the page believe that it is hidden, or not.
fn hidden(value: &str) -> String {
    format!(
        "Object.defineProperty(document, 'hidden', {{ configurable: true, value: {value} }});
         document.dispatchEvent(new Event('visibilitychange'))"
    )
}
