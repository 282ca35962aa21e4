//! `jobs`: what happens by itself or was asked for, and how it went.

use clap::{Args, Subcommand};
use serde_json::json;

use super::arguments::Usage;
use super::context::Context;
use super::figures::{Style, words_table};
use crate::accounts;
use crate::clock;
use crate::database::Connection;
use crate::jobs::{AttemptView, JobView, Kind};
use crate::metrics;
use crate::models::audit::Actor;
use crate::models::jobs::{self, JobFilter, NewJob, RetryRefused};
use crate::values::JobState;

#[derive(Subcommand)]
pub(super) enum Jobs {
    /// List jobs, newest first
    List(List),
    /// Show a job, and how each attempt at it went
    Show(Show),
    /// Have a job run now, by whichever instance that serves is first to take it
    Run(Run),
    /// Have a job tried again that failed, or that waits to be tried again
    Retry(Retry),
}

#[derive(Args)]
pub(super) struct List {
    /// Only those in this state
    #[arg(long, value_enum)]
    state: Option<JobState>,
    /// Only those of this kind
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// No more than these
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
}

#[derive(Args)]
pub(super) struct Show {
    /// The id of the job
    id: String,
}

#[derive(Args)]
pub(super) struct Run {
    /// What is to be done
    #[arg(value_enum)]
    kind: Kind,
    /// What it is to be done to: for a metric, its type, such as server_installations
    subject: Option<String>,
}

#[derive(Args)]
pub(super) struct Retry {
    /// The id of the job
    id: String,
}

impl Jobs {
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        match self {
            Self::List(list) => list.run(context),
            Self::Show(show) => show.run(context),
            Self::Run(run) => run.run(context),
            Self::Retry(retry) => retry.run(context),
        }
    }
}

impl List {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let filter = JobFilter {
            state: self.state,
            kind: self.kind.map(|kind| kind.as_str().to_owned()),
            limit: self.limit,
        };
        let found = jobs::list(&mut context.connect()?, &filter)?;
        let views: Vec<_> = found.into_iter().map(JobView::of).collect();
        context.output.answer(&json!({"jobs": views}), || {
            listed(&views, Style::of_stdout())
        })
    }
}

impl Show {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let view = find(&mut context.connect()?, &self.id)?;
        context
            .output
            .answer(&view, || shown(&view, Style::of_stdout()))
    }
}

impl Run {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let subject = self.subject.as_deref().unwrap_or_default();
        let possible = self.kind.check_subject(&metrics::registry(), subject);
        possible.map_err(|error| Usage(format!("SUBJECT: {error}")))?;
        let job = NewJob {
            kind: self.kind.as_str(),
            subject,
            attempts: context.config.attempts_of_a_job(),
        };
        let mut connection = context.connect()?;
        let id = accounts::request_job(&mut connection, &Actor::command_line(), &job)?;
        let view = find(&mut connection, &id)?;
        context.output.answer(&view, || {
            format!(
                "The job {id} is {}. `app jobs show {id}` shows how it goes.",
                view.state
            )
        })
    }
}

impl Retry {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let mut connection = context.connect()?;
        let attempts = context.config.attempts_of_a_job();
        let actor = Actor::command_line();
        accounts::retry_job(&mut connection, &actor, &self.id, attempts)??;
        let view = find(&mut connection, &self.id)?;
        context.output.answer(&view, || {
            format!(
                "The job {} is tried again. `app jobs show {0}` shows how it goes.",
                self.id
            )
        })
    }
}

fn find(connection: &mut Connection, id: &str) -> anyhow::Result<JobView> {
    let found = jobs::find(connection, id)?.ok_or(RetryRefused::Unknown)?;
    Ok(JobView::with_history(found))
}

fn listed(views: &[JobView], style: Style) -> String {
    if views.is_empty() {
        return "There are no such jobs.".to_owned();
    }
    let head = ["ID", "KIND", "SUBJECT", "STATE", "SINCE (UTC)", "ATTEMPTS"];
    let row = |view: &JobView| {
        let since = view.finished_at.as_ref().or(view.due_at.as_ref());
        [
            view.id.clone(),
            view.kind.clone(),
            view.subject.clone().unwrap_or_default(),
            view.state.to_string(),
            clock::second(since.map(String::as_str)),
            view.attempts.to_string(),
        ]
    };
    words_table(head, views.iter().map(row).collect(), style)
}

fn shown(view: &JobView, style: Style) -> String {
    let subject = view.subject.as_deref().unwrap_or("nothing in particular");
    let origin = match &view.scheduled_for {
        Some(_) => format!(
            "scheduled for {}",
            clock::second(view.scheduled_for.as_deref())
        ),
        None => format!("asked for at {}", clock::second(view.created_at.as_deref())),
    };
    let about = format!("{} of {subject}, {origin} (UTC): {}", view.kind, view.state);
    let head = [
        "ATTEMPT",
        "INSTANCE",
        "STARTED (UTC)",
        "ENDED (UTC)",
        "OUTCOME",
    ];
    let history = view.history.iter().flatten();
    let row = |attempt: &AttemptView| {
        let outcome = attempt.result.as_ref().map(ToString::to_string);
        [
            attempt.attempt.to_string(),
            attempt.instance.clone(),
            clock::second(attempt.started_at.as_deref()),
            clock::second(attempt.ended_at.as_deref()),
            outcome.or(attempt.error.clone()).unwrap_or_default(),
        ]
    };
    let table = words_table(head, history.map(row).collect(), style);
    format!("{about}\n\n{table}")
}
