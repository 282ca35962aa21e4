//! The typed bucket: a timestamp, and a field for each measure.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;
use syn::ext::IdentExt;

use super::{beside, doc, doc_or};
use crate::model::Metric;

/// The bucket's type: `ServerInstallBucket`.
pub(crate) fn name(ident: &Ident) -> Ident {
    beside(ident, "Bucket")
}

/// The type and its impl.
pub(super) fn emit(metric: &Metric) -> TokenStream {
    let runtime = &metric.runtime;
    let bucket = name(&metric.ident);
    let definition = definition(metric);
    let fields = metric.counters().enumerate().map(|(index, (column, _))| {
        let field = &column.field;
        quote!(#field: measures.counter(#index))
    });
    quote! {
        #definition

        #[automatically_derived]
        impl #runtime::MetricBucket for #bucket {
            fn from_measures(
                timestamp: #runtime::__private::DateTime<#runtime::__private::Utc>,
                measures: #runtime::Measures<'_>,
            ) -> Self {
                Self { timestamp, #(#fields),* }
            }
        }
    }
}

/// The type alone.
///
/// Nobody may read some of the fields, or construct it: only a public struct is exempt from the lint.
pub(crate) fn definition(metric: &Metric) -> TokenStream {
    let Metric {
        ident,
        visibility,
        runtime,
        ..
    } = metric;
    let bucket = name(ident);
    let doc = doc(&format!(
        "A bucket of `{}`: the measures of one interval.",
        ident.unraw()
    ));
    // After an error there may be a measure of the same name.
    let counters = metric.counters();
    let fields = counters.filter(|(column, _)| column.field != "timestamp");
    let fields = fields.map(|(column, _)| {
        let field = &column.field;
        let doc = doc_or(column, &format!("The sum of `{}`.", column.name.value));
        quote! {
            #doc
            #visibility #field: ::core::primitive::u64
        }
    });
    quote! {
        #doc
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq, ::core::cmp::Eq)]
        #[allow(dead_code)]
        #visibility struct #bucket {
            /// When the bucket starts.
            #visibility timestamp: #runtime::__private::DateTime<#runtime::__private::Utc>,
            #(#fields,)*
        }
    }
}
