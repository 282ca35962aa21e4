//! What becomes of a body that nobody has read to its end when its request is answered.
//!
//! The server goes on reading a body that it is not told the length of, for as long as somebody sends, if nobody holds
//! it any more: in order to use the connection again. Whoever sends without end would keep it for ever. As long as
//! somebody holds the body it closes the connection instead, once the answer is sent.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage};
use futures_core::Stream;

/// Lets a connection end whose request was answered before all of it had been sent. Answers have to go through this
/// last, since whoever makes another one of them lets go of the body.
///
/// # Errors
///
/// What the route itself fails with.
pub async fn hang_up_on_unread<B: MessageBody + Unpin>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<Answer<B>>, Error> {
    let body = Body(Rc::new(RefCell::new(request.take_payload())));
    if !matches!(*body.0.borrow(), Payload::None) {
        let payload = Box::pin(body.clone());
        request.set_payload(Payload::Stream { payload });
    }
    let response = next.call(request).await?;
    Ok(response.map_body(|_, answer| Answer {
        answer,
        _held: body,
    }))
}

/// The body of a request, which the answer holds, too.
#[derive(Clone)]
struct Body(Rc<RefCell<Payload>>);

impl Stream for Body {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(context)
    }
}

/// An answer that holds the body of its request for as long as it is being sent.
pub struct Answer<B> {
    answer: B,
    _held: Body,
}

impl<B: MessageBody + Unpin> MessageBody for Answer<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.answer.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.answer).poll_next(context)
    }
}
