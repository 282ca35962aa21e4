//! Signing in and out.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;

use crate::credentials::SessionToken;
use crate::error::{AppError, AppResult};
use crate::json_body::JsonBody;
use crate::models::sessions::{self, NewSession};
use crate::models::users::{self, User};
use crate::session;
use crate::state::State;
use crate::values::{Client, Email};

/// What somebody signs in with.
#[derive(Deserialize)]
pub struct Credentials {
    email: String,
    password: String,
}

/// `POST /api/auth/login`
///
/// # Errors
///
/// 401, for unknown people and wrong passwords alike.
pub async fn login(
    state: Data<State>,
    request: HttpRequest,
    JsonBody(credentials): JsonBody<Credentials>,
) -> AppResult<HttpResponse> {
    let user = authenticate(&state, credentials).await?;
    let token = start_session(&state, &user).await?;
    Ok(HttpResponse::Ok()
        .cookie(session::cookie(&state, &request, &token))
        .json(json!({
            "success": true,
            "data": {"user": {"id": user.id, "email": user.email, "role": user.role}},
        })))
}

/// `POST /api/auth/logout`: anybody may, and those without a session are told the same.
///
/// # Errors
///
/// 503, when the session could not be ended: saying otherwise would be a lie.
pub async fn logout(state: Data<State>, request: HttpRequest) -> AppResult<HttpResponse> {
    if let Some(token) = session::digest(&request) {
        state
            .with_database(move |c| sessions::remove(c, &token))
            .await?;
    }
    Ok(HttpResponse::Ok()
        .cookie(session::ended_cookie(&state, &request))
        .json(json!({"success": true})))
}

async fn authenticate(state: &State, credentials: Credentials) -> AppResult<User> {
    let email = Email::normalize(&credentials.email);
    let found = state
        .with_database(move |c| users::find_by_email(c, &email))
        .await?;
    let (user, hash) = found.unzip();
    let verified = state.verify_password(hash, credentials.password).await?;
    user.filter(|_| verified).ok_or(AppError::WrongCredentials)
}

async fn start_session(state: &State, user: &User) -> AppResult<SessionToken> {
    let token = SessionToken::random()?;
    let (digest, user_id) = (token.digest(), user.id.clone());
    let seconds = state.config.session_ttl.get();
    state
        .with_database(move |c| {
            let session = NewSession {
                token: &digest,
                user_id: &user_id,
                seconds,
                client: &Client::default(),
            };
            session.insert(c)
        })
        .await?;
    Ok(token)
}
