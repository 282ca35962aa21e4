//! What comes in over HTTP.

use crate::malformed;
use crate::traffic::Traffic;

use super::text::Text;

pub(super) fn write(text: &mut Text, traffic: &Traffic, streams: usize) {
    text.gauge(
        "metrics_http_requests_in_flight",
        "Requests that are being answered.",
        traffic.in_flight.get(),
    );
    text.gauge(
        "metrics_http_connections",
        "Connections that are open.",
        traffic.connections.get(),
    );
    text.gauge(
        "metrics_streams_open",
        "Series that are being watched.",
        streams,
    );
    text.counter(
        "metrics_http_malformed_total",
        "Requests that were no HTTP, or had too large a head, and were refused unread.",
        malformed::refused(),
    );
    let name = "metrics_http_request_seconds";
    let help = "How long requests took, by the pattern of their route, their method and the class of their status.";
    text.family("histogram", name, help);
    for (kind, took) in traffic.snapshot() {
        let labels = [
            ("route", kind.route.as_str()),
            ("method", kind.method),
            ("status", kind.status),
        ];
        text.histogram(name, &labels, took.buckets(), took.sum());
    }
}
