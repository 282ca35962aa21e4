//! Jobs: what they are, which there are, and how each attempt went.

mod claim;
mod queue;

use diesel::prelude::*;

use crate::database::{Connection, on_each};
use crate::schema::{job_attempts, jobs};
use crate::values::JobState;

pub use claim::{Claim, claim};
pub use queue::{NewJob, RetryRefused, remove_finished, retry};

/// The latest attempt at each job, to be joined.
macro_rules! latest {
    () => {
        job_attempts::table.on(job_attempts::job_id
            .eq(jobs::id)
            .and(job_attempts::attempt.eq(jobs::attempts)))
    };
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct Job {
    /// Made up.
    pub id: String,
    /// What is done.
    pub kind: String,
    /// What it is done to, such as a metric; empty for kinds that are about nothing in particular.
    pub subject: String,
    /// How far it has come.
    pub state: JobState,
    /// The time of its schedule; `None` when somebody asked for it.
    pub scheduled_for: Option<i64>,
    /// When it came into being.
    pub created_at: i64,
    /// When it may be taken.
    pub due_at: i64,
    /// The number of the latest attempt.
    pub attempts: i64,
    /// How often it may still be tried.
    pub attempts_left: i64,
    /// While it runs: when another instance may take it, unless whoever runs it says so again.
    pub lease_expires_at: Option<i64>,
    /// When it succeeded, or failed for good.
    pub finished_at: Option<i64>,
}

/// One attempt at a job.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = job_attempts)]
pub struct Attempt {
    /// Counted from 1.
    pub attempt: i64,
    /// The process that made it.
    pub instance: String,
    /// When it began.
    pub started_at: i64,
    /// When it ended, if it has.
    pub ended_at: Option<i64>,
    /// What came of it, as JSON.
    pub result: Option<String>,
    /// Why nothing came of it.
    pub error: Option<String>,
}

/// A job and how its latest attempt went, if there was one.
pub type Latest = (Job, Option<Attempt>);

/// Which jobs to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Only those in this state.
    pub state: Option<JobState>,
    /// Only those of this kind.
    pub kind: Option<String>,
    /// No more than these.
    pub limit: i64,
}

/// Jobs, newest first.
///
/// # Errors
///
/// When the database fails.
pub fn list(connection: &mut Connection, filter: &JobFilter) -> QueryResult<Vec<Latest>> {
    on_each!(connection, c => {
        let mut query = jobs::table.left_join(latest!()).into_boxed();
        if let Some(state) = filter.state {
            query = query.filter(jobs::state.eq(state));
        }
        if let Some(kind) = &filter.kind {
            query = query.filter(jobs::kind.eq(kind));
        }
        query
            .order((jobs::created_at.desc(), jobs::id))
            .limit(filter.limit)
            .select((Job::as_select(), Option::<Attempt>::as_select()))
            .load(c)
    })
}

/// The job with an id, and every attempt at it, first one first: as they were at one moment.
///
/// # Errors
///
/// When the database fails.
pub fn find(connection: &mut Connection, id: &str) -> QueryResult<Option<(Job, Vec<Attempt>)>> {
    let job = jobs::table
        .left_join(job_attempts::table)
        .filter(jobs::id.eq(id))
        .order(job_attempts::attempt);
    let rows: Vec<(Job, Option<Attempt>)> = on_each!(connection, c => job
        .select((Job::as_select(), Option::<Attempt>::as_select()))
        .load(c))?;
    let (found, attempts): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let attempts = attempts.into_iter().flatten().collect();
    Ok(found.into_iter().next().map(|job| (job, attempts)))
}

/// How many jobs are in each state; a state that none is in is left out.
///
/// # Errors
///
/// When the database fails.
pub fn count_by_state(connection: &mut Connection) -> QueryResult<Vec<(JobState, i64)>> {
    let counts = jobs::table
        .group_by(jobs::state)
        .select((jobs::state, diesel::dsl::count_star()));
    on_each!(connection, c => counts.load(c))
}
