//! `cleanup`: deleting what is past its retention now, instead of on schedule.

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use clap::Args;
use metrics_runtime::{CleanupReport, Layout, cleanup_now, expired_now};
use serde_json::{Value, json};

use super::arguments::metric;
use super::context::Context;
use super::figures::{Align, Style, counted, grouped, minute_at, table};
use crate::accounts;
use crate::metrics;
use crate::models::audit::Actor;

#[derive(Args)]
pub(super) struct Cleanup {
    /// The type of the metric, such as server_installations [default: all of them]
    metric: Option<String>,
    /// Count what would be deleted, and delete nothing
    #[arg(long)]
    dry_run: bool,
}

impl Cleanup {
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        let layouts = self.layouts()?;
        let pool = context.open_database()?;
        if !self.dry_run {
            let (mut connection, actor) = (pool.get()?, Actor::command_line());
            for layout in &layouts {
                accounts::clean_up(&mut connection, &actor, layout.schema.name)?;
            }
        }
        let store = pool.store();
        let now = Utc::now();
        let clean = if self.dry_run {
            expired_now
        } else {
            cleanup_now
        };
        let reports = layouts
            .iter()
            .map(|layout| clean(&store, layout, now))
            .collect::<Result<Vec<_>, _>>()?;
        let document = json!({
            "dry_run": self.dry_run,
            "metrics": reports.iter().map(document).collect::<Vec<_>>(),
        });
        context
            .output
            .answer(&document, || self.in_words(&reports, Style::of_stdout()))
    }

    fn layouts(&self) -> anyhow::Result<Vec<Arc<Layout>>> {
        let registry = metrics::registry();
        Ok(match &self.metric {
            Some(name) => vec![Arc::clone(metric(&registry, name)?)],
            None => registry.metrics().cloned().collect(),
        })
    }

    fn in_words(&self, reports: &[CleanupReport], style: Style) -> String {
        let head = [
            ("METRIC", Align::Left),
            ("INTERVAL", Align::Left),
            ("KEPT FROM (UTC)", Align::Left),
            ("ROWS", Align::Right),
        ]
        .map(|(title, align)| (title.to_owned(), align));
        let rows: Vec<_> = reports.iter().flat_map(rows).collect();
        let total: u64 = reports.iter().map(CleanupReport::total_rows).sum();
        let table = style.head(&table(&head, &rows));
        format!("{table}\n\n{}", self.verdict(total))
    }

    fn verdict(&self, total: u64) -> String {
        match (self.dry_run, total) {
            (_, 0) => "Nothing is past its retention.".to_owned(),
            (true, rows) => format!(
                "{} past retention; nothing was deleted, because of --dry-run.",
                counted(rows, "row is", "rows are")
            ),
            (false, rows) => format!("Deleted {}.", counted(rows, "row", "rows")),
        }
    }
}

fn rows(report: &CleanupReport) -> impl Iterator<Item = Vec<String>> {
    report.rows.iter().map(|level| {
        vec![
            report.metric.clone(),
            level.interval.clone(),
            minute_at(level.kept_from),
            grouped(level.rows),
        ]
    })
}

/// The report with moments as everywhere else in JSON, in RFC 3339.
fn document(report: &CleanupReport) -> Value {
    let kept_from = |epoch_seconds| {
        let moment = DateTime::from_timestamp(epoch_seconds, 0)?;
        Some(moment.to_rfc3339_opts(SecondsFormat::Millis, true))
    };
    let intervals = report.rows.iter().map(|level| {
        json!({
            "interval": level.interval,
            "kept_from": kept_from(level.kept_from),
            "rows": level.rows,
        })
    });
    json!({
        "metric": report.metric,
        "intervals": intervals.collect::<Vec<_>>(),
        "dictionary_entries": report.dictionary_entries,
    })
}
