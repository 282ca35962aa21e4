//! How many cases a property is tried on.

use proptest::test_runner::Config;

/// Tries so many cases, times `PROPERTY_CASES` where that says a factor: a run of the whole suite looks at few, and
/// whoever looks for what is rare looks at many.
pub(crate) fn cases(cases: u32) -> Config {
    let factor = std::env::var("PROPERTY_CASES").map_or(1, |factor| {
        factor.parse().expect("PROPERTY_CASES is a whole number")
    });
    Config {
        cases: cases * factor,
        failure_persistence: None,
        ..Config::default()
    }
}
