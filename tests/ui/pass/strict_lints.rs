//! What the derives add passes the strictest lints, when nobody uses it and when everybody can.
#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications)]
#![deny(missing_debug_implementations, single_use_lifetimes, trivial_casts)]

use metrics_runtime::{DimensionValue, TimeSeriesMetric};

/// How a server is reached.
#[derive(Debug, DimensionValue)]
pub enum Transport {
    /// Through a pipe.
    Stdio,
}

/// Fields without a comment of their own, but for the author's lint.
#[derive(Debug, TimeSeriesMetric)]
pub struct Public {
    /// How.
    #[dimension]
    pub transport: Transport,
    #[dimension]
    server_id: String,
    #[counter]
    count: u64,
}

/// A metric that only this module sees.
mod private {
    use super::*;

    /// Nobody reads its buckets.
    #[derive(Debug, TimeSeriesMetric)]
    pub(crate) struct Private {
        #[dimension]
        pub(crate) server_id: String,
        #[counter]
        pub(crate) count: u64,
    }
}

fn main() {
    let _ = (Public::SCHEMA, private::Private::SCHEMA, Transport::Stdio);
}
