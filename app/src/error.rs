//! The error policy.
//!
//! * Where something can be refused for a reason that people can act on, functions return an enum of their own
//!   (`ConfigError`, `DatabaseError`, `AccountError`, `InvalidValue`), whose messages name the field and the remedy.
//! * Statements that can only fail with the database return diesel's `QueryResult`.
//! * Handlers return [`AppResult`]. What the client can act on is told; what nobody foresaw is logged with its
//!   reason, and answered without it.
//! * Commands return `anyhow::Result`, printed on one line.
//! * A panic is a bug: `expect` says why it cannot happen.

use std::error::Error as StdError;

use actix_web::error::BlockingError;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpResponse, ResponseError};
use diesel::r2d2::PoolError;
use metrics_runtime::{Outage, one_or_many};
use serde_json::json;

use crate::access::Refusal;
use crate::database::Connection;
use crate::models::AccountError;

/// How much of a sentence is answered, in characters: it may quote what was sent, which has no end of its own.
const LONGEST_SENTENCE: usize = 2_000;

/// How much of the name of a field is answered.
const LONGEST_FIELD: usize = 64;

/// What a handler returns.
pub type AppResult<T> = Result<T, AppError>;

/// Why a request is not answered as asked.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// 401 when nobody is signed in; 403 when somebody is who may not.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// 401: one message for unknown people and for wrong passwords, so that it does not tell who has an account.
    #[error("the e-mail address or the password is wrong")]
    WrongCredentials,
    /// 429: somebody fails to sign in again and again.
    #[error(
        "too many attempts have failed: try again in {seconds} {}",
        one_or_many(*.seconds, "second", "seconds")
    )]
    TooManyAttempts {
        /// When they may try again.
        seconds: i64,
    },
    /// 403: a browser sent this on behalf of another site.
    #[error("this request came from another site: it is only accepted from this one")]
    CrossSite,
    /// 404 or 409: an account, a team, a role or a key cannot be as asked.
    #[error(transparent)]
    Account(AccountError),
    /// 409: things are not as they would have to be.
    #[error("{0}")]
    Conflict(String),
    /// 404.
    #[error("there is nothing at {0}")]
    NotFound(String),
    /// 404: a job that there is none of.
    #[error("there is no such job: GET /api/admin/jobs lists those there are")]
    NoSuchJob,
    /// 405, with what is allowed.
    #[error("this address does not take {method}: use {allowed}")]
    MethodNotAllowed {
        /// What was tried.
        method: String,
        /// What would do.
        allowed: String,
    },
    /// 400: the body does not have the expected form.
    #[error("{reason}")]
    Invalid {
        /// The field that is wrong, as far as it is known.
        field: Option<String>,
        /// What is wrong with it.
        reason: String,
    },
    /// 413.
    #[error("the body is larger than the limit of {limit} bytes")]
    TooLarge {
        /// The setting `max_body_bytes`.
        limit: usize,
    },
    /// 431.
    #[error("the address and the headers are larger than the limit of {limit} bytes together")]
    HeadTooLarge {
        /// The setting `max_header_bytes`.
        limit: usize,
    },
    /// 408: whoever sends is too slow, and would hold its place for as long as it likes.
    #[error("the body did not arrive within {limit}: send it faster, or less at once")]
    TooSlow {
        /// The setting `body_timeout`.
        limit: String,
    },
    /// 415.
    #[error("the body must be JSON, with the header Content-Type: application/json")]
    NotJson,
    /// 415: what is small to send could be without end to unpack.
    #[error("the body must be sent as it is: leave out the header Content-Encoding")]
    Packed,
    /// 503: trying again later may help.
    #[error("{}", .0.advice())]
    Unavailable(Outage),
    /// 503, for whoever asks whether the service is ready: it has been asked to end.
    #[error("the service is being stopped: ask another instance")]
    Stopping,
    /// 503, for whoever asks whether the service is ready: whatever is wrong, it is not.
    #[error("the database is not as it should be: it has been logged")]
    NotReady(#[source] Box<dyn StdError + Send + Sync>),
    /// 500.
    #[error("something went wrong on our side: it has been logged")]
    Unforeseen(#[source] Box<dyn StdError + Send + Sync>),
}

impl AppError {
    /// Why a statement failed: an outage, or something that nobody foresaw. What the connection was to may be away
    /// for good after an outage, so that it is not used again.
    #[must_use]
    pub fn of_statement(connection: Connection, error: diesel::result::Error) -> Self {
        match Outage::of(connection.backend(), &error) {
            Some(outage) => {
                connection.close();
                Self::Unavailable(outage)
            }
            None => Self::Unforeseen(error.into()),
        }
    }

    /// Why something was not done to an account.
    #[must_use]
    pub fn of_account(connection: Connection, error: AccountError) -> Self {
        match error {
            AccountError::Database(error) => Self::of_statement(connection, error),
            AccountError::Refused(refusal) => Self::Refused(refusal),
            AccountError::Value(value) => Self::Invalid {
                field: Some(value.field.to_owned()),
                reason: value.to_string(),
            },
            AccountError::Password(_) => Self::Unforeseen(error.into()),
            refused => Self::Account(refused),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Account(refused) => refused.field(),
            Self::Invalid { field, .. } => field.as_deref(),
            _ => None,
        }
    }

    fn log(&self) {
        match self {
            Self::Unavailable(reason) => {
                tracing::warn!(%reason, "a request found the service unavailable");
            }
            Self::NotReady(reason) => tracing::error!(%reason, "the service is not ready"),
            Self::Unforeseen(reason) => {
                tracing::error!(%reason, "a request failed for an unforeseen reason");
            }
            _ => {}
        }
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Refused(Refusal::NotSignedIn) | Self::WrongCredentials => {
                StatusCode::UNAUTHORIZED
            }
            Self::CrossSite | Self::Refused(_) => StatusCode::FORBIDDEN,
            Self::Account(refused) if refused.is_missing() => StatusCode::NOT_FOUND,
            Self::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Account(_) | Self::Conflict(_) => StatusCode::CONFLICT,
            Self::NotFound(_) | Self::NoSuchJob => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Invalid { .. } => StatusCode::BAD_REQUEST,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::HeadTooLarge { .. } => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::TooSlow { .. } => StatusCode::REQUEST_TIMEOUT,
            Self::NotJson | Self::Packed => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unavailable(_) | Self::NotReady(_) | Self::Stopping => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Unforeseen(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        self.log();
        let sentence = shortened(&self.to_string(), LONGEST_SENTENCE);
        let mut body = json!({"success": false, "error": sentence});
        if let Some(field) = self.field() {
            body["field"] = json!(shortened(field, LONGEST_FIELD));
        }
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::MethodNotAllowed { allowed, .. } => {
                response.insert_header((header::ALLOW, allowed.as_str()));
            }
            Self::Unavailable(_) | Self::NotReady(_) | Self::Stopping => {
                response.insert_header((header::RETRY_AFTER, "1"));
            }
            Self::TooManyAttempts { seconds } => {
                response.insert_header((header::RETRY_AFTER, *seconds));
            }
            _ => {}
        }
        response.json(body)
    }
}

fn shortened(text: &str, length: usize) -> String {
    text.chars().take(length).collect()
}

impl From<PoolError> for AppError {
    fn from(error: PoolError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<BlockingError> for AppError {
    fn from(error: BlockingError) -> Self {
        Self::Unforeseen(error.into())
    }
}

impl From<getrandom::Error> for AppError {
    fn from(error: getrandom::Error) -> Self {
        Self::Unforeseen(error.into())
    }
}
