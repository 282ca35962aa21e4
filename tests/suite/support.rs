//! What the tests share: databases that are thrown away, and the metrics they are about.

pub(crate) mod app;
pub(crate) mod browser;
pub(crate) mod database;
pub(crate) mod metrics;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
pub(crate) mod spec;
