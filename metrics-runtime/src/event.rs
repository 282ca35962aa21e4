//! What happened: one event of one metric, checked against its declaration.

use std::sync::Arc;

use crate::dimension::{DimensionKind, Value};
use crate::error::{Reason, Rejection};
use crate::layout::{Dictionary, Layout};
use crate::metric::Observation;
use crate::schema::{Dimension, MetricSchema};

/// One event, ready to be recorded.
#[derive(Debug, Clone)]
pub struct Event {
    pub(crate) layout: Arc<Layout>,
    /// When it happened, in epoch seconds.
    pub(crate) timestamp: i64,
    /// The values of the owners' dictionary, in its order.
    pub(crate) owner: Box<[Value]>,
    /// The values of the labels' dictionary, in its order.
    pub(crate) labels: Box<[Value]>,
    /// The measures, in the order of the schema.
    pub(crate) measures: Box<[i64]>,
}

impl Event {
    /// The event that a metric's struct stands for.
    pub(crate) fn observed(
        layout: &Arc<Layout>,
        seen: Observation,
        timestamp: i64,
    ) -> Result<Self, Rejection> {
        let schema = layout.schema;
        for (dimension, value) in schema.dimensions.iter().zip(&seen.dimensions) {
            check_length(dimension, value)?;
        }
        let count = |(measure, value): (&crate::Measure, &u64)| counter(measure.name, *value);
        let measures = schema
            .measures
            .iter()
            .zip(&seen.measures)
            .map(count)
            .collect::<Result<_, _>>()?;
        Ok(Self::arranged(
            layout,
            &seen.dimensions,
            measures,
            timestamp,
        ))
    }

    fn arranged(
        layout: &Arc<Layout>,
        dimensions: &[Value],
        measures: Box<[i64]>,
        timestamp: i64,
    ) -> Self {
        let pick = |dictionary: &Option<Dictionary>| {
            let columns = dictionary
                .iter()
                .flat_map(|dictionary| &dictionary.dimensions);
            columns
                .map(|(index, _)| dimensions[*index].clone())
                .collect()
        };
        let (owner, labels) = (pick(&layout.owners), pick(&layout.labels));
        Self {
            layout: Arc::clone(layout),
            timestamp,
            owner,
            labels,
            measures,
        }
    }

    /// Which levels keep the event's buckets at `now`, a bit each.
    ///
    /// # Errors
    ///
    /// When none does, or the event lies more than `max_skew` seconds ahead.
    pub(crate) fn kept_levels(&self, now: i64, max_skew: i64) -> Result<u32, Rejection> {
        let schema = self.layout.schema;
        if self.timestamp > now + max_skew {
            let message = format!(
                "timestamp is {} seconds ahead of this server's clock",
                self.timestamp - now
            );
            return Err(Rejection::new(Reason::TooNew, Some("timestamp"), message));
        }
        let keeps = |level: &crate::Level| level.keeps(level.interval.floor(self.timestamp), now);
        let bits = schema
            .levels
            .iter()
            .enumerate()
            .filter(|(_, level)| keeps(level));
        let mask = bits.fold(0, |mask, (index, _)| mask | (1 << index));
        if mask == 0 {
            let days = schema.longest_retention() / 86_400;
            let message = format!(
                "timestamp is older than what {} keeps: {days} days",
                schema.name
            );
            return Err(Rejection::new(Reason::TooOld, Some("timestamp"), message));
        }
        Ok(mask)
    }
}

/// A field's value as some format spells it.
#[derive(Debug, Clone, PartialEq)]
pub enum RawValue<'a> {
    /// Text; of a CSV file, anything.
    Text(&'a str),
    /// A whole number.
    Integer(i128),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// Anything else, by name: `null`, `an object`.
    Other(&'static str),
}

/// Puts an event together field by field, from formats that name their fields.
#[derive(Debug)]
pub struct EventBuilder {
    layout: Arc<Layout>,
    dimensions: Vec<Option<Value>>,
    measures: Box<[i64]>,
    given: Vec<bool>,
}

impl EventBuilder {
    /// Starts with no dimension set and every counter 0.
    #[must_use]
    pub fn new(layout: Arc<Layout>) -> Self {
        let (dimensions, measures) = (layout.schema.dimensions.len(), layout.schema.measures.len());
        Self {
            layout,
            dimensions: vec![None; dimensions],
            measures: vec![0; measures].into(),
            given: vec![false; measures],
        }
    }

    /// Sets a dimension or a measure.
    ///
    /// # Errors
    ///
    /// When the metric has no field `name`, when it was set before, or when the value is not of its kind.
    pub fn set(&mut self, name: &str, value: &RawValue<'_>) -> Result<(), Rejection> {
        let schema = self.layout.schema;
        if let Some(index) = schema
            .dimensions
            .iter()
            .position(|dimension| dimension.name == name)
        {
            let value = dimension_value(&schema.dimensions[index], value)?;
            return match self.dimensions[index].replace(value) {
                None => Ok(()),
                Some(_) => Err(given_twice(name)),
            };
        }
        let Some(index) = schema
            .measures
            .iter()
            .position(|measure| measure.name == name)
        else {
            return Err(unknown_field(schema, name));
        };
        if std::mem::replace(&mut self.given[index], true) {
            return Err(given_twice(name));
        }
        self.measures[index] = counter_value(name, value)?;
        Ok(())
    }

    /// Sets a dimension that the sender does not choose: it may be left out, or say the same.
    ///
    /// # Errors
    ///
    /// When the sender said something else.
    pub fn fix(&mut self, dimension: &Dimension, value: &str) -> Result<(), Rejection> {
        let index = self
            .layout
            .schema
            .dimensions
            .iter()
            .position(|other| other.name == dimension.name);
        let Some(index) = index else { return Ok(()) };
        let fixed = dimension_value(dimension, &RawValue::Text(value))?;
        match &self.dimensions[index] {
            Some(said) if *said != fixed => {
                let message = format!(
                    "{} must be \"{value}\": this key writes nothing else",
                    dimension.name
                );
                Err(Rejection::new(
                    Reason::Forbidden,
                    Some(dimension.name),
                    message,
                ))
            }
            _ => {
                self.dimensions[index] = Some(fixed);
                Ok(())
            }
        }
    }

    /// The event, at `timestamp` in epoch seconds. A counter that was not set is 0.
    ///
    /// # Errors
    ///
    /// When a dimension is missing.
    pub fn finish(self, timestamp: i64) -> Result<Event, Rejection> {
        let missing = self.dimensions.iter().position(Option::is_none);
        if let Some(dimension) = missing.map(|index| &self.layout.schema.dimensions[index]) {
            let message = format!(
                "{} is missing: every dimension of {} is needed",
                dimension.name, self.layout.schema.name
            );
            return Err(Rejection::new(
                Reason::MissingDimension,
                Some(dimension.name),
                message,
            ));
        }
        let dimensions: Vec<Value> = self.dimensions.into_iter().flatten().collect();
        Ok(Event::arranged(
            &self.layout,
            &dimensions,
            self.measures,
            timestamp,
        ))
    }
}

fn unknown_field(schema: &MetricSchema, name: &str) -> Rejection {
    let dimensions = schema.dimensions.iter().map(|dimension| dimension.name);
    let known: Vec<_> = dimensions
        .chain(schema.measures.iter().map(|measure| measure.name))
        .collect();
    let message = format!(
        "{} has no field \"{}\": it has {}",
        schema.name,
        shortened(name),
        known.join(", ")
    );
    Rejection::new(Reason::UnknownField, Some(&shortened(name)), message)
}

fn given_twice(name: &str) -> Rejection {
    Rejection::new(
        Reason::Malformed,
        Some(name),
        format!("{name} is given twice"),
    )
}

/// Enough of what a sender wrote to recognise it by.
fn shortened(text: &str) -> String {
    text.chars().take(64).collect()
}

fn dimension_value(dimension: &Dimension, value: &RawValue<'_>) -> Result<Value, Rejection> {
    let parsed = match (dimension.kind, value) {
        (kind, RawValue::Text(text)) => kind.parse(text, dimension.max_len),
        (DimensionKind::Integer, RawValue::Integer(integer)) => i64::try_from(*integer)
            .map(Value::Integer)
            .map_err(|_| "the number exceeds 64 bits".to_owned()),
        (DimensionKind::Boolean, RawValue::Boolean(boolean)) => {
            Ok(Value::Integer(i64::from(*boolean)))
        }
        (kind, other) => Err(format!(
            "expected {}, found {}",
            expected(kind),
            found(other)
        )),
    };
    parsed.map_err(|reason| {
        Rejection::new(
            Reason::InvalidDimension,
            Some(dimension.name),
            format!("{}: {reason}", dimension.name),
        )
    })
}

fn expected(kind: DimensionKind) -> &'static str {
    match kind {
        DimensionKind::Integer => "an integer",
        DimensionKind::Boolean => "true or false",
        DimensionKind::Text | DimensionKind::Uuid | DimensionKind::Enum(_) => "text",
    }
}

fn found(value: &RawValue<'_>) -> &'static str {
    match value {
        RawValue::Text(_) => "text",
        RawValue::Integer(_) | RawValue::Float(_) => "a number",
        RawValue::Boolean(_) => "a boolean",
        RawValue::Other(what) => what,
    }
}

fn check_length(dimension: &Dimension, value: &Value) -> Result<(), Rejection> {
    match (dimension.kind, value) {
        (DimensionKind::Text, Value::Text(text)) => {
            dimension_value(dimension, &RawValue::Text(text)).map(drop)
        }
        _ => Ok(()),
    }
}

fn counter_value(name: &str, value: &RawValue<'_>) -> Result<i64, Rejection> {
    let invalid = |what: &str| invalid_counter(name, what);
    match value {
        RawValue::Integer(integer) if *integer < 0 => Err(invalid("a counter cannot be negative")),
        RawValue::Integer(integer) => {
            i64::try_from(*integer).map_err(|_| invalid("the number exceeds 2^63-1"))
        }
        RawValue::Float(float) if *float >= 9.2e18 => Err(invalid("the number exceeds 2^63-1")),
        RawValue::Float(_) => Err(invalid("a counter is a whole number")),
        RawValue::Text(text) => counter_text(text).map_err(invalid),
        other => Err(invalid(&format!(
            "expected a whole number, found {}",
            found(other)
        ))),
    }
}

/// A number as a CSV file writes it; an empty field is a counter left out.
fn counter_text(text: &str) -> Result<i64, &'static str> {
    if text.is_empty() {
        return Ok(0);
    }
    if text.starts_with('-') {
        return Err("a counter cannot be negative");
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("a counter is a whole number");
    }
    text.parse().map_err(|_| "the number exceeds 2^63-1")
}

fn counter(name: &str, value: u64) -> Result<i64, Rejection> {
    i64::try_from(value).map_err(|_| invalid_counter(name, "the number exceeds 2^63-1"))
}

fn invalid_counter(name: &str, what: &str) -> Rejection {
    Rejection::new(
        Reason::InvalidCounter,
        Some(name),
        format!("{name}: {what}"),
    )
}
