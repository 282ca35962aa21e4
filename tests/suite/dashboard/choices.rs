//! What is chosen beyond the usual ranges: a time of one's own, another zone, more groups, and the time before.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use serde_json::json;

use super::looking_closer::{be_in, text};
use super::{CARDS_ARE_FILLED, METRIC_IS_SHOWN, Site};
use crate::support::browser::Browser;

/// The page of installations, everybody's, for somebody who reads it in a zone.
fn page(site: &Site, zone: &str, query: &str) -> Browser {
    let browser = site.open("ada", &format!("/?metric=server-installs{query}"), 1200);
    browser.wait_until(METRIC_IS_SHOWN);
    be_in(&browser, zone);
    browser
}

fn choose(browser: &Browser, id: &str, value: &str) {
    browser.run(&format!(
        "const control = document.querySelector('#{id}');
         control.value = '{value}';
         control.dispatchEvent(new Event('change'))"
    ));
}

/// What a clock in Tokyo shows, as its field takes it.
fn in_tokyo(moment: DateTime<Utc>) -> String {
    let tokyo = FixedOffset::east_opt(9 * 3600).expect("a zone");
    moment
        .with_timezone(&tokyo)
        .format("%Y-%m-%dT%H:%M")
        .to_string()
}

/// Asks for the time between two moments, as a clock in Tokyo shows them.
fn ask_between(browser: &Browser, from: DateTime<Utc>, to: DateTime<Utc>) {
    for (id, moment) in [("from", from), ("to", to)] {
        let value = json!(in_tokyo(moment));
        browser.run(&format!("document.querySelector('#{id}').value = {value}"));
    }
    browser.click("#show-period");
}

/// A moment as addresses have it, and without seconds, which fields do not ask for.
fn hours_ago(hours: i64) -> DateTime<Utc> {
    let moment = (Utc::now() - TimeDelta::hours(hours)).timestamp();
    DateTime::from_timestamp(moment.div_euclid(60) * 60, 0).expect("a moment")
}

#[test]
fn a_time_of_ones_own_is_chosen_by_the_clock_of_the_reader() {
    let site = Site::start();
    let browser = page(&site, "Asia/Tokyo", "");
    browser.click("label[for=range-custom]");
    browser.wait_until("document.querySelector('#from')");
    browser.wait_until(METRIC_IS_SHOWN);
    assert_eq!(browser.texts(".totals td")[0], "85", "the same as before");
    let (from, to) = (hours_ago(8), hours_ago(6));
    ask_between(&browser, from, to);
    let asked = format!(
        "(({{ searchParams }}) => searchParams.get('from') === '{}' && searchParams.get('to') === '{}')(new URL(location))",
        text(from),
        text(to)
    );
    browser.wait_until(&asked);
    browser.wait_until("document.querySelector('.totals td')?.innerText === '20'");
    browser.screenshot("custom_range");
    browser.click("#zoom-out");
    browser.wait_until("document.querySelector('.totals td')?.innerText === '85'");
}

#[test]
fn a_time_that_ends_before_it_begins_is_not_asked_for() {
    let site = Site::start();
    let browser = page(&site, "Asia/Tokyo", "");
    browser.click("label[for=range-custom]");
    browser.wait_until("document.querySelector('#from')");
    let before = browser.run("return location.search");
    ask_between(&browser, hours_ago(6), hours_ago(8));
    browser.wait_until(
        "document.querySelector('#to').validationMessage === 'This is not after the beginning.'",
    );
    assert_eq!(browser.run("return location.search"), before);
    browser.run(
        "document.querySelector('#to').dispatchEvent(new InputEvent('input', { bubbles: true }))",
    );
    ask_between(&browser, hours_ago(8), hours_ago(6));
    browser.wait_until("document.querySelector('.totals td')?.innerText === '20'");
}

#[test]
fn the_overview_takes_a_time_of_ones_own_too() {
    let site = Site::start();
    let browser = site.open("ada", "/", 1200);
    browser.wait_until(CARDS_ARE_FILLED);
    browser.click("label[for=range-custom]");
    browser.wait_until("document.querySelector('#show-period')");
    browser.wait_until(CARDS_ARE_FILLED);
    assert_eq!(super::total_of(&browser, "server_installations"), ["85"]);
}

#[test]
fn times_and_days_are_those_of_the_zone_that_is_chosen() {
    let site = Site::start();
    let browser = page(&site, "Europe/Berlin", "");
    choose(&browser, "zone", "Asia/Tokyo");
    browser.wait_until("location.search.includes('tz=Asia%2FTokyo')");
    browser.wait_until(METRIC_IS_SHOWN);
    browser.wait_for_text("Times are those of Asia/Tokyo.");
    let first = browser.run("return document.querySelector('#numbers time').dateTime");
    let first: DateTime<Utc> = first.as_str().expect("a text").parse().expect("a moment");
    let shown = &browser.texts("#numbers time")[0];
    let hour = first.with_timezone(&FixedOffset::east_opt(9 * 3600).expect("a zone"));
    assert!(
        shown.ends_with(&hour.format("%-I:%M %p").to_string()),
        "{shown}"
    );
    browser.go_to(&site.url("/?metric=flight-departures&range=30d&tz=Asia%2FTokyo"));
    browser.wait_until(METRIC_IS_SHOWN);
    let starts = "return [...document.querySelectorAll('#numbers time')].every(({ dateTime }) => dateTime.endsWith('T15:00:00.000Z'))";
    assert_eq!(browser.run(starts), json!(true));
}

#[test]
fn a_link_in_a_zone_is_read_in_it_and_one_in_none_by_the_clock_of_the_reader() {
    let site = Site::start();
    let browser = page(&site, "UTC", "&tz=Asia/Kathmandu");
    browser.wait_for_text("Times are those of Asia/Kathmandu.");
    let of_whole_hours = "return [...document.querySelectorAll('#numbers time')].every(({ innerText }) => innerText.includes(':45'))";
    assert_eq!(browser.run(of_whole_hours), json!(true));
    assert_eq!(
        browser.run("return document.querySelector('#zone').value"),
        "Asia/Kathmandu"
    );
    browser.screenshot("zone");
    browser.go_to(&site.url("/?metric=server-installs&tz=Middle/Earth"));
    browser.wait_until(METRIC_IS_SHOWN);
    assert_eq!(
        browser.run("return document.querySelector('#zone').value"),
        ""
    );
}

#[test]
fn as_many_groups_as_one_likes_are_told_apart() {
    let site = Site::start();
    for (server, installations) in ('a'..='g').zip(1..) {
        site.record("tim", &server.to_string(), &[(2, installations)]);
    }
    let browser = page(&site, "UTC", "&group=server_id");
    browser.wait_until("document.querySelector('.groups-legend')");
    choose(&browser, "top", "10");
    browser.wait_until("location.search.includes('top=10')");
    browser.wait_until("document.querySelectorAll('.totals th').length === 10");
    browser.screenshot("ten_groups");
    choose(&browser, "top", "3");
    browser.wait_until("document.querySelectorAll('.totals th').length === 5");
    assert_eq!(
        browser.texts(".totals th"),
        ["Total", "s2", "s1", "g", "Other"]
    );
}

#[test]
fn the_time_before_is_drawn_behind_and_told_beside() {
    let site = Site::start();
    let browser = page(&site, "UTC", "");
    choose(&browser, "compare", "previous");
    browser.wait_until("document.querySelectorAll('svg.chart path.before').length === 2");
    browser.screenshot("compared");
    assert_eq!(
        browser.texts(".totals th"),
        ["Total", "The 24 hours before"]
    );
    assert_eq!(browser.texts(".totals td:nth-child(2)"), ["85", "15"]);
    assert_eq!(browser.texts(".legend-value")[0], "85 (before: 15)");
    assert!(browser.texts("#chart-help")[0].contains("Dotted: the 24 hours before."));
    // Thirty hours ago is eighteen hours into the day before.
    browser.run("document.querySelector('#chart').focus()");
    browser.press(&format!("{}{}", "\u{E011}", "\u{E014}".repeat(18)));
    browser.wait_until("document.querySelector('#chart').ariaValueText.includes('(before: 15)')");
}

#[test]
fn where_the_time_before_is_gone_the_page_says_so() {
    let site = Site::start();
    let browser = page(&site, "UTC", "&range=30d&compare=previous");
    let help = &browser.texts("#chart-help")[0];
    assert!(help.contains("There is nothing to compare with"), "{help}");
    assert_eq!(browser.texts(".totals th"), ["Total"]);
}
