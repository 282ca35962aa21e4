//! The values of fields: from how a format spells them to how they are stored.

use std::borrow::Cow;

use crate::dimension::{DimensionKind, Value};
use crate::error::{Reason, Rejection};
use crate::schema::Dimension;

/// A field's value as some format spells it.
#[derive(Debug, Clone, PartialEq)]
pub enum RawValue<'a> {
    /// Text; of a CSV file, anything.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i128),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// Anything else, by name: `null`, `an object`.
    Other(&'static str),
}

pub(super) fn dimension_value<'a>(
    dimension: &Dimension,
    value: RawValue<'a>,
) -> Result<Value<'a>, Rejection> {
    let parsed = match (dimension.kind, value) {
        (kind, RawValue::Text(Cow::Borrowed(text))) => kind.parse(text, dimension.max_len),
        (kind, RawValue::Text(Cow::Owned(text))) => {
            let parsed = kind.parse(&text, dimension.max_len);
            parsed.map(Value::into_owned)
        }
        (DimensionKind::Integer, RawValue::Integer(integer)) => i64::try_from(integer)
            .map(Value::Integer)
            .map_err(|_| "the number exceeds 64 bits".to_owned()),
        (DimensionKind::Boolean, RawValue::Boolean(boolean)) => {
            Ok(Value::Integer(i64::from(boolean)))
        }
        (kind, other) => Err(format!(
            "expected {}, found {}",
            expected(kind),
            found(&other)
        )),
    };
    parsed.map_err(|reason| invalid_dimension(dimension, &reason))
}

/// The rejection of a dimension's value.
pub(crate) fn invalid_dimension(dimension: &Dimension, reason: &str) -> Rejection {
    let message = format!("{}: {reason}", dimension.name);
    Rejection::new(Reason::InvalidDimension, Some(dimension.name), message)
}

fn expected(kind: DimensionKind) -> &'static str {
    match kind {
        DimensionKind::Integer => "an integer",
        DimensionKind::Boolean => "true or false",
        DimensionKind::Text | DimensionKind::Uuid | DimensionKind::Enum(_) => "text",
    }
}

fn found(value: &RawValue<'_>) -> &'static str {
    match value {
        RawValue::Text(_) => "text",
        RawValue::Integer(_) | RawValue::Float(_) => "a number",
        RawValue::Boolean(_) => "a boolean",
        RawValue::Other(what) => what,
    }
}

pub(super) fn counter_value(name: &str, value: &RawValue<'_>) -> Result<i64, Rejection> {
    let invalid = |what: &str| invalid_counter(name, what);
    match value {
        RawValue::Integer(integer) if *integer < 0 => Err(invalid("a counter cannot be negative")),
        RawValue::Integer(integer) => {
            i64::try_from(*integer).map_err(|_| invalid("the number exceeds 2^63-1"))
        }
        RawValue::Float(float) if *float >= 9.2e18 => Err(invalid("the number exceeds 2^63-1")),
        RawValue::Float(_) => Err(invalid("a counter is a whole number")),
        RawValue::Text(text) => counter_text(text).map_err(invalid),
        other => Err(invalid(&format!(
            "expected a whole number, found {}",
            found(other)
        ))),
    }
}

/// A number as formats write it that know text only, and as senders do whose numbers end at 2^53.
fn counter_text(text: &str) -> Result<i64, &'static str> {
    if text.starts_with('-') {
        return Err("a counter cannot be negative");
    }
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("a counter is a whole number");
    }
    text.parse().map_err(|_| "the number exceeds 2^63-1")
}

pub(super) fn counter(name: &str, value: u64) -> Result<i64, Rejection> {
    i64::try_from(value).map_err(|_| invalid_counter(name, "the number exceeds 2^63-1"))
}

fn invalid_counter(name: &str, what: &str) -> Rejection {
    Rejection::new(
        Reason::InvalidCounter,
        Some(name),
        format!("{name}: {what}"),
    )
}
