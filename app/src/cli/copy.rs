//! `copy`: everything from one database to another, when somebody outgrows a backend.

use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use metrics_runtime::{CopyPlan, CopyProgress, CopyReport, Store};

use super::arguments::Usage;
use super::context::Context;
use super::figures::counted;
use crate::config::kinds::Setting;
use crate::config::{Config, DatabaseUrl};
use crate::{database, metrics, models};

#[derive(Args)]
pub(super) struct Copy {
    /// The database to copy from [default: the one of the settings]
    #[arg(long, value_name = "URL", value_parser = DatabaseUrl::read)]
    from: Option<DatabaseUrl>,
    /// The database to copy to, which is empty or has a part of the same copy
    #[arg(long, value_name = "URL", value_parser = DatabaseUrl::read)]
    to: DatabaseUrl,
}

impl Copy {
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        let from = self.from.as_ref().unwrap_or(&context.config.database_url);
        if *from == self.to {
            return Err(Usage("--to: it is the database to copy from".to_owned()).into());
        }
        let source = config_of(context, from);
        anyhow::ensure!(
            database::exists(&source),
            "there is no database at {from}: name the one to copy with --from"
        );
        let source = open(&source)?;
        let target = open(&config_of(context, &self.to))?;
        let report = copy(&source, &target, &from.to_string())?;
        context
            .output
            .answer(&report, || self.in_words(&report, from))
    }

    fn in_words(&self, report: &CopyReport, from: &DatabaseUrl) -> String {
        let copied = report.tables.iter().map(|table| table.copied).sum::<u64>();
        let rows = report.tables.iter().map(|table| table.rows).sum::<u64>();
        let before = match rows - copied {
            0 => String::new(),
            before => format!(" ({} there already)", counted(before, "was", "were")),
        };
        format!(
            "Copied {} from {from} to {}{before}.\nCompared {}, and {} of metrics: every count of rows and every sum \
             is the same on both sides.",
            counted(copied, "row", "rows"),
            self.to,
            counted(report.tables.len(), "table", "tables"),
            counted(report.metrics.len(), "interval", "intervals")
        )
    }
}

fn config_of(context: &Context, url: &DatabaseUrl) -> Config {
    Config {
        database_url: url.clone(),
        ..context.config.clone()
    }
}

/// Opens a database and brings it up to date: rows only fit between tables that are the same.
fn open(config: &Config) -> anyhow::Result<Store> {
    let pool = database::open(config)?;
    database::migrate(&pool)?;
    Ok(pool.store())
}

fn copy(source: &Store, target: &Store, name: &str) -> anyhow::Result<CopyReport> {
    let registry = metrics::registry();
    let plan = CopyPlan {
        source: name,
        tables: &models::TABLES,
        preset: &models::PRESET,
        registry: &registry,
    };
    let bar = bar();
    let report = source.copy_to(target, &plan, &mut |progress| show(&bar, progress));
    bar.finish_and_clear();
    Ok(report?)
}

/// A bar on standard error with the rate and the remaining time; nothing where that is no terminal.
fn bar() -> ProgressBar {
    let style = "{bar:32} {percent:>3}%  {human_pos} rows ({per_sec})  {msg}  {eta} left";
    let style = ProgressStyle::with_template(style)
        .expect("the template is one")
        .progress_chars("█▌ ");
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    bar.set_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn show(bar: &ProgressBar, progress: CopyProgress<'_>) {
    bar.set_length(progress.of);
    bar.set_position(progress.rows);
    bar.set_message(progress.table.to_owned());
}
