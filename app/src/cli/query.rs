//! `query`: a series in the terminal, everybody's rows.

mod comparison;
mod groups;
mod question;
mod report;
mod sparkline;

use chrono::{DateTime, Utc};
use clap::Args;
use metrics_runtime::{DEFAULT_TOP, Interval, Zone};

use super::arguments::{moment, pair};
use super::context::Context;
use super::figures::Style;
use question::Question;

#[derive(Args)]
pub(super) struct Query {
    /// The type of the metric, such as server_installations
    metric: String,
    /// How far back from now: a number of m, h, d or w
    #[arg(long, default_value = "24h", conflicts_with_all = ["start", "end"])]
    range: String,
    /// The width of a bucket
    #[arg(long, default_value = "1h")]
    interval: Interval,
    /// When the range starts, in RFC 3339
    #[arg(long, value_name = "TIME", value_parser = moment)]
    start: Option<DateTime<Utc>>,
    /// When the range ends, in RFC 3339 [default: now]
    #[arg(long, value_name = "TIME", value_parser = moment, requires = "start")]
    end: Option<DateTime<Utc>>,
    /// Only rows with this value of a dimension; repeated for the same dimension, any of the values
    #[arg(long = "filter", value_name = "DIMENSION=VALUE", value_parser = pair)]
    filters: Vec<(String, String)>,
    /// A series for each value of this dimension, the largest first
    #[arg(long, value_name = "DIMENSION")]
    group_by: Option<String>,
    /// How many values have a series of their own; all others are one
    #[arg(long, value_name = "N", default_value_t = DEFAULT_TOP, requires = "group_by")]
    top: u32,
    /// The time zone whose days are meant, for intervals of 1d and longer
    #[arg(long, value_name = "ZONE")]
    tz: Option<Zone>,
    /// What the range of the same length before came to, too
    #[arg(long)]
    compare: bool,
}

impl Query {
    /// The question is checked as far as it can be before the database is touched.
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        let max_buckets = context.config.max_buckets.get();
        let question = Question::new(self, Utc::now(), max_buckets)?;
        let store = context.open_store()?;
        let style = Style::of_stdout();
        let series = question.series(&store)?;
        context.output.answer(&series, || {
            let words = match &self.group_by {
                Some(dimension) => groups::in_words(&question, &series, dimension, style),
                None => report::in_words(&question, &series, style),
            };
            let comparison = comparison::in_words(&question, &series, style);
            let parts: Vec<_> = [words].into_iter().chain(comparison).collect();
            parts.join("\n\n")
        })
    }
}
