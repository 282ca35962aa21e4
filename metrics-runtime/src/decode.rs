//! Events as JSON: `{"type", "timestamp", "data"}`.
//!
//! A batch is taken apart first, and then each event is read on its own, in one go and without copying: as long as
//! the type comes before the data, the data's fields go straight into the event.

mod fields;

use std::borrow::Cow;
use std::fmt;

use chrono::DateTime;
use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Visitor};
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

fn decode_event<'a>(
    registry: &Registry,
    json: &'a str,
    fix: impl Fn(&Layout, &mut EventBuilder<'a>) -> Result<(), Rejection>,
) -> Result<Event, Rejection> {
    let event = read(Envelope { registry }, json)?;
    let name = &event.metric_type;
    let layout = registry.metric(name);
    let layout = layout.ok_or_else(|| unknown_type(registry, name))?;
    let timestamp = parse_timestamp(&event.timestamp)?;
    let mut builder = match event.data {
        Data::Read(fields) => fields?,
        Data::Unread(json) => read(Fields { layout }, json.get())??,
    };
    fix(layout, &mut builder)?;
    builder.finish(timestamp)
}

/// Reads all of a text.
fn read<'a, S: DeserializeSeed<'a>>(seed: S, json: &'a str) -> Result<S::Value, Rejection> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let read = seed.deserialize(&mut deserializer);
    let read = read.and_then(|value| deserializer.end().map(|()| value));
    read.map_err(|error| malformed(&error))
}

/// What an event says.
struct EventJson<'a> {
    metric_type: Cow<'a, str>,
    timestamp: Cow<'a, str>,
    data: Data<'a>,
}

#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, which is on the stack"
)]
enum Data<'a> {
    /// It came after the type.
    Read(Result<EventBuilder<'a>, Rejection>),
    /// It came before the type, or the type is unknown.
    Unread(&'a RawJson),
}

/// Reads an event, as far as that can be done in one go.
struct Envelope<'r> {
    registry: &'r Registry,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Part {
    Type,
    Timestamp,
    Data,
}

/// Text that is copied only where it has escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> DeserializeSeed<'de> for Envelope<'_> {
    type Value = EventJson<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Envelope<'_> {
    type Value = EventJson<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with type, timestamp and data")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut metric_type, mut timestamp, mut data) = (None, None, None);
        let mut layout = None;
        while let Some(part) = map.next_key()? {
            match part {
                Part::Type => {
                    let Text(name) = map.next_value()?;
                    layout = self.registry.metric(&name);
                    once("type", metric_type.replace(name))?;
                }
                Part::Timestamp => {
                    let Text(text) = map.next_value()?;
                    once("timestamp", timestamp.replace(text))?;
                }
                Part::Data => {
                    let read = match layout {
                        Some(layout) => Data::Read(map.next_value_seed(Fields { layout })?),
                        None => Data::Unread(map.next_value()?),
                    };
                    once("data", data.replace(read))?;
                }
            }
        }
        Ok(EventJson {
            metric_type: metric_type.ok_or_else(|| de::Error::missing_field("type"))?,
            timestamp: timestamp.ok_or_else(|| de::Error::missing_field("timestamp"))?,
            data: data.ok_or_else(|| de::Error::missing_field("data"))?,
        })
    }
}

fn once<T, E: de::Error>(name: &'static str, before: Option<T>) -> Result<(), E> {
    match before {
        None => Ok(()),
        Some(_) => Err(E::duplicate_field(name)),
    }
}

/// Reads an object. serde would also take a list for a struct, with the fields in the order of their declaration.
pub(crate) fn from_object<'a, T: Deserialize<'a>>(json: &'a [u8]) -> serde_json::Result<T> {
    if json.trim_ascii_start().starts_with(b"[") {
        return Err(de::Error::custom("expected an object, found a list"));
    }
    serde_json::from_slice(json)
}

/// The type that an event says, if it says one.
fn said_type(json: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Said {
        #[serde(rename = "type")]
        metric_type: String,
    }
    let said: Said = from_object(json.as_bytes()).ok()?;
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
