//! What a team may be called.

use super::InvalidValue;

const EXPECTED: &str = "1 to 100 characters on one line";

/// A name that people read; it need not be unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamName(String);

impl TeamName {
    /// Reads a name.
    ///
    /// # Errors
    ///
    /// When it is empty, too long, or more than one line.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let name = text.trim();
        let sound =
            (1..=100).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        if sound {
            Ok(Self(name.to_owned()))
        } else {
            Err(InvalidValue::new("name", text, EXPECTED))
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::TeamName;

    #[test]
    fn a_name_is_one_line_of_a_sensible_length() {
        assert_eq!(TeamName::parse(" Ops & Co ").unwrap().as_str(), "Ops & Co");
        for odd in ["", "  ", "a\nb", &"x".repeat(101)] {
            assert!(TeamName::parse(odd).is_err(), "{odd:?}");
        }
    }
}
