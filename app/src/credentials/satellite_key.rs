//! Keys of satellites: `sk_<id>_<secret>`.
//!
//! The id finds the row, so that the secret is compared with one stored digest in constant time instead of being
//! looked for; it also lets people name a key without showing it.

use super::{Digest, random_text};

const PREFIX: &str = "sk_";

/// A key as the satellite sends it.
#[derive(Debug, PartialEq, Eq)]
pub struct SatelliteKey {
    id: String,
    secret: String,
}

impl SatelliteKey {
    /// Makes one up.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        Ok(Self {
            id: random_text::<10>()?,
            secret: random_text::<32>()?,
        })
    }

    /// Reads a key; `None` when it does not look like one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let sound =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
        (sound(id) && sound(secret)).then(|| Self {
            id: id.to_owned(),
            secret: secret.to_owned(),
        })
    }

    /// The part that may be shown, stored and revoked by.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What is stored of the secret.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.secret)
    }

    /// The whole key, to be shown once.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}_{}", self.id, self.secret)
    }
}

#[cfg(test)]
mod tests {
    use super::SatelliteKey;

    #[test]
    fn a_key_reads_back_as_itself() {
        let key = SatelliteKey::random().unwrap();
        assert_eq!(SatelliteKey::parse(&key.reveal()), Some(key));
    }

    #[test]
    fn what_does_not_look_like_a_key_is_none() {
        for odd in [
            "",
            "sk_",
            "sk_id",
            "sk_id_",
            "sk__x",
            "pk_id_x",
            "sk_id_x_y",
            "sk_i d_x",
        ] {
            assert_eq!(SatelliteKey::parse(odd), None, "{odd:?}");
        }
    }
}
