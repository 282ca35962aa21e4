//! Events of formats that name their fields.

use std::sync::Arc;

use smallvec::smallvec;

use super::value::{RawValue, counter_value, dimension_value};
use super::{Dimensions, Event, Measured};
use crate::dimension::Value;
use crate::error::{Reason, Rejection};
use crate::layout::Layout;
use crate::schema::{Dimension, MetricSchema};

/// Puts an event together field by field, from formats that name their fields.
#[derive(Debug)]
pub struct EventBuilder {
    layout: Arc<Layout>,
    dimensions: Vec<Option<Value<'static>>>,
    measures: Measured,
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
            measures: smallvec![0; measures],
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
        let mut dimensions = Dimensions::default();
        for value in self.dimensions.iter().flatten() {
            dimensions.push(value);
        }
        Ok(Event {
            layout: self.layout,
            timestamp,
            dimensions,
            measures: self.measures,
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
