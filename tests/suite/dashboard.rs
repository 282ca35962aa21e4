//! The dashboard, as people meet it: in a browser.

mod accessibility;
mod api;
mod choices;
mod controls;
mod extremes;
mod groups;
mod isolation;
mod live;
mod looking_closer;
mod metric_page;
mod overview;
mod picture;
mod signing_in;
mod wire;

use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::{Browser, TAB};

const CARDS_ARE_FILLED: &str =
    "document.querySelector('.card') && !document.querySelector('[aria-busy]')";
const METRIC_IS_SHOWN: &str =
    "document.querySelector('#numbers') && document.querySelector('svg.chart')";
const API_IS_SHOWN: &str = "document.querySelector('[data-operation]')";

/// Two teams; Ann is a member of north, Tim administers it, Ada administers everything; numbers of the last day.
struct Site {
    app: TestApp,
}

impl Site {
    fn start() -> Self {
        let app = TestApp::start();
        let (ann, tim) = (app.user("ann"), app.user("tim"));
        app.admin("ada");
        for team in ["north", "south"] {
            app.team(team);
        }
        app.join("north", &ann);
        app.administrate("north", &tim);
        let site = Self { app };
        site.record(
            "ann",
            "s1",
            &[(1, 4), (2, 3), (5, 9), (9, 2), (14, 6), (20, 1)],
        );
        site.record("tim", "s2", &[(1, 10), (3, 30), (7, 20), (30, 15)]);
        site
    }

    /// Installations of a server, each so many hours ago, with a request for every one of them.
    fn record(&self, person: &str, server: &str, counts: &[(i64, u32)]) {
        let key = self.app.key(&format!("satellite-of-{person}"));
        let events = counts.iter().flat_map(|&(hours, count)| {
            let at = Utc::now() - TimeDelta::hours(hours);
            let at = at.to_rfc3339_opts(SecondsFormat::Millis, true);
            [
                event(
                    "server_installations",
                    &at,
                    &json!({
                        "user_id": person, "team_id": "north", "server_id": server,
                        "installation_count": count, "uninstallation_count": count / 3,
                    }),
                ),
                event(
                    "mcp_client_activity",
                    &at,
                    &json!({
                        "user_id": person, "team_id": "north", "auth_identifier": "key",
                        "request_count": count * 110, "tool_call_count": count * 25,
                    }),
                ),
            ]
        });
        self.app.record(&key, &events.collect::<Vec<_>>());
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.app.address())
    }

    /// A browser of somebody who has signed in, and the page that they then see.
    fn open(&self, person: &str, path: &str, width: u32) -> Browser {
        let browser = Browser::open(width, 900);
        browser.go_to(&self.url(path));
        sign_in(&browser, person, PASSWORD);
        browser.wait_until("document.querySelector('#who')");
        browser
    }
}

fn event(metric: &str, at: &str, data: &Value) -> Value {
    json!({"type": metric, "timestamp": at, "data": data})
}

fn sign_in(browser: &Browser, person: &str, password: &str) {
    browser.wait_until("document.querySelector('#password')");
    browser.fill("#email", &format!("{person}@example.com"));
    browser.fill("#password", password);
    browser.click("button[type=submit]");
}

/// Presses the tabulator until an element has the focus.
fn tab_to(browser: &Browser, id: &str) {
    let has_focus = format!("return document.activeElement.id === {}", json!(id));
    for _ in 0..30 {
        if browser.run(&has_focus) == json!(true) {
            return;
        }
        browser.press(TAB);
    }
    panic!("{id} cannot be reached with the tabulator");
}

fn total_of(browser: &Browser, metric: &str) -> Vec<String> {
    browser.texts(&format!("[data-metric={metric}] .total .figure"))
}
