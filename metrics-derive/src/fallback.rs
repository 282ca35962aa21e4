//! Stub impls after an error, so that uses of the struct give no errors of their own.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::{bucket, filter};
use crate::model::{Fields, Metric};

/// A schema with nothing in it, and the types with the fields that could be read.
pub(crate) fn metric(mut metric: Metric) -> TokenStream {
    if !metric.generics.params.is_empty() {
        // The bucket and the filter have no parameters that the fields' types could name.
        metric.fields = Fields::None;
    }
    let implementation = implementation(&metric);
    let bucket_definition = bucket::definition(&metric);
    let filter_definition = filter::definition(&metric);
    let types = types(&metric);
    quote! {
        #implementation
        #bucket_definition
        #filter_definition
        #types
    }
}

fn implementation(metric: &Metric) -> TokenStream {
    let Metric { ident, runtime, .. } = metric;
    let (bucket, filter) = (bucket::name(ident), filter::name(ident));
    let (impl_generics, type_generics, where_clause) = metric.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #runtime::TimeSeriesMetric for #ident #type_generics #where_clause {
            const SCHEMA: &'static #runtime::MetricSchema = &#runtime::MetricSchema {
                name: "",
                table: "",
                path: "",
                description: "",
                levels: &[],
                cleanup: ::core::option::Option::None,
                collect: ::core::option::Option::None,
                view: &[],
                view_all: &[],
                max_series: 0,
                dimensions: &[],
                measures: &[],
                renamed_from: ::core::option::Option::None,
                declared_at: "",
            };
            const PERMISSION: &'static ::core::primitive::str = "";
            type Bucket = #bucket;
            type Filter = #filter;
            fn observe(&self, _: &mut #runtime::Observation) {}
        }
    }
}

fn types(metric: &Metric) -> TokenStream {
    let Metric { ident, runtime, .. } = metric;
    let (bucket, filter) = (bucket::name(ident), filter::name(ident));
    quote! {
        #[automatically_derived]
        impl #runtime::MetricBucket for #bucket {
            fn from_measures(
                _: #runtime::__private::DateTime<#runtime::__private::Utc>,
                _: #runtime::Measures<'_>,
            ) -> Self {
                ::core::panic!("the declaration has errors")
            }
        }
        #[automatically_derived]
        impl #runtime::MetricFilter for #filter {
            fn apply(self, _: &mut #runtime::Filters) {}
        }
    }
}
