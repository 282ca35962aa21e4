//! Lines for each value of a dimension, and the values that can be chosen.

use serde_json::json;

use super::{METRIC_IS_SHOWN, Site};
use crate::support::browser::Browser;

/// Installations on servers `a`, `b`, and so on: one on the first, two on the second.
fn record_servers(site: &Site, count: u32) {
    for (server, installations) in ('a'..).zip(1..=count) {
        site.record("tim", &server.to_string(), &[(2, installations)]);
    }
}

/// What the page would save as a file.
fn saved(browser: &Browser, button: &str) -> String {
    browser.run("const make = URL.createObjectURL; URL.createObjectURL = (blob) => { window.saved = blob; return make(blob); }");
    browser.click(button);
    let text = browser.run("return window.saved.text()");
    text.as_str().expect("a text").to_owned()
}

#[test]
fn a_group_has_a_line_of_its_own_in_the_panel_of_each_measure() {
    let site = Site::start();
    let browser = site.open("ada", "/?metric=server-installs", 1200);
    browser.wait_until(METRIC_IS_SHOWN);
    browser.run("const group = document.querySelector('#group'); group.value = 'server_id'; group.dispatchEvent(new Event('change'))");
    browser.wait_until("location.search.includes('group=server_id')");
    browser.wait_until("document.querySelector('.groups-legend')");
    browser.screenshot("groups");
    assert_eq!(browser.texts(".panel-unit"), ["Installations", "Removals"]);
    assert_eq!(browser.texts(".totals th"), ["Total", "s2", "s1"]);
    assert_eq!(browser.texts(".totals td:nth-child(2)"), ["85", "60", "25"]);
    let lines = "return document.querySelectorAll('svg.chart path.line:not(.filling)').length";
    assert_eq!(browser.run(lines), json!(4));
    let csv = saved(&browser, "#csv");
    let mut rows = csv.lines();
    let head = "timestamp,kind,server_id,installation_count,uninstallation_count";
    assert_eq!(rows.next(), Some(head));
    let count = |row: &str| row.split(',').nth(3)?.parse::<u32>().ok();
    let of_first = rows.filter(|row| row.contains(",value,s1,"));
    assert_eq!(of_first.filter_map(count).sum::<u32>(), 25);
}

#[test]
fn groups_beyond_the_largest_are_the_others() {
    let site = Site::start();
    record_servers(&site, 7);
    let browser = site.open("ada", "/?metric=server-installs&group=server_id", 1200);
    browser.wait_until("document.querySelector('.groups-legend')");
    browser.screenshot("groups_and_others");
    let names = ["Total", "s2", "s1", "g", "f", "e", "Other"];
    assert_eq!(browser.texts(".totals th"), names);
    assert_eq!(
        browser.texts(".totals td:nth-child(2)").last().unwrap(),
        "10"
    );
}

#[test]
fn a_value_with_commas_and_quotes_stays_one_cell() {
    let site = Site::start();
    site.record("tim", "eu,\"1\"", &[(2, 3)]);
    let browser = site.open("ada", "/?metric=server-installs&group=server_id", 1200);
    browser.wait_until("document.querySelector('.groups-legend')");
    assert_eq!(browser.texts(".totals th")[3], "eu,\"1\"");
    let csv = saved(&browser, "#csv");
    assert!(csv.contains(",value,\"eu,\"\"1\"\"\",3,1\r\n"), "{csv}");
}

#[test]
fn a_filter_offers_the_values_that_occur() {
    let site = Site::start();
    record_servers(&site, 2);
    let browser = site.open("tim", "/?metric=server-installs&rows=team", 1200);
    browser.wait_until(METRIC_IS_SHOWN);
    browser.click("#filter-server_id");
    let offered = "[...document.querySelectorAll('#filter-server_id-values option')].map((option) => option.value)";
    browser.wait_until(&format!("{offered}.length > 0"));
    let offered = browser.run(&format!("return {offered}"));
    assert_eq!(offered, json!(["s2", "s1", "b", "a"]));
}
