//! How long connections are waited for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diesel::r2d2::HandleEvent;
use diesel::r2d2::event::{CheckoutEvent, TimeoutEvent};

use crate::histogram::Histogram;

/// What the pool tells.
#[derive(Debug, Clone, Default)]
pub struct Waits(Arc<Mutex<Counts>>);

#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub(super) waits: Histogram,
    pub(super) timeouts: u64,
}

impl Waits {
    pub(super) fn snapshot(&self) -> Counts {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HandleEvent for Waits {
    fn handle_checkout(&self, event: CheckoutEvent) {
        self.lock().waits.add(event.duration());
    }

    fn handle_timeout(&self, _event: TimeoutEvent) {
        self.lock().timeouts += 1;
    }
}
