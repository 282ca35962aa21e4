//! What producers hand over, and what they get back.

use serde::{Deserialize, Serialize};

use crate::error::{Reason, Rejection};
use crate::event::Event;
use crate::limits::Limits;
use crate::registry::Registry;
use crate::schema::MetricSchema;

/// Events that are recorded together, once.
#[derive(Debug, Default)]
pub struct Batch {
    /// The batch's name, if it has one.
    pub id: Option<BatchId>,
    /// The events. One that could not be read is an error here already, so that the receipt speaks of all.
    pub events: Vec<Result<Event, Failure>>,
}

/// Names a batch: the same id again gets the same receipt, and counts nothing twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchId {
    /// The name.
    pub name: String,
    /// Seconds that it is remembered; `None` is as long as [`Limits`] say.
    pub retention: Option<i64>,
}

impl From<String> for BatchId {
    fn from(name: String) -> Self {
        Self {
            name,
            retention: None,
        }
    }
}

impl Batch {
    /// A batch without an id.
    #[must_use]
    pub fn of(events: Vec<Event>) -> Self {
        Self {
            id: None,
            events: events.into_iter().map(Ok).collect(),
        }
    }

    /// Makes failures of events whose metrics are not registered.
    pub(crate) fn check(&mut self, registry: &Registry) {
        // Mostly they are of one metric, or of a few that come together.
        let mut registered: Option<&'static MetricSchema> = None;
        for (index, slot) in self.events.iter_mut().enumerate() {
            let Ok(event) = slot else { continue };
            let schema = event.layout.schema;
            if registered.is_some_and(|known| std::ptr::eq(known, schema)) {
                continue;
            }
            match registry.layout(schema) {
                Ok(_) => registered = Some(schema),
                Err(rejection) => *slot = Err(Failure::of(index, schema, rejection)),
            }
        }
    }
}

/// What became of a batch, once it is committed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// How many events are committed.
    pub processed: usize,
    /// The events that are not, in their order.
    pub failures: Vec<Failure>,
    /// Whether the batch had been recorded before, so that nothing was written for it this time.
    #[serde(skip)]
    pub replayed: bool,
}

impl Receipt {
    /// The same answer, for a batch that comes again.
    pub(crate) fn again(self) -> Self {
        Self {
            replayed: true,
            ..self
        }
    }
}

/// An event that was not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Its position in the batch.
    pub index: usize,
    /// The metric type that it said, if it said one.
    #[serde(rename = "type")]
    pub metric_type: Option<String>,
    /// Why it was not counted.
    pub rejection: Rejection,
}

impl Failure {
    /// An event of a known metric.
    pub(crate) fn of(index: usize, schema: &MetricSchema, rejection: Rejection) -> Self {
        Self {
            index,
            metric_type: Some(schema.name.to_owned()),
            rejection,
        }
    }
}

/// A batch on its way through the writer.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) batch: Batch,
    /// When its id, if it has one, may be forgotten, in epoch seconds.
    pub(crate) forget_at: i64,
    pub(crate) receipt: Option<Receipt>,
}

impl Pending {
    /// Checks timestamps against the clock; what is too old or too new becomes a failure.
    pub(crate) fn accept(mut batch: Batch, now: i64, limits: &Limits) -> Self {
        let retention = batch.id.as_ref().and_then(|id| id.retention);
        let forget_at = now + retention.unwrap_or(limits.batch_id_retention);
        for (index, slot) in batch.events.iter_mut().enumerate() {
            let Ok(event) = slot else { continue };
            let accepted = recorded_directly(event.layout.schema)
                .and_then(|()| event.accept(now, limits.max_future_skew));
            if let Err(rejection) = accepted {
                *slot = Err(Failure::of(index, event.layout.schema, rejection));
            }
        }
        Self {
            batch,
            forget_at,
            receipt: None,
        }
    }

    /// The events of a collector, none of which lies ahead, and none of which may be refused.
    pub(crate) fn collect(mut events: Vec<Event>, now: i64) -> Result<Self, Failure> {
        for (index, event) in events.iter_mut().enumerate() {
            let accepted = event.accept(now, 0);
            accepted.map_err(|why| Failure::of(index, event.layout.schema, why))?;
        }
        Ok(Self {
            batch: Batch::of(events),
            forget_at: now,
            receipt: None,
        })
    }

    /// How many events of it were committed, this time.
    pub(crate) fn committed(&self) -> usize {
        let receipt = self.receipt.as_ref().filter(|receipt| !receipt.replayed);
        receipt.map_or(0, |receipt| receipt.processed)
    }

    /// The receipt, with what was refused on the way and what could not be read in the first place.
    pub(crate) fn receipt_with(&self, mut failures: Vec<Failure>) -> Receipt {
        let unread = self
            .batch
            .events
            .iter()
            .filter_map(|event| event.as_ref().err().cloned());
        failures.extend(unread);
        failures.sort_unstable_by_key(|failure| failure.index);
        let processed = self.batch.events.len() - failures.len();
        Receipt {
            processed,
            failures,
            replayed: false,
        }
    }
}

/// A recount replaces what a collector has counted before. It would take along what others had recorded.
fn recorded_directly(schema: &MetricSchema) -> Result<(), Rejection> {
    match schema.collect {
        None => Ok(()),
        Some(_) => {
            let message = format!(
                "{} is counted by its collector, and cannot be recorded: remove `collect` from its declaration, \
                 or record another metric",
                schema.name
            );
            Err(Rejection::new(Reason::Collected, Some("type"), message))
        }
    }
}
