//! Secrets: how they are made up, stored and recognized. None is ever stored in a form that opens a door.

mod password;
mod satellite_key;
mod token;

pub use password::{InvalidPassword, Password, PasswordHash};
pub use satellite_key::SatelliteKey;
pub use token::{Digest, SessionToken, random_text};
