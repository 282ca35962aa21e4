//! Points at which a test may stop the process, to kill it between two steps of a write.

/// Stops here for good if `METRICS_FAULT_POINT` names this point, and says so on standard error.
#[cfg(feature = "fault-points")]
pub(crate) fn point(name: &str) {
    use std::sync::LazyLock;

    static WANTED: LazyLock<Option<String>> =
        LazyLock::new(|| std::env::var("METRICS_FAULT_POINT").ok());
    if WANTED.as_deref() == Some(name) {
        eprintln!("stopped at the fault point {name}");
        loop {
            std::thread::park();
        }
    }
}

/// Nothing, in a program that is not under test.
#[cfg(not(feature = "fault-points"))]
pub(crate) fn point(_name: &str) {}
