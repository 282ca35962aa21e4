//! Events of formats that name their fields.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::value::{RawValue, counter_value, dimension_value};
use super::{Dimensions, Event};
use crate::dimension::Value;
use crate::error::{Reason, Rejection};
use crate::layout::Layout;
use crate::schema::{Dimension, MetricSchema};

/// Puts an event together field by field, from formats that name their fields.
///
/// It borrows the values from what was read, so that an event costs no memory of its own until it is finished.
#[derive(Debug)]
pub struct EventBuilder<'a> {
    layout: Arc<Layout>,
    dimensions: SmallVec<[Option<Value<'a>>; 8]>,
    measures: SmallVec<[Option<i64>; 4]>,
}

impl<'a> EventBuilder<'a> {
    /// Starts with no dimension set and every counter 0.
    #[must_use]
    pub fn new(layout: Arc<Layout>) -> Self {
        let (dimensions, measures) = (layout.schema.dimensions.len(), layout.schema.measures.len());
        Self {
            layout,
            dimensions: smallvec![None; dimensions],
            measures: smallvec![None; measures],
        }
    }

    /// Sets a dimension or a measure.
    ///
    /// # Errors
    ///
    /// When the metric has no field `name`, when it was set before, or when the value is not of its kind.
    pub fn set(&mut self, name: &str, value: RawValue<'a>) -> Result<(), Rejection> {
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
        let value = counter_value(name, &value)?;
        match self.measures[index].replace(value) {
            None => Ok(()),
            Some(_) => Err(given_twice(name)),
        }
    }

    /// Sets a dimension that the sender does not choose: it may be left out, or say the same.
    ///
    /// # Errors
    ///
    /// When the sender said something else.
    pub fn fix(&mut self, dimension: &Dimension, value: &'a str) -> Result<(), Rejection> {
        let index = self
            .layout
            .schema
            .dimensions
            .iter()
            .position(|other| other.name == dimension.name);
        let Some(index) = index else { return Ok(()) };
        // Most senders say the same, in the form in which it is stored.
        if let Some(Value::Text(said)) = &self.dimensions[index]
            && said == value
        {
            return Ok(());
        }
        let fixed = dimension_value(dimension, RawValue::Text(value.into()))?;
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
        let mut dimensions = Dimensions::default();
        for value in self.dimensions.iter().flatten() {
            dimensions.push(value);
        }
        Ok(Event {
            layout: self.layout,
            timestamp,
            dimensions,
            measures: self
                .measures
                .iter()
                .map(|value| value.unwrap_or(0))
                .collect(),
            levels: 0,
        })
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
