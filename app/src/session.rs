//! Sessions as browsers see them: one cookie.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header;
use actix_web::web::Payload;
use serde::de::DeserializeOwned;

use crate::access::{self, Action, Principal, Refusal, Scope};
use crate::credentials::{Digest, SessionToken};
use crate::error::AppResult;
use crate::json_body::JsonBody;
use crate::models::audit::Actor;
use crate::models::sessions::{self, SignedIn};
use crate::state::State;
use crate::values::Client;

const COOKIE: &str = "session";

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Who sent a request, if anybody is signed in.
///
/// # Errors
///
/// When the database does not answer.
pub async fn signed_in(state: &State, request: &HttpRequest) -> AppResult<Option<SignedIn>> {
    match digest(request) {
        Some(token) => {
            let found = state
                .with_database(move |c| sessions::find(c, &token))
                .await?;
            Ok(found.inspect(|person| state.presence.see(&person.session)))
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
    permitted_for(state, request, action, Scope::Everything).await
}

/// The same, of what it may be done to.
///
/// # Errors
///
/// As [`permitted`].
pub async fn permitted_for(
    state: &State,
    request: &HttpRequest,
    action: Action<'_>,
    scope: Scope<'_>,
) -> AppResult<SignedIn> {
    let sender = signed_in(state, request).await?;
    let person = sender.as_ref().map(|sender| state.person(sender));
    let principal = person.as_ref().map_or(Principal::Nobody, Principal::Person);
    access::can(principal, action, scope)?;
    Ok(sender.ok_or(Refusal::NotSignedIn)?)
}

/// Who sent a request, and its body. They must be permitted before it is read, and still when it has arrived: how long
/// that takes is up to them.
///
/// # Errors
///
/// As [`permitted`], and as [`JsonBody::read`].
pub async fn permitted_with<T: DeserializeOwned>(
    state: &State,
    request: &HttpRequest,
    body: Payload,
    action: Action<'_>,
) -> AppResult<(SignedIn, T)> {
    permitted_with_for(state, request, body, action, Scope::Everything).await
}

/// The same, of what it may be done to.
///
/// # Errors
///
/// As [`permitted_with`].
pub async fn permitted_with_for<T: DeserializeOwned>(
    state: &State,
    request: &HttpRequest,
    body: Payload,
    action: Action<'_>,
    scope: Scope<'_>,
) -> AppResult<(SignedIn, T)> {
    permitted_for(state, request, action, scope).await?;
    let JsonBody(body) = JsonBody::read(request, body).await?;
    let sender = permitted_for(state, request, action, scope).await?;
    Ok((sender, body))
}

/// Who sent a request, for the audit log.
#[must_use]
pub fn actor(state: &State, request: &HttpRequest, person: &SignedIn) -> Actor {
    Actor::person(&person.user.id, client(state, request).address_text())
}

/// From where a request comes. What `X-Forwarded-For` says is believed of proxies that a setting names, and of what
/// they say each in turn: anybody can send the header.
#[must_use]
pub fn client(state: &State, request: &HttpRequest) -> Client {
    let proxies = &state.config.trusted_proxies;
    let mut address = request.peer_addr().map(|peer| peer.ip().to_canonical());
    let headers = request.headers().get_all(FORWARDED_FOR);
    let said: Vec<_> = headers.filter_map(|value| value.to_str().ok()).collect();
    for hop in said.iter().rev().flat_map(|value| value.rsplit(',')) {
        if !address.is_some_and(|address| proxies.contain(address)) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(before) => address = Some(before.to_canonical()),
            Err(_) => break,
        }
    }
    let user_agent = request.headers().get(header::USER_AGENT);
    Client::new(address, user_agent.and_then(|name| name.to_str().ok()))
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
