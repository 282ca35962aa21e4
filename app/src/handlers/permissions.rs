//! The permissions that a role can grant.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::answers;
use crate::access::Action;
use crate::error::AppResult;
use crate::session;
use crate::state::State;

/// `GET /api/permissions`
///
/// # Errors
///
/// 403 for whoever does not manage roles.
pub async fn list(state: Data<State>, request: HttpRequest) -> AppResult<HttpResponse> {
    session::permitted(&state, &request, Action::SeeRoles).await?;
    let permissions = state.permissions.entries();
    Ok(answers::data(json!({"permissions": permissions})))
}
