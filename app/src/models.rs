//! The application's own tables: one file each, and the statements about it.
//!
//! Plain statements return `QueryResult`. Those that can be refused for a reason people can do something about return
//! [`AccountError`]: the constraint of the database decides, so that two commands at once cannot both be right, and the
//! row that was in the way is looked up afterwards to tell which constraint it was.

pub mod audit;
pub mod jobs;
pub mod roles;
pub mod satellite_keys;
pub mod sessions;
pub mod sign_in_attempts;
pub mod team_members;
pub mod teams;
pub mod users;

use diesel::result::{DatabaseErrorKind, Error};

use crate::access::Refusal;
use crate::credentials::InvalidPassword;
use crate::values::InvalidValue;

/// All of them, each after those that it refers to: what a copy of the database takes along besides the metrics.
/// Sessions are among them, so that nobody has to sign in again.
pub const TABLES: [&str; 10] = [
    "roles",
    "users",
    "teams",
    "team_members",
    "sessions",
    "sign_in_attempts",
    "audit_log",
    "satellite_keys",
    "jobs",
    "job_attempts",
];

/// Those of them in which a new database has rows already.
pub const PRESET: [&str; 1] = ["roles"];

/// Why an account, a team, a membership, a role or a key cannot be as asked.
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
    /// Another role has the id.
    #[error(
        "id {0:?} is taken by another role: choose another, or leave it out to have one made up"
    )]
    RoleIdTaken(String),
    /// There is no such role.
    #[error("role {0:?} does not exist: GET /api/roles and `app roles list` show those that do")]
    NoSuchRole(String),
    /// The program defines the role.
    #[error("role {0:?} is the system's own and cannot be changed: create one beside it")]
    SystemRole(String),
    /// Somebody has the role.
    #[error(
        "somebody still has the role {0:?}: say with fall_back which one they are to have instead"
    )]
    RoleInUse(String),
    /// Whoever asks may not.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such key.
    #[error(
        "key {0:?} does not exist: its id is the part of the key between `sk_` and the next `_`"
    )]
    NoSuchKey(String),
    /// The key has ended.
    #[error(
        "key {0:?} was revoked or rotated before: use the key that has taken its place, or make a new one for the satellite"
    )]
    KeyIsRevoked(String),
    /// There is no such session of the person.
    #[error("session {0:?} does not exist: it may have ended")]
    NoSuchSession(String),
    /// Nobody else could let anybody in again.
    #[error("{0:?} is the last administrator who can sign in: make another one first")]
    LastAdministrator(String),
    /// A person would lock themselves out.
    #[error("this is your own account: ask another administrator to do this")]
    OwnAccount,
    /// The password cannot be set.
    #[error(transparent)]
    Password(#[from] InvalidPassword),
    /// What was said cannot be, or the database holds what cannot be.
    #[error(transparent)]
    Value(#[from] InvalidValue),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] Error),
}

impl AccountError {
    /// The field that is in the way, where a request has one.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::EmailTaken(_) => Some("email"),
            Self::UserIdTaken(_) | Self::TeamIdTaken(_) | Self::RoleIdTaken(_) => Some("id"),
            Self::NoSuchTeam(_) => Some("team_id"),
            Self::NoSuchUser(_) | Self::NotAMember { .. } => Some("user_id"),
            _ => None,
        }
    }

    /// Whether what it is about does not exist.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(
            self,
            Self::NoSuchTeam(_)
                | Self::NoSuchUser(_)
                | Self::NoSuchRole(_)
                | Self::NotAMember { .. }
                | Self::NoSuchKey(_)
                | Self::NoSuchSession(_)
        )
    }
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
