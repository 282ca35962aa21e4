//! `diesel::table!` sees the spelling of a type alone: where that misleads, a constant says so.

use metrics_runtime::{DimensionValue, TimeSeriesMetric};

/// The runtime with its feature `table` on.
mod runtime {
    pub use metrics_runtime::*;

    pub mod __private {
        pub use metrics_runtime::__private::*;
        pub use metrics_runtime::__table as table;
    }
}

type NodeId = i64;

#[derive(DimensionValue)]
struct Port(u16);

/// Integers by other names.
#[derive(TimeSeriesMetric)]
#[metric(crate = crate::runtime)]
struct Aliases {
    #[dimension]
    node: NodeId,
    #[dimension]
    port: Port,
    #[counter]
    count: u64,
}

fn main() {}
