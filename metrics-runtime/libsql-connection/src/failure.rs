//! What can go wrong, as diesel's kinds of errors.
//!
//! Servers say what happened in words, those of SQLite for what SQLite refuses; kinds are told by these.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};

use crate::protocol::ServerError;

/// What servers put before the words of SQLite.
const PREFIXES: [&str; 2] = ["SQLite error: ", "SQLite input error: "];

const KINDS: [(&str, DatabaseErrorKind); 4] = [
    (
        "UNIQUE constraint failed",
        DatabaseErrorKind::UniqueViolation,
    ),
    (
        "FOREIGN KEY constraint failed",
        DatabaseErrorKind::ForeignKeyViolation,
    ),
    (
        "NOT NULL constraint failed",
        DatabaseErrorKind::NotNullViolation,
    ),
    ("CHECK constraint failed", DatabaseErrorKind::CheckViolation),
];

/// What the server refused.
pub(crate) fn refused(error: ServerError) -> Error {
    let ServerError { message, code } = error;
    let code = code.unwrap_or_default();
    let message = match PREFIXES.iter().find_map(|it| message.strip_prefix(it)) {
        Some(words) => words.to_owned(),
        None => message,
    };
    let kind = by_code(&code).unwrap_or_else(|| by_words(&message));
    database_error(kind, message)
}

/// Nothing came back, or nothing that can be read: what was asked may have been done, or not.
pub(crate) fn cut(reason: impl ToString) -> Error {
    database_error(DatabaseErrorKind::ClosedConnection, reason.to_string())
}

fn database_error(kind: DatabaseErrorKind, message: String) -> Error {
    let words: Box<dyn DatabaseErrorInformation + Send + Sync> = Box::new(message);
    Error::DatabaseError(kind, words)
}

fn by_code(code: &str) -> Option<DatabaseErrorKind> {
    match code {
        // Somebody else wanted to write: the transaction had had its time, or it could not begin.
        "TRANSACTION_TIMEOUT" | "TRANSACTION_BUSY" => Some(DatabaseErrorKind::SerializationFailure),
        "STREAM_EXPIRED" | "TRANSACTION_LOST" => Some(DatabaseErrorKind::ClosedConnection),
        "BLOCKED" | "SQLITE_READONLY" => Some(DatabaseErrorKind::ReadOnlyTransaction),
        _ => None,
    }
}

fn by_words(message: &str) -> DatabaseErrorKind {
    let found = KINDS.iter().find(|(words, _)| message.starts_with(words));
    found.map_or(DatabaseErrorKind::Unknown, |(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use diesel::result::{DatabaseErrorKind, Error};

    use super::refused;
    use crate::protocol::ServerError;

    #[test]
    fn kinds_are_told_by_the_code_or_by_the_words_of_sqlite() {
        for (code, message, expected) in [
            (
                "SQLITE_CONSTRAINT",
                "SQLite error: UNIQUE constraint failed: users.email",
                "UniqueViolation",
            ),
            (
                "SQLITE_CONSTRAINT",
                "SQLite error: FOREIGN KEY constraint failed",
                "ForeignKeyViolation",
            ),
            (
                "SQLITE_CONSTRAINT",
                "SQLite error: CHECK constraint failed: a sentence",
                "CheckViolation",
            ),
            (
                "SQLITE_CONSTRAINT",
                "SQLite error: NOT NULL constraint failed: t.a",
                "NotNullViolation",
            ),
            (
                "TRANSACTION_TIMEOUT",
                "Transaction timed out",
                "SerializationFailure",
            ),
            (
                "TRANSACTION_BUSY",
                "Failed to open transaction",
                "SerializationFailure",
            ),
            ("BLOCKED", "writes are blocked", "ReadOnlyTransaction"),
            ("SQLITE_BUSY", "SQLite error: database is locked", "Unknown"),
        ] {
            let error = ServerError {
                message: message.to_owned(),
                code: Some(code.to_owned()),
            };
            let Error::DatabaseError(kind, words) = refused(error) else {
                panic!("{message} is an error of the database");
            };
            let kind: DatabaseErrorKind = kind;
            assert_eq!(format!("{kind:?}"), expected);
            assert!(!words.message().starts_with("SQLite error"), "{message}");
        }
    }
}
