//! Every control of a metric's page, by keyboard: that it is reached, and that it does what it says.

use serde_json::{Value, json};

use super::{CARDS_ARE_FILLED, METRIC_IS_SHOWN, Site, tab_to};
use crate::support::browser::{Browser, ENTER, TAB};

const SPACE: &str = " ";
const LEFT: &str = "\u{E012}";
const RIGHT: &str = "\u{E014}";
const DOWN: &str = "\u{E015}";

/// What the tabulator stops at, in this order. A group of choices is one stop, at what is chosen.
const STOPS: [&str; 23] = [
    "skip",
    "home",
    "sign-out",
    "back",
    "refresh",
    "range-24h",
    "rows-own",
    "team",
    "interval",
    "zone",
    "group",
    "compare",
    "filter-server_id",
    "filter-satellite_id",
    "apply-filters",
    "measure-installation_count",
    "measure-uninstallation_count",
    "chart",
    "csv",
    "json",
    "terminal",
    "numbers-region",
    "api",
];

/// Tim's installations: he administers a team, and so is offered whatever there is.
fn page_of_tim(site: &Site) -> Browser {
    let browser = site.open("tim", "/?metric=server-installs", 1200);
    browser.wait_until(METRIC_IS_SHOWN);
    browser
}

/// Operates a control by keyboard, and waits until the address says so.
fn operate(browser: &Browser, id: &str, keys: &str, address: &str) {
    tab_to(browser, id);
    browser.press(keys);
    browser.wait_until(&format!("location.search.includes('{address}')"));
    browser.wait_until(METRIC_IS_SHOWN);
}

fn has_focus(browser: &Browser) -> Value {
    browser.run("return document.activeElement.id")
}

#[test]
fn the_tabulator_stops_at_every_control_in_the_order_of_the_page() {
    let site = Site::start();
    let browser = page_of_tim(&site);
    // Signing in has moved the focus.
    browser.go_to(&site.url("/?metric=server-installs"));
    browser.wait_until(METRIC_IS_SHOWN);
    for stop in STOPS {
        browser.press(TAB);
        assert_eq!(has_focus(&browser), json!(stop));
    }
}

#[test]
fn what_is_shown_is_chosen_by_keyboard_and_back_and_forward_go_along() {
    let site = Site::start();
    let browser = page_of_tim(&site);
    operate(&browser, "range-24h", RIGHT, "range=7d");
    assert_eq!(has_focus(&browser), json!("range-7d"));
    browser.wait_until("document.querySelector('.totals td')?.innerText === '75'");
    operate(&browser, "rows-own", RIGHT, "rows=team");
    browser.wait_until("document.querySelector('.totals td')?.innerText === '100'");
    operate(&browser, "interval", DOWN, "interval=15m");
    operate(&browser, "group", DOWN, "group=user_id");
    browser.wait_until("document.querySelector('.groups-legend')");
    browser.run("history.go(-2)");
    browser.wait_until("!location.search.includes('interval=15m')");
    browser.wait_until("document.querySelector('#interval').value === ''");
    browser.run("history.go(2)");
    browser.wait_until("document.querySelector('#group')?.value === 'user_id'");
}

#[test]
fn the_zone_and_the_time_before_and_the_number_of_groups_are_chosen_by_keyboard() {
    let site = Site::start();
    let browser = page_of_tim(&site);
    operate(&browser, "zone", DOWN, "tz=UTC");
    assert_eq!(has_focus(&browser), json!("zone"));
    operate(&browser, "compare", DOWN, "compare=previous");
    browser.wait_until("document.querySelector('svg.chart path.before')");
    operate(&browser, "group", DOWN, "group=server_id");
    operate(&browser, "top", DOWN, "top=10");
    assert_eq!(has_focus(&browser), json!("top"));
}

#[test]
fn a_time_of_ones_own_is_chosen_and_left_by_keyboard() {
    let site = Site::start();
    let browser = page_of_tim(&site);
    operate(&browser, "range-24h", LEFT, "range=1h");
    operate(&browser, "range-1h", LEFT, "from=");
    assert_eq!(has_focus(&browser), json!("range-custom"));
    tab_to(&browser, "from");
    operate(&browser, "show-period", SPACE, "from=");
    operate(&browser, "zoom-out", SPACE, "range=1h");
    browser.wait_until("document.querySelector('#range-1h').checked");
}

#[test]
fn filters_and_measures_come_and_go_by_keyboard() {
    let site = Site::start();
    let browser = page_of_tim(&site);
    tab_to(&browser, "filter-server_id");
    browser.press("s1");
    operate(&browser, "apply-filters", SPACE, "filter.server_id=s1");
    browser.wait_until("document.querySelector('.totals td')?.innerText === '0'");
    tab_to(&browser, "clear-filters");
    browser.press(SPACE);
    browser.wait_until("!location.search.includes('filter.')");
    browser.wait_until("document.querySelector('.totals td')?.innerText === '60'");
    let lines = |count| {
        format!("document.querySelectorAll('svg.chart path.line:not(.filling)').length === {count}")
    };
    let measure = "measure-uninstallation_count";
    operate(&browser, measure, SPACE, "hide=uninstallation_count");
    browser.wait_until(&lines(1));
    tab_to(&browser, measure);
    browser.press(SPACE);
    browser.wait_until("!location.search.includes('hide=')");
    browser.wait_until(&lines(2));
}

#[test]
fn the_numbers_are_taken_away_by_keyboard() {
    let site = Site::start();
    let browser = site.open(
        "tim",
        "/?metric=server-installs&range=7d&interval=15m",
        1200,
    );
    browser.wait_until(METRIC_IS_SHOWN);
    browser.run("const make = URL.createObjectURL; URL.createObjectURL = (blob) => { window.saved = blob; return make(blob); }");
    tab_to(&browser, "json");
    browser.press(SPACE);
    let text = browser.run("return window.saved.text()");
    let saved: Value = serde_json::from_str(text.as_str().expect("a text")).expect("JSON");
    assert_eq!(saved["data"]["summary"]["total_installation_count"], 75);
    tab_to(&browser, "terminal");
    browser.press(ENTER);
    tab_to(&browser, "curl-query");
    let command = &browser.texts("#curl-query")[0];
    assert!(
        command.starts_with("curl --cookie cookies 'http://"),
        "{command}"
    );
    tab_to(&browser, "curl-query-copy");
    browser.press(SPACE);
    browser.wait_until("document.querySelector('#curl-query-copy').innerText === 'Copied'");
    assert_eq!(
        browser.run("return document.querySelectorAll('tbody tr').length"),
        json!(101)
    );
    tab_to(&browser, "all-rows");
    browser.press(SPACE);
    browser.wait_until("document.querySelectorAll('tbody tr').length > 600");
    assert_eq!(has_focus(&browser), json!("numbers-region"));
}

#[test]
fn the_ways_out_are_open_by_keyboard() {
    let site = Site::start();
    let browser = page_of_tim(&site);
    tab_to(&browser, "refresh");
    browser.run("document.querySelector('#announcer').textContent = ''");
    browser.press(SPACE);
    browser.wait_until("document.querySelector('#announcer').textContent.startsWith('Updated at')");
    assert_eq!(has_focus(&browser), json!("refresh"));
    tab_to(&browser, "back");
    browser.press(ENTER);
    browser.wait_until(CARDS_ARE_FILLED);
    tab_to(&browser, "sign-out");
    browser.press(ENTER);
    browser.wait_for_text("You are signed out.");
}
