//! What the same question came to before.

use serde::Serialize;

use super::Buckets;

/// The answer for the range just before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Previous {
    /// Its buckets.
    Kept(Buckets),
    /// Nothing, and why: what lies further back is not kept in such buckets any more.
    Gone(String),
}

/// How a measure's total has changed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Change {
    /// By how much.
    pub absolute: i128,
    /// In percent of what it was, rounded to two decimals; `None` when it was zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<f64>,
}

impl Previous {
    /// The change of each measure's total, in the order of the schema.
    pub(super) fn changes(now: &Buckets, before: &Buckets) -> Vec<Change> {
        let totals = now.totals().into_iter().zip(before.totals());
        totals
            .map(|(now, before)| Change::between(before, now))
            .collect()
    }
}

impl Change {
    #[allow(
        clippy::cast_precision_loss,
        reason = "a percentage is shown with two decimals"
    )]
    fn between(before: i128, now: i128) -> Self {
        let absolute = now - before;
        let percent = (before != 0).then(|| {
            let hundredths = absolute as f64 / before as f64 * 10_000.0;
            hundredths.round() / 100.0
        });
        Self { absolute, percent }
    }
}
