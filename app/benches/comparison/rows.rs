//! The rows of the table, a file a subject.

mod import;
mod ingestion;
mod latency;
#[cfg(feature = "postgres")]
mod postgres;
mod reading;
mod recording;
mod retention;

use crate::settings::Settings;

/// Measures and prints every row that was asked for.
pub(crate) fn print_all(settings: &Settings) {
    recording::print(settings);
    latency::print(settings);
    import::print(settings);
    retention::print(settings);
    reading::print(settings);
    ingestion::print(settings);
    #[cfg(feature = "postgres")]
    postgres::print(settings);
}
