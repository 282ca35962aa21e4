//! The rows of the table, a file a subject.

mod latency;
mod recording;

use crate::settings::Settings;

/// Measures and prints every row that was asked for.
pub(crate) fn print_all(settings: &Settings) {
    recording::print(settings);
    latency::print(settings);
}
