//! Who asks.

use actix_web::HttpRequest;

use super::error::ApiError;
use super::host::{Caller, Host};
use super::state::Inner;

/// What a request says about its sender, for a thread that it cannot go to itself.
pub(super) struct Asker<H: Host> {
    credentials: Option<H::Credentials>,
}

impl<H: Host> Asker<H> {
    pub(super) fn of(api: &Inner<H>, request: &HttpRequest) -> Self {
        Self {
            credentials: api.host.credentials(request),
        }
    }

    /// Who that is. It may wait.
    pub(super) fn caller(&self, api: &Inner<H>) -> Result<Caller, ApiError> {
        let credentials = self.credentials.as_ref();
        let caller = credentials.map(|credentials| api.host.caller(credentials));
        let caller = caller.transpose()?.flatten();
        caller.ok_or_else(|| ApiError::unauthorized("sign in first"))
    }
}
