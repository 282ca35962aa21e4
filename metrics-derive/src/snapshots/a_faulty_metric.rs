/// The stubs keep the fields, so that their uses give no errors of their own.
#[derive(TimeSeriesMetric)]
#[metric(nam = "server_installations")]
pub struct ServerInstall {
    #[dimension]
    pub server_id: Option<String>,
    #[counter]
    pub installation_count: u64,
}

// ---- expands to ----

::core::compile_error! {
    "unknown key `nam`: did you mean `name`? Valid here: name, table, path, renamed_from, intervals, retention, cleanup, collect, view, view_all, max_series, crate"
}
::core::compile_error! {
    "a dimension cannot be optional: NULL never conflicts in an UPSERT; declare what stands for absence, such as `\"\"` or 0"
}
#[automatically_derived]
impl ::metrics_runtime::TimeSeriesMetric for ServerInstall {
    const SCHEMA: &'static ::metrics_runtime::MetricSchema = &::metrics_runtime::MetricSchema {
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
    type Bucket = ServerInstallBucket;
    type Filter = ServerInstallFilter;
    fn observe(&self, _: &mut ::metrics_runtime::Observation) {}
}
/// A bucket of `ServerInstall`: the measures of one interval.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::core::cmp::Eq
)]
#[allow(dead_code)]
pub struct ServerInstallBucket {
    /// When the bucket starts.
    pub timestamp: ::metrics_runtime::__private::DateTime<
        ::metrics_runtime::__private::Utc,
    >,
    /// The sum of `installation_count`.
    pub installation_count: ::core::primitive::u64,
}
/// What a query for `ServerInstall` is narrowed to: any of the values of each dimension.
///
/// An empty list does not narrow.
#[derive(::core::default::Default)]
#[allow(dead_code, missing_debug_implementations)]
pub struct ServerInstallFilter {
    /// Any of these values of `server_id`.
    pub server_id: ::std::vec::Vec<Option<String>>,
}
#[automatically_derived]
impl ::metrics_runtime::MetricBucket for ServerInstallBucket {
    fn from_measures(
        _: ::metrics_runtime::__private::DateTime<::metrics_runtime::__private::Utc>,
        _: ::metrics_runtime::Measures<'_>,
    ) -> Self {
        ::core::panic!("the declaration has errors")
    }
}
#[automatically_derived]
impl ::metrics_runtime::MetricFilter for ServerInstallFilter {
    fn apply(self, _: &mut ::metrics_runtime::Filters) {}
}
