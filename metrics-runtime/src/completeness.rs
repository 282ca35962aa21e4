//! Which buckets are final: all that is to be counted in them is.

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::StoreError;
use crate::layout::Layout;
use crate::limits::CLOCK_SKEW;
use crate::store::Store;
use crate::window::moment;

impl Store {
    /// Up to when the collector of a metric has counted; `None` when it has not begun, or the metric has none.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub fn collected_until(&self, layout: &Layout) -> Result<Option<DateTime<Utc>>, StoreError> {
        let watermark = self.watermark(layout)?;
        Ok(watermark.map(|watermark| moment(watermark.collected_until)))
    }

    /// The moment up to which buckets of a metric are final: those are that end at it or before.
    ///
    /// A metric with a collector is final up to its watermark; only a recount changes what is before. A metric that is
    /// recorded is final up to as far before `now` as clocks may differ: what is reported when it happens is counted by
    /// then. What is reported late is counted all the same for as long as its bucket is kept, so that a final bucket of
    /// such a metric may still grow.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub fn final_until(
        &self,
        layout: &Layout,
        now: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, StoreError> {
        if layout.schema.collect.is_none() {
            return Ok(now - TimeDelta::seconds(CLOCK_SKEW));
        }
        // Nothing of it is final before its collector has run.
        let collected = self.collected_until(layout)?;
        Ok(collected.unwrap_or(DateTime::UNIX_EPOCH).min(now))
    }
}
