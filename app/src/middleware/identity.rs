//! Each request has an id, by which its answer, its lines in the log and its span are found again.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::spans;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Answers every request with its id, also within errors, and logs all that happens on its behalf with it.
///
/// # Errors
///
/// What the route itself fails with.
pub async fn identify<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, Bytes>>, Error> {
    let given = request.headers().get(&HEADER).and_then(well_formed);
    let id = given.map_or_else(made, str::to_owned);
    let (method, path) = (request.method(), request.path());
    // As an error, so that it is there whenever anything is logged at all.
    let span = tracing::error_span!(
        "request",
        id,
        %method,
        path,
        route = Empty,
        status = Empty,
    );
    spans::follow(&span, request.headers());
    let mut response = next.call(request).instrument(span.clone()).await?;
    complete(&span, &response);
    let value = HeaderValue::from_str(&id).expect("what is well-formed is text");
    response.headers_mut().insert(HEADER, value);
    Ok(name_in_error(response, &id))
}

/// Says what is only known with the answer.
fn complete<B>(span: &Span, response: &ServiceResponse<B>) {
    let (request, status) = (response.request(), response.status().as_u16());
    let route = request.match_pattern();
    let route = route.as_deref().unwrap_or("unmatched");
    span.record("status", status);
    span.record("route", route);
    spans::name(span, || format!("{} {route}", request.method()));
}

/// The id that whoever asks has given. Only what may stand anywhere, in a log and within quotation marks, is taken.
fn well_formed(given: &HeaderValue) -> Option<&str> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    let id = given.to_str().ok()?;
    ((1..=128).contains(&id.len()) && id.bytes().all(fits)).then_some(id)
}

/// Another one for each request, and other ones in each process: asking the system each time would take longer.
fn made() -> String {
    static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static REQUESTS: AtomicU64 = AtomicU64::new(0);
    let request = REQUESTS.fetch_add(1, Ordering::Relaxed);
    format!("{:016x}", KEYS.hash_one(request))
}

/// Writes the id into the answer if that is an error, whoever has made it: here all of them pass.
fn name_in_error<B: MessageBody>(
    response: ServiceResponse<B>,
    id: &str,
) -> ServiceResponse<EitherBody<B, Bytes>> {
    let json = |value: &HeaderValue| value.as_bytes().starts_with(b"application/json");
    let is_json = response.headers().get(CONTENT_TYPE).is_some_and(json);
    let is_error = response.status().is_client_error() || response.status().is_server_error();
    if !(is_json && is_error) {
        return response.map_into_left_body();
    }
    response.map_body(|_, body| match body.try_into_bytes() {
        Ok(object) => EitherBody::right(with_id(object, id)),
        // It is a stream, which no error is.
        Err(body) => EitherBody::left(body),
    })
}

/// An object with the id as its last field.
fn with_id(object: Bytes, id: &str) -> Bytes {
    match object.strip_suffix(b"}") {
        Some(fields) => {
            let field = format!(r#","request_id":"{id}"}}"#);
            [fields, field.as_bytes()].concat().into()
        }
        None => object,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::well_formed;

    #[test]
    fn an_id_that_could_mean_something_in_a_log_is_not_taken() {
        let taken = |text: &str| {
            let value = HeaderValue::from_str(text).unwrap();
            well_formed(&value).is_some()
        };
        assert!(taken("4bf92f35-77b3:a_1.2"));
        assert!(taken(&"x".repeat(128)));
        for odd in ["", "a b", "a\"b", "a\tb", "a{b}", &"x".repeat(129)] {
            assert!(!taken(odd), "{odd:?}");
        }
    }
}
