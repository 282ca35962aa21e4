//! Somebody who watches: the whole answers first, then what has changed of them, as server-sent events.
//!
//! Before each event, and every few seconds, whoever watches is asked for their permission again: what somebody may
//! not ask for any more is not sent.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::body::{BodySize, MessageBody};
use actix_web::rt::time::timeout;
use actix_web::web::{self, Bytes, Data};
use chrono::Utc;
use serde::Serialize;

use super::address::Address;
use super::admission::Admission;
use super::asker::Asker;
use super::error::ApiError;
use super::host::Host;
use super::live::{Answer, Key, Subscription};
use super::question::Question;
use super::state::Inner;
use crate::scope::Scope;
use crate::series::Series;

/// After how long somebody to whom nothing was sent is asked for their permission, and sent a sign of life.
const PATIENCE: Duration = Duration::from_secs(3);

/// After how long browsers connect again, in milliseconds.
const RETRY: u32 = 2_000;

/// What somebody wants to watch.
pub(super) struct Wish<H: Host> {
    pub(super) asker: Asker<H>,
    pub(super) addresses: Vec<Address>,
    /// Whether events and errors say which of the series they are about.
    pub(super) numbered: bool,
    /// What else is wrong with the query: told to those who may ask for what they name.
    pub(super) wrong: Option<ApiError>,
}

/// Somebody who watches.
pub(super) struct Viewer<H: Host> {
    api: Data<Inner<H>>,
    wish: Arc<Wish<H>>,
    subscription: Subscription,
    /// When what was shown first had been read.
    opened: Instant,
    watched: Vec<Watched>,
    stage: Stage,
}

/// A series, as it was last shown.
struct Watched {
    scope: Scope,
    shown: Arc<Series>,
}

enum Stage {
    Opening,
    Watching,
    Ended,
}

/// What an event of a stream of several series says.
#[derive(Serialize)]
pub(super) struct Numbered<T> {
    pub(super) series: usize,
    pub(super) data: T,
}

impl<H: Host> Wish<H> {
    /// Asks whether somebody may watch all of it, before any of it is read: who may not learns nothing.
    fn admit(&self, api: &Inner<H>) -> Result<(String, Vec<Admission>), ApiError> {
        let caller = self.asker.caller(api)?;
        let admitted = self.each(&self.addresses, |address| {
            address.admit(api.registry(), &caller)
        })?;
        Ok((caller.user_id, admitted))
    }

    /// Does something about each of the series. Where there are several, an error says which one it is about.
    fn each<T, U, E: Into<ApiError>>(
        &self,
        series: impl IntoIterator<Item = T>,
        act: impl Fn(T) -> Result<U, E>,
    ) -> Result<Vec<U>, ApiError> {
        let done = series.into_iter().map(act).enumerate();
        let named = done.map(|(series, done)| match self.numbered {
            true => done.map_err(|error| error.into().of_series(series)),
            false => done.map_err(Into::into),
        });
        named.collect()
    }
}

impl<H: Host> Viewer<H> {
    /// Lets somebody in, and asks for them the first time. It may wait.
    pub(super) fn enter(api: Data<Inner<H>>, mut wish: Wish<H>) -> Result<Self, ApiError> {
        let (person, admitted) = wish.admit(&api)?;
        wish.wrong.take().map_or(Ok(()), Err)?;
        let scopes: Vec<_> = admitted.iter().map(|one| one.scope.clone()).collect();
        let questions = wish.each(admitted, |admission| {
            let key = Key::of(&admission);
            Question::read(admission, api.limits.max_buckets).map(|question| (key, question))
        })?;
        let now = Utc::now();
        let queries = wish.each(&questions, |(_, question)| question.at(now))?;
        let subscription = api.live.subscribe(person, questions)?;
        let shown = wish.each(queries, |query| {
            query.load_at(&api.store, now).map(Arc::new)
        })?;
        let watched = scopes.into_iter().zip(shown);
        let watched = watched
            .map(|(scope, shown)| Watched { scope, shown })
            .collect();
        let opened = Instant::now();
        subscription.refresh();
        Ok(Self {
            wish: Arc::new(wish),
            subscription,
            opened,
            watched,
            stage: Stage::Opening,
            api,
        })
    }

    /// What is sent to them.
    pub(super) fn events(self) -> Events<H> {
        Events {
            next: Some(Box::pin(self.next())),
        }
    }

    /// The next piece to be sent; `None` at the end.
    async fn next(mut self) -> Option<(Bytes, Self)> {
        match self.stage {
            Stage::Opening => {
                self.stage = Stage::Watching;
                let numbered = self.watched.iter().enumerate();
                let snapshots = numbered
                    .map(|(series, watched)| self.event("snapshot", series, &*watched.shown));
                let opening = format!("retry: {RETRY}\n{}", snapshots.collect::<String>());
                Some((opening.into(), self))
            }
            Stage::Watching => {
                if let Ok(Err(_)) = timeout(PATIENCE, self.subscription.changed()).await {
                    return None;
                }
                let piece = match self.still_admitted().await.and_then(|()| self.updates()) {
                    Ok(updates) if updates.is_empty() => ":\n\n".to_owned(),
                    Ok(updates) => updates,
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
        let (api, wish) = (self.api.clone(), Arc::clone(&self.wish));
        let admitted = web::block(move || wish.admit(&api).map(|(_, admitted)| admitted));
        let admitted = admitted.await??;
        let scopes = admitted.iter().map(|admission| &admission.scope);
        match scopes.eq(self.watched.iter().map(|watched| &watched.scope)) {
            true => Ok(()),
            false => Err(ApiError::forbidden(
                "you are somebody else by now: ask again",
            )),
        }
    }

    /// What has changed since the last events, if anything has.
    fn updates(&mut self) -> Result<String, ApiError> {
        let mut updates = String::new();
        for series in 0..self.watched.len() {
            let answer = self.subscription.answers[series]
                .borrow_and_update()
                .clone();
            // An answer from before the first event may be older than what that showed.
            let Some(Answer { series: latest, .. }) =
                answer.filter(|answer| answer.asked > self.opened)
            else {
                continue;
            };
            let latest = latest?;
            if let Some(update) = latest.update_since(&self.watched[series].shown) {
                updates += &self.event("update", series, &update);
            }
            self.watched[series].shown = latest;
        }
        Ok(updates)
    }

    fn event(&self, name: &str, series: usize, data: impl Serialize) -> String {
        match self.wish.numbered {
            true => event(name, &Numbered { series, data }),
            false => event(name, &data),
        }
    }
}

/// An event as it is sent.
pub(super) fn event(name: &str, data: &impl Serialize) -> String {
    let data = serde_json::to_string(data).expect("a series is JSON");
    format!("event: {name}\ndata: {data}\n\n")
}

type Next<H> = Pin<Box<dyn Future<Output = Option<(Bytes, Viewer<H>)>>>>;

/// The body of the response: it holds one piece at a time, however slowly it is read.
pub(super) struct Events<H: Host> {
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
