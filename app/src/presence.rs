//! When sessions were last seen: noted to some minutes, and never on a request's own way.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::clock;
use crate::database::Pool;
use crate::models::sessions::{self, Current};

/// How many seconds a session is not noted again for.
const PRECISION: i64 = 300;

/// How many sessions may wait to be noted; others are noted with their next request.
const WAITING: usize = 64;

/// Notes that sessions are seen, on a thread of its own that ends with it.
#[derive(Debug)]
pub struct Presence {
    sessions: SyncSender<String>,
}

impl Presence {
    /// Starts the thread.
    #[must_use]
    pub fn start(pool: Pool) -> Self {
        let (sessions, seen) = sync_channel(WAITING);
        thread::spawn(move || note_all(&pool, &seen));
        Self { sessions }
    }

    /// There is a request of a session.
    pub fn see(&self, session: &Current) {
        if session.seen_at <= clock::now() - PRECISION {
            // Whoever finds no room comes again.
            let _ = self.sessions.try_send(session.id.clone());
        }
    }
}

fn note_all(pool: &Pool, seen: &Receiver<String>) {
    for session in seen {
        let Ok(mut connection) = pool.get() else {
            continue;
        };
        let before = clock::now() - PRECISION;
        if let Err(error) = sessions::note_seen(&mut connection, &session, before) {
            tracing::debug!(%error, "it was not noted that a session was seen");
        }
    }
}
