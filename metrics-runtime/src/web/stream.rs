//! The three series routes as streams of server-sent events: the whole answer first, then what has changed of it.
//!
//! Before each event, and every few seconds, whoever watches is asked for their permission again: what somebody may
//! not ask for any more is not sent.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::body::{BodySize, MessageBody};
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::rt::time::timeout;
use actix_web::web::{self, Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::Utc;
use serde::Serialize;

use super::admission::{Asker, Door};
use super::error::ApiError;
use super::host::Host;
use super::live::{Key, Subscription};
use super::question::Question;
use super::state::Inner;
use crate::scope::Scope;
use crate::series::Series;

/// After how long somebody to whom nothing was sent is asked for their permission, and sent a sign of life.
const PATIENCE: Duration = Duration::from_secs(3);

/// After how long browsers connect again, in milliseconds.
const RETRY: u32 = 2_000;

pub(super) async fn own<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, ApiError> {
    open(api, request, Door::Own(path.into_inner())).await
}

pub(super) async fn team<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (team_id, path) = path.into_inner();
    open(api, request, Door::Team { team_id, path }).await
}

pub(super) async fn everyone<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, ApiError> {
    open(api, request, Door::Everyone(path.into_inner())).await
}

async fn open<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
    door: Door,
) -> Result<HttpResponse, ApiError> {
    let asked = Arc::new((door, Asker::of(&api, &request)));
    let (here, request_of) = (api.clone(), Arc::clone(&asked));
    let first = web::block(move || first(&here, &request_of.0, &request_of.1));
    let (subscription, scope, shown) = first.await??;
    subscription.refresh();
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        // Proxies that gather an answer before they pass it on would gather for ever.
        .insert_header(("X-Accel-Buffering", "no"));
    if request.method() == Method::HEAD {
        return Ok(response.finish());
    }
    let viewer = Viewer {
        api,
        asked,
        scope,
        subscription,
        opened: Instant::now(),
        shown,
        stage: Stage::Opening,
    };
    Ok(response.body(Events {
        next: Some(Box::pin(viewer.next())),
    }))
}

/// Lets somebody in, and asks for them the first time.
fn first<H: Host>(
    api: &Inner<H>,
    door: &Door,
    asker: &Asker<H>,
) -> Result<(Subscription, Scope, Arc<Series>), ApiError> {
    let admission = door.admit(api, asker)?;
    let (key, scope) = (Key::of(&admission), admission.scope.clone());
    let person = admission.caller.user_id.clone();
    let question = Question::read(admission, api.limits.max_buckets)?;
    let now = Utc::now();
    let query = question.at(now)?;
    let subscription = api.live.subscribe(key, question, person)?;
    let shown = query.load_at(&api.store, now)?;
    Ok((subscription, scope, Arc::new(shown)))
}

/// Somebody who watches.
struct Viewer<H: Host> {
    api: Data<Inner<H>>,
    /// Where, and by whom.
    asked: Arc<(Door, Asker<H>)>,
    scope: Scope,
    subscription: Subscription,
    /// When what was shown first had been read.
    opened: Instant,
    /// What was last shown.
    shown: Arc<Series>,
    stage: Stage,
}

enum Stage {
    Opening,
    Watching,
    Ended,
}

impl<H: Host> Viewer<H> {
    /// The next piece to be sent; `None` at the end.
    async fn next(mut self) -> Option<(Bytes, Self)> {
        match self.stage {
            Stage::Opening => {
                self.stage = Stage::Watching;
                let snapshot = event("snapshot", &*self.shown);
                let opening = format!("retry: {RETRY}\n{snapshot}");
                Some((opening.into(), self))
            }
            Stage::Watching => {
                let answers = &mut self.subscription.answers;
                if let Ok(Err(_)) = timeout(PATIENCE, answers.changed()).await {
                    return None;
                }
                let piece = match self.still_admitted().await.and_then(|()| self.update()) {
                    Ok(update) => update.unwrap_or_else(|| ":\n\n".to_owned()),
                    Err(error) => {
                        self.stage = Stage::Ended;
                        event("end", &error.body())
                    }
                };
                Some((piece.into(), self))
            }
            Stage::Ended => None,
        }
    }

    async fn still_admitted(&self) -> Result<(), ApiError> {
        let (api, asked) = (self.api.clone(), Arc::clone(&self.asked));
        let admission = web::block(move || asked.0.admit(&api, &asked.1)).await??;
        match admission.scope == self.scope {
            true => Ok(()),
            false => Err(ApiError::forbidden(
                "you are somebody else by now: ask again",
            )),
        }
    }

    /// What has changed since the last event, if anything has.
    fn update(&mut self) -> Result<Option<String>, ApiError> {
        let answers = &mut self.subscription.answers;
        let answer = answers.borrow_and_update().clone();
        // An answer from before the first event may be older than what that showed.
        let Some(answer) = answer.filter(|answer| answer.asked > self.opened) else {
            return Ok(None);
        };
        let series = answer.series?;
        let update = series
            .update_since(&self.shown)
            .map(|update| event("update", &update));
        self.shown = series;
        Ok(update)
    }
}

/// An event as it is sent.
pub(super) fn event(name: &str, data: &impl Serialize) -> String {
    let data = serde_json::to_string(data).expect("a series is JSON");
    format!("event: {name}\ndata: {data}\n\n")
}

type Next<H> = Pin<Box<dyn Future<Output = Option<(Bytes, Viewer<H>)>>>>;

/// The body of the response: it holds one piece at a time, however slowly it is read.
struct Events<H: Host> {
    next: Option<Next<H>>,
}

impl<H: Host> MessageBody for Events<H> {
    type Error = std::convert::Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let Some(next) = &mut self.next else {
            return Poll::Ready(None);
        };
        let Poll::Ready(piece) = next.as_mut().poll(context) else {
            return Poll::Pending;
        };
        let (piece, viewer) = match piece {
            Some((piece, viewer)) => (Some(Ok(piece)), Some(viewer)),
            None => (None, None),
        };
        self.next = viewer.map(|viewer| -> Next<H> { Box::pin(viewer.next()) });
        Poll::Ready(piece)
    }
}
