//! What load balancers ask.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

use crate::error::{AppError, AppResult};
use crate::models::users;
use crate::state::State;

/// `GET /health/live`: the process answers.
pub async fn live() -> HttpResponse {
    answer("live")
}

/// `GET /health/ready`: the database answers too, and the process has not been asked to end.
///
/// # Errors
///
/// 503, whatever is wrong with the database: elsewhere it may be a bug, here it is the answer.
pub async fn ready(state: Data<State>) -> AppResult<HttpResponse> {
    if state.is_stopping() {
        return Err(AppError::Stopping);
    }
    match state.with_database(users::any).await {
        Ok(_) => Ok(answer("ready")),
        Err(AppError::Unforeseen(reason)) => Err(AppError::NotReady(reason)),
        Err(error) => Err(error),
    }
}

fn answer(status: &str) -> HttpResponse {
    HttpResponse::Ok().json(json!({"success": true, "data": {"status": status}}))
}
