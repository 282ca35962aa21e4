//! Taking a job, and keeping it: of many instances, one runs it.
//!
//! Whoever takes a job raises its count of attempts, and whatever they say about it afterwards names that number: who
//! has lost the job, because its lease was over or somebody's clock jumped, changes nothing any more.

use diesel::prelude::*;

use crate::database::{Connection, on_each};
use crate::schema::{job_attempts, jobs};
use crate::values::JobState;

/// The longest that a job waits to be tried again, in seconds.
const LONGEST_WAIT: i64 = 3600;

const LOST: &str = "whoever ran it has not been heard of: it may have been killed";

/// The row of a candidate, as long as it is what was read.
macro_rules! unchanged {
    ($candidate:expr) => {
        jobs::table
            .find(&$candidate.id)
            .filter(jobs::state.eq($candidate.state))
            .filter(jobs::attempts.eq($candidate.attempts))
            // Whoever runs it may just have been heard of.
            .filter(
                jobs::lease_expires_at
                    .is_null()
                    .or(jobs::lease_expires_at.eq($candidate.lease_expires_at)),
            )
    };
}

/// The row of a claim, as long as nobody else has taken it.
macro_rules! held {
    ($claim:expr) => {
        jobs::table
            .find(&$claim.id)
            .filter(jobs::state.eq(JobState::Running))
            .filter(jobs::attempts.eq($claim.attempt))
    };
}

/// A job that this process runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Which one.
    pub id: String,
    /// What is done.
    pub kind: String,
    /// What it is done to.
    pub subject: String,
    /// The number of this attempt.
    pub attempt: i64,
    /// How often it may be tried after this.
    pub attempts_left: i64,
}

/// A job that may be taken.
#[derive(Queryable, Selectable)]
#[diesel(table_name = jobs)]
struct Candidate {
    id: String,
    kind: String,
    subject: String,
    state: JobState,
    attempts: i64,
    attempts_left: i64,
    lease_expires_at: Option<i64>,
}

/// Takes the job of some kinds that has been due for longest, if there is one. It has to be renewed within `lease` seconds.
///
/// # Errors
///
/// When the database fails.
pub fn claim(
    connection: &mut Connection,
    kinds: &[&str],
    instance: &str,
    lease: i64,
    now: i64,
) -> QueryResult<Option<Claim>> {
    while let Some(candidate) = candidate(connection, kinds, lease, now)? {
        // Otherwise another instance was faster, or nobody may try it again: there may be more.
        if let Some(claim) = candidate.take(connection, instance, lease, now)? {
            return Ok(Some(claim));
        }
    }
    Ok(None)
}

/// What waits and is due, or runs without being heard of. A moment that is further ahead than anybody sets one was
/// set by a clock that has jumped back since.
fn candidate(
    connection: &mut Connection,
    kinds: &[&str],
    lease: i64,
    now: i64,
) -> QueryResult<Option<Candidate>> {
    let due = jobs::due_at
        .le(now)
        .or(jobs::due_at.gt(now + 2 * LONGEST_WAIT));
    let lost = jobs::lease_expires_at
        .assume_not_null()
        .lt(now)
        .or(jobs::lease_expires_at.assume_not_null().gt(now + 2 * lease));
    let takeable = (jobs::state.eq(JobState::Waiting).and(due))
        .or(jobs::state.eq(JobState::Running).and(lost));
    let first = jobs::table
        .filter(takeable)
        .filter(jobs::kind.eq_any(kinds))
        .order((jobs::due_at, jobs::id));
    on_each!(connection, c => first.select(Candidate::as_select()).first(c).optional())
}

impl Candidate {
    fn take(
        self,
        connection: &mut Connection,
        instance: &str,
        lease: i64,
        now: i64,
    ) -> QueryResult<Option<Claim>> {
        connection.transaction(|connection| {
            if self.attempts_left == 0 {
                self.fail(connection, now)?;
                return Ok(None);
            }
            let attempt = self.attempts + 1;
            let taken = diesel::update(unchanged!(self)).set((
                jobs::state.eq(JobState::Running),
                jobs::attempts.eq(attempt),
                jobs::attempts_left.eq(self.attempts_left - 1),
                jobs::lease_expires_at.eq(now + lease),
            ));
            if on_each!(connection, c => taken.execute(c))? == 0 {
                return Ok(None);
            }
            end_attempt(connection, &self.id, self.attempts, Err(LOST), now)?;
            let begun = diesel::insert_into(job_attempts::table).values((
                job_attempts::job_id.eq(&self.id),
                job_attempts::attempt.eq(attempt),
                job_attempts::instance.eq(instance),
                job_attempts::started_at.eq(now),
            ));
            on_each!(connection, c => begun.execute(c))?;
            Ok(Some(Claim {
                id: self.id,
                kind: self.kind,
                subject: self.subject,
                attempt,
                attempts_left: self.attempts_left - 1,
            }))
        })
    }

    /// The last attempt was lost.
    fn fail(&self, connection: &mut Connection, now: i64) -> QueryResult<()> {
        let failed = diesel::update(unchanged!(self)).set((
            jobs::state.eq(JobState::Failed),
            jobs::lease_expires_at.eq(None::<i64>),
            jobs::finished_at.eq(now),
        ));
        if on_each!(connection, c => failed.execute(c))? == 1 {
            end_attempt(connection, &self.id, self.attempts, Err(LOST), now)?;
        }
        Ok(())
    }
}

impl Claim {
    /// Says that the job is still being run. Answers whether it is still this attempt's.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn renew(&self, connection: &mut Connection, lease: i64, now: i64) -> QueryResult<bool> {
        let renew = diesel::update(held!(self)).set(jobs::lease_expires_at.eq(now + lease));
        on_each!(connection, c => renew.execute(c)).map(|renewed| renewed == 1)
    }

    /// Says that the job is done, with what came of it as JSON. Answers whether it was still this attempt's.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn succeed(
        &self,
        connection: &mut Connection,
        result: &str,
        now: i64,
    ) -> QueryResult<bool> {
        connection.transaction(|connection| {
            let finish = diesel::update(held!(self)).set((
                jobs::state.eq(JobState::Succeeded),
                jobs::lease_expires_at.eq(None::<i64>),
                jobs::finished_at.eq(now),
            ));
            let held = on_each!(connection, c => finish.execute(c))? == 1;
            if held {
                end_attempt(connection, &self.id, self.attempt, Ok(result), now)?;
            }
            Ok(held)
        })
    }

    /// Gives the job back, to be begun again: that the attempt was broken off does not count as a failure. Answers
    /// whether it was still this attempt's.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn give_back(
        &self,
        connection: &mut Connection,
        reason: &str,
        now: i64,
    ) -> QueryResult<bool> {
        connection.transaction(|connection| {
            let give_back = diesel::update(held!(self)).set((
                jobs::state.eq(JobState::Waiting),
                jobs::attempts_left.eq(self.attempts_left + 1),
                jobs::due_at.eq(now),
                jobs::lease_expires_at.eq(None::<i64>),
            ));
            let held = on_each!(connection, c => give_back.execute(c))? == 1;
            if held {
                end_attempt(connection, &self.id, self.attempt, Err(reason), now)?;
            }
            Ok(held)
        })
    }

    /// Says that the attempt failed. The job is tried again after `wait` seconds, as often as it may be. Answers
    /// whether it was still this attempt's.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn fail(
        &self,
        connection: &mut Connection,
        error: &str,
        wait: i64,
        now: i64,
    ) -> QueryResult<bool> {
        let (state, finished_at) = match self.attempts_left {
            0 => (JobState::Failed, Some(now)),
            _ => (JobState::Waiting, None),
        };
        connection.transaction(|connection| {
            let put_back = diesel::update(held!(self)).set((
                jobs::state.eq(state),
                jobs::due_at.eq(now + wait.min(LONGEST_WAIT)),
                jobs::lease_expires_at.eq(None::<i64>),
                jobs::finished_at.eq(finished_at),
            ));
            let held = on_each!(connection, c => put_back.execute(c))? == 1;
            if held {
                end_attempt(connection, &self.id, self.attempt, Err(error), now)?;
            }
            Ok(held)
        })
    }
}

/// Writes down how an attempt went, unless that is known.
fn end_attempt(
    connection: &mut Connection,
    job_id: &str,
    attempt: i64,
    outcome: Result<&str, &str>,
    now: i64,
) -> QueryResult<()> {
    let open = job_attempts::table
        .find((job_id, attempt))
        .filter(job_attempts::ended_at.is_null());
    let end = diesel::update(open).set((
        job_attempts::ended_at.eq(now),
        job_attempts::result.eq(outcome.ok()),
        job_attempts::error.eq(outcome.err()),
    ));
    on_each!(connection, c => end.execute(c)).map(drop)
}
