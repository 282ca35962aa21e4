//! Batches of events from satellites.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap,
};
use actix_web::web::{self, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::error::ApiError;
use super::host::{Host, Satellite};
use super::state::{ApiLimits, Inner};
use crate::decode::Events;
use crate::error::Rejection;
use crate::event::EventBuilder;
use crate::layout::Layout;
use crate::schema::DimensionRole;
use crate::write::batch::{Batch, BatchId, Receipt};

/// The dimension that a satellite's own id goes into.
const SATELLITE_DIMENSION: &str = "satellite_id";

#[derive(Serialize)]
struct Answer {
    success: bool,
    processed: usize,
    failed: usize,
    failures: Vec<FailureJson>,
}

#[derive(Serialize)]
struct FailureJson {
    index: usize,
    #[serde(rename = "type")]
    metric_type: Option<String>,
    error: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

pub(super) async fn ingest<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let satellite = authenticate(&api, request.headers()).await?;
    let id = idempotency_key(request.headers(), &satellite)?;
    let body = read(request.headers(), payload, &api.limits).await?;
    let body = std::str::from_utf8(&body).map_err(|error| malformed(&error))?;
    let events = Events::read(body).map_err(|error| malformed(&error))?;
    if events.len() > api.limits.max_events {
        let (count, max) = (events.len(), api.limits.max_events);
        let message = format!("{count} events are too many at once: send at most {max}");
        return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, message).at("events"));
    }
    let events = events.decode(api.registry(), |layout, builder| {
        fix(&satellite, layout, builder)
    });
    let id = id.map(BatchId::from);
    let receipt = api.recorder.try_submit(Batch { id, events })?.await?;
    Ok(HttpResponse::Ok().json(Answer::of(receipt)))
}

async fn authenticate<H: Host>(
    api: &Data<Inner<H>>,
    headers: &HeaderMap,
) -> Result<Satellite, ApiError> {
    let unauthorized =
        || ApiError::unauthorized("send a satellite key: Authorization: Bearer <key>");
    let header = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let (scheme, key) = header
        .and_then(|header| header.split_once(' '))
        .ok_or_else(unauthorized)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(unauthorized());
    }
    let satellite = api.keys.holder(key.trim().to_owned()).await?;
    satellite.ok_or_else(|| ApiError::unauthorized("this key is unknown or revoked"))
}

/// The id of the batch, which is the sender's own: two satellites may use the same key, and so may one satellite that
/// writes for two teams. Ids have any form, so that they are written with their lengths.
fn idempotency_key(headers: &HeaderMap, satellite: &Satellite) -> Result<Option<String>, ApiError> {
    let mut values = headers.get_all("Idempotency-Key");
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let key = value
        .to_str()
        .ok()
        .filter(|key| (1..=255).contains(&key.len()));
    match key.filter(|_| values.next().is_none()) {
        Some(key) => {
            let (id, team) = (
                &satellite.id,
                satellite.team_id.as_deref().unwrap_or_default(),
            );
            let (id_length, team_length) = (id.len(), team.len());
            Ok(Some(format!(
                "satellite:{id_length}:{id}:{team_length}:{team}:{key}"
            )))
        }
        None => Err(ApiError::invalid(
            "Idempotency-Key",
            "Idempotency-Key must be one to 255 ASCII characters, given once",
        )),
    }
}

async fn read(
    headers: &HeaderMap,
    payload: Payload,
    limits: &ApiLimits,
) -> Result<web::Bytes, ApiError> {
    check_form(headers)?;
    let limit = limits.max_body_bytes;
    // A body that says so is not waited for.
    if announced(headers).is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    match payload.to_bytes_limited(limit).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) => Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            format!("the body did not arrive: {error}"),
        )),
        Err(_) => Err(too_large(limit)),
    }
}

fn check_form(headers: &HeaderMap) -> Result<(), ApiError> {
    let json = headers.get(CONTENT_TYPE).is_none_or(|value| {
        value.to_str().is_ok_and(|value| {
            let essence = value.split(';').next().unwrap_or_default();
            essence.trim().eq_ignore_ascii_case("application/json")
        })
    });
    if !json {
        let message = "send JSON: Content-Type: application/json";
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message).at("Content-Type"));
    }
    // What is small to send could be without end to unpack.
    let encoding = headers.get(CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != "identity") {
        let message = "send the body as it is: leave out Content-Encoding";
        return Err(
            ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message).at("Content-Encoding")
        );
    }
    Ok(())
}

/// The length of the body, if it is said.
fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(limit: usize) -> ApiError {
    let message = format!("the body is too large: send at most {limit} bytes at once");
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}

fn malformed(error: &dyn std::error::Error) -> ApiError {
    ApiError::invalid(
        "events",
        format!("the body is not {{\"events\": [...]}}: {error}"),
    )
}

/// What the key decides: its satellite, and its team if it has one.
fn fix<'a>(
    satellite: &'a Satellite,
    layout: &Layout,
    builder: &mut EventBuilder<'a>,
) -> Result<(), Rejection> {
    let schema = layout.schema;
    if let Some(dimension) = schema
        .dimensions
        .iter()
        .find(|dimension| dimension.name == SATELLITE_DIMENSION)
    {
        builder.fix(dimension, &satellite.id)?;
    }
    match (&satellite.team_id, schema.dimension_of(DimensionRole::Team)) {
        (Some(team_id), Some(dimension)) => builder.fix(dimension, team_id),
        (Some(_), None) => {
            let message = format!(
                "{} has no team: a key of one team cannot write it",
                schema.name
            );
            Err(Rejection::new(
                crate::Reason::Forbidden,
                Some("type"),
                message,
            ))
        }
        (None, _) => Ok(()),
    }
}

impl Answer {
    fn of(receipt: Receipt) -> Self {
        let failures: Vec<_> = receipt
            .failures
            .into_iter()
            .map(|failure| FailureJson {
                index: failure.index,
                metric_type: failure.metric_type,
                error: failure.rejection.message,
                field: failure.rejection.field,
            })
            .collect();
        Self {
            success: true,
            processed: receipt.processed,
            failed: failures.len(),
            failures,
        }
    }
}
