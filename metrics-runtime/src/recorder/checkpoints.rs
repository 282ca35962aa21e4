//! The thread that makes checkpoints, so that no producer waits for one.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::store::Checkpoint;

/// How long the writer goes on until the next look.
const PAUSE: Duration = Duration::from_millis(20);

/// Where the writer says that it has written. The thread ends with it.
pub(super) struct Checkpoints {
    written: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Starts the thread; there is none for a database that makes its checkpoints by itself.
    pub(super) fn start(checkpoint: Option<Box<dyn Checkpoint>>) -> Self {
        let Some(mut checkpoint) = checkpoint else {
            let (written, thread) = (None, None);
            return Self { written, thread };
        };
        let (written, looks) = sync_channel(1);
        let thread = thread::Builder::new()
            .name("metrics-checkpoints".to_owned())
            .spawn(move || look(&looks, &mut *checkpoint))
            .expect("the system has room for one more thread");
        Self {
            written: Some(written),
            thread: Some(thread),
        }
    }

    /// Says that something has been written.
    pub(super) fn written(&self) {
        if let Some(written) = &self.written {
            // It is enough to have said so once.
            let _ = written.try_send(());
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.written = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// In the end the file has everything in it. A process that ends need not close its connections first, by which SQLite
/// would do the same: whoever copies the file alone then would find what was there at the last checkpoint.
fn look(written: &Receiver<()>, checkpoint: &mut dyn Checkpoint) {
    while written.recv().is_ok() {
        if let Err(error) = checkpoint.look() {
            tracing::warn!(%error, "a checkpoint failed; it is tried again");
        }
        thread::sleep(PAUSE);
    }
    if let Err(error) = checkpoint.finish() {
        tracing::warn!(%error, "the last checkpoint failed: the newest is in the log beside the database, which belongs to it");
    }
}
