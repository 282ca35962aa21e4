//! The service's own state, as Prometheus reads it.

mod database;
mod http;
mod process;
mod recorder;
mod text;

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::rt::time::timeout;
use actix_web::web::Data;
use metrics_runtime::Recorder;
use metrics_runtime::web::Api;

use crate::database::Size;
use crate::error::AppResult;
use crate::host::AppHost;
use crate::models::jobs;
use crate::state::State;
use crate::values::JobState;

use text::Text;

/// How long the database is waited for: the other numbers are worth more while it is away.
const PATIENCE: Duration = Duration::from_secs(1);

/// `GET /metrics`
pub async fn show(
    recorder: Data<Recorder>,
    state: Data<State>,
    api: Data<Api<AppHost>>,
) -> HttpResponse {
    let mut text = Text::default();
    recorder::write(&mut text, &recorder.stats());
    http::write(&mut text, &state.traffic, api.open_streams());
    text.counter(
        "metrics_passwords_hashed_total",
        "Passwords hashed, to be stored or compared: for people that there are not, too.",
        state.passwords_hashed(),
    );
    database::write_pool(&mut text, state.pool());
    process::write(&mut text, &state);
    if let Ok(Ok((counts, size))) = timeout(PATIENCE, in_database(state.clone())).await {
        database::write_jobs(&mut text, &counts);
        database::write_size(&mut text, &size);
    }
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(text.into_string())
}

async fn in_database(state: Data<State>) -> AppResult<(Vec<(JobState, i64)>, Size)> {
    let url = state.config.database_url.clone();
    let read = move |c: &mut _| Ok((jobs::count_by_state(c)?, Size::of(&url, c)?));
    state.with_database(read).await
}
