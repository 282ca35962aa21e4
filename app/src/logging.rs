//! Logging, to standard error: standard output belongs to what a command answers.

use tracing_subscriber::Layer;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::Config;
use crate::config::kinds::LogFormat;
use crate::malformed;
use crate::spans::{self, SpansError};

/// Starts logging what the settings let through, and exporting spans if they say so. A second call changes nothing.
///
/// # Errors
///
/// When spans are to be exported, and cannot be.
pub fn start(config: &Config) -> Result<(), SpansError> {
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        // A full disk under the log is no reason to end.
        .log_internal_errors(false);
    let lines = match config.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .boxed(),
    };
    let subscriber = tracing_subscriber::registry()
        .with(lines.with_filter(config.log.targets()))
        .with(spans::layer(config)?.with_filter(config.log.targets()))
        .with(malformed::count());
    // Fails only when somebody who embeds this library logs already.
    let _ = subscriber.try_init();
    Ok(())
}
