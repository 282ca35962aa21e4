//! Live traffic: satellites that report what happens, through the public API and with their keys, until they are
//! stopped.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::Utc;
use metrics_runtime::Registry;

use super::TICK;
use super::history::quarter_after;
use super::position::Position;
use super::report::Report;
use crate::wire::post;

/// After a report that was not taken.
const PAUSE_MILLISECONDS: i64 = 1_000;

/// Satellites that report. They stop when it is dropped.
pub struct Traffic {
    /// Nothing is ever sent: the thread ends when this end is gone.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Traffic {
    /// Starts to report to `address` what happens from the positions on.
    ///
    /// # Errors
    ///
    /// When the system has no room for one more thread.
    pub fn start(
        address: SocketAddr,
        registry: Arc<Registry>,
        positions: Vec<Position>,
    ) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let mut reporters: Vec<_> = (0..).zip(positions).map(Reporter::new).collect();
        let run = move || {
            loop {
                let now = Utc::now().timestamp_millis();
                let due = reporters.iter_mut().min_by_key(|reporter| reporter.due);
                let Some(due) = due else { return };
                let wait = u64::try_from(due.due - now).unwrap_or(0);
                match stopped.recv_timeout(Duration::from_millis(wait)) {
                    Err(RecvTimeoutError::Timeout) => due.report(address, &registry),
                    _ => return,
                }
            }
        };
        let thread = std::thread::Builder::new().name("demo-traffic".to_owned());
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread.spawn(run)?),
        })
    }
}

impl Drop for Traffic {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // One that panicked has said so.
            drop(thread.join());
        }
    }
}

/// One satellite.
struct Reporter {
    position: Position,
    /// How long after the end of a tick it reports, so that not all do at once.
    delay: i64,
    /// When it reports next, in epoch milliseconds.
    due: i64,
    /// Where the report ends that was not answered: the same one is sent again, under the same key.
    unanswered: Option<i64>,
}

impl Reporter {
    fn new((index, position): (i64, Position)) -> Self {
        let mut reporter = Self {
            position,
            delay: index * 1_200,
            due: 0,
            unanswered: None,
        };
        reporter.wait_for_tick();
        reporter
    }

    fn wait_for_tick(&mut self) {
        self.due = (self.position.next + TICK) * 1_000 + self.delay;
    }

    /// Reports what has happened since the last report: one tick, or more after the machine was asleep.
    fn report(&mut self, address: SocketAddr, registry: &Registry) {
        let now = Utc::now().timestamp();
        let start = self.position.next;
        let past = now.div_euclid(TICK) * TICK;
        if past <= start {
            // Somebody has set the clock back.
            return self.wait_for_tick();
        }
        let end = self.unanswered.unwrap_or(past.min(quarter_after(start)));
        self.unanswered = Some(end);
        match self.send(address, registry, (start, end), now) {
            Ok(()) => {
                self.position.next = end;
                self.unanswered = None;
                self.wait_for_tick();
            }
            Err(reason) => {
                // While the server ends this is how it should be.
                tracing::debug!(satellite = self.position.satellite.id, %reason, "not reported");
                self.due = Utc::now().timestamp_millis() + PAUSE_MILLISECONDS;
            }
        }
    }

    fn send(
        &self,
        address: SocketAddr,
        registry: &Registry,
        range: (i64, i64),
        now: i64,
    ) -> Result<(), String> {
        let satellite = self.position.satellite;
        let body = Report::of(satellite, range, registry, now).body();
        let headers = [
            ("Authorization", format!("Bearer {}", satellite.key)),
            (
                "Idempotency-Key",
                format!("demo-{}-{}-{}", satellite.id, range.0, range.1),
            ),
        ];
        let headers = headers.each_ref().map(|(name, value)| (*name, &**value));
        let answer = post(address, "/api/metrics/events", &headers, &body.to_string());
        match answer.map_err(|error| error.to_string())? {
            answer if answer.status == 200 => {
                if !answer.body.contains("\"failed\":0") {
                    tracing::warn!(
                        satellite = satellite.id,
                        answer = answer.body,
                        "not all was taken"
                    );
                }
                Ok(())
            }
            answer => Err(format!("{} {}", answer.status, answer.body)),
        }
    }
}
