//! A real browser, driven over W3C WebDriver: Chromium without a window, and the chromedriver that belongs to it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use ureq::http::Method;

use super::app::http::Client;
use super::app::until;

/// What WebDriver calls the keys that do not write.
pub(crate) const TAB: &str = "\u{E004}";
pub(crate) const ENTER: &str = "\u{E007}";

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How often the driver is started before that is given up.
const STARTS: usize = 5;

/// Browsers are heavy: one at a time.
static TURN: Mutex<()> = Mutex::new(());

/// A browser with one page. It ends with the test.
pub(crate) struct Browser {
    client: Client,
    /// The address of the session.
    session: String,
    driver: Driver,
    _turn: MutexGuard<'static, ()>,
}

struct Driver {
    process: Child,
    address: String,
    /// Open for as long as the process may print.
    _stdout: BufReader<ChildStdout>,
}

impl Browser {
    /// A browser with a window of this size.
    pub(crate) fn open(width: u32, height: u32) -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let mut browser = Self {
            client: Client::new(),
            session: String::new(),
            driver: Driver::start(),
            _turn: turn,
        };
        let sessions = format!("{}/session", browser.driver.address);
        let session = browser.send(Method::POST, &sessions, &capabilities());
        let id = session["sessionId"].as_str().expect("a session has an id");
        browser.session = format!("{sessions}/{id}");
        browser.resize(width, height);
        browser
    }

    /// Gives the window another size.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// Has the page believe that the reader prefers `light` or `dark` colours.
    pub(crate) fn prefer_colours(&self, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.devtools("Emulation.setEmulatedMedia", &json!({"features": features}));
    }

    /// Has the page believe that it is printed.
    pub(crate) fn print(&self) {
        self.devtools("Emulation.setEmulatedMedia", &json!({"media": "print"}));
    }

    /// Forgets what was fetched.
    pub(crate) fn clear_cache(&self) {
        self.devtools("Network.clearBrowserCache", &json!({}));
    }

    pub(crate) fn go_to(&self, url: &str) {
        self.command("url", &json!({"url": url}));
    }

    /// Runs the body of a function in the page, and answers what it returns.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.command("execute/sync", &json!({"script": script, "args": []}))
    }

    /// Waits until an expression is true.
    pub(crate) fn wait_until(&self, expression: &str) {
        let script = format!("return Boolean({expression})");
        until(&format!("{expression} holds"), || {
            (self.run(&script) == json!(true)).then_some(())
        });
    }

    /// Waits until the page shows a text.
    pub(crate) fn wait_for_text(&self, text: &str) {
        self.wait_until(&format!(
            "document.body.innerText.includes({})",
            json!(text)
        ));
    }

    /// The text of the elements that a selector names.
    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        let found = self.run(&format!(
            "return [...document.querySelectorAll({})].map((element) => element.innerText.trim())",
            json!(selector)
        ));
        serde_json::from_value(found).expect("texts")
    }

    pub(crate) fn click(&self, selector: &str) {
        let element = self.find(selector);
        self.command(&format!("element/{element}/click"), &json!({}));
    }

    /// Writes into a field, in place of what was there.
    pub(crate) fn fill(&self, selector: &str, text: &str) {
        let element = self.find(selector);
        self.command(&format!("element/{element}/clear"), &json!({}));
        self.command(&format!("element/{element}/value"), &json!({"text": text}));
    }

    /// Presses keys one after the other, wherever the focus is.
    pub(crate) fn press(&self, keys: &str) {
        let press = |key: char| {
            ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key.to_string()}))
        };
        let actions: Vec<_> = keys.chars().flat_map(press).collect();
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": actions});
        self.command("actions", &json!({"actions": [keyboard]}));
    }

    /// What the browser has logged: of the console, or of what the page requested.
    pub(crate) fn logs(&self, kind: &str) -> Vec<Value> {
        let logs = self.command("se/log", &json!({"type": kind}));
        logs.as_array().cloned().expect("a log is a list")
    }

    /// Keeps what the page looks like beside what was built.
    pub(crate) fn screenshot(&self, name: &str) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
        let file = folder.join(format!("{name}.png"));
        let folder = file.parent().expect("it is in a folder");
        std::fs::create_dir_all(folder).expect("the folder can be made");
        std::fs::write(file, self.picture()).expect("it can be written");
    }

    /// What the page looks like, as much of it as goes into a picture, as a PNG.
    pub(crate) fn picture(&self) -> Vec<u8> {
        let size = "const { scrollWidth: width, scrollHeight: height } = document.documentElement;
             return { x: 0, y: 0, width, height: Math.min(height, 16384), scale: 1 }";
        let whole = json!({"captureBeyondViewport": true, "clip": self.run(size)});
        let shot = self.devtools("Page.captureScreenshot", &whole);
        decode_base64(shot["data"].as_str().expect("a screenshot is text"))
    }

    fn find(&self, selector: &str) -> String {
        let query = json!({"using": "css selector", "value": selector});
        let found = self.command("element", &query);
        let id = found[ELEMENT].as_str();
        id.unwrap_or_else(|| panic!("{selector} is on the page"))
            .to_owned()
    }

    fn devtools(&self, method: &str, parameters: &Value) -> Value {
        let command = json!({"cmd": method, "params": parameters});
        self.command("goog/cdp/execute", &command)
    }

    fn command(&self, path: &str, body: &Value) -> Value {
        self.send(Method::POST, &format!("{}/{path}", self.session), body)
    }

    fn send(&self, method: Method, url: &str, body: &Value) -> Value {
        let answer = self.client.request(method, url).json(body).send();
        assert_eq!(answer.status, 200, "{url} {body}: {}", answer.body);
        answer.json()["value"].clone()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked to end, the browser takes its temporary files along; the driver is killed either way.
        if !self.session.is_empty() {
            self.client.request(Method::DELETE, &self.session).send();
        }
        drop(self.driver.process.kill());
        drop(self.driver.process.wait());
    }
}

impl Driver {
    /// It takes a port for IPv6 and then the same one for IPv4, which somebody else may have by then: it ends, and is
    /// started again.
    fn start() -> Self {
        let mut told = String::new();
        for _ in 0..STARTS {
            match Self::try_start() {
                Ok(driver) => return driver,
                Err(said) => told.push_str(&said),
            }
        }
        panic!("chromedriver was started {STARTS} times and printed no port:\n{told}")
    }

    /// What it said and how it ended, if it does not listen.
    fn try_start() -> Result<Self, String> {
        let mut command = Command::new(find("chromedriver"));
        command.arg("--port=0").stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("chromedriver runs");
        let stdout = process.stdout.take().expect("standard output is piped");
        let mut stdout = BufReader::new(stdout);
        let mut said = String::new();
        while stdout.read_line(&mut said).is_ok_and(|read| read > 0) {
            if let Some(port) = said.lines().last().and_then(port_of) {
                return Ok(Self {
                    process,
                    address: format!("http://127.0.0.1:{port}"),
                    _stdout: stdout,
                });
            }
        }
        drop(process.kill());
        let ended = process.wait().expect("chromedriver ends");
        Err(format!("{said}{ended}\n"))
    }
}

/// From `ChromeDriver was started successfully on port 12345.`
fn port_of(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("successfully on port ")?;
    port.trim_end().trim_end_matches('.').parse().ok()
}

fn capabilities() -> Value {
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--lang=en-US",
    ];
    json!({"capabilities": {"alwaysMatch": {
        "browserName": "chrome",
        // Axe takes long where the machine is busy.
        "timeouts": {"script": 600_000},
        "goog:chromeOptions": {"binary": find("chromium"), "args": arguments},
        "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
    }}})
}

fn find(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
        .unwrap_or_else(|| {
            panic!(
                "{program} is missing: install Chromium and its driver (on Debian: apt-get install \
                 chromium chromium-driver), or run ./test --without browser"
            )
        })
}

/// The standard alphabet; padding and all else is passed over.
fn decode_base64(text: &str) -> Vec<u8> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for sign in text.bytes() {
        let Some(value) = alphabet.iter().position(|known| *known == sign) else {
            continue;
        };
        bits = (bits << 6) | u32::try_from(value).expect("six bits");
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).expect("eight bits"));
        }
    }
    bytes
}
