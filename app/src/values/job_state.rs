//! How far a job has come.

use super::words;

words! {
    /// How far a job has come.
    JobState {
        /// Nobody has taken it yet, or it will be tried again.
        Waiting = "waiting",
        /// An instance is at it.
        Running = "running",
        /// It is done.
        Succeeded = "succeeded",
        /// It was tried as often as it may be.
        Failed = "failed",
    }
}
