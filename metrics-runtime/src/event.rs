//! What happened: one event of one metric, checked against its declaration.

mod builder;
mod dimensions;
mod observation;
mod value;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use smallvec::SmallVec;

use crate::error::{Reason, Rejection};
use crate::layout::Layout;
use crate::noun::{in_days, one_or_many};

pub use builder::EventBuilder;
pub(crate) use dimensions::Dimensions;
pub use observation::Observation;
pub use value::RawValue;

/// The measures of an event: few, and so without memory of their own.
pub(crate) type Measured = SmallVec<[i64; 4]>;

/// One event, ready to be recorded.
#[derive(Debug, Clone)]
pub struct Event {
    pub(crate) layout: Arc<Layout>,
    /// When it happened, in epoch seconds.
    pub(crate) timestamp: i64,
    pub(crate) dimensions: Dimensions,
    /// The measures, in the order of the schema.
    pub(crate) measures: Measured,
    /// The levels that keep it, a bit each; none until it is accepted.
    pub(crate) levels: u32,
}

/// Bytes of the values that make up a key of a dictionary. An entry of PostgreSQL's index has some 2,700 bytes at most,
/// and what one database takes the others take as well.
const LONGEST_KEY: usize = 2_500;

/// Whether the values fit into the keys that they are parts of.
fn check_keys(layout: &Layout, dimensions: &Dimensions) -> Result<(), Rejection> {
    // They mostly do together.
    if dimensions.as_bytes().len() <= LONGEST_KEY {
        return Ok(());
    }
    let values = dimensions.values(layout.schema.dimensions);
    for dictionary in layout.dictionaries() {
        let lengths = dictionary.dimensions.iter();
        let lengths = lengths.map(|(index, dimension)| (values[*index].bytes(), dimension.name));
        let all: usize = lengths.clone().map(|(length, _)| length).sum();
        if all > LONGEST_KEY {
            let (_, longest) = lengths.max().unwrap_or_default();
            let names: Vec<_> = dictionary.dimensions.iter().map(|(_, d)| d.name).collect();
            let message = format!(
                "the values of {} have {all} bytes together, {LONGEST_KEY} are allowed: shorten {longest}, the longest",
                names.join(", ")
            );
            return Err(Rejection::new(
                Reason::InvalidDimension,
                Some(longest),
                message,
            ));
        }
    }
    Ok(())
}

impl Event {
    /// The event of what was observed.
    pub(crate) fn observed(
        layout: &Arc<Layout>,
        observation: Observation,
        timestamp: DateTime<Utc>,
    ) -> Result<Self, Rejection> {
        let (dimensions, measures) = observation.finish()?;
        check_keys(layout, &dimensions)?;
        Ok(Self {
            layout: Arc::clone(layout),
            timestamp: timestamp.timestamp(),
            dimensions,
            measures,
            levels: 0,
        })
    }

    /// Finds out which levels keep the event's buckets at `now`.
    ///
    /// # Errors
    ///
    /// When none does, or the event lies more than `max_skew` seconds ahead.
    pub(crate) fn accept(&mut self, now: i64, max_skew: i64) -> Result<(), Rejection> {
        let schema = self.layout.schema;
        if self.timestamp > now + max_skew {
            let ahead = self.timestamp - now;
            let seconds = one_or_many(ahead, "second", "seconds");
            let message = format!("timestamp is {ahead} {seconds} ahead of this server's clock");
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
            let message = format!(
                "timestamp is older than what {} keeps: {}",
                schema.name,
                in_days(schema.longest_retention())
            );
            return Err(Rejection::new(Reason::TooOld, Some("timestamp"), message));
        }
        self.levels = mask;
        Ok(())
    }
}
