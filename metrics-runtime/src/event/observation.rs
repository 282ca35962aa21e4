//! What a metric's struct says of itself.

use super::value::{counter, invalid_dimension};
use super::{Dimensions, Measured};
use crate::dimension::{DimensionKind, Value, limited};
use crate::error::Rejection;
use crate::schema::MetricSchema;

/// The dimensions and measures of one event, as generated code tells them.
#[derive(Debug, PartialEq, Eq)]
pub struct Observation {
    schema: &'static MetricSchema,
    /// How many dimensions there were so far.
    told: usize,
    dimensions: Dimensions,
    measures: Measured,
    /// The first thing that is wrong with it.
    rejection: Option<Rejection>,
}

impl Observation {
    /// Nothing observed yet of a metric with this schema.
    #[must_use]
    pub fn of(schema: &'static MetricSchema) -> Self {
        Self {
            schema,
            told: 0,
            dimensions: Dimensions::default(),
            measures: Measured::new(),
            rejection: None,
        }
    }

    /// Adds the next dimension.
    ///
    /// # Panics
    ///
    /// When the metric has no further dimension; generated code counts them.
    pub fn dimension(&mut self, value: Value<'_>) {
        let dimension = &self.schema.dimensions[self.told];
        self.told += 1;
        if let (DimensionKind::Text, Value::Text(text)) = (dimension.kind, &value)
            && let Err(reason) = limited(text, dimension.max_len)
        {
            self.reject(invalid_dimension(dimension, &reason));
        }
        self.dimensions.push(&value);
    }

    /// Adds the next counter.
    ///
    /// # Panics
    ///
    /// When the metric has no further measure; generated code counts them.
    pub fn counter(&mut self, count: u64) {
        let measure = &self.schema.measures[self.measures.len()];
        let count = counter(measure.name, count).unwrap_or_else(|rejection| {
            self.reject(rejection);
            0
        });
        self.measures.push(count);
    }

    fn reject(&mut self, rejection: Rejection) {
        self.rejection.get_or_insert(rejection);
    }

    /// The values, unless something is wrong with them.
    pub(super) fn finish(self) -> Result<(Dimensions, Measured), Rejection> {
        match self.rejection {
            Some(rejection) => Err(rejection),
            None => Ok((self.dimensions, self.measures)),
        }
    }
}
