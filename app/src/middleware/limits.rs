//! How large the head of a request may be, and how long its body may take to arrive.
//!
//! The server itself ends connections whose head does not arrive in time (`header_timeout`), and those on which nothing
//! happens (`keep_alive`); the system ends those that take nothing of what they are sent (`write_timeout`). A body is read
//! by whoever needs it, so that its time limit travels with it.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::middleware::Next;
use actix_web::rt::time::{Sleep, sleep};
use actix_web::web::{Bytes, Data};
use actix_web::{Error, HttpMessage, ResponseError};
use futures_core::Stream;

use crate::error::AppError;
use crate::state::State;

/// Refuses what is too large or too slow, whatever the route.
///
/// # Errors
///
/// What the route itself fails with.
pub async fn limit_request<B: MessageBody>(
    state: Data<State>,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let limit = state.config.max_header_bytes.get();
    if head_bytes(&request) > limit {
        let response = AppError::HeadTooLarge { limit }.error_response();
        return Ok(request.into_response(response).map_into_right_body());
    }
    let late = Rc::new(Cell::new(false));
    let timeout = state.config.body_timeout;
    limit_body(&mut request, timeout.duration(), &late);
    let response = next.call(request).await?;
    if !late.get() {
        return Ok(response.map_into_left_body());
    }
    let limit = timeout.to_string();
    let refusal = AppError::TooSlow { limit }.error_response();
    Ok(response.into_response(refusal).map_into_right_body())
}

/// The address and the headers, as they were sent.
fn head_bytes(request: &ServiceRequest) -> usize {
    let headers = request.headers().iter();
    // Each with a colon, a blank, and the end of its line.
    let headers = headers.map(|(name, value)| name.as_str().len() + value.len() + 4);
    let address = request.uri().path_and_query();
    address.map_or(0, |address| address.as_str().len()) + headers.sum::<usize>()
}

fn limit_body(request: &mut ServiceRequest, timeout: Duration, late: &Rc<Cell<bool>>) {
    let body = request.take_payload();
    if matches!(body, Payload::None) {
        return;
    }
    let in_time = InTime {
        body,
        deadline: Box::pin(sleep(timeout)),
        late: Rc::clone(late),
    };
    request.set_payload(Payload::Stream {
        payload: Box::pin(in_time),
    });
}

/// A body that fails once its time is over, however steadily it drips.
struct InTime {
    body: Payload,
    deadline: Pin<Box<Sleep>>,
    /// Set when the time is over, so that the failure is answered as what it is.
    late: Rc<Cell<bool>>,
}

impl Stream for InTime {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(piece) = Pin::new(&mut self.body).poll_next(context) {
            return Poll::Ready(piece);
        }
        ready!(self.deadline.as_mut().poll(context));
        self.late.set(true);
        let timed_out = io::Error::from(io::ErrorKind::TimedOut);
        Poll::Ready(Some(Err(PayloadError::Io(timed_out))))
    }
}
