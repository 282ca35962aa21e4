//! Errors over HTTP: `{"success": false, "error": "sentence", "field": "name or absent"}`.
//!
//! Who may not ask gets 401 or 403 whatever the query says; a malformed query from someone who may gets 400. What
//! nobody who asks can mend is logged here, with its cause, and answered without.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

use super::host::HostError;
use crate::error::{InvalidQuery, Outage, QueryError, RecordError};

/// How much of a sentence is answered, in characters: it may quote what was sent, which has no end of its own.
const LONGEST_SENTENCE: usize = 2_000;

/// An error that a client reads.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    status: StatusCode,
    message: String,
    field: Option<String>,
    /// What went wrong inside, for the log.
    cause: Option<String>,
    /// The method that would do.
    allowed: Option<&'static str>,
}

#[derive(Serialize)]
pub(super) struct Body<'a> {
    success: bool,
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            status,
            message: message.chars().take(LONGEST_SENTENCE).collect(),
            field: None,
            cause: None,
            allowed: None,
        }
    }

    pub(super) fn unauthorized(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    pub(super) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(super) fn not_allowed(allowed: &'static str) -> Self {
        let message = format!("this address takes {allowed} only");
        Self {
            allowed: Some(allowed),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, message)
        }
    }

    pub(super) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message).at(field)
    }

    pub(super) fn at(self, field: impl Into<String>) -> Self {
        Self {
            field: Some(field.into()),
            ..self
        }
    }

    /// The same, of one of the series that are asked for at once.
    pub(super) fn of_series(self, series: usize) -> Self {
        let field = self.field.as_ref().map(|_| "series".to_owned());
        let message = format!("series {series}: {}", self.message);
        Self {
            message,
            field,
            ..self
        }
    }

    /// There is no room for this, now and for this caller.
    pub(super) fn too_many(message: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, message)
    }

    /// There is no room for this now.
    pub(super) fn busy(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
    }

    /// What a client reads.
    pub(super) fn body(&self) -> Body<'_> {
        Body {
            success: false,
            error: &self.message,
            field: self.field.as_deref(),
        }
    }

    fn unavailable(cause: impl ToString) -> Self {
        let message = "the service does not answer at the moment: try again";
        Self {
            cause: Some(cause.to_string()),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
        }
    }

    fn outage(outage: &Outage) -> Self {
        Self {
            message: outage.advice().to_owned(),
            ..Self::unavailable(outage)
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        if let Some(cause) = &self.cause {
            tracing::warn!(cause, "a request found the service unavailable");
        }
        let mut response = HttpResponse::build(self.status);
        response.insert_header((CACHE_CONTROL, "no-store"));
        match self.status {
            StatusCode::UNAUTHORIZED => response.insert_header((WWW_AUTHENTICATE, "Bearer")),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                response.insert_header((RETRY_AFTER, "1"))
            }
            _ => &mut response,
        };
        if let Some(allowed) = self.allowed {
            response.insert_header((ALLOW, allowed));
        }
        response.json(self.body())
    }
}

impl From<InvalidQuery> for ApiError {
    fn from(error: InvalidQuery) -> Self {
        Self::invalid(error.field, error.reason)
    }
}

impl From<QueryError> for ApiError {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Invalid(invalid) => invalid.into(),
            QueryError::Store(store) => Self::outage(&store.into()),
        }
    }
}

impl From<HostError> for ApiError {
    fn from(error: HostError) -> Self {
        match error.outage() {
            Some(outage) => Self::outage(outage),
            None => Self::unavailable(error),
        }
    }
}

impl From<RecordError> for ApiError {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Full => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too many events at once: try again in a moment",
            ),
            RecordError::Rejected(rejection) => {
                Self::new(StatusCode::BAD_REQUEST, rejection.message)
            }
            RecordError::Unavailable(outage) => Self::outage(&outage),
            RecordError::Closed => Self::unavailable(error),
        }
    }
}

impl From<actix_web::error::BlockingError> for ApiError {
    fn from(error: actix_web::error::BlockingError) -> Self {
        Self::unavailable(error)
    }
}
