//! What the recorder has done.

use metrics_runtime::StatsSnapshot;

use super::text::Text;

pub(super) fn write(text: &mut Text, stats: &StatsSnapshot) {
    write_counters(text, stats);
    text.gauge(
        "metrics_events_unfolded",
        "Events committed and not yet in their buckets.",
        stats.unfolded,
    );
    text.gauge(
        "metrics_events_queued",
        "Events waiting or being written.",
        stats.queued,
    );
    write_rejected(text, stats);
    write_overflowed(text, stats);
    let (name, help) = ("metrics_commit_seconds", "How long transactions took.");
    text.family("histogram", name, help);
    text.histogram(name, &[], stats.latency.clone(), stats.latency_micros);
}

fn write_counters(text: &mut Text, stats: &StatsSnapshot) {
    for (name, help, value) in [
        (
            "metrics_events_accepted_total",
            "Events handed to the recorder.",
            stats.accepted,
        ),
        (
            "metrics_events_committed_total",
            "Events committed.",
            stats.committed,
        ),
        (
            "metrics_events_replayed_total",
            "Events of batches that had been recorded before.",
            stats.replayed,
        ),
        (
            "metrics_events_unavailable_total",
            "Events refused because the database failed.",
            stats.unavailable,
        ),
        (
            "metrics_rows_written_total",
            "Rows that events were merged into.",
            stats.rows,
        ),
        (
            "metrics_transactions_total",
            "Transactions committed.",
            stats.transactions,
        ),
        (
            "metrics_rows_cleaned_total",
            "Rows deleted past their retention.",
            stats.cleaned,
        ),
    ] {
        text.counter(name, help, value);
    }
}

fn write_rejected(text: &mut Text, stats: &StatsSnapshot) {
    let name = "metrics_events_rejected_total";
    text.family("counter", name, "Events rejected, by reason.");
    for (reason, count) in &stats.rejected {
        text.sample(name, &[("reason", &reason.to_string())], count);
    }
}

fn write_overflowed(text: &mut Text, stats: &StatsSnapshot) {
    let name = "metrics_events_overflowed_total";
    text.family("counter", name, "Events beyond max_series, by metric type.");
    for (metric, count) in &stats.overflowed {
        text.sample(name, &[("metric", metric)], count);
    }
}
