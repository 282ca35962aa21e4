//! `collect`: counting from the application's own tables now, instead of on schedule, and counting anew.

use std::sync::Arc;

use actix_web::rt::System;
use anyhow::Context as _;
use chrono::{DateTime, SecondsFormat, Utc};
use clap::Args;
use metrics_runtime::{CollectReport, Layout, Recorder, Store, TimeRange};
use serde_json::{Value, json};

use super::arguments::{Usage, metric, moment};
use super::context::Context;
use super::figures::{Align, Style, grouped, minute, table};
use crate::accounts;
use crate::database::{Connection, Pool};
use crate::jobs::{Extent, collect_metric};
use crate::metrics;
use crate::models::audit::Actor;

#[derive(Args)]
pub(super) struct Collect {
    /// The type of the metric, such as satellite_keys [default: all that are collected]
    metric: Option<String>,
    /// Count anew from this moment on, in RFC 3339: what was counted is replaced
    #[arg(long, value_name = "TIME", value_parser = moment, requires = "metric")]
    from: Option<DateTime<Utc>>,
    /// Count anew up to this moment [default: up to when it is collected]
    #[arg(long, value_name = "TIME", value_parser = moment, requires = "from")]
    to: Option<DateTime<Utc>>,
}

impl Collect {
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        let registry = Arc::new(metrics::registry());
        let layouts = self.layouts(&registry)?;
        let pool = context.open_database()?;
        let store = pool.store();
        let extents = layouts
            .iter()
            .map(|layout| Ok((layout, self.extent(&store, layout)?)));
        let extents = extents.collect::<anyhow::Result<Vec<_>>>()?;
        announce(&mut pool.get()?, &extents)?;
        let recorder = Recorder::start(&store, registry, context.config.recorder_limits());
        let reports = System::new().block_on(collect(&recorder, &pool, &extents));
        recorder.shutdown();
        let reports = reports?;
        let document = json!({"metrics": reports.iter().map(document).collect::<Vec<_>>()});
        context
            .output
            .answer(&document, || in_words(&reports, Style::of_stdout()))
    }

    fn layouts(&self, registry: &metrics_runtime::Registry) -> Result<Vec<Arc<Layout>>, Usage> {
        let Some(name) = &self.metric else {
            let collected = registry.metrics();
            let collected = collected.filter(|layout| layout.schema.collect.is_some());
            return Ok(collected.cloned().collect());
        };
        let layout = metric(registry, name)?;
        match layout.schema.collect {
            Some(_) => Ok(vec![Arc::clone(layout)]),
            None => Err(Usage(format!(
                "METRIC: {name} is recorded, and not collected"
            ))),
        }
    }

    fn extent(&self, store: &Store, layout: &Layout) -> anyhow::Result<Extent> {
        let Some(from) = self.from else {
            return Ok(Extent::New);
        };
        let to = match self.to {
            Some(to) => to,
            None => store.collected_until(layout)?.with_context(|| {
                let metric = layout.schema.name;
                format!("{metric} is not collected yet: run `app collect {metric}` first")
            })?,
        };
        let range = TimeRange::new(from, to)
            .map_err(|_| Usage("--from: it must be before --to".to_owned()))?;
        Ok(Extent::Again(range))
    }
}

/// Tells what is about to be replaced.
fn announce(
    connection: &mut Connection,
    extents: &[(&Arc<Layout>, Extent)],
) -> diesel::QueryResult<()> {
    let text = |moment: DateTime<Utc>| moment.to_rfc3339_opts(SecondsFormat::Millis, true);
    for (layout, extent) in extents {
        if let Extent::Again(range) = extent {
            let detail = json!({"from": text(range.start()), "to": text(range.end())});
            accounts::recount(
                connection,
                &Actor::command_line(),
                layout.schema.name,
                detail,
            )?;
        }
    }
    Ok(())
}

async fn collect(
    recorder: &Recorder,
    pool: &Pool,
    extents: &[(&Arc<Layout>, Extent)],
) -> anyhow::Result<Vec<CollectReport>> {
    let mut reports = Vec::new();
    for (layout, extent) in extents {
        reports.push(collect_metric(recorder, pool, layout.schema, *extent, Utc::now()).await?);
    }
    Ok(reports)
}

fn in_words(reports: &[CollectReport], style: Style) -> String {
    let head = [
        ("METRIC", Align::Left),
        ("FROM (UTC)", Align::Left),
        ("TO (UTC)", Align::Left),
        ("EVENTS", Align::Right),
        ("COLLECTED UNTIL (UTC)", Align::Left),
    ]
    .map(|(title, align)| (title.to_owned(), align));
    let rows: Vec<_> = reports.iter().map(row).collect();
    style.head(&table(&head, &rows))
}

fn row(report: &CollectReport) -> Vec<String> {
    let shown = |moment: Option<DateTime<Utc>>| moment.map_or_else(|| "-".to_owned(), minute);
    vec![
        report.metric.to_owned(),
        shown(report.window.map(|window| window.start())),
        shown(report.window.map(|window| window.end())),
        grouped(i128::try_from(report.events).unwrap_or(i128::MAX)),
        minute(report.collected_until),
    ]
}

fn document(report: &CollectReport) -> Value {
    let text = |moment: DateTime<Utc>| moment.to_rfc3339_opts(SecondsFormat::Millis, true);
    json!({
        "metric": report.metric,
        "from": report.window.map(|window| text(window.start())),
        "to": report.window.map(|window| text(window.end())),
        "events": report.events,
        "collected_until": text(report.collected_until),
    })
}
