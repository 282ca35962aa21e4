//! What happened: one event of one metric, checked against its declaration.

mod builder;
mod dimensions;
mod observation;
mod value;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::error::{Reason, Rejection};
use crate::layout::Layout;
use crate::metric::TimeSeriesMetric;

pub use builder::EventBuilder;
pub(crate) use dimensions::Dimensions;
pub use observation::Observation;
pub use value::RawValue;

/// One event, ready to be recorded.
#[derive(Debug, Clone)]
pub struct Event {
    pub(crate) layout: Arc<Layout>,
    /// When it happened, in epoch seconds.
    pub(crate) timestamp: i64,
    pub(crate) dimensions: Dimensions,
    /// The measures, in the order of the schema.
    pub(crate) measures: Vec<i64>,
}

impl Event {
    /// The event that a metric's struct stands for.
    pub(crate) fn of<M: TimeSeriesMetric>(
        layout: &Arc<Layout>,
        metric: &M,
        timestamp: DateTime<Utc>,
    ) -> Result<Self, Rejection> {
        let mut observation = Observation::of(M::SCHEMA);
        metric.observe(&mut observation);
        let (dimensions, measures) = observation.finish()?;
        Ok(Self {
            layout: Arc::clone(layout),
            timestamp: timestamp.timestamp(),
            dimensions,
            measures,
        })
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
