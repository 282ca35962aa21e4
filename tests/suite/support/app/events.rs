//! A stream of server-sent events, and what somebody sees who applies them.

use std::io::{BufRead, BufReader};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

use serde_json::{Value, json};
use ureq::Body;

use crate::support::app::PATIENCE;

/// An event: its name, and its data.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) data: Value,
}

/// Events as they arrive.
pub(crate) struct Events {
    arrived: Receiver<Option<Event>>,
}

impl Events {
    pub(super) fn of(body: Body) -> Self {
        let (sender, arrived) = channel();
        std::thread::spawn(move || pass_on(body, &sender));
        Self { arrived }
    }

    /// The next event; `None` when the stream ends before.
    pub(crate) fn next(&self) -> Option<Event> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.arrived.recv_timeout(left) {
                Ok(Some(event)) => return Some(event),
                // A sign of life.
                Ok(None) => {}
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return None,
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => panic!("nothing arrives"),
            }
        }
    }

    /// The data of the first event, which is the whole answer.
    pub(crate) fn snapshot(&self) -> Value {
        let event = self.next().expect("a stream begins with an event");
        assert_eq!(event.name, "snapshot", "{}", event.data);
        event.data
    }

    /// Awaits the end of the stream. Answers the sentence that it ends with.
    pub(crate) fn last_words(&self) -> String {
        while let Some(event) = self.next() {
            if event.name == "end" {
                assert_eq!(self.next(), None, "nothing follows the end");
                return event.data["error"].as_str().expect("a sentence").to_owned();
            }
        }
        panic!("the stream ends without saying why");
    }
}

/// Reads until the stream ends, or nobody listens any more.
fn pass_on(body: Body, sender: &Sender<Option<Event>>) {
    let (mut name, mut data) = (String::new(), String::new());
    for line in BufReader::new(body.into_reader()).lines() {
        let Ok(line) = line else {
            let (name, data) = ("cut off".to_owned(), Value::Null);
            drop(sender.send(Some(Event { name, data })));
            return;
        };
        if let Some(text) = line.strip_prefix("event: ") {
            text.clone_into(&mut name);
        } else if let Some(text) = line.strip_prefix("data: ") {
            text.clone_into(&mut data);
        } else if line.is_empty() {
            let event = (!data.is_empty()).then(|| Event {
                name: std::mem::take(&mut name),
                data: serde_json::from_str(&data).expect("data is JSON"),
            });
            data.clear();
            if sender.send(event).is_err() {
                return;
            }
        }
    }
}

/// What somebody sees who applies each event as the documentation says.
pub(crate) struct Watched {
    pub(crate) events: Events,
    pub(crate) data: Value,
}

impl Watched {
    pub(crate) fn new(events: Events) -> Self {
        let data = events.snapshot();
        Self { events, data }
    }

    /// Applies events until what is seen is right.
    pub(crate) fn until(&mut self, right: impl Fn(&Value) -> bool) -> &Value {
        while !right(&self.data) {
            let event = self.events.next().expect("the stream goes on");
            assert_eq!(event.name, "update", "{}", event.data);
            apply(&mut self.data, &event.data);
        }
        &self.data
    }
}

/// Brings an answer up to date.
pub(crate) fn apply(data: &mut Value, update: &Value) {
    data["time_range"] = update["time_range"].clone();
    apply_buckets(data, update);
    if let Some(groups) = update["groups"].as_array() {
        let before = data["groups"].take();
        let known = before.as_array().expect("there were groups before");
        let merged = groups.iter().map(|group| {
            let same =
                |known: &&Value| known["kind"] == group["kind"] && known["value"] == group["value"];
            let mut merged = known.iter().find(same).cloned().unwrap_or_else(|| {
                let mut fresh = group.clone();
                fresh["buckets"] = json!([]);
                fresh
            });
            apply_buckets(&mut merged, group);
            merged
        });
        data["groups"] = merged.collect();
    }
    if update["previous"].is_object() {
        let previous = update["previous"].clone();
        if previous["buckets"].is_array() {
            apply_buckets(&mut data["previous"], &previous);
        }
        data["previous"]["time_range"] = previous["time_range"].clone();
        data["previous"]["change"] = previous["change"].clone();
    }
}

/// Sets the buckets that are new or different, and keeps the latest, as many as the summary says.
fn apply_buckets(series: &mut Value, update: &Value) {
    let buckets = series["buckets"].as_array_mut().expect("buckets");
    for bucket in update["buckets"].as_array().expect("buckets") {
        match buckets
            .iter_mut()
            .find(|known| known["timestamp"] == bucket["timestamp"])
        {
            Some(known) => known.clone_from(bucket),
            None => buckets.push(bucket.clone()),
        }
    }
    buckets.sort_by_key(|bucket| {
        bucket["timestamp"]
            .as_str()
            .expect("a timestamp")
            .to_owned()
    });
    let count = update["summary"]["total_buckets"]
        .as_u64()
        .expect("a count");
    let surplus = buckets.len() - usize::try_from(count).expect("a few");
    buckets.drain(..surplus);
    series["summary"] = update["summary"].clone();
}
