//! Logging, to standard error: standard output belongs to what a command answers.

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::kinds::LogFilter;

/// Starts logging what the filter lets through. A second call changes nothing.
pub fn start(filter: &LogFilter) {
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        // A full disk under the log is no reason to end.
        .log_internal_errors(false);
    let subscriber = tracing_subscriber::registry()
        .with(lines)
        .with(filter.targets());
    // Fails only when somebody who embeds this library logs already.
    let _ = subscriber.try_init();
}
