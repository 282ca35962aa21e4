//! What comes in over HTTP, in numbers.
//!
//! Requests are told apart by the pattern of their route, never by their address: however many people and satellites
//! there are, the numbers stay as few as the routes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::histogram::Histogram;

/// What requests are told apart by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// The pattern of the route, or `unmatched`.
    pub route: String,
    /// The method, or `other`.
    pub method: &'static str,
    /// The class of the status, such as `2xx`.
    pub status: &'static str,
}

/// What has come in so far.
#[derive(Debug, Default)]
pub struct Traffic {
    answered: Mutex<BTreeMap<Kind, Histogram>>,
    /// Requests that have not been answered yet.
    pub in_flight: Gauge,
    /// Connections that are open.
    pub connections: Gauge,
}

impl Traffic {
    /// Counts a request that was answered.
    pub fn answered(&self, kind: Kind, took: Duration) {
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.entry(kind).or_default().add(took);
    }

    /// The requests that were answered so far.
    #[must_use]
    pub fn snapshot(&self) -> BTreeMap<Kind, Histogram> {
        let answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.clone()
    }
}

/// How many there are of something at the moment.
#[derive(Debug, Default, Clone)]
pub struct Gauge(Arc<AtomicUsize>);

/// One that is counted until it is dropped.
#[derive(Debug)]
pub struct Counted(Gauge);

impl Gauge {
    /// One more, until the answer is dropped.
    #[must_use]
    pub fn one(&self) -> Counted {
        self.0.fetch_add(1, Ordering::Relaxed);
        Counted(self.clone())
    }

    /// How many there are.
    #[must_use]
    pub fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}
