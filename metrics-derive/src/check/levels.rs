//! The rules of intervals and retention.

use crate::duration;
use crate::errors::Errors;
use crate::model::{Metric, Retention, Spanned};

pub(super) fn check(metric: &Metric, errors: &Errors) {
    check_intervals_differ(&metric.intervals, errors);
    match &metric.retention {
        Retention::Default => {}
        Retention::All(retention) => check_all(&metric.intervals, retention, errors),
        Retention::Each(pairs) => check_each(&metric.intervals, pairs, errors),
    }
}

/// A bucket of an interval that is stored twice would be counted twice.
fn check_intervals_differ(intervals: &[Spanned<i64>], errors: &Errors) {
    for (index, interval) in intervals.iter().enumerate() {
        if contains(&intervals[..index], interval) {
            errors.at(
                interval.span,
                format!(
                    "interval {:?} is given twice: keep one of them",
                    duration::display(interval.value)
                ),
            );
        }
    }
}

/// One retention for all has to suit the widest interval.
fn check_all(intervals: &[Spanned<i64>], retention: &Spanned<i64>, errors: &Errors) {
    if let Some(widest) = intervals.iter().max_by_key(|interval| interval.value) {
        check_long_enough(widest, retention, errors);
    }
}

fn check_each(intervals: &[Spanned<i64>], pairs: &[(Spanned<i64>, Spanned<i64>)], errors: &Errors) {
    for (index, (interval, retention)) in pairs.iter().enumerate() {
        if pairs[..index]
            .iter()
            .any(|(earlier, _)| earlier.value == interval.value)
        {
            errors.at(
                interval.span,
                format!(
                    "the retention of {:?} is given twice: keep one of them",
                    duration::display(interval.value)
                ),
            );
        }
        check_is_stored(intervals, interval, errors);
        check_long_enough(interval, retention, errors);
    }
}

/// A retention for what is never stored is a misunderstanding, or a slip.
fn check_is_stored(intervals: &[Spanned<i64>], interval: &Spanned<i64>, errors: &Errors) {
    // Without a single interval the list itself was wrong.
    if intervals.is_empty() || contains(intervals, interval) {
        return;
    }
    let mut stored: Vec<i64> = intervals.iter().map(|interval| interval.value).collect();
    stored.sort_unstable();
    stored.dedup();
    let stored: Vec<String> = stored
        .into_iter()
        .map(|seconds| format!("{:?}", duration::display(seconds)))
        .collect();
    errors.at(
        interval.span,
        format!(
            "retention names {:?}, which is not an interval of this metric: use {}, or add it to `intervals`",
            duration::display(interval.value),
            stored.join(", ")
        ),
    );
}

/// A bucket would be deleted before it is full.
fn check_long_enough(interval: &Spanned<i64>, retention: &Spanned<i64>, errors: &Errors) {
    if retention.value < interval.value {
        let interval = duration::display(interval.value);
        errors.at(
            retention.span,
            format!(
                "retention {:?} is shorter than the interval {interval:?}: keep buckets for at least {interval:?}",
                duration::display(retention.value)
            ),
        );
    }
}

fn contains(intervals: &[Spanned<i64>], interval: &Spanned<i64>) -> bool {
    intervals.iter().any(|other| other.value == interval.value)
}
