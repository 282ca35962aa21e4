//! The picture in the README: the demo, as its administrator sees it.

use std::path::Path;

use super::{CARDS_ARE_FILLED, sign_in};
use crate::support::app::TestApp;
use crate::support::browser::Browser;

/// What a reader of the README may have to load.
const LARGEST: usize = 150_000;

/// With `UPDATE_SNAPSHOTS=1` in the environment, the picture is taken anew.
#[test]
fn the_picture_in_the_readme_shows_the_demo() {
    let app = TestApp::demo(&[]);
    let browser = Browser::open(1200, 740);
    browser.go_to(&format!("http://{}/?range=24h", app.address()));
    sign_in(&browser, "ada", "metrics-demo");
    browser.wait_until(CARDS_ARE_FILLED);
    // So that nothing is pointed at, or has the focus.
    browser.click("h1");
    browser.run("document.activeElement.blur()");
    assert_eq!(browser.texts(".card").len(), 4);
    let drawn = browser.run("return document.querySelectorAll('svg.sparkline').length");
    assert_eq!(drawn, 4, "every card has something to show");
    browser.screenshot("demo");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/dashboard.png");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&file, browser.picture()).expect("it can be written");
    }
    let picture = std::fs::read(&file).expect("the README has a picture");
    assert!(picture.starts_with(b"\x89PNG") && picture.len() <= LARGEST);
}
