//! Spans of requests, exported by OTLP when a collector is configured.
//!
//! The feature `otlp` compiles it in. Without it, there is nothing to configure.

use std::error::Error;

/// Why spans cannot be exported.
#[derive(Debug, thiserror::Error)]
#[error("spans cannot be exported: {0}")]
pub struct SpansError(Box<dyn Error + Send + Sync>);

#[cfg(feature = "otlp")]
mod export;
#[cfg(feature = "otlp")]
pub use export::{end, follow, layer, name};

#[cfg(not(feature = "otlp"))]
mod nothing {
    use actix_web::http::header::HeaderMap;
    use tracing::Span;
    use tracing_subscriber::layer::Identity;

    use super::SpansError;
    use crate::config::Config;

    /// What takes spans: nothing.
    ///
    /// # Errors
    ///
    /// None.
    pub fn layer(_config: &Config) -> Result<Identity, SpansError> {
        Ok(Identity::new())
    }

    /// Makes a span part of its caller's trace: nobody sees it.
    pub fn follow(_span: &Span, _headers: &HeaderMap) {}

    /// Calls a span by what is known of it by now: nobody sees it.
    pub fn name(_span: &Span, _name: impl FnOnce() -> String) {}

    /// Sends what has not been sent: nothing.
    pub fn end() {}
}
#[cfg(not(feature = "otlp"))]
pub use nothing::{end, follow, layer, name};
