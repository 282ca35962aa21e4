//! Random texts, and the digests under which they are stored.
//!
//! A token has 256 random bits, so one round of SHA-256 is enough: there is nothing to guess that a slow hash would
//! protect, unlike with passwords.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

/// 32 signs that survive a URL, a double click and being read aloud: no `i`, `l`, `o` or `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Text of `BYTES` bytes of the operating system's randomness.
///
/// # Errors
///
/// When the operating system has none to give.
pub fn random_text<const BYTES: usize>() -> Result<String, getrandom::Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(base32(&bytes))
}

/// What is stored of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of a secret text.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    /// Whether this is what was stored, in a time that does not tell how much of it agrees.
    #[must_use]
    pub fn matches(&self, stored: &[u8]) -> bool {
        self.0.as_slice().ct_eq(stored).into()
    }

    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// What a browser holds to stay signed in.
pub struct SessionToken(String);

impl SessionToken {
    /// Makes one up.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        random_text::<32>().map(Self)
    }

    /// The value of the cookie.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }
}

/// Five bits a sign, the last one filled up with zeros.
fn base32(bytes: &[u8]) -> String {
    let bit = |index: usize| {
        bytes
            .get(index / 8)
            .is_some_and(|byte| byte >> (7 - index % 8) & 1 == 1)
    };
    (0..bytes.len() * 8)
        .step_by(5)
        .map(|first| (first..first + 5).fold(0, |sign, index| sign * 2 + usize::from(bit(index))))
        .map(|sign| char::from(ALPHABET[sign]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Digest, base32, random_text};

    #[test]
    fn bytes_become_signs_of_five_bits() {
        assert_eq!(base32(&[]), "");
        assert_eq!(base32(&[0xff]), "zw");
        assert_eq!(base32(&[0, 0, 0, 0, 1]), "00000001");
        assert_eq!(base32(b"hello"), "d1jprv3f");
    }

    #[test]
    fn tokens_are_long_and_differ() {
        let (one, other) = (random_text::<32>().unwrap(), random_text::<32>().unwrap());
        assert_eq!(one.len(), 52);
        assert_ne!(one, other);
    }

    #[test]
    fn a_digest_recognizes_its_own_secret_alone() {
        let stored = Digest::of("secret");
        assert!(Digest::of("secret").matches(stored.as_bytes()));
        assert!(!Digest::of("Secret").matches(stored.as_bytes()));
        assert!(!Digest::of("secret").matches(b""));
    }
}
