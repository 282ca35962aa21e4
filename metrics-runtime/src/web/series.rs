//! The three routes that answer with a series: own rows, a team's, everybody's.

use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::Utc;
use serde::Serialize;

use super::address::{Address, Door};
use super::asker::Asker;
use super::error::ApiError;
use super::host::Host;
use super::question::Question;
use super::state::Inner;
use crate::series::Series;

pub(super) async fn own<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, ApiError> {
    answer(api, request, Door::Own(path.into_inner())).await
}

pub(super) async fn team<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (team_id, path) = path.into_inner();
    answer(api, request, Door::Team { team_id, path }).await
}

pub(super) async fn everyone<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, ApiError> {
    answer(api, request, Door::Everyone(path.into_inner())).await
}

#[derive(Serialize)]
struct Body {
    success: bool,
    data: Series,
}

fn json(series: Series) -> Vec<u8> {
    /// What a bucket of two measures takes: a body that grows is copied.
    const BUCKET: usize = 128;
    let mut json = Vec::with_capacity((series.len() + 8) * BUCKET);
    let body = Body {
        success: true,
        data: series,
    };
    serde_json::to_writer(&mut json, &body).expect("a series is JSON");
    json
}

async fn answer<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
    door: Door,
) -> Result<HttpResponse, ApiError> {
    let address = Address::of(door, &request);
    let asker = Asker::of(&api, &request);
    let body = web::block(move || {
        let admission = address.admit(api.registry(), &asker.caller(&api)?)?;
        let question = Question::read(admission, api.limits.max_buckets)?;
        let now = Utc::now();
        let data = question.at(now)?.load_at(&api.store, now)?;
        Ok::<_, ApiError>(json(data))
    });
    let body = body.await??;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("Cache-Control", "no-store"))
        .body(body))
}
