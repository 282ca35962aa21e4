//! Lines of flat JSON objects.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::sync::Arc;

use metrics_runtime::{Event, EventBuilder, Layout, RawValue, Rejection};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::columns::Columns;
use super::line::{Line, Lines, Remarks, malformed, no_time, timestamp};
use super::raw_lines::{RawLine, RawLines};
use crate::cli::arguments::Usage;

/// Ignored keys that are remembered: nobody reads a list of thousands.
const MAX_IGNORED: usize = 20;

/// The lines of an NDJSON file.
pub(super) struct NdjsonLines {
    lines: RawLines,
    layout: Arc<Layout>,
    columns: Columns,
    /// The columns that some line has had, of those that are read.
    found: BTreeSet<String>,
    ignored: BTreeSet<String>,
}

impl NdjsonLines {
    pub(super) fn new(lines: RawLines, layout: Arc<Layout>, columns: Columns) -> Self {
        let (found, ignored) = (BTreeSet::new(), BTreeSet::new());
        Self {
            lines,
            layout,
            columns,
            found,
            ignored,
        }
    }

    fn event(&mut self, line: &RawLine) -> Result<Event, Rejection> {
        let bytes = line.bytes.as_deref();
        let bytes = bytes.ok_or_else(|| malformed("the line is longer than 1 MiB"))?;
        let Object(pairs) = serde_json::from_slice(bytes).map_err(|error| not_an_object(&error))?;
        self.remember(&pairs);
        let mut at = None;
        let mut builder = EventBuilder::new(Arc::clone(&self.layout));
        for (key, value) in &pairs {
            if *key == self.columns.time {
                at = Some(time(key, value)?);
            }
            for field in self
                .columns
                .fields
                .iter()
                .filter(|field| field.column == *key)
            {
                builder.set(field.name, raw(value))?;
            }
        }
        builder.finish(at.ok_or_else(|| no_time(&self.columns.time))?)
    }

    fn remember(&mut self, pairs: &[(String, Value)]) {
        for (key, _) in pairs {
            let known = self.columns.uses(key);
            let seen = if known {
                &mut self.found
            } else {
                &mut self.ignored
            };
            if !seen.contains(key) && (known || seen.len() < MAX_IGNORED) {
                seen.insert(key.clone());
            }
        }
    }

    fn found(&self) -> Vec<&str> {
        self.found.iter().map(String::as_str).collect()
    }
}

impl Lines for NdjsonLines {
    fn next(&mut self) -> io::Result<Option<Line>> {
        while let Some(line) = self.lines.next()? {
            if !line.is_blank() {
                let (number, event) = (line.number, self.event(&line));
                return Ok(Some(Line { number, event }));
            }
        }
        Ok(None)
    }

    /// There is no header: a column that none of the first lines has is one that the file does not have.
    fn check(&self) -> Result<(), Usage> {
        let seen: Vec<_> = self
            .found
            .iter()
            .chain(&self.ignored)
            .map(String::as_str)
            .collect();
        match seen.as_slice() {
            // No line could be read: each says why by itself.
            [] => Ok(()),
            seen => self.columns.check(seen),
        }
    }

    fn remarks(&self) -> Remarks {
        let absent = match self.found.is_empty() {
            true => Vec::new(),
            false => self.columns.absent(&self.found()),
        };
        Remarks {
            ignored: self.ignored.iter().cloned().collect(),
            absent,
        }
    }
}

/// A time as text or as a number of seconds.
fn time(column: &str, value: &Value) -> Result<i64, Rejection> {
    match value {
        Value::String(text) => timestamp(column, text),
        other => timestamp(column, &other.to_string()),
    }
}

fn raw(value: &Value) -> RawValue<'_> {
    match value {
        Value::String(text) => RawValue::Text(text.into()),
        Value::Bool(boolean) => RawValue::Boolean(*boolean),
        Value::Number(number) => number.as_i128().map_or_else(
            || RawValue::Float(number.as_f64().unwrap_or(f64::MAX)),
            RawValue::Integer,
        ),
        Value::Null => RawValue::Other("null"),
        Value::Array(_) => RawValue::Other("a list"),
        Value::Object(_) => RawValue::Other("an object"),
    }
}

fn not_an_object(error: &serde_json::Error) -> Rejection {
    let text = error.to_string();
    // Every line is the first one of its own document.
    malformed(format!(
        "not a JSON object: {}",
        text.replace("at line 1 column", "at column")
    ))
}

/// The pairs of an object in their order: a map would lose a key that is given twice.
struct Object(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Pairs)
    }
}

struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut pairs = Vec::with_capacity(map.size_hint().unwrap_or(8));
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Object(pairs))
    }
}
