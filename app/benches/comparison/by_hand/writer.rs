//! A thread that writes: it takes what has gathered, commits it, and answers.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, Result};
use tokio::sync::oneshot;

use super::database;
use super::event::{Event, now};
use super::retention::Cleanup;
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
    /// The connection, for a turn of the cleanup.
    fn connection(&self) -> &Connection;
}

/// What a producer hands over.
pub(crate) struct Call {
    pub(super) events: Vec<Event>,
    answer: oneshot::Sender<()>,
}

enum Command {
    Record(Call),
    Clean {
        kept_from: i64,
        answer: oneshot::Sender<i64>,
    },
}

/// The producers' side.
#[derive(Clone)]
pub(crate) struct Producers {
    queue: Sender<Command>,
}

/// The thread; it ends when there are no producers any more.
pub(crate) struct Writer(JoinHandle<()>);

/// Starts a writer on a file that was created before.
pub(crate) fn start<C: Commit>(path: &Path, synchronous: Synchronous) -> (Producers, Writer) {
    let (queue, commands) = channel();
    let connection = database::open(path, synchronous).expect("opens");
    let commit = C::begin(connection).expect("the database works");
    let mut thread = Thread {
        commit,
        queue: commands,
        calls: Vec::new(),
        cleanup: None,
    };
    let thread = std::thread::spawn(move || thread.run().expect("the database works"));
    (Producers { queue }, Writer(thread))
}

impl Writer {
    /// Waits until all is written.
    pub(crate) fn join(self) {
        self.0.join().expect("the database works");
    }
}

struct Thread<C> {
    commit: C,
    queue: Receiver<Command>,
    calls: Vec<Call>,
    cleanup: Option<(Cleanup, oneshot::Sender<i64>)>,
}

impl<C: Commit> Thread<C> {
    /// Takes turns: what has gathered, then what is due, then a slice of a cleanup.
    fn run(&mut self) -> Result<()> {
        use std::sync::mpsc::RecvTimeoutError::{Disconnected, Timeout};

        loop {
            let patience = self.cleanup.as_ref().map_or(PATIENCE, |_| Duration::ZERO);
            match self.queue.recv_timeout(patience) {
                Ok(command) => self.take(command)?,
                Err(Timeout) => {}
                Err(Disconnected) => return self.commit.tend(),
            }
            while let Ok(command) = self.queue.try_recv() {
                self.take(command)?;
            }
            self.write()?;
            self.commit.tend()?;
            self.clean()?;
        }
    }

    fn take(&mut self, command: Command) -> Result<()> {
        match command {
            Command::Record(call) => self.calls.push(call),
            Command::Clean { kept_from, answer } => {
                let cleanup = Cleanup::begin(self.commit.connection(), kept_from)?;
                self.cleanup = Some((cleanup, answer));
            }
        }
        Ok(())
    }

    fn write(&mut self) -> Result<()> {
        if !self.calls.is_empty() {
            self.commit.commit(&self.calls)?;
        }
        for call in self.calls.drain(..) {
            // A producer that has gone away does not need its answer.
            let _ = call.answer.send(());
        }
        Ok(())
    }

    fn clean(&mut self) -> Result<()> {
        let Some((mut cleanup, answer)) = self.cleanup.take() else {
            return Ok(());
        };
        match cleanup.slice(self.commit.connection())? {
            Some(deleted) => {
                let _ = answer.send(deleted);
            }
            None => self.cleanup = Some((cleanup, answer)),
        }
        Ok(())
    }
}

impl Producers {
    /// Deletes buckets that begin before `kept_from`. Answers how many rows there were.
    pub(crate) async fn clean_up(&self, kept_from: i64) -> i64 {
        let (answer, deleted) = oneshot::channel();
        let sent = self.queue.send(Command::Clean { kept_from, answer });
        sent.expect("the writer lives as long as its producers");
        deleted.await.expect("the writer answers")
    }

    async fn send(&self, events: Vec<Event>) {
        let (answer, committed) = oneshot::channel();
        let sent = self.queue.send(Command::Record(Call { events, answer }));
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
