//! What a column holds, and what a statement binds.

use serde::{Deserialize, Serialize};

/// A value of SQLite's, in the form that the protocol gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Value {
    /// Nothing.
    Null,
    /// An integer. It travels as text: JSON's numbers are exact up to 2^53 only.
    Integer {
        /// The integer.
        #[serde(with = "decimal")]
        value: i64,
    },
    /// A number with a fraction.
    Float {
        /// The number.
        value: f64,
    },
    /// Text.
    Text {
        /// The text.
        value: String,
    },
    /// Bytes.
    Blob {
        /// The bytes.
        #[serde(with = "bytes")]
        base64: Vec<u8>,
    },
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        i64::from(value).into()
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer { value }
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float { value }
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        value.to_owned().into()
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text { value }
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        let base64 = value.to_owned();
        Self::Blob { base64 }
    }
}

mod decimal {
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(value: &i64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

mod bytes {
    use base64::Engine;
    use base64::alphabet::STANDARD;
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
    use serde::{Deserialize, Deserializer, Serializer, de};

    /// Servers differ in whether they pad.
    const BASE64: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&BASE64.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        BASE64.decode(text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn every_value_survives_the_way_there_and_back() {
        let values = vec![
            Value::Null,
            i64::MAX.into(),
            i64::MIN.into(),
            1.5.into(),
            "ä \" \0".into(),
            [0, 255, 7].as_slice().into(),
        ];
        let text = serde_json::to_string(&values).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Value>>(&text).unwrap(), values);
        assert!(
            text.contains(r#"{"type":"integer","value":"9223372036854775807"}"#),
            "{text}"
        );
    }

    #[test]
    fn bytes_may_come_without_padding() {
        let blob: Value = serde_json::from_str(r#"{"type":"blob","base64":"AP8"}"#).unwrap();
        assert_eq!(blob, [0, 255].as_slice().into());
    }
}
