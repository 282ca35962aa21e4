//! What is far from the usual: the largest number, the longest name, and paper.

use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::json;

use super::{CARDS_ARE_FILLED, METRIC_IS_SHOWN, Site, event, total_of};

/// As wide as a narrow phone.
const NARROW: u32 = 320;
const FITS: &str = "document.documentElement.scrollWidth <= 320";

/// A site where Ann's team has counted as much as can be counted, of something with as long a name as there may be.
fn site() -> Site {
    let site = Site::start();
    let at = (Utc::now() - TimeDelta::days(2)).to_rfc3339_opts(SecondsFormat::Millis, true);
    let data = json!({
        "user_id": "ann", "team_id": "north", "server_id": "x".repeat(128), "installation_count": i64::MAX - 1_000,
    });
    let key = site.app.key("satellite-of-much");
    site.app
        .record(&key, &[event("server_installations", &at, &data)]);
    site
}

#[test]
fn the_largest_number_fits_into_a_card_and_is_exact_on_its_page() {
    let site = site();
    let browser = site.open("ann", "/?range=7d", NARROW);
    browser.wait_until(CARDS_ARE_FILLED);
    assert_eq!(total_of(&browser, "server_installations"), ["9.2E18"]);
    browser.screenshot("largest_card");
    browser.wait_until(FITS);
    browser.go_to(&site.url("/?metric=server-installs&range=7d"));
    browser.wait_until(METRIC_IS_SHOWN);
    browser.wait_for_text("9,223,372,036,854,774,832");
    browser.screenshot("largest_page");
    browser.wait_until(FITS);
}

#[test]
fn the_longest_name_leaves_its_numbers_in_sight() {
    let site = site();
    let query = "/?metric=server-installs&range=7d&group=server_id";
    let browser = site.open("ann", query, NARROW);
    browser.wait_until(METRIC_IS_SHOWN);
    browser.screenshot("longest_name");
    browser.wait_until(FITS);
    let beside = "const [name, value] = document.querySelector('.totals tr:nth-child(2)').children;
                  return name.getBoundingClientRect().right <= value.getBoundingClientRect().left";
    assert_eq!(browser.run(beside), true);
    let in_sight =
        "return document.querySelector('.totals td').getBoundingClientRect().left < innerWidth";
    assert_eq!(browser.run(in_sight), true);
}

#[test]
fn on_paper_is_what_is_shown_and_nothing_to_click() {
    let site = Site::start();
    let query = "/?metric=server-installs&range=24h";
    let browser = site.open("ann", query, 800);
    browser.wait_until(METRIC_IS_SHOWN);
    browser.print();
    browser.screenshot("paper");
    let seen = |selector: &str| {
        browser.run(&format!(
            "const all = [...document.querySelectorAll('{selector}')];
             return all.filter((element) => element.checkVisibility()).map((element) => element.innerText)"
        ))
    };
    assert_eq!(seen(".segments label"), json!(["24h", "Own"]));
    assert_eq!(seen("button.button, summary, .live"), json!([]));
    let whole = "const table = document.querySelector('.table-scroll');
                 return table.scrollHeight <= table.clientHeight";
    assert_eq!(browser.run(whole), true);
}
