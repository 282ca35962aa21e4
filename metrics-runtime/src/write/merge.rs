//! From events to rows: aligned to every interval, merged by key, sorted.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::layout::Layout;
use crate::schema::MeasureKind;

/// Owner, interval, bucket, labels: the primary key, in its order. What a metric lacks is 0.
pub(crate) type Key = [i64; 4];

/// An event whose dictionary ids are known.
#[derive(Debug, Clone)]
pub(crate) struct Resolved<'a> {
    pub(crate) layout: &'a Arc<Layout>,
    pub(crate) owner: i64,
    pub(crate) labels: i64,
    pub(crate) timestamp: i64,
    /// The levels that keep it, a bit each.
    pub(crate) levels: u32,
    pub(crate) measures: &'a [i64],
    /// Which batch, and which event of it.
    pub(crate) origin: (usize, usize),
}

impl Resolved<'_> {
    /// The keys of the rows that the event adds to.
    pub(crate) fn keys(&self) -> impl Iterator<Item = Key> {
        let levels = self.layout.schema.levels.iter().enumerate();
        levels
            .filter(|(index, _)| self.levels & (1 << index) != 0)
            .map(|(_, level)| {
                [
                    self.owner,
                    level.interval.seconds(),
                    level.interval.floor(self.timestamp),
                    self.labels,
                ]
            })
    }
}

/// A sum of the batch itself exceeds 64 bits.
#[derive(Debug)]
pub(crate) struct Overflow;

/// The merged rows of one metric.
pub(crate) struct Rows<'a> {
    pub(crate) layout: &'a Arc<Layout>,
    index: HashMap<Key, usize>,
    measures: Vec<i64>,
}

/// Merges events into one row for each key, by metric.
///
/// Two writers that upsert in the same order cannot deadlock, and PostgreSQL refuses one key twice in a statement:
/// so metrics are in the order of their tables, and [`Rows::sorted`] in that of their keys.
pub(crate) fn merge<'a>(
    events: &[Resolved<'a>],
) -> Result<BTreeMap<&'static str, Rows<'a>>, Overflow> {
    let mut tables = BTreeMap::new();
    for event in events {
        let layout = event.layout;
        let rows = tables.entry(layout.schema.table).or_insert_with(|| Rows {
            layout,
            index: HashMap::new(),
            measures: Vec::new(),
        });
        for key in event.keys() {
            rows.add(key, event.measures)?;
        }
    }
    Ok(tables)
}

impl Rows<'_> {
    fn add(&mut self, key: Key, measures: &[i64]) -> Result<(), Overflow> {
        let fresh = self.index.len();
        let at = *self.index.entry(key).or_insert(fresh) * measures.len();
        if at == self.measures.len() {
            self.measures.extend_from_slice(measures);
            return Ok(());
        }
        for ((merged, value), measure) in self.measures[at..]
            .iter_mut()
            .zip(measures)
            .zip(self.layout.schema.measures)
        {
            *merged = match measure.kind {
                MeasureKind::Counter => merged.checked_add(*value).ok_or(Overflow)?,
            };
        }
        Ok(())
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    /// The rows in the order of their keys, as the UPSERT takes them.
    pub(crate) fn sorted(&self, created_at: i64) -> Vec<i64> {
        let mut order: Vec<_> = self.index.iter().collect();
        order.sort_unstable();
        let width = self.layout.schema.measures.len();
        let mut values = Vec::with_capacity(order.len() * (5 + width));
        for (key, index) in order {
            values.extend(stored_key(self.layout, *key));
            values.push(created_at);
            values.extend_from_slice(&self.measures[index * width..(index + 1) * width]);
        }
        values
    }
}

/// The parts of a key that the metric has.
pub(crate) fn stored_key(
    layout: &Layout,
    [owner, interval, bucket, labels]: Key,
) -> impl Iterator<Item = i64> {
    let owner = layout.owners.is_some().then_some(owner);
    let labels = layout.labels.is_some().then_some(labels);
    owner.into_iter().chain([interval, bucket]).chain(labels)
}
