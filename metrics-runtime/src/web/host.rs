//! The one trait that an application implements: who is asking, in which teams, and what they may.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::HttpRequest;

use crate::error::Outage;

/// The application that the routes are mounted into.
///
/// It answers two questions and nothing else; the answers are asked for anew with every request, so that whoever
/// leaves a team loses its numbers at once. They are asked for on a thread that may wait, the one on which the
/// numbers are read then: a request changes threads once.
///
/// ```
/// use actix_web::HttpRequest;
/// use metrics_runtime::web::{Caller, Host, HostError};
///
/// struct Headers;
///
/// impl Host for Headers {
///     type Credentials = String;
///
///     fn credentials(&self, request: &HttpRequest) -> Option<String> {
///         Some(request.headers().get("X-User")?.to_str().ok()?.to_owned())
///     }
///
///     fn caller(&self, user: &String) -> Result<Option<Caller>, HostError> {
///         let user_id = user.clone();
///         Ok(Some(Caller { user_id, ..Caller::default() }))
///     }
/// }
/// ```
pub trait Host: Send + Sync + 'static {
    /// What a request says about its sender: a cookie, a token, what a middleware has found out.
    type Credentials: Send + Sync + 'static;

    /// Takes from a request what it says about its sender; `None` when that is nothing. It may not wait.
    fn credentials(&self, request: &HttpRequest) -> Option<Self::Credentials>;

    /// Who that is: `None` when it is nobody, or nobody any more. It may wait, for a database for instance.
    ///
    /// # Errors
    ///
    /// When it cannot be told, because a database is away for instance. The request is answered 503.
    fn caller(&self, credentials: &Self::Credentials) -> Result<Option<Caller>, HostError>;

    /// Whose key this is, from `Authorization: Bearer <key>`: `None` when the key is unknown or revoked.
    ///
    /// A host without satellites leaves this out: then nobody can report events over HTTP. It may wait.
    ///
    /// # Errors
    ///
    /// As for [`caller`](Self::caller).
    fn satellite(&self, key: &str) -> Result<Option<Satellite>, HostError> {
        let _ = key;
        Ok(None)
    }
}

/// A person who asks for numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    /// The value of `#[dimension(user)]` in this person's rows.
    pub user_id: String,
    /// The permissions held, such as `metrics.server_install_metrics.view`.
    ///
    /// [`Registry::permissions_of`](crate::Registry::permissions_of) computes what the declarations give to a role.
    pub permissions: BTreeSet<String>,
    /// The teams this person belongs to, by the value of `#[dimension(team)]`.
    pub teams: BTreeMap<String, TeamRole>,
}

/// What a person is in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamRole {
    /// Sees every member's rows.
    Admin,
    /// Sees their own.
    User,
}

/// A machine that reports events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Satellite {
    /// The value of the dimension `satellite_id` in what it reports, for metrics that have one.
    pub id: String,
    /// The only team that it may write to; `None` for any.
    pub team_id: Option<String>,
}

/// Why the application could not tell who is asking. It is logged, and answered 503 without the reason; of an
/// [`Outage`], with its advice.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct HostError(Box<dyn std::error::Error + Send + Sync>);

impl HostError {
    /// Wraps the reason.
    pub fn new(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(reason.into())
    }

    /// What to tell the caller, when the reason is an [`Outage`].
    pub(super) fn outage(&self) -> Option<&Outage> {
        self.0.downcast_ref()
    }
}
