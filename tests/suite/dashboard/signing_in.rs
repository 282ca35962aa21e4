//! Signing in and out, with the mouse and without.

use serde_json::json;

use super::{CARDS_ARE_FILLED, METRIC_IS_SHOWN, Site, sign_in, tab_to};
use crate::support::app::PASSWORD;
use crate::support::browser::{Browser, ENTER, TAB};

#[test]
fn a_wrong_password_is_told() {
    let site = Site::start();
    let browser = Browser::open(1200, 800);
    browser.go_to(&site.url("/"));
    sign_in(&browser, "ann", "not the password");
    browser.wait_for_text("The e-mail address or the password is wrong.");
    browser.screenshot("wrong_password");
    assert_eq!(browser.run("return document.activeElement.id"), "password");
    assert!(browser.texts(".card").is_empty());
}

#[test]
fn signing_out_closes_the_dashboard() {
    let site = Site::start();
    let browser = site.open("ann", "/", 1200);
    browser.click("#sign-out");
    browser.wait_for_text("You are signed out.");
    browser.go_to(&site.url("/"));
    browser.wait_until("document.querySelector('#password')");
    assert!(browser.texts(".card").is_empty());
}

#[test]
fn a_session_that_ends_meanwhile_leads_back_to_the_form() {
    let site = Site::start();
    let browser = site.open("ann", "/", 1200);
    browser.wait_until(CARDS_ARE_FILLED);
    site.app.sql("DELETE FROM sessions");
    browser.click("#refresh");
    browser.wait_for_text("Your session has ended: sign in again.");
}

#[test]
fn a_shared_link_restores_the_view_after_signing_in() {
    let site = Site::start();
    let link = "/?metric=server-installs&rows=team&team=north&range=7d&interval=1h&filter.server_id=s2&hide=uninstallation_count";
    let browser = site.open("tim", link, 1200);
    browser.wait_until(METRIC_IS_SHOWN);
    browser.screenshot("metric_by_link");
    assert_eq!(browser.texts("h1"), ["Server installations"]);
    let controls = "return ['rows', 'range'].map((name) => document.querySelector(`[name=${name}]:checked`).value)";
    assert_eq!(browser.run(controls), json!(["team", "7d"]));
    assert_eq!(
        browser.run("return document.querySelector('#filter-server_id').value"),
        "s2"
    );
    assert_eq!(browser.texts(".totals td"), ["75", "24"]);
    let query = browser.run("return document.querySelector('#curl-query').textContent");
    let url = "/api/teams/north/metrics/server-installs?time_range=7d&interval=1h&server_id=s2&compare=previous&completeness=true'";
    assert!(query.as_str().unwrap().ends_with(url), "{query}");
    let pressed = "return document.querySelector('#measure-uninstallation_count').ariaPressed";
    assert_eq!(browser.run(pressed), "false");
}

#[test]
fn the_keyboard_alone_signs_in_and_opens_a_card_and_reads_the_chart() {
    let site = Site::start();
    let browser = Browser::open(1200, 900);
    browser.go_to(&site.url("/"));
    browser.wait_until("document.activeElement.id === 'email'");
    browser.press(&format!("ann@example.com{TAB}{PASSWORD}{ENTER}"));
    browser.wait_until(CARDS_ARE_FILLED);
    tab_to(&browser, "card-server_installations");
    browser.screenshot("focused_card");
    browser.press(ENTER);
    browser.wait_until(METRIC_IS_SHOWN);
    assert_eq!(browser.run("return document.activeElement.id"), "title");
    tab_to(&browser, "chart");
    browser.press("\u{E012}\u{E012}");
    browser
        .wait_until("document.querySelector('#chart').ariaValueText.includes('Installations 4')");
    browser.screenshot("chart_by_keyboard");
}
