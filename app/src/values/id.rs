//! Ids of people, teams, satellites and keys.

use std::fmt;

use super::InvalidValue;
use crate::credentials::random_text;

const EXPECTED: &str = "1 to 64 letters, digits, '.', '_' or '-', and not dots alone";

/// An id that is safe in a URL, a file name and a log line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Id(String);

impl Id {
    /// Reads an id that somebody chose; `field` names it in the error.
    ///
    /// # Errors
    ///
    /// When it is empty, too long, or has other characters.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, InvalidValue> {
        let sound = (1..=64).contains(&text.len())
            && text.bytes().all(is_allowed)
            // Clients resolve `/teams/../metrics` before they send it.
            && text.bytes().any(|byte| byte != b'.');
        if sound {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidValue::new(field, text, EXPECTED))
        }
    }

    /// Makes one up: 16 characters of 80 random bits, so that no two ever meet.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        random_text::<10>().map(Self)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::Id;

    #[test]
    fn an_id_is_letters_digits_and_three_signs() {
        for sound in ["a", "u1", "Ada.Lovelace_1815-x", &"x".repeat(64)] {
            assert!(Id::parse("id", sound).is_ok(), "{sound}");
        }
    }

    #[test]
    fn an_id_that_would_need_escaping_is_refused_by_name() {
        for odd in [
            "",
            " ",
            "a b",
            "a/b",
            "é",
            "a\n",
            "..",
            ".",
            &"x".repeat(65),
        ] {
            let error = Id::parse("team", odd).unwrap_err();
            assert!(error.to_string().starts_with("team "), "{error}");
        }
    }

    #[test]
    fn made_up_ids_are_sound_and_differ() {
        let (one, other) = (Id::random().unwrap(), Id::random().unwrap());
        assert_ne!(one, other);
        assert_eq!(Id::parse("id", one.as_str()), Ok(one));
    }
}
