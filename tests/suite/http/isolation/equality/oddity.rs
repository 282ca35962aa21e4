//! What may be odd about an event.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// What is odd about an event: a part of it, and what that is instead.
#[derive(Debug, Clone)]
pub(super) struct Oddity(&'static str, Value);

impl Oddity {
    pub(super) fn applied_to(&self, mut event: Value) -> Value {
        let Self(part, value) = self;
        match *part {
            "" => {}
            "type" | "timestamp" => event[*part] = value.clone(),
            field => event["data"][field] = value.clone(),
        }
        event
    }
}

pub(super) fn oddity() -> impl Strategy<Value = Oddity> {
    let odd = |(part, value): (&'static str, Value)| Oddity(part, value);
    let oddities = vec![
        ("calls", json!(i64::MAX)),
        ("calls", json!(i64::MAX - 1_000_000)),
        ("calls", json!(u64::MAX)),
        ("calls", json!(-1)),
        ("calls", json!(1.5)),
        ("bytes", json!(i64::MAX)),
        ("count", json!(u32::MAX)),
        ("tool", json!("seventeen letters")),
        ("tool", json!("t\u{0}")),
        ("tool", json!("é'\"\\")),
        ("tool", json!(null)),
        ("transport", json!("pigeon")),
        ("attempt", json!(1_i64 << 31)),
        ("attempt", json!("2")),
        ("team_id", json!("\u{0}")),
        ("colour", json!("red")),
        ("type", json!("nothing")),
        ("timestamp", json!("yesterday")),
        ("timestamp", json!("2001-01-01T00:00:00Z")),
        ("timestamp", json!("2101-01-01T00:00:00Z")),
    ];
    let oddities = oddities.into_iter().map(odd).collect::<Vec<_>>();
    let (large, other) = oddities.split_at(2);
    prop_oneof![
        4 => Just(Oddity("", Value::Null)),
        3 => select(large.to_vec()),
        4 => select(other.to_vec()),
    ]
}
