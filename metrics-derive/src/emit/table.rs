//! The readable view as a `diesel::table!`, which the runtime drops unless its feature `table` is on.
//!
//! `table!` wants the name of a column's SQL type: a projection such as `<T as DimensionValue>::SqlType` makes bounds
//! that the compiler does not normalize. So integers are told from text by their spelling, and a constant proves each
//! guess against the trait:
//!
//! ```text
//! table! {
//!     [const _: () = column_is(false, <Transport as DimensionValue>::KIND); …]
//!     #[sql_name = "server_install_metrics_view"]
//!     server_install_metrics (bucket_timestamp, bucket_interval, transport) {
//!         bucket_timestamp -> BigInt, bucket_interval -> Text, transport -> Text, created_at -> BigInt, …
//!     }
//! }
//! ```

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Ident, Type};

use super::{dimension_value, doc, doc_or, place_of, placed};
use crate::model::{Column, Metric};
use crate::spelling::is_integer;

/// What `table!` itself defines beside the columns, and the columns that every view has.
const TAKEN: [&str; 11] = [
    "table",
    "columns",
    "dsl",
    "star",
    "all_columns",
    "SqlType",
    "BoxedQuery",
    "diesel",
    "bucket_timestamp",
    "bucket_interval",
    "created_at",
];

/// `table! { … }`.
pub(super) fn emit(metric: &Metric) -> TokenStream {
    let runtime = &metric.runtime;
    let doc = doc(&format!("The readable view of `{}`.", metric.ident.unraw()));
    let view = format!("{}_view", metric.table.value);
    let mut names = Names::new();
    let table = names.choose(&metric.table.value);
    let dimensions = metric
        .dimensions()
        .map(|(column, _)| (column, names.choose(&column.name.value)));
    let dimensions: Vec<_> = dimensions.collect();
    let measures = metric
        .counters()
        .map(|(column, _)| (column, names.choose(&column.name.value)));
    let measures: Vec<_> = measures.collect();
    let proofs = dimensions
        .iter()
        .map(|(column, _)| proof(metric, &column.ty));
    let keys = dimensions.iter().map(|(_, name)| name);
    let dimensions = dimensions
        .iter()
        .map(|(column, name)| dimension(metric, column, name));
    let measures = measures
        .iter()
        .map(|(column, name)| self::column(metric, column, name, "BigInt"));
    quote! {
        #runtime::__private::table! {
            [#(#proofs)*]
            #doc
            #[sql_name = #view]
            #table (bucket_timestamp, bucket_interval, #(#keys),*) {
                /// When the bucket starts, in epoch seconds.
                bucket_timestamp -> #runtime::__private::BigInt,
                /// The width of the bucket, such as `15m`.
                bucket_interval -> #runtime::__private::Text,
                #(#dimensions,)*
                /// When the row was written first, in epoch seconds.
                created_at -> #runtime::__private::BigInt,
                #(#measures,)*
            }
        }
    }
}

/// A constant that does not compile when the guess is wrong, as with an alias of an integer.
fn proof(metric: &Metric, ty: &Type) -> TokenStream {
    let place = place_of(ty);
    let runtime = placed(&metric.runtime, place);
    let value = dimension_value(metric, ty);
    let guess = is_integer(ty);
    quote_spanned!(place=> const _: () = #runtime::__private::column_is(#guess, #value::KIND);)
}

fn dimension(metric: &Metric, column: &Column, name: &Ident) -> TokenStream {
    let sql_type = if is_integer(&column.ty) {
        "BigInt"
    } else {
        "Text"
    };
    self::column(metric, column, name, sql_type)
}

fn column(metric: &Metric, column: &Column, ident: &Ident, sql_type: &str) -> TokenStream {
    let runtime = &metric.runtime;
    let name = &column.name.value;
    let doc = doc_or(column, &format!("The column `{name}`."));
    let sql_type = format_ident!("{sql_type}");
    let sql_name = (ident != name).then(|| quote!(#[sql_name = #name]));
    quote! {
        #doc
        #sql_name
        #ident -> #runtime::__private::#sql_type
    }
}

/// The names in the module that `table!` makes. SQL has other keywords than Rust, and other names are taken.
struct Names(BTreeSet<String>);

impl Names {
    fn new() -> Self {
        Self(TAKEN.map(str::to_owned).into())
    }

    /// `name`, with as many underscores behind it as make it a free identifier.
    fn choose(&mut self, name: &str) -> Ident {
        let mut free = name.to_owned();
        while is_keyword(&free) || !self.0.insert(free.clone()) {
            free.push('_');
        }
        format_ident!("{free}")
    }
}

/// `gen` is one since the edition of 2024, which syn does not know of the crate.
fn is_keyword(name: &str) -> bool {
    name == "gen" || syn::parse_str::<Ident>(name).is_err()
}
