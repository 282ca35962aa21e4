//! The declaration as a constant.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::{dimension_value, placed};
use crate::duration;
use crate::model::{Column, Dimension, Metric, Reference, Retention, Role};

/// The longest text of a dimension that does not say `max_len`.
const DEFAULT_MAX_LEN: u32 = 255;

/// `MetricSchema { … }`.
pub(super) fn emit(metric: &Metric) -> TokenStream {
    let Metric {
        runtime,
        description,
        view,
        view_all,
        max_series,
        ..
    } = metric;
    let (name, table, path) = (&metric.name.value, &metric.table.value, &metric.path.value);
    let former_table = optional(
        metric
            .renamed_from
            .as_ref()
            .map(|former| former.value.as_str()),
    );
    let levels = levels(metric);
    let cleanup = optional(metric.cleanup.as_deref());
    let collect = optional(metric.collect.as_deref());
    let dimensions = metric
        .dimensions()
        .map(|(column, dimension)| self::dimension(metric, column, dimension));
    let measures = metric
        .counters()
        .map(|(column, unit)| counter(metric, column, unit));
    quote! {
        #runtime::MetricSchema {
            name: #name,
            table: #table,
            path: #path,
            renamed_from: #former_table,
            description: #description,
            levels: &[#(#levels),*],
            cleanup: #cleanup,
            collect: #collect,
            view: &[#(#view),*],
            view_all: &[#(#view_all),*],
            max_series: #max_series,
            dimensions: &[#(#dimensions),*],
            measures: &[#(#measures),*],
            declared_at: ::core::concat!(
                ::core::module_path!(), " (", ::core::file!(), ":", ::core::line!(), ")"
            ),
        }
    }
}

/// The stored intervals, finest first.
fn levels(metric: &Metric) -> Vec<TokenStream> {
    let runtime = &metric.runtime;
    let mut intervals: Vec<i64> = metric.intervals.iter().map(|level| level.value).collect();
    intervals.sort_unstable();
    let levels = intervals.into_iter().map(|interval| {
        let retention = retention_of(interval, &metric.retention);
        let seconds = Literal::i64_unsuffixed(interval);
        quote! {
            #runtime::Level {
                interval: #runtime::Interval::from_seconds(#seconds),
                retention_seconds: #retention,
            }
        }
    });
    levels.collect()
}

fn retention_of(interval: i64, retention: &Retention) -> i64 {
    match retention {
        Retention::Default => duration::DEFAULT_RETENTION,
        Retention::All(retention) => retention.value,
        Retention::Each(pairs) => pairs
            .iter()
            .find(|(named, _)| named.value == interval)
            .map_or(duration::DEFAULT_RETENTION, |(_, retention)| {
                retention.value
            }),
    }
}

fn dimension(metric: &Metric, column: &Column, dimension: &Dimension) -> TokenStream {
    let runtime = &metric.runtime;
    let Column { description, .. } = column;
    let name = &column.name.value;
    let value = dimension_value(metric, &column.ty);
    let role = role(metric, dimension.role);
    let max_len = max_len(metric, column, dimension);
    let default = default(metric, column, dimension);
    let references = references(metric, dimension.references.as_ref());
    let renamed_from = renamed_from(column);
    quote! {
        #runtime::Dimension {
            name: #name,
            description: #description,
            kind: #value::KIND,
            role: #role,
            max_len: #max_len,
            default: #default,
            references: #references,
            renamed_from: #renamed_from,
            former_words: #value::FORMER_WORDS,
        }
    }
}

fn role(metric: &Metric, role: Role) -> TokenStream {
    let runtime = &metric.runtime;
    match role {
        Role::User(_) => quote!(#runtime::DimensionRole::User),
        Role::Team(_) => quote!(#runtime::DimensionRole::Team),
        Role::Label => quote!(#runtime::DimensionRole::Label),
    }
}

/// A declared length goes through a constant function that refuses it on anything but text.
fn max_len(metric: &Metric, column: &Column, dimension: &Dimension) -> TokenStream {
    let Some(max_len) = &dimension.max_len else {
        return quote!(#DEFAULT_MAX_LEN);
    };
    let place = Span::call_site().located_at(max_len.span);
    let runtime = placed(&metric.runtime, place);
    let value = dimension_value(metric, &column.ty);
    let limit = max_len.value;
    quote_spanned!(place=> #runtime::__private::text_limit(#value::KIND, #limit))
}

/// A declared default goes through a constant function that refuses what is not a value of the dimension.
fn default(metric: &Metric, column: &Column, dimension: &Dimension) -> TokenStream {
    let Some(default) = &dimension.default else {
        return quote!(::core::option::Option::None);
    };
    let place = Span::call_site().located_at(default.span);
    let runtime = placed(&metric.runtime, place);
    let value = dimension_value(metric, &column.ty);
    let text = &default.value;
    quote_spanned!(place=> ::core::option::Option::Some(#runtime::__private::default_value(#value::KIND, #text)))
}

fn references(metric: &Metric, reference: Option<&Reference>) -> TokenStream {
    let runtime = &metric.runtime;
    match reference {
        Some(Reference { table, column }) => quote! {
            ::core::option::Option::Some(#runtime::Reference { table: #table, column: #column })
        },
        None => quote!(::core::option::Option::None),
    }
}

fn counter(metric: &Metric, column: &Column, unit: Option<&str>) -> TokenStream {
    let runtime = &metric.runtime;
    let Column { description, .. } = column;
    let name = &column.name.value;
    let unit = optional(unit);
    let renamed_from = renamed_from(column);
    quote! {
        #runtime::Measure {
            name: #name,
            description: #description,
            unit: #unit,
            kind: #runtime::MeasureKind::Counter,
            renamed_from: #renamed_from,
        }
    }
}

fn renamed_from(column: &Column) -> TokenStream {
    let former = column.renamed_from.as_ref();
    optional(former.map(|former| former.value.as_str()))
}

fn optional(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    }
}
