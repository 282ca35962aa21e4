//! `#[derive(DimensionValue)]`: an enum of words, or a newtype of another dimension value.
//!
//! ```text
//! impl DimensionValue for Transport {                         impl DimensionValue for Region {
//!     const KIND: DimensionKind =                                 const KIND: DimensionKind =
//!         DimensionKind::Enum(&["stdio", "http"]);                    <String as DimensionValue>::KIND;
//!     fn to_value(&self) -> Value<'_> {                           fn to_value(&self) -> Value<'_> {
//!         Value::Text(From::from(match self {                         <String as …>::to_value(&self.0)
//!             Self::Stdio => "stdio", …                           }
//!         }))                                                 }
//!     }
//! }
//! ```

mod check;
mod emit;
mod model;
mod parse;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::errors::Errors;
use crate::expand::with_errors;

/// `#[derive(DimensionValue)]`, from end to end.
pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let errors = Errors::new();
    let declared = parse::read(input, &errors);
    check::dimension_value(&declared, &errors);
    match errors.finish() {
        Ok(()) => emit::dimension_value(&declared),
        Err(errors) => with_errors(&errors, emit::stub(&declared)),
    }
}
