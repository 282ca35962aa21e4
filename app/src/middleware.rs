//! What happens to every request and every answer, whatever the route.

mod identity;
mod limits;
mod traffic;
mod unread;

use actix_web::body::{BodySize, BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::{DefaultHeaders, Next};
use actix_web::{Error, ResponseError, web};
use flate2::Compression;

use crate::error::AppError;
use crate::gzip;

pub use identity::identify;
pub use limits::limit_request;
pub use traffic::measure;
pub use unread::hang_up_on_unread;

const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Answers of fewer bytes are sent as they are: there is little to save.
const WORTH_PACKING: u64 = 4_096;

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

/// Refuses what no route should see: what another site makes a browser send, and addresses with a NUL in them.
///
/// # Errors
///
/// What the route itself fails with.
pub async fn refuse<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    match refusal(&request) {
        None => Ok(next.call(request).await?.map_into_left_body()),
        Some(refusal) => {
            let response = refusal.error_response();
            Ok(request.into_response(response).map_into_right_body())
        }
    }
}

/// Other sites may make a browser read. The session cookie is SameSite=Lax, which keeps it out of everything else
/// already; this also covers sibling subdomains, which count as the same site, and signing somebody in who did not ask
/// for it. Satellites and scripts do not send the headers.
///
/// At an address with a NUL there is nothing, and PostgreSQL takes none in a text, so that looking for it would fail.
fn refusal(request: &ServiceRequest) -> Option<AppError> {
    if !request.method().is_safe() && is_from_elsewhere(request) {
        return Some(AppError::CrossSite);
    }
    let path = request.path();
    path.contains("%00")
        .then(|| AppError::NotFound(path.to_owned()))
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

/// Gzips long JSON for those who take it. Streams go on as they come.
///
/// # Errors
///
/// What the route itself fails with.
pub async fn gzip_json<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let answer = next.call(request).await?.map_into_boxed_body();
    if !is_long_json(&answer) || !gzip::is_taken(answer.request()) {
        return Ok(answer);
    }
    let (request, response) = answer.into_parts();
    let (response, body) = response.into_parts();
    let mut response = match body.try_into_bytes() {
        Err(body) => return Ok(ServiceResponse::new(request, response.set_body(body))),
        Ok(body) => {
            let packed = web::block(move || gzip::pack(&body, Compression::fast())).await?;
            response.set_body(BoxBody::new(packed))
        }
    };
    for (name, value) in [
        (header::CONTENT_ENCODING, "gzip"),
        (header::VARY, "Accept-Encoding"),
    ] {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    Ok(ServiceResponse::new(request, response))
}

fn is_long_json(answer: &ServiceResponse<BoxBody>) -> bool {
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let is_long =
        matches!(answer.response().body().size(), BodySize::Sized(size) if size >= WORTH_PACKING);
    is_long && kind.is_some_and(|kind| kind == "application/json")
}
