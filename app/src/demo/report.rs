//! What a satellite reports of some ticks: happenings of the same subject together, as one event.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat};
use metrics_runtime::{Event, EventBuilder, RawValue, Registry, Rejection};
use serde_json::{Map, Value, json};

use super::QUARTER;
use super::happenings::{Subject, happenings};
use super::world::Satellite;

/// Everything that happened at a satellite from `start` up to `end`, within one quarter of an hour.
#[derive(Debug)]
pub(super) struct Report {
    start: i64,
    counts: BTreeMap<Subject, BTreeMap<&'static str, u64>>,
}

impl Report {
    /// Leaves out metrics that would not be kept any more at `now`.
    pub(super) fn of(
        satellite: &'static Satellite,
        (start, end): (i64, i64),
        registry: &Registry,
        now: i64,
    ) -> Self {
        let quarter = start.div_euclid(QUARTER) * QUARTER;
        let is_kept = |metric: &str| {
            registry
                .metric(metric)
                .is_some_and(|layout| quarter > now - layout.schema.longest_retention())
        };
        let mut counts: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for happening in happenings(satellite, quarter, is_kept) {
            if (start..end).contains(&(quarter + happening.offset)) {
                let sums = counts.entry(happening.subject).or_default();
                for (name, count) in happening.counts {
                    *sums.entry(name).or_default() += count;
                }
            }
        }
        Self { start, counts }
    }

    /// As the recorder takes it.
    pub(super) fn events(&self, registry: &Registry) -> Result<Vec<Event>, Rejection> {
        let mut events = Vec::with_capacity(self.counts.len());
        for (subject, counts) in &self.counts {
            let Some(layout) = registry.metric(subject.metric) else {
                continue;
            };
            let mut event = EventBuilder::new(layout.clone());
            for (name, value) in &subject.dimensions {
                event.set(name, RawValue::Text(Cow::Borrowed(value)))?;
            }
            for (name, count) in counts {
                event.set(name, RawValue::Integer(i128::from(*count)))?;
            }
            events.push(event.finish(self.start)?);
        }
        Ok(events)
    }

    /// As the API takes it.
    pub(super) fn body(&self) -> Value {
        let at = DateTime::from_timestamp(self.start, 0).unwrap_or_default();
        let at = at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let event = |(subject, counts): (&Subject, &BTreeMap<_, _>)| {
            let dimensions = subject.dimensions.iter();
            let dimensions = dimensions.map(|(name, value)| ((*name).to_owned(), json!(value)));
            let counts = counts
                .iter()
                .map(|(name, count): (&&str, &u64)| ((*name).to_owned(), json!(count)));
            let data: Map<String, Value> = dimensions.chain(counts).collect();
            json!({"type": subject.metric, "timestamp": at, "data": data})
        };
        json!({"events": self.counts.iter().map(event).collect::<Vec<_>>()})
    }
}
