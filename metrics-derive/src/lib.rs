//! The derives of `metrics-runtime`, which re-exports them beside the traits they implement.

mod errors;
mod model;

mod cron;
mod duration;
mod names;
mod spelling;

mod attr;
mod check;
mod emit;
mod fallback;

mod dimension_value;
mod expand;

#[cfg(test)]
mod snapshots;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct a time-series metric.
#[proc_macro_derive(TimeSeriesMetric, attributes(metric, dimension, counter))]
pub fn derive_time_series_metric(input: TokenStream) -> TokenStream {
    expand::metric(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes an enum of words, or a newtype of another dimension value, a dimension value.
#[proc_macro_derive(DimensionValue, attributes(dimension))]
pub fn derive_dimension_value(input: TokenStream) -> TokenStream {
    dimension_value::expand(&parse_macro_input!(input as DeriveInput)).into()
}
