//! The cards, and who sees what on them.

use chrono::{SecondsFormat, Utc};
use serde_json::json;

use super::{CARDS_ARE_FILLED, Site, event, total_of};
use crate::support::browser::Browser;

#[test]
fn signing_in_shows_a_card_for_each_visible_metric_with_its_total() {
    let site = Site::start();
    let browser = site.open("ann", "/", 1200);
    browser.wait_until(CARDS_ARE_FILLED);
    browser.screenshot("overview");
    assert_eq!(browser.texts("#who"), ["ann@example.com"]);
    assert_eq!(browser.texts(".card-link").len(), 4);
    assert_eq!(total_of(&browser, "server_installations"), ["25"]);
    assert_eq!(total_of(&browser, "mcp_client_activity"), ["2,750"]);
    assert_eq!(total_of(&browser, "flight_departures"), ["0"]);
}

#[test]
fn cards_without_numbers_come_last_and_the_others_as_they_are_declared() {
    let site = Site::start();
    let browser = site.open("ann", "/", 1200);
    browser.wait_until("performance.getEntriesByName('drawn').length > 0");
    let shown = browser
        .run("return [...document.querySelectorAll('.card')].map(({ dataset }) => dataset.metric)");
    assert_eq!(
        shown,
        json!([
            "mcp_client_activity",
            "server_installations",
            "flight_departures",
            "satellite_keys",
        ])
    );
}

#[test]
fn one_of_something_is_called_by_its_singular() {
    let site = Site::start();
    site.app.join("south", &site.app.user("eve"));
    let browser = site.open("eve", "/", 1200);
    browser.wait_until(CARDS_ARE_FILLED);
    let read = || browser.texts("[data-metric=server_installations] .total > *");
    assert_eq!(read(), ["0", "installations"]);
    let at = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
    let data =
        json!({"user_id": "eve", "team_id": "south", "server_id": "s", "installation_count": 1});
    let key = site.app.key("satellite-of-eve");
    site.app
        .record(&key, &[event("server_installations", &at, &data)]);
    browser.wait_for_text("1\ninstallation\n");
    assert_eq!(read(), ["1", "installation"]);
    let badges = browser.texts("[data-metric=server_installations] .badge");
    assert_eq!(
        badges, [""; 0],
        "nothing final to be compared, which is no lack of change"
    );
}

#[test]
fn the_address_follows_what_is_chosen_and_back_undoes_it() {
    let site = Site::start();
    let browser = site.open("tim", "/", 1200);
    browser.wait_until(CARDS_ARE_FILLED);
    assert_eq!(total_of(&browser, "server_installations"), ["60"]);
    browser.click("label[for=rows-team]");
    browser.wait_until("location.search.includes('rows=team')");
    browser.wait_until(CARDS_ARE_FILLED);
    assert_eq!(total_of(&browser, "server_installations"), ["85"]);
    assert_eq!(browser.run("return document.activeElement.id"), "rows-team");
    browser.run("history.back()");
    browser.wait_until("!location.search.includes('rows=team')");
    browser.wait_until(CARDS_ARE_FILLED);
    assert_eq!(total_of(&browser, "server_installations"), ["60"]);
}

#[test]
fn a_member_is_offered_their_own_rows_alone() {
    let site = Site::start();
    let browser = site.open("ann", "/?rows=everyone", 1200);
    browser.wait_until(CARDS_ARE_FILLED);
    browser.screenshot("member");
    assert_eq!(browser.texts("[name=rows] + label"), ["Own"]);
    assert_eq!(total_of(&browser, "server_installations"), ["25"]);
    browser.wait_for_text("which your account may not see");
}

#[test]
fn an_empty_card_says_whose_rows_it_is_about() {
    let site = Site::start();
    site.app.join("south", &site.app.user("eve"));
    let said = |browser: &Browser, metric: &str| {
        browser.texts(&format!("[data-metric={metric}] .message"))
    };
    let browser = site.open("eve", "/", 1200);
    browser.wait_until(CARDS_ARE_FILLED);
    assert_eq!(
        said(&browser, "server_installations"),
        ["Nothing was counted for you in south in the last 24 hours."]
    );
    // It does not tell people apart.
    assert_eq!(
        said(&browser, "flight_departures"),
        ["Nothing was counted for south in the last 24 hours."]
    );
    drop(browser);
    let browser = site.open("ada", "/", 1200);
    browser.wait_until(CARDS_ARE_FILLED);
    assert_eq!(
        said(&browser, "flight_departures"),
        ["Nothing was counted in the last 24 hours."]
    );
}

#[test]
fn an_administrator_sees_everyone() {
    let site = Site::start();
    let browser = site.open("ada", "/", 1200);
    browser.wait_until(CARDS_ARE_FILLED);
    assert_eq!(browser.texts("[name=rows] + label"), ["Everyone"]);
    assert_eq!(total_of(&browser, "server_installations"), ["85"]);
}

#[test]
fn who_has_mistyped_the_address_finds_the_way_back() {
    let site = Site::start();
    let browser = site.open("ann", "/", 1200);
    browser.go_to(&site.url("/dashboards"));
    browser.wait_for_text("No page has the address /dashboards.");
    browser.screenshot("no_page");
    browser.click("main a");
    browser.wait_until(CARDS_ARE_FILLED);
    let answer = site
        .app
        .get("/dashboards")
        .header("Accept", "text/html")
        .send();
    assert_eq!(answer.status, 404);
    let program = site.app.get("/dashboards").send();
    assert_eq!(program.error().0, 404);
}

#[test]
fn somebody_without_a_team_is_told_what_to_do() {
    let site = Site::start();
    site.app.user("new");
    let browser = site.open("new", "/", 1200);
    browser.wait_for_text("You belong to no team yet.");
    browser.screenshot("no_team");
}
