//! Sessions as browsers see them: one cookie.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::access::{self, Action, Principal, Refusal, Scope};
use crate::credentials::{Digest, SessionToken};
use crate::error::AppResult;
use crate::models::sessions::{self, SignedIn};
use crate::state::State;

const COOKIE: &str = "session";

/// Who sent a request, if anybody is signed in.
///
/// # Errors
///
/// When the database does not answer.
pub async fn signed_in(state: &State, request: &HttpRequest) -> AppResult<Option<SignedIn>> {
    match digest(request) {
        Some(token) => {
            state
                .with_database(move |c| sessions::find(c, &token))
                .await
        }
        None => Ok(None),
    }
}

/// Who sent a request, who must be somebody that may do something.
///
/// # Errors
///
/// 401 when nobody is signed in, 403 when somebody is who may not; when the database does not answer.
pub async fn permitted(
    state: &State,
    request: &HttpRequest,
    action: Action<'_>,
) -> AppResult<SignedIn> {
    let sender = signed_in(state, request).await?;
    let person = sender.as_ref().map(|sender| state.person(sender));
    let principal = person.as_ref().map_or(Principal::Nobody, Principal::Person);
    access::can(principal, action, Scope::Everything)?;
    Ok(sender.ok_or(Refusal::NotSignedIn)?)
}

/// What is stored of the cookie of a request, if it has one.
#[must_use]
pub fn digest(request: &HttpRequest) -> Option<Digest> {
    request
        .cookie(COOKIE)
        .map(|cookie| Digest::of(cookie.value()))
}

/// The cookie that keeps a browser signed in.
#[must_use]
pub fn cookie(state: &State, request: &HttpRequest, token: &SessionToken) -> Cookie<'static> {
    let mut cookie = bare_cookie(state, request);
    cookie.set_value(token.as_str().to_owned());
    cookie.set_max_age(Duration::seconds(state.config.session_ttl.get()));
    cookie
}

/// The cookie that ends it. Browsers only replace a cookie by one with the same attributes.
#[must_use]
pub fn ended_cookie(state: &State, request: &HttpRequest) -> Cookie<'static> {
    let mut cookie = bare_cookie(state, request);
    cookie.make_removal();
    cookie
}

fn bare_cookie(state: &State, request: &HttpRequest) -> Cookie<'static> {
    let over_tls = request.connection_info().scheme() == "https";
    Cookie::build(COOKIE, "")
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(over_tls || state.config.secure_cookies)
        .finish()
}
