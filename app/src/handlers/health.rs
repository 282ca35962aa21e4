//! What load balancers ask.

use actix_web::HttpResponse;
use actix_web::web::Data;
use diesel::QueryResult;
use metrics_runtime::Recorder;
use serde_json::json;

use super::answers;
use crate::database::{self, Connection};
use crate::error::{AppError, AppResult};
use crate::models::users;
use crate::state::State;

/// What it comes to when the writer has panicked: nothing is recorded any more until the process is started again.
const WRITER_ENDED: &str = "the writer has ended: start the process again";

/// `GET /health/live`: the process answers.
pub async fn live() -> HttpResponse {
    answer("live")
}

/// `GET /health/ready`: the database answers too, and the process has not been asked to end. It says if the database
/// is a standby: then questions alone are answered.
///
/// # Errors
///
/// 503, whatever is wrong with the writer or the database: elsewhere it may be a bug, here it is the answer.
pub async fn ready(state: Data<State>, recorder: Data<Recorder>) -> AppResult<HttpResponse> {
    if state.is_stopping() {
        return Err(AppError::Stopping);
    }
    if !recorder.is_running() {
        return Err(AppError::NotReady(WRITER_ENDED.into()));
    }
    match state.with_database(looked_at).await {
        Ok(true) => Ok(answers::data(json!({"status": "ready", "read_only": true}))),
        Ok(false) => Ok(answer("ready")),
        Err(AppError::Unforeseen(reason)) => Err(AppError::NotReady(reason)),
        Err(error) => Err(error),
    }
}

/// Whether the database, which is there, is read-only.
fn looked_at(connection: &mut Connection) -> QueryResult<bool> {
    users::any(connection)?;
    database::is_read_only(connection)
}

fn answer(status: &str) -> HttpResponse {
    answers::data(json!({"status": status}))
}
