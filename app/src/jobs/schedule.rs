//! When a job happens by itself.

/// When a job of some kind happens by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Schedule {
    /// What it is about; empty if it is about nothing in particular.
    pub(super) subject: String,
    /// When, as a cron expression in UTC.
    pub(super) cron: String,
}
