//! A job as people and programs see it, by HTTP and on the command line.

use serde::Serialize;
use serde_json::Value;

use crate::clock;
use crate::models::jobs::{Attempt, Job, Latest};
use crate::values::JobState;

/// A job as it is shown.
#[derive(Debug, Clone, Serialize)]
pub struct JobView {
    /// Made up.
    pub id: String,
    /// What is done.
    pub kind: String,
    /// What it is done to, if it is about something.
    pub subject: Option<String>,
    /// How far it has come.
    pub state: JobState,
    /// The time of its schedule; `None` when somebody asked for it.
    pub scheduled_for: Option<String>,
    /// When it came into being.
    pub created_at: Option<String>,
    /// When it may be taken.
    pub due_at: Option<String>,
    /// When it succeeded, or failed for good.
    pub finished_at: Option<String>,
    /// While it runs: when another instance may take it.
    pub lease_expires_at: Option<String>,
    /// How often it was tried.
    pub attempts: i64,
    /// How often it may still be tried.
    pub attempts_left: i64,
    /// What came of the latest attempt.
    pub result: Option<Value>,
    /// Why nothing came of the latest attempt.
    pub error: Option<String>,
    /// Every attempt, first one first, where a single job is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<Vec<AttemptView>>,
}

/// One attempt at a job as it is shown.
#[derive(Debug, Clone, Serialize)]
pub struct AttemptView {
    /// Counted from 1.
    pub attempt: i64,
    /// The process that made it.
    pub instance: String,
    /// When it began.
    pub started_at: Option<String>,
    /// When it ended, if it has.
    pub ended_at: Option<String>,
    /// What came of it.
    pub result: Option<Value>,
    /// Why nothing came of it.
    pub error: Option<String>,
}

impl JobView {
    /// A job as one of a list.
    #[must_use]
    pub fn of((job, latest): Latest) -> Self {
        let Job {
            id,
            kind,
            subject,
            state,
            ..
        } = job;
        let (result, error) = latest.map_or((None, None), |latest| (latest.result, latest.error));
        Self {
            id,
            kind,
            subject: Some(subject).filter(|subject| !subject.is_empty()),
            state,
            scheduled_for: job.scheduled_for.and_then(clock::text),
            created_at: clock::text(job.created_at),
            due_at: clock::text(job.due_at),
            finished_at: job.finished_at.and_then(clock::text),
            lease_expires_at: job.lease_expires_at.and_then(clock::text),
            attempts: job.attempts,
            attempts_left: job.attempts_left,
            result: result.as_deref().map(data),
            error,
            history: None,
        }
    }

    /// A job by itself.
    #[must_use]
    pub fn with_history((job, attempts): (Job, Vec<Attempt>)) -> Self {
        let latest = attempts.last().cloned();
        Self {
            history: Some(attempts.into_iter().map(AttemptView::of).collect()),
            ..Self::of((job, latest))
        }
    }
}

impl AttemptView {
    fn of(attempt: Attempt) -> Self {
        Self {
            attempt: attempt.attempt,
            instance: attempt.instance,
            started_at: clock::text(attempt.started_at),
            ended_at: attempt.ended_at.and_then(clock::text),
            result: attempt.result.as_deref().map(data),
            error: attempt.error,
        }
    }
}

/// What a job said came of it.
fn data(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}
