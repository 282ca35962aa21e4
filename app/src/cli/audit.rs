//! `audit`: what was done, and by whom.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde_json::json;

use super::arguments::moment;
use super::context::Context;
use super::figures::{Style, words_table};
use crate::accounts::EntryView;
use crate::models::audit::{self, AuditFilter};
use crate::values::AuditAction;

#[derive(Subcommand)]
pub(super) enum Audit {
    /// List what was done, latest first
    List(List),
}

#[derive(Args)]
pub(super) struct List {
    /// Only what the person of this id did
    #[arg(long, value_name = "ID")]
    actor: Option<String>,
    /// Only this
    #[arg(long, value_enum)]
    action: Option<AuditAction>,
    /// Only what was done to this: an id, or a metric
    #[arg(long, value_name = "ID")]
    subject: Option<String>,
    /// Only from this moment on, in RFC 3339
    #[arg(long, value_name = "TIME", value_parser = moment)]
    from: Option<DateTime<Utc>>,
    /// Only before this moment
    #[arg(long, value_name = "TIME", value_parser = moment)]
    to: Option<DateTime<Utc>>,
    /// Only entries before the one of this id
    #[arg(long, value_name = "ID")]
    before: Option<i64>,
    /// No more than these
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
}

impl Audit {
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        let Self::List(list) = self;
        list.run(context)
    }
}

impl List {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let filter = AuditFilter {
            actor: self.actor.clone(),
            action: self.action,
            subject: self.subject.clone(),
            from: self.from.map(|moment| moment.timestamp()),
            to: self.to.map(|moment| moment.timestamp()),
            before: self.before,
            limit: self.limit,
        };
        let found = audit::list(&mut context.connect()?, &filter)?;
        let views: Vec<_> = found.into_iter().map(EntryView::from).collect();
        context.output.answer(&json!({"entries": views}), || {
            listed(&views, Style::of_stdout())
        })
    }
}

fn listed(views: &[EntryView], style: Style) -> String {
    if views.is_empty() {
        return "There are no such entries.".to_owned();
    }
    let head = [
        "ID",
        "WHEN (UTC)",
        "WHO",
        "WHAT",
        "TO WHAT",
        "FROM",
        "DETAIL",
    ];
    words_table(head, views.iter().map(EntryView::row).collect(), style)
}
