//! The application's own tables: one file each, and the statements about it.
//!
//! Plain statements return `QueryResult`. Those that can be refused for a reason people can do something about return
//! [`AccountError`]: the constraint of the database decides, so that two commands at once cannot both be right, and the
//! row that was in the way is looked up afterwards to tell which constraint it was.

pub mod jobs;
pub mod satellite_keys;
pub mod sessions;
pub mod team_members;
pub mod teams;
pub mod users;

use diesel::result::{DatabaseErrorKind, Error};

/// All of them, each after those that it refers to: what a copy of the database takes along besides the metrics.
/// Sessions are among them, so that nobody has to sign in again.
pub const TABLES: [&str; 7] = [
    "users",
    "teams",
    "team_members",
    "sessions",
    "satellite_keys",
    "jobs",
    "job_attempts",
];

/// Why an account, a team, a membership or a key cannot be as asked.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Another person has the address.
    #[error("email {0:?} is taken: every person needs an address of their own")]
    EmailTaken(String),
    /// Another person has the id.
    #[error(
        "id {0:?} is taken by another person: choose another, or leave it out to have one made up"
    )]
    UserIdTaken(String),
    /// Another team has the id.
    #[error(
        "id {0:?} is taken by another team: choose another, or leave it out to have one made up"
    )]
    TeamIdTaken(String),
    /// There is no such team.
    #[error("team {0:?} does not exist: add it with `app teams add --name NAME --id {0}`")]
    NoSuchTeam(String),
    /// There is no such person.
    #[error("user {0:?} does not exist: add them with `app users add --email EMAIL --id {0}`")]
    NoSuchUser(String),
    /// The person is not in the team.
    #[error("user {user_id:?} is not a member of team {team_id:?}: there is nothing to remove")]
    NotAMember {
        /// The team.
        team_id: String,
        /// The person.
        user_id: String,
    },
    /// There is no such key.
    #[error(
        "key {0:?} does not exist: its id is the part of the key between `sk_` and the next `_`"
    )]
    NoSuchKey(String),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] Error),
}

fn violates(error: &Error, kind: &DatabaseErrorKind) -> bool {
    match error {
        Error::DatabaseError(actual, _) => {
            std::mem::discriminant(actual) == std::mem::discriminant(kind)
        }
        _ => false,
    }
}

fn is_duplicate(error: &Error) -> bool {
    violates(error, &DatabaseErrorKind::UniqueViolation)
}

fn misses_reference(error: &Error) -> bool {
    violates(error, &DatabaseErrorKind::ForeignKeyViolation)
}
