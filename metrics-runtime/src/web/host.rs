//! The one trait that an application implements: who is asking, in which teams, and what they may.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use actix_web::HttpRequest;

use crate::error::Outage;

/// The application that the routes are mounted into.
///
/// It answers who is asking and what they may, and nothing else; the answers are asked for anew with every request, so
/// that whoever leaves a team loses its numbers at once. They are asked for on a thread that may wait: of a person, on
/// the one on which the numbers are read then, so that a request changes threads once.
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

    /// Whose keys these are, from `Authorization: Bearer <key>`. One that is unknown or revoked is not in the answer.
    ///
    /// They are the keys of requests that came while others were looked up, up to 128 and each of them once, so that a
    /// database may be asked about all of them at once. It may wait. A host without satellites leaves this out: then
    /// nobody can report events over HTTP.
    ///
    /// # Errors
    ///
    /// As for [`caller`](Self::caller).
    fn satellites(&self, keys: &[&str]) -> Result<HashMap<String, Satellite>, HostError> {
        let _ = keys;
        Ok(HashMap::new())
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
#[derive(Debug, Clone, thiserror::Error)]
#[error(transparent)]
pub struct HostError(Arc<dyn std::error::Error + Send + Sync>);

impl HostError {
    /// Wraps the reason.
    pub fn new(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(Arc::from(reason.into()))
    }

    /// What to tell the caller, when the reason is an [`Outage`].
    pub(super) fn outage(&self) -> Option<&Outage> {
        self.0.downcast_ref()
    }
}
