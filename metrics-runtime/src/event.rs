//! What happened: one event of one metric, checked against its declaration.

mod builder;
mod value;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::dimension::Value;
use crate::error::{Reason, Rejection};
use crate::layout::{Dictionary, Layout};
use crate::metric::{Observation, TimeSeriesMetric};

pub use builder::EventBuilder;
pub use value::RawValue;
use value::{check_length, counter};

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
    pub(crate) fn of<M: TimeSeriesMetric>(
        layout: &Arc<Layout>,
        metric: &M,
        timestamp: DateTime<Utc>,
    ) -> Result<Self, Rejection> {
        let mut seen = Observation::default();
        metric.observe(&mut seen);
        let timestamp = timestamp.timestamp();
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
