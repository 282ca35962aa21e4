//! Examples of answers, written by what writes the answers.

use serde_json::{Value, json};

use crate::registry::Registry;
use crate::schema::MetricSchema;
use crate::series::{Buckets, Series};
use crate::time_range::TimeRange;
use crate::timeline::Timeline;
use crate::web::viewer::{Numbered, event};
use crate::window::moment;

/// When the examples begin: 2026-01-10T09:00:00Z.
const BEGINNING: i64 = 1_768_035_600;

/// What a series route answers where the route has decided on the dimensions in `fixed`.
pub(super) fn answer(schema: &'static MetricSchema, fixed: &[&'static str]) -> Value {
    json!({"success": true, "data": series(schema, fixed, &[3, 1])})
}

/// What its stream sends when something more is counted in the last bucket.
pub(super) fn stream(schema: &'static MetricSchema, fixed: &[&'static str]) -> String {
    let (before, now) = (
        series(schema, fixed, &[3, 1]),
        series(schema, fixed, &[3, 2]),
    );
    let update = now
        .update_since(&before)
        .map(|update| event("update", &update));
    event("snapshot", &before) + &update.unwrap_or_default()
}

/// What a stream of two series begins with.
pub(super) fn several_streams(registry: &Registry) -> String {
    let two = registry.metrics().take(2).enumerate();
    two.map(|(number, layout)| {
        event(
            "snapshot",
            &Numbered {
                series: number,
                data: series(layout.schema, &[], &[3, 1]),
            },
        )
    })
    .collect()
}

/// A series of buckets of the finest interval, each with the same count of every measure.
fn series(schema: &'static MetricSchema, fixed: &[&'static str], counts: &[i64]) -> Series {
    let interval = schema.levels[0].interval;
    let end = BEGINNING + interval.seconds() * i64::try_from(counts.len()).unwrap_or(1);
    let range = TimeRange::new(moment(BEGINNING), moment(end)).expect("some buckets");
    let mut buckets = Buckets::empty(schema, Timeline::even(range, interval));
    for (index, count) in (0..).zip(counts) {
        let measures = vec![*count; schema.measures.len()];
        let merged = buckets.merge(BEGINNING + interval.seconds() * index, &measures);
        merged.expect("small numbers have a sum");
    }
    // As short as an id may be: u1, t1.
    let id = |name: &str| name.chars().take(1).chain(['1']).collect();
    Series {
        filters: fixed.iter().map(|name| (*name, vec![id(name)])).collect(),
        buckets,
        groups: None,
        previous: None,
        completeness: None,
    }
}
