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

/// Makes a struct with named fields a time-series metric: a table, its queries, a permission and routes.
///
/// The struct's `///` comment is required. It is the metric's description in the catalogue, the API documentation and
/// the dashboard; the comments of the fields describe their columns. There is an example at the trait
/// `metrics_runtime::TimeSeriesMetric`.
///
/// # On the struct: `#[metric(…)]`
///
/// | key | says | default |
/// |---|---|---|
/// | `name = "…"` | the metric type, in events and responses | the struct's name in snake_case |
/// | `table = "…"` | the table | `<name>_metrics` |
/// | `path = "…"` | the last part of the metric's URLs, which is not `stream` | the name in kebab-case |
/// | `renamed_from = "…"` | what the table was called before; the next migration renames it | |
/// | `intervals("15m", …)` | the stored intervals: numbers of `m`, `h` or `d` that divide a day | `"15m", "1h"` |
/// | `retention = "30d"` | how long buckets are kept: a number of `m`, `h`, `d`, `w` or `y` | `"30d"` |
/// | `retention("15m" = "3d", …)` | the same for each interval | `"30d"` for those not named |
/// | `cleanup = "0 3 * * *"` | when expired buckets are deleted: five cron fields, in UTC | hourly |
/// | `collect = "*/15 * * * *"` | when a collector counts it from existing data, in UTC; nobody else may record it then | it is recorded |
/// | `view("role", …)` | who may see their own rows | nobody |
/// | `view_all("role", …)` | who may see everybody's rows | nobody |
/// | `max_series = 100_000` | how many combinations of dimension values are told apart | 100,000 |
/// | `crate = ::path` | where the runtime is, if it is renamed or re-exported | `::metrics_runtime` |
///
/// # On every field: one of three
///
/// `#[dimension(…)]` tells series apart. Its type is a `DimensionValue`: a string, an integer that fits into an `i64`, a
/// `bool`, a UUID, or an enum or newtype with the derive of that name. Queries filter by its name, which is none of their
/// own parameters, such as `interval`.
///
/// | key | says |
/// |---|---|
/// | `user`, `team` | the column that scopes compare with the user, or with the team |
/// | `references = "users(id)"` | whose deletion takes the buckets along |
/// | `max_len = 128` | the longest text, in characters: up to 2500; 255 if nothing is said. All labels of an event have 2,500 bytes together, and so have its user and team |
/// | `default = "…"` | what rows from before the dimension have, as a filter writes it; `""`, 0, `false` or the UUID of zeros if nothing is said; an enum and a dimension with `references` need one then |
/// | `rename = "…"` | the column, if it is not called like the field |
/// | `renamed_from = "…"` | what the column was called before |
///
/// `#[counter(…)]` adds up. Its type is an unsigned integer, and the keys are `unit = "bytes"`, `rename` and
/// `renamed_from`. Where people read, it is called by what it counts: `installation_count` is “Installations”. A comment
/// of one or two words is its name instead.
///
/// `#[metric(skip)]` leaves the field out. Up to 29 fields are kept. None is called like a column that every metric has:
/// `id`, `owner_id`, `labels_id`, `created_at`, `last_used_at`, `bucket_timestamp`, `bucket_interval`, `bucket_start`.
///
/// # What is generated
///
/// Beside `ServerInstall` there will be `ServerInstallBucket`, with a `timestamp` and a field for each counter, and
/// `ServerInstallFilter`, with a list of values for each dimension. With the runtime's feature `table` on, there is a
/// `diesel::table!` of the readable view, `server_install_metrics`; the crate then needs diesel as a dependency.
#[proc_macro_derive(TimeSeriesMetric, attributes(metric, dimension, counter))]
pub fn derive_time_series_metric(input: TokenStream) -> TokenStream {
    expand::metric(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes an enum without fields, or a newtype of another dimension value, the type of a dimension.
///
/// An enum is stored as words: its variants in snake_case, unless `#[dimension(rename = "…")]` on one says otherwise.
/// Whoever renames a variant later keeps the word, and with it the stored rows, by that attribute. A word that takes
/// over from another says so with `#[dimension(renamed_from = "sse")]`, from several with
/// `#[dimension(renamed_from("sse", "http"))]`: the next migration gives it their rows. A struct with one field is
/// stored as that field is.
///
/// On the type, `#[dimension(crate = ::path)]` says where the runtime is, if it is not at `::metrics_runtime`.
///
/// There is an example at the trait `metrics_runtime::DimensionValue`.
#[proc_macro_derive(DimensionValue, attributes(dimension))]
pub fn derive_dimension_value(input: TokenStream) -> TokenStream {
    dimension_value::expand(&parse_macro_input!(input as DeriveInput)).into()
}
