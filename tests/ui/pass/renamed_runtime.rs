//! The runtime by another name, as a dependency can have one.
#![deny(warnings)]
#![no_implicit_prelude]

extern crate metrics_runtime as renamed_runtime;

use ::renamed_runtime::{DimensionValue, TimeSeriesMetric};

/// The runtime by another name.
#[derive(TimeSeriesMetric)]
#[metric(crate = ::renamed_runtime)]
struct Install {
    #[dimension]
    region: Region,
    #[dimension]
    transport: Transport,
    #[counter]
    count: u64,
}

#[derive(DimensionValue)]
#[dimension(crate = ::renamed_runtime)]
struct Region(::std::string::String);

#[derive(DimensionValue)]
#[dimension(crate = ::renamed_runtime)]
enum Transport {
    Stdio,
}

fn main() {
    let install = Install {
        region: Region(::core::default::Default::default()),
        transport: Transport::Stdio,
        count: 1,
    };
    install.observe(&mut ::renamed_runtime::Observation::of(<Install as ::renamed_runtime::TimeSeriesMetric>::SCHEMA));
}
