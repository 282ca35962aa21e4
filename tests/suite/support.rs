//! What the tests share: databases that are thrown away, and the metrics they are about.

pub(crate) mod app;
pub(crate) mod browser;
pub(crate) mod database;
#[cfg(feature = "libsql")]
pub(crate) mod libsql;
pub(crate) mod load;
pub(crate) mod metrics;
pub(crate) mod node;
pub(crate) mod place;
pub(crate) mod postgres;
pub(crate) mod property;
pub(crate) mod raw;
pub(crate) mod spec;
