//! Zooming into a part of the time, and numbers and days to the letter.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{METRIC_IS_SHOWN, Site, event};
use crate::support::browser::{Browser, ENTER};

const ARROW_LEFT: &str = "\u{E012}";

/// The part of the time that the address asks for.
fn zoomed(browser: &Browser) -> TimeDelta {
    browser.wait_until("location.search.includes('from=')");
    browser.wait_until(METRIC_IS_SHOWN);
    let ends = "const asked = new URLSearchParams(location.search); return ['from', 'to'].map((name) => Date.parse(asked.get(name)))";
    let ends: [i64; 2] = serde_json::from_value(browser.run(ends)).expect("moments");
    TimeDelta::milliseconds(ends[1] - ends[0])
}

#[test]
fn dragging_over_the_chart_zooms_in_and_the_way_back_is_offered() {
    let site = Site::start();
    let browser = site.open("ada", "/?metric=server-installs", 1200);
    browser.wait_until(METRIC_IS_SHOWN);
    browser.wait_until("document.querySelector('svg.chart').clientWidth > 900");
    browser.run(
        "const chart = document.querySelector('svg.chart');
         const box = chart.getBoundingClientRect();
         const point = (type, part, buttons) => document.querySelector('svg.chart').dispatchEvent(new PointerEvent(type, {
           pointerId: 1, button: 0, buttons, clientX: box.left + box.width * part, clientY: box.top + 50 }));
         point('pointerdown', 0.5, 1);
         point('pointermove', 0.6, 1);
         window.selections = document.querySelectorAll('.selection').length;
         point('pointermove', 0.75, 1);
         point('pointerup', 0.75, 0);",
    );
    assert_eq!(browser.run("return window.selections"), json!(1));
    let part = zoomed(&browser);
    assert!((5..=8).contains(&part.num_hours()), "{part}");
    browser.screenshot("zoomed");
    // Three to twelve hours ago is what lies in there, in finer buckets.
    browser
        .wait_until("document.querySelector('#interval option').innerText === 'Auto (15 minutes)'");
    browser.click("#zoom-out");
    browser.wait_until("!location.search.includes('from=')");
    browser.wait_until("document.querySelector('.totals td')?.innerText === '85'");
}

#[test]
fn the_keyboard_zooms_in_and_back_out() {
    let site = Site::start();
    let browser = site.open("ada", "/?metric=server-installs", 1200);
    browser.wait_until(METRIC_IS_SHOWN);
    browser.run("document.querySelector('#chart').focus()");
    browser.press(&ARROW_LEFT.repeat(3));
    // Held keys are not what the driver of these tests presses.
    browser.run(
        "for (let count = 0; count < 4; count += 1)
           document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', shiftKey: true }));",
    );
    assert!(browser.texts("#reading")[0].contains(" to "));
    browser.press(ENTER);
    assert_eq!(zoomed(&browser).num_hours(), 5);
    browser.wait_until("document.activeElement.id === 'chart'");
    browser.press("-");
    browser.wait_until("!location.search.includes('from=')");
    browser.run("history.back()");
    assert_eq!(zoomed(&browser).num_hours(), 5);
}

#[test]
fn a_link_to_a_part_of_the_time_shows_that_part() {
    let site = Site::start();
    let hours_ago = |hours| text(Utc::now() - TimeDelta::hours(hours));
    let link = format!(
        "/?metric=server-installs&from={}&to={}",
        hours_ago(8),
        hours_ago(6)
    );
    let browser = site.open("ada", &link, 1200);
    browser.wait_until(METRIC_IS_SHOWN);
    assert_eq!(browser.texts(".totals td"), ["20", "6"]);
    assert_eq!(browser.texts("#zoom-out"), ["Back to 24h"]);
    let chosen = "return document.querySelector('[name=range]:checked').id";
    assert_eq!(browser.run(chosen), "range-custom");
}

#[test]
fn whole_numbers_are_exact_beyond_what_a_script_counts_to() {
    let site = Site::start();
    let key = site.app.key("large");
    let data = json!({
        "user_id": "ann", "team_id": "north", "server_id": "s9", "installation_count": 9_007_199_254_740_993_u64,
    });
    site.app.record(
        &key,
        &[event("server_installations", &text(Utc::now()), &data)],
    );
    let browser = site.open("ada", "/?metric=server-installs&filter.server_id=s9", 1200);
    browser.wait_until(METRIC_IS_SHOWN);
    assert_eq!(browser.texts(".totals td")[0], "9,007,199,254,740,993");
    assert_eq!(browser.texts(".tile .figure")[0], "9,007,199,254,740,993");
    browser.run("const make = URL.createObjectURL; URL.createObjectURL = (blob) => { window.saved = blob; return make(blob); }");
    browser.click("#json");
    let saved = browser.run("return window.saved.text()");
    let saved: Value = serde_json::from_str(saved.as_str().expect("a text")).expect("JSON");
    let total = &saved["data"]["summary"]["total_installation_count"];
    assert_eq!(*total, json!(9_007_199_254_740_993_u64));
}

#[test]
fn days_begin_at_the_midnight_of_the_reader() {
    let site = Site::start();
    let browser = site.open("ada", "/?metric=flight-departures", 1200);
    browser.wait_until(METRIC_IS_SHOWN);
    be_in(&browser, "Asia/Tokyo");
    browser.click("label[for=range-30d]");
    browser.wait_until("location.search.includes('range=30d')");
    browser.wait_until(METRIC_IS_SHOWN);
    let query = browser.run("return document.querySelector('#curl-query').textContent");
    assert!(
        query.as_str().expect("a text").contains("tz=Asia%2FTokyo"),
        "{query}"
    );
    let starts =
        "return [...document.querySelectorAll('#numbers time')].map((time) => time.dateTime)";
    let starts: Vec<String> = serde_json::from_value(browser.run(starts)).expect("moments");
    assert!(starts.len() >= 30, "{starts:?}");
    assert!(
        starts.iter().all(|start| start.ends_with("T15:00:00.000Z")),
        "{starts:?}"
    );
}

#[test]
fn days_of_which_the_hours_are_gone_are_those_of_utc() {
    let site = Site::start();
    let browser = site.open("ada", "/?metric=satellite-keys", 1200);
    browser.wait_until(METRIC_IS_SHOWN);
    be_in(&browser, "Asia/Tokyo");
    let days_ago = |days| text(Utc::now() - TimeDelta::days(days));
    let link = format!(
        "/?metric=satellite-keys&from={}&to={}",
        days_ago(90),
        days_ago(45)
    );
    browser.run(&format!(
        "history.pushState(null, '', {}); document.querySelector('#refresh').click()",
        json!(link)
    ));
    browser
        .wait_until("document.querySelector('#curl-query')?.textContent.includes('interval=1d')");
    let query = browser.run("return document.querySelector('#curl-query').textContent");
    assert!(!query.as_str().expect("a text").contains("tz="), "{query}");
}

/// Has the page believe that it is read in a zone.
pub(super) fn be_in(browser: &Browser, zone: &str) {
    browser.run(&format!(
        "const asked = Intl.DateTimeFormat.prototype.resolvedOptions;
         Intl.DateTimeFormat.prototype.resolvedOptions = function () {{ return {{ ...asked.call(this), timeZone: '{zone}' }}; }}"
    ));
}

pub(super) fn text(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}
