//! What otherwise happens by itself, done by hand.

use diesel::QueryResult;
use serde_json::{Value, json};

use crate::clock;
use crate::database::Connection;
use crate::models::audit::{self, Actor, Entry};
use crate::models::jobs::{self, NewJob, RetryRefused};
use crate::values::AuditAction;

/// Makes sure that a job is done as soon as may be. Answers its id.
///
/// # Errors
///
/// When the database fails.
pub fn request_job(
    connection: &mut Connection,
    actor: &Actor,
    job: &NewJob<'_>,
) -> QueryResult<String> {
    connection.transaction(|connection| {
        let id = job.ask_for(connection, clock::now())?;
        let entry = Entry {
            actor,
            action: AuditAction::JobRequested,
            subject: Some(&id),
            detail: json!({"kind": job.kind, "subject": job.subject}),
        };
        audit::record(connection, &entry)?;
        Ok(id)
    })
}

/// Lets a job be tried again now.
///
/// # Errors
///
/// When the database fails.
pub fn retry_job(
    connection: &mut Connection,
    actor: &Actor,
    id: &str,
    attempts: i64,
) -> QueryResult<Result<(), RetryRefused>> {
    let retried = connection.transaction(|connection| {
        jobs::retry(connection, id, attempts, clock::now())??;
        let entry = Entry {
            actor,
            action: AuditAction::JobRetried,
            subject: Some(id),
            detail: json!({}),
        };
        Ok(audit::record(connection, &entry)?)
    });
    match retried {
        Ok(()) => Ok(Ok(())),
        Err(NotRetried::Refused(reason)) => Ok(Err(reason)),
        Err(NotRetried::Failed(error)) => Err(error),
    }
}

/// Why a job is not tried again: either way, nothing is changed.
enum NotRetried {
    Refused(RetryRefused),
    Failed(diesel::result::Error),
}

impl From<RetryRefused> for NotRetried {
    fn from(reason: RetryRefused) -> Self {
        Self::Refused(reason)
    }
}

impl From<diesel::result::Error> for NotRetried {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error)
    }
}

/// Tells that a metric is about to be cleaned up: before it is, since that takes many transactions.
///
/// # Errors
///
/// When the database fails.
pub fn clean_up(connection: &mut Connection, actor: &Actor, metric: &str) -> QueryResult<()> {
    announce(
        connection,
        actor,
        AuditAction::MetricCleanedUp,
        metric,
        json!({}),
    )
}

/// Tells that a part of a metric is about to be counted anew.
///
/// # Errors
///
/// When the database fails.
pub fn recount(
    connection: &mut Connection,
    actor: &Actor,
    metric: &str,
    detail: Value,
) -> QueryResult<()> {
    announce(
        connection,
        actor,
        AuditAction::MetricRecounted,
        metric,
        detail,
    )
}

fn announce(
    connection: &mut Connection,
    actor: &Actor,
    action: AuditAction,
    metric: &str,
    detail: Value,
) -> QueryResult<()> {
    let entry = Entry {
        actor,
        action,
        subject: Some(metric),
        detail,
    };
    audit::record(connection, &entry)
}
