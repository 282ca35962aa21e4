//! The rules of types that can be seen from their spelling. Trait bounds decide the rest.

use crate::errors::Errors;
use crate::model::{Column, Metric};
use crate::spelling::{float, is_option};

pub(super) fn check(metric: &Metric, errors: &Errors) {
    for (column, _) in metric.dimensions() {
        check_dimension(column, errors);
    }
    for (column, _) in metric.counters() {
        check_counter(column, errors);
    }
}

/// NULL is not equal to itself, so a row with one is never found again, and a float hardly ever is.
fn check_dimension(column: &Column, errors: &Errors) {
    let ty = &column.ty;
    if is_option(ty) {
        errors.on(ty, "a dimension cannot be optional: NULL never conflicts in an UPSERT; declare what stands for absence, such as `\"\"` or 0");
    } else if let Some(float) = float(ty) {
        errors.on(ty, format!("a float cannot be a dimension: `{float}` values are rarely equal; use a string, an integer or an enum"));
    }
}

/// Only whole numbers add up to the same sum in every order, and nothing is added by leaving 0 as it is.
fn check_counter(column: &Column, errors: &Errors) {
    let ty = &column.ty;
    if is_option(ty) {
        errors.on(
            ty,
            "a counter cannot be optional: leave it 0 when there is nothing to count",
        );
    } else if let Some(float) = float(ty) {
        errors.on(ty, format!("`{float}` cannot be a counter: counters are unsigned integers; count in a smaller unit, such as cents or milliseconds"));
    }
}
