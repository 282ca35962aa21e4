//! Questions that are watched: asked again when somebody has written to the database.
//!
//! One thread asks all of them in turn, each once for everybody who watches the same, and then rests for as long as
//! that took: whatever is watched, reading for it takes one connection and half of one CPU at most. Those who watch
//! see the latest answer and not each one, so that nothing is kept for who is slow.

mod news;

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use chrono::Utc;
use tokio::sync::watch;
use tokio::sync::watch::error::RecvError;

use super::admission::Admission;
use super::error::ApiError;
use super::question::Question;
use crate::error::{QueryError, StoreError};
use crate::scope::Scope;
use crate::store::{Store, Watch};
use news::News;

pub(super) use news::Answer;

/// How long the database is left alone at least. What is committed is seen in half a second.
const PAUSE: Duration = Duration::from_millis(250);

/// What is asked, and about whose rows: all who ask the same share the answers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    scope: Scope,
    metric: &'static str,
    parameters: Vec<(String, String)>,
}

impl Key {
    pub(super) fn of(admission: &Admission) -> Self {
        Self {
            scope: admission.scope.clone(),
            metric: admission.layout.schema.name,
            parameters: admission.params.sorted(),
        }
    }
}

/// How many may watch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub(super) streams: usize,
    pub(super) streams_of_one: usize,
}

/// All that is watched.
#[derive(Clone)]
pub(super) struct Live {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    room: Room,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    feeds: HashMap<Key, Feed>,
    /// How many streams each person has.
    people: HashMap<String, usize>,
    /// Whether the thread runs.
    running: bool,
    closed: bool,
}

/// A question that somebody watches.
struct Feed {
    question: Question,
    news: News,
    /// The minute in which it was last asked.
    minute: i64,
}

/// Somebody's place, given back when it is dropped, and the answers to what they watch from there.
pub(super) struct Subscription {
    pub(super) answers: Vec<watch::Receiver<Option<Answer>>>,
    shared: Arc<Shared>,
    keys: Vec<Key>,
    person: String,
}

impl Live {
    pub(super) fn new(store: Store, room: Room) -> Self {
        let state = Mutex::default();
        Self {
            shared: Arc::new(Shared { store, room, state }),
        }
    }

    /// Gives a person a place, from which they watch these questions.
    pub(super) fn subscribe(
        &self,
        person: String,
        questions: Vec<(Key, Question)>,
    ) -> Result<Subscription, ApiError> {
        let mut state = self.shared.lock();
        state.check_room(&person, self.shared.room)?;
        *state.people.entry(person.clone()).or_default() += 1;
        let keys = questions.iter().map(|(key, _)| key.clone()).collect();
        let answers = questions.into_iter();
        let answers = answers
            .map(|(key, question)| state.watch(key, question))
            .collect();
        if !state.running {
            let shared = Arc::clone(&self.shared);
            let thread = std::thread::Builder::new().name("metrics-live".to_owned());
            let started = thread.spawn(move || shared.run());
            state.running = started.is_ok();
        }
        let (running, shared) = (state.running, Arc::clone(&self.shared));
        drop(state);
        let subscription = Subscription {
            answers,
            shared,
            keys,
            person,
        };
        // What is not given out takes its place with it.
        if !running {
            return Err(ApiError::busy(
                "the system has no room for one more thread: try again in a moment",
            ));
        }
        Ok(subscription)
    }

    /// How many streams there are.
    pub(super) fn streams(&self) -> usize {
        self.shared.lock().streams()
    }

    /// Ends all streams, and begins no others.
    pub(super) fn close(&self) {
        let mut state = self.shared.lock();
        state.closed = true;
        state.feeds.clear();
    }
}

impl State {
    fn streams(&self) -> usize {
        self.people.values().sum()
    }

    fn watch(&mut self, key: Key, question: Question) -> watch::Receiver<Option<Answer>> {
        let feed = self.feeds.entry(key).or_insert_with(|| Feed {
            question,
            news: News::new(),
            minute: 0,
        });
        feed.news.watch()
    }

    fn check_room(&self, person: &str, room: Room) -> Result<(), ApiError> {
        if self.closed {
            return Err(ApiError::busy(
                "the service is being stopped: try again in a moment",
            ));
        }
        if self
            .people
            .get(person)
            .is_some_and(|streams| *streams >= room.streams_of_one)
        {
            let of_one = room.streams_of_one;
            return Err(ApiError::too_many(format!(
                "you have as many streams open as one may ({of_one}): close some of them"
            )));
        }
        if self.streams() >= room.streams {
            return Err(ApiError::busy(
                "too many streams are open: ask again later, or without /stream",
            ));
        }
        Ok(())
    }
}

impl Subscription {
    /// Asks for answers that are newer than this moment, changed or not.
    pub(super) fn refresh(&self) {
        let now = Instant::now();
        self.keys.iter().for_each(|key| self.shared.want(key, now));
    }

    /// Waits for news of any of them; an error says that there will be none.
    pub(super) async fn changed(&mut self) -> Result<(), RecvError> {
        let answers = self.answers.iter_mut();
        let mut news: Vec<_> = answers.map(|answers| Box::pin(answers.changed())).collect();
        poll_fn(|context| {
            let mut asked = news.iter_mut().map(|news| news.as_mut().poll(context));
            asked.find(Poll::is_ready).unwrap_or(Poll::Pending)
        })
        .await
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        if let Some(streams) = state.people.get_mut(&self.person) {
            *streams -= 1;
            if *streams == 0 {
                state.people.remove(&self.person);
            }
        }
    }
}

/// Ends all streams if the thread that asks for them panics: whoever watches connects again, which starts another one,
/// instead of waiting for answers that nobody looks for.
struct EndOfAll<'a>(&'a Shared);

impl Drop for EndOfAll<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut state = self.0.lock();
            state.feeds.clear();
            state.running = false;
        }
    }
}

impl Shared {
    /// A poisoned lock is still a lock: nothing in here is left half done by a panic.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks what is watched until nothing is.
    fn run(&self) {
        let _unless_it_ends_by_itself = EndOfAll(self);
        let mut watch = self.store.watch();
        let mut missed = false;
        loop {
            let started = Instant::now();
            missed = self.round(watch.as_mut(), missed);
            std::thread::sleep(PAUSE.max(started.elapsed()));
            let mut state = self.lock();
            state.feeds.retain(|_, feed| feed.news.is_watched());
            if state.feeds.is_empty() {
                state.running = false;
                return;
            }
        }
    }

    /// Asks each question whose answer may be another one by now. When the database does not answer, those who watch
    /// keep what they have, and it is asked again: `missed` says that this was so the last time. Answers whether it is
    /// so now.
    fn round(&self, watch: &mut dyn Watch, missed: bool) -> bool {
        let told = |error: &dyn std::fmt::Display| {
            tracing::warn!(cause = %error, "what is watched could not be read");
        };
        let changed = match watch.has_changed() {
            Ok(changed) => changed || missed,
            Err(error) => {
                told(&error);
                return true;
            }
        };
        let minute = Utc::now().timestamp().div_euclid(60);
        for (key, question) in self.due(changed, minute) {
            let (asked, now) = (Instant::now(), Utc::now());
            let query = question.at(now).map_err(QueryError::from);
            let series = match query.and_then(|query| query.load_at(&self.store, now)) {
                Ok(series) => Ok(Arc::new(series)),
                Err(QueryError::Invalid(invalid)) => Err(invalid),
                Err(QueryError::Store(error)) => {
                    told(&error);
                    // Without a connection, the others would not be answered either.
                    if matches!(error, StoreError::Connection(_)) {
                        return true;
                    }
                    // It may be this question alone that takes too long.
                    self.want(&key, asked);
                    continue;
                }
            };
            if let Some(feed) = self.lock().feeds.get_mut(&key) {
                feed.minute = minute;
                feed.news.publish(Answer { asked, series });
            }
        }
        false
    }

    /// Lets a question be asked again for an answer that is newer than a moment.
    fn want(&self, key: &Key, moment: Instant) {
        if let Some(feed) = self.lock().feeds.get_mut(key) {
            feed.news.want(moment);
        }
    }

    /// The questions that are to be asked: all when something was written, and otherwise those that somebody waits for,
    /// and those whose buckets have moved on, which happens at whole minutes.
    fn due(&self, changed: bool, minute: i64) -> Vec<(Key, Question)> {
        let mut state = self.lock();
        let due = |feed: &Feed| {
            let moved = feed.question.moves() && feed.minute != minute;
            changed || feed.news.is_wanted() || moved
        };
        let feeds = state.feeds.iter_mut().filter(|(_, feed)| due(feed));
        feeds
            .map(|(key, feed)| (key.clone(), feed.question.clone()))
            .collect()
    }
}
