//! The values that tell series apart, and the types that can be one.

use std::borrow::Cow;
use std::fmt;

/// What values a dimension takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DimensionKind {
    /// Any text up to the declared length. `''` stands for absence.
    Text,
    /// A 64-bit integer. `0` stands for absence.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A UUID, kept as lower-case text with hyphens.
    Uuid,
    /// One of a fixed list of words.
    Enum(&'static [&'static str]),
}

impl DimensionKind {
    /// Reads a value of this kind from text, as filters and CSV files write it.
    ///
    /// # Errors
    ///
    /// The sentence that says what a value looks like.
    pub(crate) fn parse(self, text: &str, max_len: u32) -> Result<Value<'_>, String> {
        match self {
            Self::Text => limited(text, max_len),
            Self::Integer => text
                .parse()
                .map(Value::Integer)
                .map_err(|_| format!("\"{text}\" is not a 64-bit integer")),
            Self::Boolean => match text {
                "true" => Ok(Value::Integer(1)),
                "false" => Ok(Value::Integer(0)),
                _ => Err(format!("\"{text}\" is neither true nor false")),
            },
            Self::Uuid => canonical_uuid(text).ok_or_else(|| format!("\"{text}\" is not a UUID")),
            Self::Enum(words) if words.contains(&text) => Ok(Value::Text(text.into())),
            Self::Enum(words) => Err(format!("\"{text}\" is not one of {}", words.join(", "))),
        }
    }

    /// Writes a value of this kind as [`parse`](Self::parse) reads it.
    pub(crate) fn show(self, value: &Value<'_>) -> String {
        match (self, value) {
            (Self::Boolean, Value::Integer(boolean)) => (*boolean != 0).to_string(),
            _ => value.to_string(),
        }
    }

    /// Whether values are stored as integers, and not as text.
    #[must_use]
    pub fn is_integer(self) -> bool {
        matches!(self, Self::Integer | Self::Boolean)
    }
}

/// Checks a text as it is stored: without NUL, and not longer than declared.
pub(crate) fn limited(text: &str, max_len: u32) -> Result<Value<'_>, String> {
    if text.as_bytes().contains(&0) {
        return Err("the value contains a NUL character".to_owned());
    }
    let fits = |length: usize| u32::try_from(length).is_ok_and(|length| length <= max_len);
    // No text has more characters than bytes, and counting bytes costs nothing.
    if fits(text.len()) || fits(text.chars().count()) {
        return Ok(Value::Text(text.into()));
    }
    let length = text.chars().count();
    Err(format!(
        "the value has {length} characters, {max_len} are allowed"
    ))
}

/// Lower case with hyphens, so that one UUID is one value however it was written.
fn canonical_uuid(text: &str) -> Option<Value<'static>> {
    let digits: String = text
        .chars()
        .filter(|c| *c != '-')
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let hyphens: Vec<usize> = text.match_indices('-').map(|(at, _)| at).collect();
    let well_placed = hyphens.is_empty() || hyphens == [8, 13, 18, 23];
    if digits.len() != 32 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) || !well_placed {
        return None;
    }
    let parts = [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ];
    Some(Value::Text(parts.join("-").into()))
}

/// A dimension's value, in the form in which it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(
    any(feature = "postgres", feature = "turso"),
    derive(serde::Serialize),
    serde(untagged)
)]
pub enum Value<'a> {
    /// Text, UUIDs and the words of enums.
    Text(Cow<'a, str>),
    /// Integers; booleans as 0 and 1.
    Integer(i64),
}

impl Value<'_> {
    /// How much room it takes.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Integer(_) => size_of::<i64>(),
        }
    }

    /// The value on its own, whatever it was borrowed from.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Integer(integer) => Value::Integer(integer),
        }
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(integer) => write!(f, "{integer}"),
        }
    }
}

/// A type that can be a `#[dimension]`.
///
/// Implemented for strings, integers, booleans and (with the feature `uuid`) UUIDs; derive it on an enum without
/// fields, or on a newtype of another dimension value:
///
/// ```
/// use metrics_runtime::DimensionValue;
///
/// #[derive(DimensionValue)]
/// enum Transport { Stdio, StreamableHttp }
///
/// #[derive(DimensionValue)]
/// struct Region(String);
///
/// assert_eq!(Transport::StreamableHttp.to_value().to_string(), "streamable_http");
/// assert_eq!(Region("eu".into()).to_value().to_string(), "eu");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a dimension",
    label = "not a dimension value",
    note = "dimensions are strings, integers that fit into 64 bits with a sign (i8 to i64, u8 to u32), booleans, UUIDs, and enums or newtypes that `#[derive(DimensionValue)]`"
)]
pub trait DimensionValue {
    /// What values the type has.
    const KIND: DimensionKind;

    /// Words that an enum had, each with the one that takes its rows over.
    const FORMER_WORDS: &'static [(&'static str, &'static str)] = &[];

    /// The value as it is stored.
    fn to_value(&self) -> Value<'_>;
}

macro_rules! text_dimensions {
    ($($type:ty),*) => {$(
        impl DimensionValue for $type {
            const KIND: DimensionKind = DimensionKind::Text;
            fn to_value(&self) -> Value<'_> {
                let text: &str = self.as_ref();
                Value::Text(text.into())
            }
        }
    )*};
}
text_dimensions!(
    String,
    Box<str>,
    std::sync::Arc<str>,
    std::borrow::Cow<'_, str>,
    &str
);

macro_rules! integer_dimensions {
    ($($type:ty),*) => {$(
        impl DimensionValue for $type {
            const KIND: DimensionKind = DimensionKind::Integer;
            fn to_value(&self) -> Value<'_> {
                Value::Integer(i64::from(*self))
            }
        }
    )*};
}
integer_dimensions!(i8, i16, i32, i64, u8, u16, u32);

impl DimensionValue for bool {
    const KIND: DimensionKind = DimensionKind::Boolean;
    fn to_value(&self) -> Value<'_> {
        Value::Integer(i64::from(*self))
    }
}

#[cfg(feature = "uuid")]
impl DimensionValue for uuid::Uuid {
    const KIND: DimensionKind = DimensionKind::Uuid;
    fn to_value(&self) -> Value<'_> {
        Value::Text(self.hyphenated().to_string().into())
    }
}
