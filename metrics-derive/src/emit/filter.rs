//! The typed filter: a list of values for each dimension.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;
use syn::ext::IdentExt;

use super::{beside, dimension_value, doc, doc_or};
use crate::model::{Column, Metric};

/// The filter's type: `ServerInstallFilter`.
pub(crate) fn name(ident: &Ident) -> Ident {
    beside(ident, "Filter")
}

/// The type and its impl.
pub(super) fn emit(metric: &Metric) -> TokenStream {
    let runtime = &metric.runtime;
    let filter = name(&metric.ident);
    let definition = definition(metric);
    let narrowings = metric.dimensions().map(|(column, _)| {
        let Column { field, name, .. } = column;
        let name = &name.value;
        let dimension_value = dimension_value(metric, &column.ty);
        quote!(filters.narrow(#name, &self.#field, #dimension_value::to_value);)
    });
    quote! {
        #definition

        #[automatically_derived]
        impl #runtime::MetricFilter for #filter {
            // A metric without dimensions cannot be narrowed.
            #[allow(unused_variables)]
            fn apply(self, filters: &mut #runtime::Filters) {
                #(#narrowings)*
            }
        }
    }
}

/// The type alone. `Default` is all that the trait asks for, and all that the `Vec` of any type has.
pub(crate) fn definition(metric: &Metric) -> TokenStream {
    let Metric {
        ident, visibility, ..
    } = metric;
    let filter = name(ident);
    let doc = doc(&format!(
        "What a query for `{}` is narrowed to: any of the values of each dimension.\n\nAn empty list does not narrow.",
        ident.unraw()
    ));
    let fields = metric.dimensions().map(|(column, _)| {
        let Column { field, ty, .. } = column;
        let doc = doc_or(
            column,
            &format!("Any of these values of `{}`.", column.name.value),
        );
        quote! {
            #doc
            #visibility #field: ::std::vec::Vec<#ty>
        }
    });
    quote! {
        #doc
        #[derive(::core::default::Default)]
        #[allow(dead_code, missing_debug_implementations)]
        #visibility struct #filter {
            #(#fields,)*
        }
    }
}
