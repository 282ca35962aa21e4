//! The service's own state, as Prometheus reads it.

use std::fmt::Write as _;

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::rt::time::timeout;
use actix_web::web::Data;
use metrics_runtime::web::Api;
use metrics_runtime::{Recorder, StatsSnapshot};

use crate::host::AppHost;
use crate::models::jobs;
use crate::state::State;
use crate::values::JobState;

/// How long the database is waited for: the other numbers are worth more while it is away.
const PATIENCE: Duration = Duration::from_secs(1);

/// `GET /metrics`
pub async fn show(
    recorder: Data<Recorder>,
    api: Data<Api<AppHost>>,
    state: Data<State>,
) -> HttpResponse {
    let mut text = render(&recorder.stats());
    render_streams(&mut text, api.open_streams());
    if let Ok(Ok(counts)) = timeout(PATIENCE, state.with_database(jobs::count_by_state)).await {
        render_jobs(&mut text, &counts);
    }
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(text)
}

/// The text exposition format: <https://prometheus.io/docs/instrumenting/exposition_formats/>.
fn render(stats: &StatsSnapshot) -> String {
    let mut text = String::new();
    let mut number = |kind: &str, name: &str, help: &str, value: u64| {
        let line = format!("# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
        text.push_str(&line);
    };
    let queued = u64::try_from(stats.queued).unwrap_or(u64::MAX);
    number(
        "counter",
        "metrics_events_accepted_total",
        "Events handed to the recorder.",
        stats.accepted,
    );
    number(
        "counter",
        "metrics_events_committed_total",
        "Events committed.",
        stats.committed,
    );
    number(
        "counter",
        "metrics_events_replayed_total",
        "Events of batches that had been recorded before.",
        stats.replayed,
    );
    number(
        "counter",
        "metrics_events_unavailable_total",
        "Events refused because the database failed.",
        stats.unavailable,
    );
    number(
        "counter",
        "metrics_rows_written_total",
        "Rows that events were merged into.",
        stats.rows,
    );
    number(
        "counter",
        "metrics_transactions_total",
        "Transactions committed.",
        stats.transactions,
    );
    number(
        "counter",
        "metrics_rows_cleaned_total",
        "Rows deleted past their retention.",
        stats.cleaned,
    );
    number(
        "gauge",
        "metrics_events_unfolded",
        "Events committed and not yet in their buckets.",
        stats.unfolded,
    );
    number(
        "gauge",
        "metrics_events_queued",
        "Events waiting or being written.",
        queued,
    );
    render_rejected(&mut text, stats);
    render_overflowed(&mut text, stats);
    render_latency(&mut text, stats);
    text
}

fn render_streams(text: &mut String, open: usize) {
    let name = "metrics_streams_open";
    line(
        text,
        format_args!(
            "# HELP {name} Streams of series that are open.\n# TYPE {name} gauge\n{name} {open}"
        ),
    );
}

fn render_rejected(text: &mut String, stats: &StatsSnapshot) {
    text.push_str("# HELP metrics_events_rejected_total Events rejected, by reason.\n");
    text.push_str("# TYPE metrics_events_rejected_total counter\n");
    for (reason, count) in &stats.rejected {
        line(
            text,
            format_args!("metrics_events_rejected_total{{reason=\"{reason}\"}} {count}"),
        );
    }
}

fn render_overflowed(text: &mut String, stats: &StatsSnapshot) {
    text.push_str(
        "# HELP metrics_events_overflowed_total Events beyond max_series, by metric type.\n",
    );
    text.push_str("# TYPE metrics_events_overflowed_total counter\n");
    for (metric, count) in &stats.overflowed {
        line(
            text,
            format_args!("metrics_events_overflowed_total{{metric=\"{metric}\"}} {count}"),
        );
    }
}

fn render_jobs(text: &mut String, counts: &[(JobState, i64)]) {
    text.push_str(
        "# HELP metrics_jobs Jobs that are remembered, by state.\n# TYPE metrics_jobs gauge\n",
    );
    for state in JobState::ALL {
        let count = counts.iter().find(|(known, _)| known == state);
        let count = count.map_or(0, |(_, count)| *count);
        line(
            text,
            format_args!("metrics_jobs{{state=\"{state}\"}} {count}"),
        );
    }
}

fn render_latency(text: &mut String, stats: &StatsSnapshot) {
    let name = "metrics_commit_seconds";
    line(
        text,
        format_args!("# HELP {name} How long transactions took.\n# TYPE {name} histogram"),
    );
    for (bound, count) in &stats.latency {
        let bound = bound.map_or("+Inf".to_owned(), seconds);
        line(
            text,
            format_args!("{name}_bucket{{le=\"{bound}\"}} {count}"),
        );
    }
    line(
        text,
        format_args!("{name}_sum {}", seconds(stats.latency_micros)),
    );
    line(text, format_args!("{name}_count {}", stats.transactions));
}

/// Microseconds as decimal seconds, exactly.
fn seconds(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a string does not fail");
}
