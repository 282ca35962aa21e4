//! The values of an event's dimensions, in one piece of memory.

use smallvec::SmallVec;

use crate::dimension::Value;
use crate::schema::Dimension;

/// The values of all dimensions, in the order of the schema: integers as eight bytes, texts after their length.
/// Most fit without memory of their own.
///
/// Two events of a metric have the same values if they have the same bytes, so that a series is found by them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Dimensions(SmallVec<[u8; 64]>);

impl Dimensions {
    /// Adds the value of the next dimension.
    pub(crate) fn push(&mut self, value: &Value<'_>) {
        match value {
            Value::Integer(integer) => self.0.extend_from_slice(&integer.to_le_bytes()),
            Value::Text(text) => {
                self.push_length(text.len());
                self.0.extend_from_slice(text.as_bytes());
            }
        }
    }

    /// Seven bits a byte, the highest bit for more to come.
    fn push_length(&mut self, mut left: usize) {
        while left >= 0x80 {
            self.0.push(left.to_le_bytes()[0] | 0x80);
            left >>= 7;
        }
        self.0.push(left.to_le_bytes()[0]);
    }

    /// The values, given what dimensions they are of.
    pub(crate) fn values(&self, dimensions: &[Dimension]) -> Vec<Value<'_>> {
        let mut rest = self.0.as_slice();
        let value = |dimension: &Dimension| match dimension.kind.is_integer() {
            true => Value::Integer(i64::from_le_bytes(take(&mut rest))),
            false => {
                let length = take_length(&mut rest);
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

fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    let (taken, further) = rest
        .split_first_chunk()
        .expect("there is a value for each dimension");
    *rest = further;
    *taken
}

fn take_length(rest: &mut &[u8]) -> usize {
    let (mut length, mut shift) = (0, 0);
    loop {
        let [byte] = take(rest);
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return length;
        }
        shift += 7;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dimension::DimensionKind;
    use crate::schema::DimensionRole;

    #[test]
    fn values_of_every_length_come_back() {
        let dimension = |kind| Dimension {
            name: "d",
            description: "",
            kind,
            role: DimensionRole::Label,
            max_len: u32::MAX,
            references: None,
            renamed_from: None,
            former_words: &[],
            default: None,
        };
        let text = dimension(DimensionKind::Text);
        let kinds = [text, dimension(DimensionKind::Integer), text, text];
        let long = "x".repeat(20_000);
        let values = [
            Value::Text("".into()),
            Value::Integer(-1),
            Value::Text("ü".repeat(64).into()),
            Value::Text(long.into()),
        ];
        let mut dimensions = Dimensions::default();
        for value in &values {
            dimensions.push(value);
        }
        assert_eq!(dimensions.values(&kinds), values);
    }
}
