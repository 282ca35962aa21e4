//! What happens to every request and every answer, whatever the route.

mod identity;
mod limits;
mod traffic;

use std::time::Instant;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::{DefaultHeaders, Next};
use actix_web::{Error, ResponseError};

use crate::error::AppError;

pub use identity::identify;
pub use limits::limit_request;
pub use traffic::measure;

const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Headers that take away what browsers would otherwise allow. A route that sets one itself keeps its own.
pub fn security_headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::X_FRAME_OPTIONS, "DENY"))
        .add((header::REFERRER_POLICY, "no-referrer"))
        .add((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        // Answers belong to the person who asked, and to no cache in between.
        .add((header::CACHE_CONTROL, "no-store"))
}

/// Refuses what another site makes a browser send, except for reading.
///
/// The session cookie is SameSite=Lax, which keeps it out of such requests already; this also covers sibling
/// subdomains, which count as the same site, and signing somebody in who did not ask for it. Satellites and scripts
/// do not send the header.
///
/// # Errors
///
/// What the route itself fails with.
pub async fn refuse_cross_site<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if !request.method().is_safe() && is_from_elsewhere(&request) {
        let response = AppError::CrossSite.error_response();
        return Ok(request.into_response(response).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}

/// Browsers say how the site that made them send something is related to this one, except to addresses without TLS.
/// There the origin tells, which must be the host that was asked.
fn is_from_elsewhere(request: &ServiceRequest) -> bool {
    let headers = request.headers();
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "cross-site" || site == "same-site";
    }
    headers.get(header::ORIGIN).is_some_and(|origin| {
        let origin = origin.to_str().ok();
        let host = origin.and_then(|origin| Some(origin.split_once("://")?.1));
        host != Some(request.connection_info().host())
    })
}

/// Refuses addresses with a NUL in them: nothing is there, and PostgreSQL takes none in a text, so that looking for it
/// would fail.
///
/// # Errors
///
/// What the route itself fails with.
pub async fn refuse_nul<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if request.path().contains("%00") {
        let response = AppError::NotFound(request.path().to_owned()).error_response();
        return Ok(request.into_response(response).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}

/// Logs every request, at the level `debug`: without its query, which may name people.
///
/// # Errors
///
/// What the route itself fails with.
pub async fn log_request<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let response = next.call(request).await?;
    let status = response.status().as_u16();
    tracing::debug!(%method, path, status, took = ?started.elapsed(), "answered");
    Ok(response)
}
