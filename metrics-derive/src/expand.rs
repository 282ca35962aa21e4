//! A metric from end to end: parse → check → emit.

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::errors::Errors;
use crate::{attr, check, emit, fallback};

/// `#[derive(TimeSeriesMetric)]`.
pub(crate) fn metric(input: &DeriveInput) -> TokenStream {
    let errors = Errors::new();
    let metric = attr::read_metric(input, &errors);
    check::metric(&metric, &errors);
    match errors.finish() {
        Ok(()) => emit::metric(&metric),
        Err(errors) => with_errors(&errors, fallback::metric(metric)),
    }
}

/// The errors, and beside them what keeps the rest of the program from more.
pub(crate) fn with_errors(errors: &syn::Error, stub: TokenStream) -> TokenStream {
    let mut expansion = errors.to_compile_error();
    expansion.extend(stub);
    expansion
}
