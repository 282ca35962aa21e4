//! Names and descriptions that people read.

use std::ops::RangeInclusive;

use super::InvalidValue;

/// Text on one line. Two of anything may have the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(String);

impl Line {
    /// Reads a name.
    ///
    /// # Errors
    ///
    /// When it is empty, too long, or more than one line.
    pub fn name(text: &str) -> Result<Self, InvalidValue> {
        let expected = "1 to 100 characters on one line";
        Self::parse("name", text, 1..=100, expected)
    }

    /// Reads a description, which may be empty.
    ///
    /// # Errors
    ///
    /// When it is too long, or more than one line.
    pub fn description(text: &str) -> Result<Self, InvalidValue> {
        let expected = "at most 500 characters on one line";
        Self::parse("description", text, 0..=500, expected)
    }

    fn parse(
        field: &'static str,
        text: &str,
        length: RangeInclusive<usize>,
        expected: &'static str,
    ) -> Result<Self, InvalidValue> {
        let line = text.trim();
        if length.contains(&line.chars().count()) && !line.chars().any(char::is_control) {
            Ok(Self(line.to_owned()))
        } else {
            Err(InvalidValue::new(field, text, expected))
        }
    }

    /// The line as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn a_name_is_one_line_of_a_sensible_length() {
        assert_eq!(Line::name(" Ops & Co ").unwrap().as_str(), "Ops & Co");
        for odd in ["", "  ", "a\nb", &"x".repeat(101)] {
            assert!(Line::name(odd).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn a_description_may_be_empty_and_longer() {
        for sound in ["", &"x".repeat(500)] {
            assert!(Line::description(sound).is_ok(), "{sound}");
        }
        assert!(Line::description(&"x".repeat(501)).is_err());
    }
}
