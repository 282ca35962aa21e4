//! What somebody may know about themselves.

pub mod password;
pub mod sessions;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::answers;
use crate::access::Action;
use crate::error::AppResult;
use crate::models::team_members;
use crate::session;
use crate::state::State;

/// `GET /api/users/me`
///
/// # Errors
///
/// 401, when nobody is signed in.
pub async fn show(state: Data<State>, request: HttpRequest) -> AppResult<HttpResponse> {
    let me = session::permitted(&state, &request, Action::LookAtOneself).await?;
    let id = me.user.id.clone();
    let teams = state
        .with_database(move |connection| team_members::of_person(connection, &id))
        .await?;
    Ok(answers::data(json!({
        "id": me.user.id,
        "email": me.user.email,
        "role": me.user.role,
        "teams": teams,
        "permissions": state.person(&me).permissions,
    })))
}
