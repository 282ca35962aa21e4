//! Passwords, by argon2id.

use std::sync::{LazyLock, Mutex, PoisonError};

use argon2::password_hash::{PasswordVerifier, phc};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq;

use super::random_text;

const MIN_CHARACTERS: usize = 8;
const MAX_BYTES: usize = 1024;

/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
static ARGON2: LazyLock<Argon2<'static>> = LazyLock::new(|| {
    let params = Params::new(19 * 1024, 2, 1, None).expect("these parameters are in range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
});

/// How a hash begins that was made with these.
const OURS: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

/// Memory that passwords were hashed in, and that none is being hashed in now. If each took its own, one thread after
/// another would leave 19 MiB behind in the allocator's arena for it.
static IDLE_MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// Verified against when nobody has the e-mail, so that the time of the answer does not tell who has an account.
static NOBODY: LazyLock<PasswordHash> = LazyLock::new(|| {
    let hash = hash_with_salt("nobody's password", &[0; 16]);
    hash.expect("hashing a constant cannot fail")
});

/// Why a password cannot be set, or could not be hashed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPassword {
    /// It would be guessed.
    #[error("password is too short: it must have at least {MIN_CHARACTERS} characters")]
    TooShort,
    /// It is no password but a file.
    #[error("password is too long: it may have at most {MAX_BYTES} bytes")]
    TooLong,
    /// The operating system has no randomness for the salt, or no memory.
    #[error("the password cannot be hashed: {0}")]
    NotHashed(String),
}

/// A password somebody may set.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Reads a password that somebody chose.
    ///
    /// # Errors
    ///
    /// When it is too short or too long. There are no other rules: they make passwords worse.
    pub fn parse(text: &str) -> Result<Self, InvalidPassword> {
        if text.chars().count() < MIN_CHARACTERS {
            return Err(InvalidPassword::TooShort);
        }
        if text.len() > MAX_BYTES {
            return Err(InvalidPassword::TooLong);
        }
        Ok(Self(text.to_owned()))
    }

    /// Makes one up, of 120 random bits.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        random_text::<15>().map(Self)
    }

    /// What to store.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness for the salt.
    pub fn hash(&self) -> Result<PasswordHash, InvalidPassword> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|e| InvalidPassword::NotHashed(e.to_string()))?;
        hash_with_salt(&self.0, &salt)
    }

    /// The password itself, to be shown once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// What is stored of a password: a PHC string, which carries its own parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// What the database holds.
    #[must_use]
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The hash as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `candidate` is the password. Takes tens of milliseconds on purpose: never on an async thread.
    #[must_use]
    pub fn verifies(&self, candidate: &str) -> bool {
        let Ok(stored) = phc::PasswordHash::new(&self.0) else {
            return false;
        };
        match (self.0.starts_with(OURS), stored.salt, stored.hash) {
            (true, Some(salt), Some(expected)) => compute(candidate, &salt)
                .is_ok_and(|computed| computed.ct_eq(expected.as_bytes()).into()),
            _ => {
                let candidate = candidate.as_bytes();
                ARGON2.verify_password(candidate, self.0.as_str()).is_ok()
            }
        }
    }

    /// Takes as long as [`verifies`](Self::verifies) does, for people who do not exist.
    pub fn pretend_to_verify(candidate: &str) {
        let _ = NOBODY.verifies(candidate);
    }

    /// Computes what [`pretend_to_verify`](Self::pretend_to_verify) needs, so that the first call does not stand out.
    pub fn prepare() {
        LazyLock::force(&NOBODY);
    }
}

fn hash_with_salt(password: &str, salt: &[u8]) -> Result<PasswordHash, InvalidPassword> {
    let hash = compute(password, salt).and_then(|computed| {
        let (salt, hash) = (phc::Salt::new(salt)?, phc::Output::new(&computed)?);
        Ok(PasswordHash(format!("{OURS}{salt}${hash}")))
    });
    hash.map_err(|e| InvalidPassword::NotHashed(e.to_string()))
}

fn compute(
    password: &str,
    salt: &[u8],
) -> argon2::password_hash::Result<[u8; Params::DEFAULT_OUTPUT_LEN]> {
    let idle = || IDLE_MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    let known = idle().pop();
    let mut memory = known.unwrap_or_else(|| vec![Block::new(); ARGON2.params().block_count()]);
    let mut hash = [0; Params::DEFAULT_OUTPUT_LEN];
    let computed =
        ARGON2.hash_password_into_with_memory(password.as_bytes(), salt, &mut hash, &mut memory);
    idle().push(memory);
    computed?;
    Ok(hash)
}

#[cfg(test)]
mod tests {
    use super::{InvalidPassword, NOBODY, Password, PasswordHash};

    #[test]
    fn a_password_has_at_least_eight_characters() {
        let error = Password::parse("sevensg").err();
        assert_eq!(error, Some(InvalidPassword::TooShort));
        assert!(Password::parse("äöüäöüäö").is_ok());
        let error = Password::parse(&"x".repeat(1025)).err();
        assert_eq!(error, Some(InvalidPassword::TooLong));
    }

    #[test]
    fn a_hash_verifies_its_password_alone() {
        let hash = Password::parse("correct horse").unwrap().hash().unwrap();
        assert!(hash.verifies("correct horse"));
        assert!(!hash.verifies("correct hors"));
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }

    #[test]
    fn a_hash_is_what_others_make_and_theirs_are_verified_whatever_they_cost() {
        use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc};
        use argon2::{Argon2, Params};

        let ours = Password::parse("correct horse").unwrap().hash().unwrap();
        let verified = Argon2::default().verify_password(b"correct horse", ours.as_str());
        assert!(verified.is_ok());
        let cheap: Argon2<'_> = Params::new(64, 1, 1, None).unwrap().into();
        let theirs: phc::PasswordHash = cheap
            .hash_password_with_salt(b"correct horse", b"sixteen bytes ..")
            .unwrap();
        let theirs = PasswordHash::stored(theirs.to_string());
        assert!(theirs.verifies("correct horse"));
        assert!(!theirs.verifies("correct hors"));
    }

    #[test]
    fn the_hash_of_nobody_costs_what_a_real_one_costs() {
        assert!(
            NOBODY
                .as_str()
                .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
        );
    }
}
