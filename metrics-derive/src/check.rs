//! Whether a declaration makes sense: one function for each rule, with the rule's reason above it.
//!
//! A rule that cannot be decided because something was not understood stays silent: that error is reported already.

mod columns;
mod levels;
mod names;
mod types;

use crate::errors::Errors;
use crate::model::{Fields, Metric};

/// Reports every rule that `metric` breaks.
pub(crate) fn metric(metric: &Metric, errors: &Errors) {
    if let Fields::None = metric.fields {
        return;
    }
    check_description(metric, errors);
    check_measures(metric, errors);
    names::check(metric, errors);
    levels::check(metric, errors);
    types::check(metric, errors);
    columns::check(metric, errors);
}

/// The description is what the catalogue, the dashboard and the API documentation show. Nobody adds it later.
fn check_description(metric: &Metric, errors: &Errors) {
    if metric.description.is_empty() {
        errors.on(
            &metric.ident,
            format!(
                "`{}` needs a description: add a `///` comment above the struct",
                metric.ident
            ),
        );
    }
}

/// Without a measure there would be nothing to add up.
fn check_measures(metric: &Metric, errors: &Errors) {
    let all_read = matches!(metric.fields, Fields::Read(_));
    if all_read && metric.counters().next().is_none() {
        errors.on(
            &metric.ident,
            format!(
                "`{}` has no measure: mark a field `#[counter]`",
                metric.ident
            ),
        );
    }
}
