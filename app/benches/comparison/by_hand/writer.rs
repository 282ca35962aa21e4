//! A thread that writes: it takes what has gathered, commits it, and answers.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, Result};
use tokio::sync::oneshot;

use super::database;
use super::event::{Event, now};
use crate::load::Install;
use crate::producers::Door;
use crate::synchronous::Synchronous;

/// How long the thread sleeps at most, so that a journal is folded when nothing more comes.
const PATIENCE: Duration = Duration::from_millis(100);

/// How what has gathered is written.
pub(crate) trait Commit: Sized + Send + 'static {
    /// Begins on a connection of its own.
    fn begin(connection: Connection) -> Result<Self>;
    /// Writes the events of all calls in one transaction.
    fn commit(&mut self, calls: &[Call]) -> Result<()>;
    /// Does what is due between two transactions.
    fn tend(&mut self) -> Result<()>;
}

/// What a producer hands over.
pub(crate) struct Call {
    pub(super) events: Vec<Event>,
    answer: oneshot::Sender<()>,
}

/// The producers' side.
#[derive(Clone)]
pub(crate) struct Producers {
    queue: Sender<Call>,
}

/// The thread; it ends when there are no producers any more.
pub(crate) struct Writer(JoinHandle<()>);

/// Starts a writer on a file that was created before.
pub(crate) fn start<C: Commit>(path: &Path, synchronous: Synchronous) -> (Producers, Writer) {
    let (queue, calls) = channel();
    let connection = database::open(path, synchronous).expect("opens");
    let mut commit = C::begin(connection).expect("the database works");
    let thread = std::thread::spawn(move || run(&mut commit, &calls).expect("the database works"));
    (Producers { queue }, Writer(thread))
}

impl Writer {
    /// Waits until all is written.
    pub(crate) fn join(self) {
        self.0.join().expect("the database works");
    }
}

fn run<C: Commit>(commit: &mut C, queue: &Receiver<Call>) -> Result<()> {
    use std::sync::mpsc::RecvTimeoutError::{Disconnected, Timeout};

    let mut calls = Vec::new();
    loop {
        match queue.recv_timeout(PATIENCE) {
            Ok(call) => calls.push(call),
            Err(Timeout) => {}
            Err(Disconnected) => return commit.tend(),
        }
        calls.extend(queue.try_iter());
        if !calls.is_empty() {
            commit.commit(&calls)?;
        }
        for call in calls.drain(..) {
            // A producer that has gone away does not need its answer.
            let _ = call.answer.send(());
        }
        commit.tend()?;
    }
}

impl Producers {
    async fn send(&self, events: Vec<Event>) {
        let (answer, committed) = oneshot::channel();
        let sent = self.queue.send(Call { events, answer });
        sent.expect("the writer lives as long as its producers");
        committed.await.expect("the writer answers every call");
    }
}

impl Door for Producers {
    async fn one(&self, install: Install) {
        self.send(vec![Event::new(install, now())]).await;
    }

    async fn many(&self, installs: Vec<Install>) {
        let now = now();
        let events = installs.into_iter().map(|install| Event::new(install, now));
        self.send(events.collect()).await;
    }
}
