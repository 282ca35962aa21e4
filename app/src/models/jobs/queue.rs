//! How jobs come into being, come back, and go.

use diesel::prelude::*;

use crate::database::{Connection, on_each};
use crate::models::is_duplicate;
use crate::schema::jobs;
use crate::values::{Id, JobState};

/// A job to be done. There is at most one unfinished job of a kind and a subject.
#[derive(Debug, Clone, Copy)]
pub struct NewJob<'a> {
    /// What is done.
    pub kind: &'a str,
    /// What it is done to.
    pub subject: &'a str,
    /// How often it may be tried.
    pub attempts: i64,
}

/// Why a job is not tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RetryRefused {
    /// There is no such job.
    #[error("there is no such job: `app jobs list` lists those there are")]
    Unknown,
    /// It is being done, or has been.
    #[error(
        "the job is {0}: only one that failed, or waits to be tried again, can be tried again now"
    )]
    NotFailed(JobState),
    /// Another one does what it would do.
    #[error(
        "another job of this kind and subject has taken its place, and is not finished: look at that one"
    )]
    Superseded,
}

impl NewJob<'_> {
    /// Makes sure that the work of one time of a schedule is done: once, however many instances do so. Answers
    /// whether there is a job for that time; otherwise an earlier one is still unfinished.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn schedule(
        &self,
        connection: &mut Connection,
        scheduled_for: i64,
        now: i64,
    ) -> QueryResult<bool> {
        if self.is_scheduled(connection, scheduled_for)? {
            return Ok(true);
        }
        // Reading is for free, and trying to write is not.
        if self.unfinished(connection)?.is_some() {
            return Ok(false);
        }
        // Another instance may be as fast: then it is either's.
        self.insert(connection, Some(scheduled_for), now)?;
        self.is_scheduled(connection, scheduled_for)
    }

    /// Makes sure that the work is done as soon as may be, and answers the id of the job that does it: a new one,
    /// unless there is one that is not finished.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn ask_for(&self, connection: &mut Connection, now: i64) -> QueryResult<String> {
        loop {
            self.insert(connection, None, now)?;
            // It is gone again if it was done in between.
            if let Some(id) = self.unfinished(connection)? {
                hurry(connection, &id, now)?;
                return Ok(id);
            }
        }
    }

    fn insert(
        &self,
        connection: &mut Connection,
        scheduled_for: Option<i64>,
        now: i64,
    ) -> QueryResult<usize> {
        let id = Id::random()
            .map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
        let insert = diesel::insert_into(jobs::table)
            .values((
                jobs::id.eq(id.as_str()),
                jobs::kind.eq(self.kind),
                jobs::subject.eq(self.subject),
                jobs::state.eq(JobState::Waiting),
                jobs::scheduled_for.eq(scheduled_for),
                jobs::created_at.eq(now),
                jobs::due_at.eq(now),
                jobs::attempts.eq(0),
                jobs::attempts_left.eq(self.attempts),
            ))
            .on_conflict_do_nothing();
        on_each!(connection, c => insert.execute(c))
    }

    fn is_scheduled(&self, connection: &mut Connection, scheduled_for: i64) -> QueryResult<bool> {
        let scheduled = jobs::table
            .filter(jobs::kind.eq(self.kind))
            .filter(jobs::subject.eq(self.subject))
            .filter(jobs::scheduled_for.eq(scheduled_for));
        let exists = diesel::select(diesel::dsl::exists(scheduled));
        on_each!(connection, c => exists.get_result(c))
    }

    fn unfinished(&self, connection: &mut Connection) -> QueryResult<Option<String>> {
        let unfinished = jobs::table
            .filter(jobs::kind.eq(self.kind))
            .filter(jobs::subject.eq(self.subject))
            .filter(
                jobs::state
                    .eq(JobState::Waiting)
                    .or(jobs::state.eq(JobState::Running)),
            )
            .select(jobs::id);
        on_each!(connection, c => unfinished.get_result(c).optional())
    }
}

/// Lets a job be tried again now: one that failed as often as a new one may, one that waits without waiting longer.
///
/// # Errors
///
/// When the database fails.
pub fn retry(
    connection: &mut Connection,
    id: &str,
    attempts: i64,
    now: i64,
) -> QueryResult<Result<(), RetryRefused>> {
    if hurry(connection, id, now)? {
        return Ok(Ok(()));
    }
    let failed = jobs::table
        .find(id)
        .filter(jobs::state.eq(JobState::Failed));
    let again = diesel::update(failed).set((
        jobs::state.eq(JobState::Waiting),
        jobs::due_at.eq(now),
        jobs::attempts_left.eq(attempts),
        jobs::finished_at.eq(None::<i64>),
    ));
    match on_each!(connection, c => again.execute(c)) {
        Ok(0) => {
            let state = jobs::table.find(id).select(jobs::state);
            let state = on_each!(connection, c => state.get_result(c).optional())?;
            Ok(Err(
                state.map_or(RetryRefused::Unknown, RetryRefused::NotFailed)
            ))
        }
        Ok(_) => Ok(Ok(())),
        Err(error) if is_duplicate(&error) => Ok(Err(RetryRefused::Superseded)),
        Err(error) => Err(error),
    }
}

/// Lets a job that waits be taken at once. Answers whether it did wait.
fn hurry(connection: &mut Connection, id: &str, now: i64) -> QueryResult<bool> {
    let waiting = jobs::table
        .find(id)
        .filter(jobs::state.eq(JobState::Waiting));
    let hurry = diesel::update(waiting).set(jobs::due_at.eq(now));
    on_each!(connection, c => hurry.execute(c)).map(|changed| changed == 1)
}

/// Deletes the jobs that were finished before a time, and answers how many. The latest of each schedule stays: it is
/// what tells that its time is not to be caught up with.
///
/// # Errors
///
/// When the database fails.
pub fn remove_finished(connection: &mut Connection, before: i64) -> QueryResult<usize> {
    let later = diesel::alias!(jobs as later);
    let has_later = diesel::dsl::exists(
        later
            .filter(later.field(jobs::kind).eq(jobs::kind))
            .filter(later.field(jobs::subject).eq(jobs::subject))
            .filter(later.field(jobs::scheduled_for).gt(jobs::scheduled_for)),
    );
    let dispensable = jobs::table
        .filter(jobs::finished_at.lt(before))
        .filter(jobs::scheduled_for.is_null().or(has_later));
    let remove = diesel::delete(dispensable);
    on_each!(connection, c => remove.execute(c))
}
