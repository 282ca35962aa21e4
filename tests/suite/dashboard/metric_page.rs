//! A metric's own page.

use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::json;

use super::{CARDS_ARE_FILLED, METRIC_IS_SHOWN, Site, event, sign_in};
use crate::support::app::PASSWORD;
use crate::support::browser::{Browser, ENTER};

#[test]
fn a_filter_narrows_the_numbers() {
    let site = Site::start();
    let browser = site.open("ada", "/?metric=server-installs", 1200);
    browser.wait_until(METRIC_IS_SHOWN);
    browser.fill("#filter-server_id", "s1");
    browser.press(ENTER);
    browser.wait_until("location.search.includes('filter.server_id=s1')");
    browser.wait_until("document.querySelector('.totals td')?.innerText === '25'");
}

#[test]
fn the_numbers_can_be_taken_away_as_csv() {
    let site = Site::start();
    let browser = site.open("ann", "/?metric=server-installs", 1200);
    browser.wait_until(METRIC_IS_SHOWN);
    browser.run("const make = URL.createObjectURL; URL.createObjectURL = (blob) => { window.saved = blob; return make(blob); }");
    browser.click("#csv");
    let csv = browser.run("return window.saved.text()");
    let mut lines = csv.as_str().unwrap().split("\r\n");
    assert_eq!(
        lines.next(),
        Some("timestamp,installation_count,uninstallation_count")
    );
    let counts = lines.filter_map(|line| line.split(',').nth(1)?.parse::<u32>().ok());
    assert_eq!(counts.sum::<u32>(), 25);
}

#[test]
fn measures_of_different_units_do_not_share_an_axis() {
    let site = Site::start();
    let key = site.app.key("airport");
    let flights = (0..20).map(|hours| {
        let at = Utc::now() - TimeDelta::hours(hours);
        let data = json!({
            "carrier": "AA", "origin": "JFK", "dest": "LAX", "departures": 40 + hours * 7 % 23,
            "cancellations": hours % 4, "delayed": hours % 9, "delay_minutes": hours * 31 % 400, "miles": 90_000 + hours * 900,
        });
        event("flight_departures", &at.to_rfc3339_opts(SecondsFormat::Millis, true), &data)
    });
    site.app.record(&key, &flights.collect::<Vec<_>>());
    let browser = Browser::open(1200, 900);
    browser.prefer_colours("dark");
    browser.go_to(&site.url("/"));
    sign_in(&browser, "ada", PASSWORD);
    browser.wait_until(CARDS_ARE_FILLED);
    browser.screenshot("everyone_dark");
    browser.click("#card-flight_departures");
    browser.wait_until(METRIC_IS_SHOWN);
    browser.screenshot("units_dark");
    assert_eq!(browser.texts(".panel-unit"), ["count", "minutes", "miles"]);
}

#[test]
fn nothing_scrolls_sideways_on_a_phone() {
    let site = Site::start();
    let browser = site.open("tim", "/", 360);
    let fits = "document.documentElement.scrollWidth <= 360";
    browser.wait_until(CARDS_ARE_FILLED);
    browser.screenshot("phone_overview");
    browser.wait_until(fits);
    browser.click("#card-server_installations");
    browser.wait_until(METRIC_IS_SHOWN);
    browser.screenshot("phone_metric");
    browser.wait_until(fits);
}
