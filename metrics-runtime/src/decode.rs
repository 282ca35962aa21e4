//! Events as JSON: `{"events": [{"type", "timestamp", "data"}]}`.

mod fields;
mod object;

use std::borrow::Cow;
use std::sync::Arc;

use chrono::DateTime;
use serde::Deserialize;
use serde_json::value::RawValue as RawJson;

use crate::error::{Reason, Rejection};
use crate::event::{Event, EventBuilder};
use crate::layout::Layout;
use crate::registry::Registry;
use crate::write::batch::Failure;
use fields::Fields;
use object::Object;

/// The events of a batch.
pub(crate) enum Events<'a> {
    /// All of them have the form of one.
    Read(Vec<Object<EventJson<'a>>>),
    /// Some have not: those do not spoil the others.
    Unread(Vec<&'a RawJson>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body<E> {
    events: Vec<E>,
}

/// An event as it is written, without copying.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventJson<'a> {
    #[serde(rename = "type", borrow)]
    metric_type: Cow<'a, str>,
    #[serde(borrow)]
    timestamp: Cow<'a, str>,
    #[serde(borrow)]
    data: Fields<'a>,
}

impl<'a> Events<'a> {
    /// Takes a batch apart: in one go, or else each event on its own.
    ///
    /// # Errors
    ///
    /// When it is no batch.
    pub(crate) fn read(body: &'a str) -> serde_json::Result<Self> {
        if let Ok(Object(Body { events })) = serde_json::from_str(body) {
            return Ok(Self::Read(events));
        }
        let Object(Body { events }) = serde_json::from_str(body)?;
        Ok(Self::Unread(events))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Read(events) => events.len(),
            Self::Unread(events) => events.len(),
        }
    }

    /// The events that they are of declared metrics, or why they are none.
    ///
    /// `fix` sets what a sender does not choose.
    pub(crate) fn decode(
        self,
        registry: &Registry,
        fix: impl Fn(&Layout, &mut EventBuilder<'a>) -> Result<(), Rejection>,
    ) -> Vec<Result<Event, Failure>> {
        let decoded = |index, event: EventJson<'a>| {
            let metric_type = event.metric_type.clone();
            decode_event(registry, event, &fix).map_err(|rejection| Failure {
                index,
                metric_type: Some(shown(&metric_type)),
                rejection,
            })
        };
        match self {
            Self::Read(events) => {
                let events = events.into_iter().enumerate();
                events
                    .map(|(index, Object(event))| decoded(index, event))
                    .collect()
            }
            Self::Unread(events) => {
                let read = |(index, event): (usize, &'a RawJson)| {
                    let Object(event) = serde_json::from_str(event.get())
                        .map_err(|error| unread(index, event, &error))?;
                    decoded(index, event)
                };
                events.into_iter().enumerate().map(read).collect()
            }
        }
    }
}

fn decode_event<'a>(
    registry: &Registry,
    event: EventJson<'a>,
    fix: impl Fn(&Layout, &mut EventBuilder<'a>) -> Result<(), Rejection>,
) -> Result<Event, Rejection> {
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

fn unread(index: usize, event: &RawJson, error: &serde_json::Error) -> Failure {
    Failure {
        index,
        metric_type: said_type(event.get()),
        rejection: malformed(error),
    }
}

/// The type that an event says, if it says one.
fn said_type(json: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Said {
        #[serde(rename = "type")]
        metric_type: String,
    }
    let Object(said): Object<Said> = serde_json::from_str(json).ok()?;
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
