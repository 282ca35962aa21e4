//! Events as JSON: `{"type", "timestamp", "data"}`.
//!
//! A batch is taken apart first, and then each event is read on its own, in one go and without copying.

mod fields;

use std::borrow::Cow;
use std::sync::Arc;

use chrono::DateTime;
use serde::Deserialize;
use serde::de;
use serde_json::value::RawValue as RawJson;

use crate::error::{Reason, Rejection};
use crate::event::{Event, EventBuilder};
use crate::layout::Layout;
use crate::registry::Registry;
use crate::write::batch::Failure;
use fields::Fields;

/// Reads the events of a batch, each on its own: one that cannot be read does not spoil the others.
///
/// `fix` sets what a sender does not choose.
pub(crate) fn decode_events<'a>(
    registry: &Registry,
    events: impl Iterator<Item = &'a RawJson>,
    fix: impl Fn(&Layout, &mut EventBuilder<'a>) -> Result<(), Rejection>,
) -> Vec<Result<Event, Failure>> {
    let decode = |(index, event): (usize, &'a RawJson)| {
        decode_event(registry, event.get(), &fix).map_err(|rejection| Failure {
            index,
            metric_type: said_type(event.get()),
            rejection,
        })
    };
    events.enumerate().map(decode).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventJson<'a> {
    #[serde(rename = "type", borrow)]
    metric_type: Cow<'a, str>,
    #[serde(borrow)]
    timestamp: Cow<'a, str>,
    #[serde(borrow)]
    data: Fields<'a>,
}

fn decode_event<'a>(
    registry: &Registry,
    json: &'a str,
    fix: impl Fn(&Layout, &mut EventBuilder<'a>) -> Result<(), Rejection>,
) -> Result<Event, Rejection> {
    let event: EventJson<'_> = from_object(json).map_err(|error| malformed(&error))?;
    let name = &event.metric_type;
    let layout = registry.metric(name);
    let layout = layout.ok_or_else(|| unknown_type(registry, name))?;
    let timestamp = parse_timestamp(&event.timestamp)?;
    let mut builder = EventBuilder::new(Arc::clone(layout));
    for (name, value) in event.data.0 {
        builder.set(&name, value)?;
    }
    fix(layout, &mut builder)?;
    builder.finish(timestamp)
}

/// Reads an object. serde would also take a list for a struct, with the fields in the order of their declaration.
pub(crate) fn from_object<'a, T: Deserialize<'a>>(json: &'a str) -> serde_json::Result<T> {
    if json.trim_ascii_start().starts_with('[') {
        return Err(de::Error::custom("expected an object, found a list"));
    }
    serde_json::from_str(json)
}

/// The type that an event says, if it says one.
fn said_type(json: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Said {
        #[serde(rename = "type")]
        metric_type: String,
    }
    let said: Said = from_object(json).ok()?;
    Some(shown(&said.metric_type))
}

/// Enough of what a sender wrote to recognise it by.
fn shown(text: &str) -> String {
    text.chars().take(64).collect()
}

/// RFC 3339, in epoch seconds.
pub(crate) fn parse_timestamp(text: &str) -> Result<i64, Rejection> {
    DateTime::parse_from_rfc3339(text)
        .map(|moment| moment.timestamp())
        .map_err(|_| {
            let shown = shown(text);
            let message =
                format!("timestamp \"{shown}\" is not RFC 3339, such as 2026-01-10T10:30:45Z");
            Rejection::new(Reason::InvalidTimestamp, Some("timestamp"), message)
        })
}

pub(crate) fn unknown_type(registry: &Registry, name: &str) -> Rejection {
    let known: Vec<_> = registry
        .metrics()
        .map(|layout| layout.schema.name)
        .collect();
    let shown = shown(name);
    let message = format!(
        "no metric has the type \"{shown}\": there are {}",
        known.join(", ")
    );
    Rejection::new(Reason::UnknownType, Some("type"), message)
}

fn malformed(error: &serde_json::Error) -> Rejection {
    let text = error.to_string();
    // The position is one within this event, which would mislead in the answer to a whole batch.
    let what = text.split(" at line ").next().unwrap_or(&text);
    Rejection::new(Reason::Malformed, None, format!("not an event: {what}"))
}
