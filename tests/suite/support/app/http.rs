//! Requests and answers, with no opinion on what is a success.

use std::fmt::Write as _;

use serde_json::Value;
use ureq::http::{HeaderMap, Method, Request as Message, Response};
use ureq::{Agent, Body};

use super::events::Events;

/// Bytes of an answer that are read at most.
const LONGEST_ANSWER: u64 = 64 << 20;

/// A client that keeps nothing between requests: no cookies, no connections.
#[derive(Debug, Clone)]
pub(crate) struct Client(Agent);

/// A request to be sent.
pub(crate) struct Request<'a> {
    client: &'a Agent,
    method: Method,
    url: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Client {
    pub(crate) fn new() -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(0)
            .proxy(None)
            // A body or none, as a test says, whatever the method.
            .allow_non_standard_methods(true)
            .build();
        Self(Agent::new_with_config(config))
    }

    pub(crate) fn request(&self, method: Method, url: &str) -> Request<'_> {
        Request {
            client: &self.0,
            method,
            url: url.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }
}

impl Request<'_> {
    #[must_use]
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// As somebody who is signed in.
    #[must_use]
    pub(crate) fn cookie(self, cookie: &str) -> Self {
        self.header("Cookie", cookie)
    }

    /// With a satellite's key.
    #[must_use]
    pub(crate) fn bearer(self, key: &str) -> Self {
        self.header("Authorization", format!("Bearer {key}"))
    }

    #[must_use]
    pub(crate) fn json(self, body: &Value) -> Self {
        self.json_text(&body.to_string())
    }

    /// With a body that claims to be JSON.
    #[must_use]
    pub(crate) fn json_text(self, body: &str) -> Self {
        self.header("Content-Type", "application/json").body(body)
    }

    #[must_use]
    pub(crate) fn body(self, body: &str) -> Self {
        self.bytes(body.as_bytes().to_vec())
    }

    /// With a body that need not be text.
    #[must_use]
    pub(crate) fn bytes(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    /// Sends it to a server that is there.
    pub(crate) fn send(self) -> Answer {
        let what = format!("{} {}", self.method, self.url);
        self.try_send()
            .unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// Sends it to a server that may be gone.
    pub(crate) fn try_send(self) -> Result<Answer, ureq::Error> {
        Answer::of(self.begin()?)
    }

    /// Opens a stream of events, or answers what is answered instead.
    pub(crate) fn stream(self) -> Result<Events, Box<Answer>> {
        let what = format!("{} {}", self.method, self.url);
        let begun = self
            .begin()
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        if begun.status() == 200 {
            return Ok(Events::of(begun.into_body()));
        }
        let answer = Answer::of(begun).unwrap_or_else(|error| panic!("{what}: {error}"));
        Err(Box::new(answer))
    }

    /// Sends it; the body of the answer is read later.
    fn begin(self) -> Result<Response<Body>, ureq::Error> {
        let mut message = Message::builder()
            .method(self.method.clone())
            .uri(&self.url);
        for (name, value) in &self.headers {
            message = message.header(*name, value);
        }
        if self.body.is_empty() && self.method != Method::POST {
            self.client.run(message.body(()).expect("a request"))
        } else {
            self.client.run(message.body(self.body).expect("a request"))
        }
    }
}

impl Answer {
    fn of(answer: Response<Body>) -> Result<Self, ureq::Error> {
        let (head, mut body) = answer.into_parts();
        // A browser's picture of a long page is larger than what is read by default.
        let body = body.with_config().limit(LONGEST_ANSWER).read_to_string()?;
        Ok(Self {
            status: head.status.as_u16(),
            headers: head.headers,
            body,
        })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("headers are text"))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| {
            panic!(
                "{} is answered without JSON ({error}): {}",
                self.status, self.body
            )
        })
    }

    /// What was asked for.
    pub(crate) fn data(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.json()["data"].clone()
    }

    /// The status, and the field and the sentence of an error in the one form that errors have.
    pub(crate) fn error(&self) -> (u16, Option<String>, String) {
        let body = self.json();
        let object = body.as_object().expect("an error is an object");
        assert_eq!(object.get("success"), Some(&Value::Bool(false)), "{body}");
        let known = ["success", "error", "field", "request_id"];
        assert!(
            object.keys().all(|key| known.contains(&key.as_str())),
            "{body}"
        );
        let text = |key: &str| {
            object
                .get(key)
                .map(|text| text.as_str().expect("text").to_owned())
        };
        let sentence = text("error").expect("an error has a sentence");
        assert!(!sentence.is_empty(), "{body}");
        (self.status, text("field"), sentence)
    }
}

/// Percent-encodes everything that could mean something in a URL.
pub(crate) fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("writing to a string does not fail");
        }
    }
    encoded
}
