//! Points at which a test may make a job hang.

/// Goes no further if `METRICS_FAULT_POINT` names this point, and says so on standard error.
#[cfg(feature = "fault-points")]
pub(crate) async fn point(name: &str) {
    if std::env::var("METRICS_FAULT_POINT").is_ok_and(|wanted| wanted == name) {
        eprintln!("stopped at the fault point {name}");
        std::future::pending::<()>().await;
    }
}

/// Nothing, in a program that is not under test.
#[cfg(not(feature = "fault-points"))]
pub(crate) async fn point(_name: &str) {}
