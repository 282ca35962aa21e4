//! E-mail addresses, as far as a service that sends no mail needs to know them.

use std::fmt;

use super::InvalidValue;

const EXPECTED: &str = "an address such as ada@example.com";

/// An e-mail address in lower case, so that one address in two spellings is one person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Reads an address.
    ///
    /// The rule is the one of `<input type="email">`, with any letter of any script: stricter rules refuse people
    /// whose mail arrives.
    ///
    /// # Errors
    ///
    /// When it is not one.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let normalized = Self::normalize(text);
        let sound = normalized.len() <= 254
            && normalized
                .split_once('@')
                .is_some_and(|(local, domain)| is_local_part(local) && is_domain(domain));
        if sound {
            Ok(Self(normalized))
        } else {
            Err(InvalidValue::new("email", text, EXPECTED))
        }
    }

    /// The spelling under which an address is stored and looked for. A NUL, which PostgreSQL has in no text, becomes
    /// what is in no address, so that nobody is found by it.
    #[must_use]
    pub fn normalize(text: &str) -> String {
        let text = text.trim().to_lowercase();
        text.replace('\0', "\u{fffd}")
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_local_part(text: &str) -> bool {
    let allowed =
        |letter: char| letter.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(letter);
    (1..=64).contains(&text.len()) && text.chars().all(allowed)
}

fn is_domain(text: &str) -> bool {
    text.split('.').all(|label| {
        let allowed = |letter: char| letter.is_alphanumeric() || letter == '-';
        (1..=63).contains(&label.len())
            && label.chars().all(allowed)
            && !label.starts_with('-')
            && !label.ends_with('-')
    })
}

#[cfg(test)]
mod tests {
    use super::Email;

    #[test]
    fn an_address_is_stored_in_lower_case() {
        let email = Email::parse(" Ada@Example.COM ").unwrap();
        assert_eq!(email.as_str(), "ada@example.com");
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        for odd in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "a b@example.com",
            "a@b@c",
            "a@.com",
            "a@b..c",
            "a@-b.com",
            "a@b\n.com",
        ] {
            assert!(Email::parse(odd).is_err(), "{odd:?}");
        }
    }
}
