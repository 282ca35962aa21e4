//! The values of an event's dimensions, in one piece of memory.

use crate::dimension::Value;
use crate::schema::Dimension;

/// The values of all dimensions, in the order of the schema: integers as eight bytes, texts after their length.
///
/// Two events of a metric have the same values if they have the same bytes, so that a series is found by them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Dimensions(Vec<u8>);

impl Dimensions {
    /// Adds the value of the next dimension.
    pub(crate) fn push(&mut self, value: &Value<'_>) {
        match value {
            Value::Integer(integer) => self.0.extend_from_slice(&integer.to_le_bytes()),
            Value::Text(text) => {
                self.0.extend_from_slice(&text.len().to_le_bytes());
                self.0.extend_from_slice(text.as_bytes());
            }
        }
    }

    /// The values, given what dimensions they are of.
    pub(crate) fn values(&self, dimensions: &[Dimension]) -> Vec<Value<'_>> {
        let mut rest = self.0.as_slice();
        let value = |dimension: &Dimension| match dimension.kind.is_integer() {
            true => Value::Integer(i64::from_le_bytes(*take(&mut rest))),
            false => {
                let length = usize::from_le_bytes(*take(&mut rest));
                let (text, further) = rest.split_at(length);
                rest = further;
                Value::Text(String::from_utf8_lossy(text))
            }
        };
        dimensions.iter().map(value).collect()
    }

    /// All of them, to find a series by.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

fn take<'a>(rest: &mut &'a [u8]) -> &'a [u8; 8] {
    let (taken, further) = rest
        .split_first_chunk()
        .expect("there is a value for each dimension");
    *rest = further;
    taken
}
