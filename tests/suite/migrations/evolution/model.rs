//! Rows as a list, and what becomes of them: the naive way.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use metrics_runtime::{DimensionKind, DimensionRole};
use proptest::prelude::*;

use super::step::Step;
use crate::support::database::Database;
use crate::support::spec::{DimensionSpec, Spec};

/// Every text that a dimension has, so that a reference finds it.
pub(super) const PLACES: [&str; 18] = [
    "", "a", "b'c", "žluť", "stdio", "http", "web", "any", "unused", "0", "1", "2", "-1", "7",
    "true", "false", "8", "9",
];

/// A row that is to come: numbers that choose among what the dimensions can be by then.
#[derive(Debug, Clone)]
pub(super) struct Row {
    interval: usize,
    bucket: i64,
    values: [usize; 4],
    overflows: bool,
    amount: i64,
}

pub(super) fn row() -> impl Strategy<Value = Row> {
    let amount = prop_oneof![0..100_i64, Just((1 << 53) + 1)];
    (
        0..4_usize,
        0..150_i64,
        any::<[usize; 4]>(),
        prop::bool::weighted(0.15),
        amount,
    )
        .prop_map(|(interval, bucket, values, overflows, amount)| Row {
            interval,
            bucket,
            values,
            overflows,
            amount,
        })
}

/// What tells rows apart: interval, bucket, and each dimension's value, which the overflow series has not.
type Key = (u32, i64, BTreeMap<usize, Option<String>>);

/// The rows, each with what its measures have counted.
type Rows = BTreeMap<Key, BTreeMap<usize, i64>>;

pub(super) struct Model {
    pub(super) spec: Spec,
    rows: Rows,
    next: usize,
    overflowing: bool,
}

/// A moment that is the same for all databases of this run.
pub(super) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(Utc::now().timestamp() / 86_400 * 86_400, 0).expect("a time")
}

impl Model {
    pub(super) fn new(spec: Spec) -> Self {
        Self {
            spec,
            rows: BTreeMap::new(),
            next: 200,
            overflowing: false,
        }
    }

    /// Changes the declaration and, accordingly, the rows.
    pub(super) fn change(&mut self, steps: &[Step]) {
        let before = self.spec.clone();
        for step in steps {
            step.apply(&mut self.spec, &before, self.next, self.overflowing);
            self.next += 1;
        }
        let rows = std::mem::take(&mut self.rows);
        let stored = self.spec.intervals.clone();
        self.add_all(
            rows.iter()
                .filter(|((interval, ..), _)| stored.contains(interval)),
            &before,
            None,
        );
        let added: Vec<u32> = self
            .spec
            .intervals
            .iter()
            .copied()
            .filter(|interval| !before.intervals.contains(interval))
            .collect();
        for interval in added {
            let sources = before
                .intervals
                .iter()
                .copied()
                .filter(|finer| interval % finer == 0);
            let sources: Vec<u32> = sources.collect();
            let fullest = fullest(&rows, &sources, interval, &self.kept_measures(&before));
            self.add_all(
                rows.iter().filter(|((source, bucket, _), _)| {
                    fullest.get(&start(*bucket, interval)) == Some(source)
                }),
                &before,
                Some(interval),
            );
        }
    }

    /// The measures that were there before and stay.
    fn kept_measures(&self, before: &Spec) -> Vec<usize> {
        let stays = |id: &usize| before.measures.iter().any(|measure| measure.id == *id);
        let measures = self.spec.measures.iter().map(|measure| measure.id);
        measures.filter(stays).collect()
    }

    fn add_all<'a>(
        &mut self,
        rows: impl Iterator<Item = (&'a Key, &'a BTreeMap<usize, i64>)>,
        before: &Spec,
        interval: Option<u32>,
    ) {
        for ((own, bucket, values), measures) in rows
            .map(|(key, measures)| (key.clone(), measures.clone()))
            .collect::<Vec<_>>()
        {
            let interval = interval.unwrap_or(own);
            let values = self
                .spec
                .dimensions
                .iter()
                .map(|dimension| (dimension.id, moved(dimension, &values, before)))
                .collect();
            self.add((interval, start(bucket, interval), values), &measures);
        }
    }

    fn add(&mut self, key: Key, measures: &BTreeMap<usize, i64>) {
        let row = self.rows.entry(key).or_default();
        for measure in &self.spec.measures {
            *row.entry(measure.id).or_default() += measures.get(&measure.id).copied().unwrap_or(0);
        }
    }

    /// Takes rows in.
    pub(super) fn record(&mut self, rows: &[Row]) {
        for row in rows {
            let key = self.key(row);
            self.overflowing |= key.2.values().any(Option::is_none);
            let measures = self
                .spec
                .measures
                .iter()
                .map(|measure| (measure.id, row.amount))
                .collect();
            self.add(key, &measures);
        }
    }

    /// Puts the same rows into a database, past the writer.
    pub(super) fn insert(&self, database: &Database, rows: &[Row]) {
        for row in rows {
            let (interval, bucket, values) = self.key(row);
            let owner = self.entry(database, &values, "owners");
            let labels = self.entry(database, &values, "labels");
            let table = &self.spec.table;
            let entries = [("owner_id", owner), ("labels_id", labels)];
            let entries: Vec<_> = entries
                .into_iter()
                .filter_map(|(column, id)| Some((column.to_owned(), id?)))
                .collect();
            let fixed = [
                ("bucket_interval", (i64::from(interval) * 60).to_string()),
                ("bucket_timestamp", bucket.to_string()),
            ];
            let fixed = fixed.map(|(column, value)| (column.to_owned(), value));
            let key: Vec<_> = entries.into_iter().chain(fixed).collect();
            let measures: Vec<_> = self
                .spec
                .measures
                .iter()
                .map(|measure| measure.name.clone())
                .collect();
            let columns = join(key.iter().map(|(column, _)| column.clone()));
            let values = join(
                key.iter()
                    .map(|(_, value)| value.clone())
                    .chain(["1".to_owned()])
                    .chain(measures.iter().map(|_| row.amount.to_string())),
            );
            let sums = join(
                measures
                    .iter()
                    .map(|name| format!("{name} = {table}.{name} + excluded.{name}")),
            );
            database.execute(&format!(
                "INSERT INTO {table} ({columns}, created_at, {}) VALUES ({values}) ON CONFLICT ({columns}) DO UPDATE SET {sums}",
                join(measures.iter().cloned())
            ));
        }
    }

    /// Makes the dictionary entry of a row, and answers the query of its id.
    fn entry(
        &self,
        database: &Database,
        values: &BTreeMap<usize, Option<String>>,
        dictionary: &str,
    ) -> Option<String> {
        let is_label = |dimension: &&DimensionSpec| {
            (dimension.role == DimensionRole::Label) == (dictionary == "labels")
        };
        let dimensions: Vec<_> = self.spec.dimensions.iter().filter(is_label).collect();
        if dimensions.is_empty() {
            return None;
        }
        let value = |dimension: &&DimensionSpec| {
            Some(literal(dimension.kind, values[&dimension.id].as_deref()?))
        };
        let Some(values) = dimensions.iter().map(value).collect::<Option<Vec<_>>>() else {
            return Some("0".to_owned());
        };
        let names = join(dimensions.iter().map(|dimension| dimension.name.clone()));
        let table = format!("{}_{dictionary}", self.spec.table);
        database.execute(&format!(
            "INSERT INTO {table} ({names}, last_used_at) VALUES ({}, 1) ON CONFLICT ({names}) DO NOTHING",
            join(values.iter().cloned())
        ));
        let same: Vec<_> = dimensions
            .iter()
            .zip(&values)
            .map(|(dimension, value)| format!("{} = {value}", dimension.name))
            .collect();
        Some(format!(
            "(SELECT id FROM {table} WHERE {})",
            same.join(" AND ")
        ))
    }

    fn key(&self, row: &Row) -> Key {
        let interval = self.spec.intervals[row.interval % self.spec.intervals.len()];
        let width = i64::from(interval) * 60;
        let at = now().timestamp() - row.bucket * 900 - 900;
        let referring = self
            .spec
            .dimensions
            .iter()
            .any(|dimension| dimension.references.is_some());
        let value = |(index, dimension): (usize, &DimensionSpec)| {
            let value = dimension.values[row.values[index % 4] % dimension.values.len()].to_owned();
            // References come and go, but the way back passes them all.
            let overflows = row.overflows
                && !referring
                && dimension.role == DimensionRole::Label
                && self.may_overflow();
            (dimension.id, (!overflows).then_some(value))
        };
        (
            interval,
            at - at.rem_euclid(width),
            self.spec.dimensions.iter().enumerate().map(value).collect(),
        )
    }

    /// Half of all runs have an overflow series; the others have references of labels.
    fn may_overflow(&self) -> bool {
        self.overflowing || self.next == 200
    }

    /// The rows as the view shows them.
    pub(super) fn shown(&self) -> Vec<String> {
        let show = |((interval, bucket, values), measures): (&Key, &BTreeMap<usize, i64>)| {
            let interval = metrics_runtime::Interval::from_seconds(interval * 60);
            let values = self
                .spec
                .dimensions
                .iter()
                .map(|dimension| values[&dimension.id].clone().unwrap_or("-".to_owned()));
            let measures = self
                .spec
                .measures
                .iter()
                .map(|measure| measures[&measure.id].to_string());
            let parts: Vec<_> = [interval.to_string(), bucket.to_string()]
                .into_iter()
                .chain(values)
                .chain(measures)
                .collect();
            parts.join("|")
        };
        let mut rows: Vec<_> = self.rows.iter().map(show).collect();
        rows.sort();
        rows
    }

    /// The sums of each interval.
    pub(super) fn sums(&self) -> Vec<(u32, Vec<i64>)> {
        let sum = |interval: u32, id: usize| {
            let rows = self.rows.iter().filter(|((own, ..), _)| *own == interval);
            rows.map(|(_, measures)| measures[&id]).sum()
        };
        let of = |interval: &u32| {
            (
                *interval,
                self.spec
                    .measures
                    .iter()
                    .map(|measure| sum(*interval, measure.id))
                    .collect(),
            )
        };
        self.spec.intervals.iter().map(of).collect()
    }
}

/// The bucket of an interval in which another one's begins.
fn start(bucket: i64, interval: u32) -> i64 {
    bucket - bucket % (i64::from(interval) * 60)
}

/// For each bucket of a new interval, which of its sources has counted most in it, and of equals the finest.
fn fullest(rows: &Rows, sources: &[u32], interval: u32, measures: &[usize]) -> BTreeMap<i64, u32> {
    let mut counted: BTreeMap<(i64, Reverse<u32>), i128> = BTreeMap::new();
    for ((source, bucket, _), values) in rows {
        if sources.contains(source) {
            let sum = measures.iter().map(|id| i128::from(values[id]));
            *counted
                .entry((start(*bucket, interval), Reverse(*source)))
                .or_default() += sum.sum::<i128>();
        }
    }
    let mut best: BTreeMap<i64, (i128, Reverse<u32>)> = BTreeMap::new();
    for ((start, source), sum) in counted {
        let found = best.entry(start).or_insert((sum, source));
        *found = (*found).max((sum, source));
    }
    let source = |(start, (_, Reverse(source)))| (start, source);
    best.into_iter().map(source).collect()
}

/// What a dimension's value is after a change: what it was, perhaps in other words, or the default.
fn moved(
    dimension: &DimensionSpec,
    values: &BTreeMap<usize, Option<String>>,
    before: &Spec,
) -> Option<String> {
    let former = before
        .dimensions
        .iter()
        .find(|former| former.id == dimension.id);
    if let Some(former) = former {
        let value = values[&dimension.id].clone()?;
        return Some(match (former.kind, dimension.kind) {
            (DimensionKind::Boolean, DimensionKind::Text) => {
                if value == "0" { "false" } else { "true" }.to_owned()
            }
            (DimensionKind::Enum(_), DimensionKind::Enum(_)) => {
                let mut words = dimension.former_words.iter();
                let taken_over = words.find(|(former, _)| *former == value);
                taken_over.map_or(value, |(_, word)| (*word).to_owned())
            }
            _ => value,
        });
    }
    // The overflow series has no labels, new ones neither.
    let label = |former: &DimensionSpec| former.role == DimensionRole::Label;
    let mut labels = before
        .dimensions
        .iter()
        .filter(|former| label(former) && label(dimension));
    // Only while a label stays is the series told from others.
    let stays = labels.clone().count() > 0;
    if stays && labels.any(|former| values[&former.id].is_none()) {
        return None;
    }
    let absent = match dimension.kind {
        DimensionKind::Integer => "0",
        DimensionKind::Boolean => "false",
        _ => "",
    };
    Some(
        match (
            dimension.kind,
            dimension.default.as_deref().unwrap_or(absent),
        ) {
            (DimensionKind::Boolean, "true") => "1".to_owned(),
            (DimensionKind::Boolean, _) => "0".to_owned(),
            (_, default) => default.to_owned(),
        },
    )
}

fn literal(kind: DimensionKind, value: &str) -> String {
    match kind {
        DimensionKind::Integer | DimensionKind::Boolean => value.to_owned(),
        _ => format!("'{}'", value.replace('\'', "''")),
    }
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
