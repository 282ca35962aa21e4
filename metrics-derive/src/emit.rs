//! From model to code. The expansion is data and names; logic and SQL are the runtime's.
//!
//! ```text
//! impl TimeSeriesMetric for ServerInstall {
//!     // In one place, wherever it is used: whether a metric is registered is told by where its schema lies.
//!     const SCHEMA: &'static MetricSchema = {                             schema.rs
//!         static DECLARED: MetricSchema = MetricSchema { … };
//!         &DECLARED
//!     };
//!     const PERMISSION: &'static str = "metrics.server_install_metrics.view";
//!     type Bucket = ServerInstallBucket;
//!     type Filter = ServerInstallFilter;
//!     fn observe(&self, observation: &mut Observation) {
//!         observation.dimension(<String as DimensionValue>::to_value(&self.user_id));
//!         observation.counter(<u64 as CounterValue>::to_count(&self.installation_count));
//!     }
//! }
//!
//! pub struct ServerInstallBucket {                                        bucket.rs
//!     pub timestamp: DateTime<Utc>,
//!     pub installation_count: u64,
//! }
//! impl MetricBucket for ServerInstallBucket { … }
//!
//! pub struct ServerInstallFilter { pub user_id: Vec<String> }             filter.rs
//! impl MetricFilter for ServerInstallFilter { … }
//!
//! table! { server_install_metrics (…) { … } }                             table.rs
//! ```

pub(crate) mod bucket;
pub(crate) mod filter;
mod schema;
mod table;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned as _;
use syn::{Ident, Path, Type};

use crate::model::{Column, Metric};

/// Everything that the derive adds to the struct.
pub(crate) fn metric(metric: &Metric) -> TokenStream {
    let implementation = implementation(metric);
    let bucket = bucket::emit(metric);
    let filter = filter::emit(metric);
    let table = table::emit(metric);
    quote! {
        #implementation
        #bucket
        #filter
        #table
    }
}

fn implementation(metric: &Metric) -> TokenStream {
    let Metric { ident, runtime, .. } = metric;
    let schema = schema::emit(metric);
    let permission = format!("metrics.{}.view", metric.table.value);
    let bucket = bucket::name(ident);
    let filter = filter::name(ident);
    let observations = observations(metric);
    quote! {
        #[automatically_derived]
        impl #runtime::TimeSeriesMetric for #ident {
            const SCHEMA: &'static #runtime::MetricSchema = {
                static DECLARED: #runtime::MetricSchema = #schema;
                &DECLARED
            };
            const PERMISSION: &'static ::core::primitive::str = #permission;
            type Bucket = #bucket;
            type Filter = #filter;
            fn observe(&self, observation: &mut #runtime::Observation) {
                #observations
            }
        }
    }
}

/// Dimensions first, then measures: the order of the schema.
fn observations(metric: &Metric) -> TokenStream {
    let dimensions = metric.dimensions().map(|(column, _)| {
        let dimension_value = dimension_value(metric, &column.ty);
        let field = &column.field;
        quote!(observation.dimension(#dimension_value::to_value(&self.#field));)
    });
    let counters = metric.counters().map(|(column, _)| {
        let counter_value = counter_value(metric, &column.ty);
        let field = &column.field;
        quote!(observation.counter(#counter_value::to_count(&self.#field));)
    });
    quote! {
        #(#dimensions)*
        #(#counters)*
    }
}

/// `<String as DimensionValue>`, placed on the field's type.
///
/// The generated code speaks of a type in no other way. When the type has no such impl, all of it is the same error in
/// the same place, which the compiler shows once.
fn dimension_value(metric: &Metric, ty: &Type) -> TokenStream {
    let runtime = &metric.runtime;
    quote_spanned!(place_of(ty)=> <#ty as #runtime::DimensionValue>)
}

/// `<u64 as CounterValue>`, placed on the field's type.
fn counter_value(metric: &Metric, ty: &Type) -> TokenStream {
    let runtime = &metric.runtime;
    quote_spanned!(place_of(ty)=> <#ty as #runtime::CounterValue>)
}

/// Where `tokens` stand, for errors, with the names of the derive's call, for hygiene.
pub(crate) fn place_of(tokens: &impl ToTokens) -> Span {
    Span::call_site().located_at(tokens.span())
}

/// `path`, placed where an error about the whole expression should point.
fn placed(path: &Path, place: Span) -> TokenStream {
    let tokens = path.to_token_stream().into_iter();
    let placed = tokens.map(|mut token| {
        token.set_span(place);
        token
    });
    placed.collect()
}

/// `ServerInstall` and `Bucket` → `ServerInstallBucket`.
fn beside(ident: &Ident, suffix: &str) -> Ident {
    format_ident!("{}{suffix}", ident.unraw(), span = ident.span())
}

/// A doc comment, a line at a time, as `///` would write it.
fn doc(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| match line {
        "" => String::new(),
        _ => format!(" {line}"),
    });
    quote!(#(#[doc = #lines])*)
}

/// The field's doc comment. Without one, `otherwise`: the lint `missing_docs` is for the author's own items.
fn doc_or(column: &Column, otherwise: &str) -> TokenStream {
    match column.description.as_str() {
        "" => doc(otherwise),
        description => doc(description),
    }
}
