//! Events as JSON: `{"type", "timestamp", "data"}`.

use std::fmt;
use std::sync::Arc;

use chrono::DateTime;
use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue as RawJson;

use crate::error::{Reason, Rejection};
use crate::event::{Event, EventBuilder, RawValue};
use crate::layout::Layout;
use crate::registry::Registry;
use crate::write::batch::Failure;

/// Reads the events of a batch, each on its own: one that cannot be read does not spoil the others.
///
/// `fix` sets what a sender does not choose.
pub(crate) fn decode_events<'a>(
    registry: &Registry,
    events: impl Iterator<Item = &'a RawJson>,
    fix: impl Fn(&Layout, &mut EventBuilder) -> Result<(), Rejection>,
) -> Vec<Result<Event, Failure>> {
    let decode = |(index, event): (usize, &'a RawJson)| {
        let mut metric_type = None;
        decode_event(registry, event.get(), &mut metric_type, &fix).map_err(|rejection| Failure {
            index,
            metric_type,
            rejection,
        })
    };
    events.enumerate().map(decode).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventJson<'a> {
    #[serde(rename = "type")]
    metric_type: String,
    timestamp: String,
    #[serde(borrow)]
    data: &'a RawJson,
}

fn decode_event(
    registry: &Registry,
    json: &str,
    metric_type: &mut Option<String>,
    fix: impl Fn(&Layout, &mut EventBuilder) -> Result<(), Rejection>,
) -> Result<Event, Rejection> {
    let event = from_object::<EventJson<'_>>(json.as_bytes()).map_err(|error| {
        *metric_type = said_type(json);
        malformed(&error)
    })?;
    let name = &event.metric_type;
    *metric_type = Some(shown(name));
    let layout = registry
        .metric(name)
        .ok_or_else(|| unknown_type(registry, name))?;
    let timestamp = parse_timestamp(&event.timestamp)?;
    let mut builder = EventBuilder::new(Arc::clone(layout));
    decode_fields(&mut builder, event.data.get())?;
    fix(layout, &mut builder)?;
    builder.finish(timestamp)
}

/// Reads an object. serde would also take a list for a struct, with the fields in the order of their declaration.
pub(crate) fn from_object<'a, T: Deserialize<'a>>(json: &'a [u8]) -> serde_json::Result<T> {
    if json.trim_ascii_start().starts_with(b"[") {
        return Err(de::Error::custom("expected an object, found a list"));
    }
    serde_json::from_slice(json)
}

/// The type of an event that cannot be read, if it says one.
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

/// Sets the fields of `builder` from a JSON object.
pub(crate) fn decode_fields(builder: &mut EventBuilder, json: &str) -> Result<(), Rejection> {
    let mut rejection = None;
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let fields = Fields {
        builder,
        rejection: &mut rejection,
    };
    let read = fields
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end());
    match rejection {
        Some(rejection) => Err(rejection),
        None => read.map_err(|error| malformed(&error)),
    }
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

/// Reads an object straight into a builder, without a map in between.
struct Fields<'a> {
    builder: &'a mut EventBuilder,
    /// The rejection, which serde's errors have no place for.
    rejection: &'a mut Option<Rejection>,
}

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of dimensions and measures")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let set = map.next_value_seed(Field {
                builder: self.builder,
                name: &name,
            })?;
            if let Err(rejection) = set {
                *self.rejection = Some(rejection);
                return Err(de::Error::custom("rejected"));
            }
        }
        Ok(())
    }
}

struct Field<'a> {
    builder: &'a mut EventBuilder,
    name: &'a str,
}

impl<'de> DeserializeSeed<'de> for Field<'_> {
    type Value = Result<(), Rejection>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Field<'_> {
    type Value = Result<(), Rejection>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(self.builder.set(self.name, &RawValue::Text(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(self
            .builder
            .set(self.name, &RawValue::Integer(value.into())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(self
            .builder
            .set(self.name, &RawValue::Integer(value.into())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(self.builder.set(self.name, &RawValue::Float(value)))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(self.builder.set(self.name, &RawValue::Boolean(value)))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(self.builder.set(self.name, &RawValue::Other("null")))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        while sequence.next_element::<IgnoredAny>()?.is_some() {}
        Ok(self.builder.set(self.name, &RawValue::Other("a list")))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(self.builder.set(self.name, &RawValue::Other("an object")))
    }
}
