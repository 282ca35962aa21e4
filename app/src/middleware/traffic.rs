//! Counting requests, and a line in the log for each, with how long it took.

use std::time::Instant;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::state::State;
use crate::traffic::Kind;

/// Counts a request from its first line to the head of its answer: how long the rest of a stream takes says nothing.
/// Logs it at the level `debug`, without its query, which may name people.
///
/// # Errors
///
/// What the route itself fails with.
pub async fn measure<B: MessageBody>(
    state: Data<State>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let in_flight = state.traffic.in_flight.one();
    let method = method(request.method());
    let response = next.call(request).await?;
    let kind = Kind {
        route: route(&response),
        method,
        status: class(response.status()),
    };
    drop(in_flight);
    let took = started.elapsed();
    let (asked, status) = (response.request(), response.status().as_u16());
    tracing::debug!(method = %asked.method(), path = asked.path(), status, ?took, "answered");
    state.traffic.answered(kind, took);
    Ok(response)
}

/// The pattern that the request was found by. Where nothing is, anybody can ask for anything.
fn route<B>(response: &ServiceResponse<B>) -> String {
    let pattern = response.request().match_pattern();
    pattern.unwrap_or_else(|| "unmatched".to_owned())
}

/// Anybody can make up a method, too.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}
