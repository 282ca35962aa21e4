//! From events to rows: aligned to every interval, merged by key, sorted.

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use crate::layout::Layout;
use crate::schema::MeasureKind;
use crate::shape::Shape;

/// Owner, interval, bucket, labels: the primary key, in its order. What a metric lacks is 0.
pub(crate) type Key = [i64; 4];

/// An event as it is counted: whose dictionary ids are known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Point<'a> {
    pub(crate) owner: i64,
    pub(crate) labels: i64,
    pub(crate) timestamp: i64,
    /// The levels that keep it, a bit each.
    pub(crate) levels: u32,
    pub(crate) measures: &'a [i64],
}

impl Point<'_> {
    /// The keys of the rows that it adds to, for a table that keeps these intervals, in seconds.
    pub(crate) fn keys(&self, intervals: &[i64]) -> impl Iterator<Item = Key> {
        let kept = intervals.iter().enumerate();
        kept.filter(|(index, _)| self.levels & (1 << index) != 0)
            .map(|(_, seconds)| {
                let bucket = self.timestamp - self.timestamp.rem_euclid(*seconds);
                [self.owner, *seconds, bucket, self.labels]
            })
    }
}

/// An event on its way to be written.
#[derive(Debug, Clone)]
pub(crate) struct Resolved<'a> {
    pub(crate) layout: &'a Arc<Layout>,
    pub(crate) point: Point<'a>,
    /// Which batch, and which event of it.
    pub(crate) origin: (usize, usize),
}

/// A sum exceeds 64 bits.
#[derive(Debug)]
pub(crate) struct Overflow;

/// The merged rows of one metric.
pub(crate) struct Rows<'a> {
    pub(crate) shape: &'a Shape,
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
        let rows = tables
            .entry(event.layout.schema.table)
            .or_insert_with(|| Rows::new(&event.layout.shape));
        rows.add(&event.point)?;
    }
    Ok(tables)
}

impl<'a> Rows<'a> {
    /// No rows.
    pub(crate) fn new(shape: &'a Shape) -> Self {
        Self {
            shape,
            index: HashMap::new(),
            measures: Vec::new(),
        }
    }

    /// Adds an event to the rows of its keys.
    pub(crate) fn add(&mut self, point: &Point<'_>) -> Result<(), Overflow> {
        for key in point.keys(&self.shape.intervals) {
            let fresh = self.index.len();
            let at = *self.index.entry(key).or_insert(fresh) * point.measures.len();
            if at == self.measures.len() {
                self.measures.extend_from_slice(point.measures);
            } else {
                let merged = &mut self.measures[at..at + point.measures.len()];
                add_up(merged, point.measures, self.shape)?;
            }
        }
        Ok(())
    }

    /// How many rows there are.
    #[cfg(feature = "sqlite")]
    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    /// The rows in the order of their keys.
    pub(crate) fn sorted(&self) -> impl Iterator<Item = (Key, &[i64])> {
        let mut order: Vec<_> = self.index.iter().map(|(key, at)| (*key, *at)).collect();
        order.sort_unstable();
        let width = self.shape.measures.len();
        order
            .into_iter()
            .map(move |(key, index)| (key, &self.measures[index * width..(index + 1) * width]))
    }
}

fn add_up(merged: &mut [i64], values: &[i64], shape: &Shape) -> Result<(), Overflow> {
    for ((merged, value), (_, kind)) in merged.iter_mut().zip(values).zip(&shape.measures) {
        *merged = match kind {
            MeasureKind::Counter => merged.checked_add(*value).ok_or(Overflow)?,
        };
    }
    Ok(())
}

/// The parts of a key that the table has.
pub(crate) fn stored_key(
    shape: &Shape,
    [owner, interval, bucket, labels]: Key,
) -> impl Iterator<Item = i64> + use<> {
    let owner = shape.owners.is_some().then_some(owner);
    let labels = shape.labels.is_some().then_some(labels);
    owner.into_iter().chain([interval, bucket]).chain(labels)
}
