//! What others decide about somebody.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;

use super::roles::as_author;
use crate::access::Action;
use crate::error::AppResult;
use crate::json_body::JsonBody;
use crate::roles::Author;
use crate::session;
use crate::state::State;

/// What somebody is to be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    role: String,
}

/// `PUT /api/users/{id}/role`
///
/// # Errors
///
/// 403 for one's own role, and for roles that grant what the sender does not hold; 404 when there is no such person or
/// role; 409 when nobody would be left who administers everything.
pub async fn give_role(
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
    body: Payload,
) -> AppResult<HttpResponse> {
    let sender = session::permitted(&state, &request, Action::GiveRole).await?;
    let JsonBody(given): JsonBody<Given> = JsonBody::read(&request, body).await?;
    let give = move |c: &mut _, author: &Author<'_>| author.give(c, &id, &given.role);
    let user = as_author(&state, &sender, give).await?;
    let user = json!({"id": user.id, "email": user.email, "role": user.role});
    Ok(HttpResponse::Ok().json(json!({"success": true, "data": user})))
}
