/// MCP servers installed and removed.
#[derive(TimeSeriesMetric)]
pub struct ServerInstall {
    #[dimension(user)]
    pub user_id: String,
    /// How the server is reached.
    #[dimension]
    pub transport: Transport,
    /// Installations, repeated ones included.
    #[counter]
    pub installation_count: u64,
}

// ---- expands to ----

#[automatically_derived]
impl ::metrics_runtime::TimeSeriesMetric for ServerInstall {
    const SCHEMA: &'static ::metrics_runtime::MetricSchema = {
        static DECLARED: ::metrics_runtime::MetricSchema = ::metrics_runtime::MetricSchema {
            name: "server_install",
            table: "server_install_metrics",
            path: "server-install",
            renamed_from: ::core::option::Option::None,
            description: "MCP servers installed and removed.",
            levels: &[
                ::metrics_runtime::Level {
                    interval: ::metrics_runtime::Interval::from_seconds(900),
                    retention_seconds: 2592000i64,
                },
                ::metrics_runtime::Level {
                    interval: ::metrics_runtime::Interval::from_seconds(3600),
                    retention_seconds: 2592000i64,
                },
            ],
            cleanup: ::core::option::Option::None,
            collect: ::core::option::Option::None,
            view: &[],
            view_all: &[],
            max_series: 100000u64,
            dimensions: &[
                ::metrics_runtime::Dimension {
                    name: "user_id",
                    description: "",
                    kind: <String as ::metrics_runtime::DimensionValue>::KIND,
                    role: ::metrics_runtime::DimensionRole::User,
                    max_len: 255u32,
                    default: ::core::option::Option::None,
                    references: ::core::option::Option::None,
                    renamed_from: ::core::option::Option::None,
                    former_words: <String as ::metrics_runtime::DimensionValue>::FORMER_WORDS,
                },
                ::metrics_runtime::Dimension {
                    name: "transport",
                    description: "How the server is reached.",
                    kind: <Transport as ::metrics_runtime::DimensionValue>::KIND,
                    role: ::metrics_runtime::DimensionRole::Label,
                    max_len: 255u32,
                    default: ::core::option::Option::None,
                    references: ::core::option::Option::None,
                    renamed_from: ::core::option::Option::None,
                    former_words: <Transport as ::metrics_runtime::DimensionValue>::FORMER_WORDS,
                },
            ],
            measures: &[
                ::metrics_runtime::Measure {
                    name: "installation_count",
                    description: "Installations, repeated ones included.",
                    unit: ::core::option::Option::None,
                    kind: ::metrics_runtime::MeasureKind::Counter,
                    renamed_from: ::core::option::Option::None,
                },
            ],
            declared_at: ::core::concat!(
                ::core::module_path!(), " (", ::core::file!(), ":", ::core::line!(), ")"
            ),
        };
        &DECLARED
    };
    const PERMISSION: &'static ::core::primitive::str = "metrics.server_install_metrics.view";
    type Bucket = ServerInstallBucket;
    type Filter = ServerInstallFilter;
    fn observe(&self, observation: &mut ::metrics_runtime::Observation) {
        observation
            .dimension(
                <String as ::metrics_runtime::DimensionValue>::to_value(&self.user_id),
            );
        observation
            .dimension(
                <Transport as ::metrics_runtime::DimensionValue>::to_value(
                    &self.transport,
                ),
            );
        observation
            .counter(
                <u64 as ::metrics_runtime::CounterValue>::to_count(
                    &self.installation_count,
                ),
            );
    }
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
    /// Installations, repeated ones included.
    pub installation_count: ::core::primitive::u64,
}
#[automatically_derived]
impl ::metrics_runtime::MetricBucket for ServerInstallBucket {
    fn from_measures(
        timestamp: ::metrics_runtime::__private::DateTime<
            ::metrics_runtime::__private::Utc,
        >,
        measures: ::metrics_runtime::Measures<'_>,
    ) -> Self {
        Self {
            timestamp,
            installation_count: measures.counter(0usize),
        }
    }
}
/// What a query for `ServerInstall` is narrowed to: any of the values of each dimension.
///
/// An empty list does not narrow.
#[derive(::core::default::Default)]
#[allow(dead_code, missing_debug_implementations)]
pub struct ServerInstallFilter {
    /// Any of these values of `user_id`.
    pub user_id: ::std::vec::Vec<String>,
    /// How the server is reached.
    pub transport: ::std::vec::Vec<Transport>,
}
#[automatically_derived]
impl ::metrics_runtime::MetricFilter for ServerInstallFilter {
    #[allow(unused_variables)]
    fn apply(self, filters: &mut ::metrics_runtime::Filters) {
        filters
            .narrow(
                "user_id",
                &self.user_id,
                <String as ::metrics_runtime::DimensionValue>::to_value,
            );
        filters
            .narrow(
                "transport",
                &self.transport,
                <Transport as ::metrics_runtime::DimensionValue>::to_value,
            );
    }
}
::metrics_runtime::__private::table! {
    [const _ : () = ::metrics_runtime::__private::column_is(false, < String as
    ::metrics_runtime::DimensionValue > ::KIND); const _ : () =
    ::metrics_runtime::__private::column_is(false, < Transport as
    ::metrics_runtime::DimensionValue > ::KIND);] #[doc =
    " The readable view of `ServerInstall`."] #[sql_name = "server_install_metrics_view"]
    server_install_metrics(bucket_timestamp, bucket_interval, user_id, transport) { #[doc
    = r" When the bucket starts, in epoch seconds."] bucket_timestamp ->
    ::metrics_runtime::__private::BigInt, #[doc =
    r" The width of the bucket, such as `15m`."] bucket_interval ->
    ::metrics_runtime::__private::Text, #[doc = " The column `user_id`."] user_id ->
    ::metrics_runtime::__private::Text, #[doc = " How the server is reached."] transport
    -> ::metrics_runtime::__private::Text, #[doc =
    r" When the row was written first, in epoch seconds."] created_at ->
    ::metrics_runtime::__private::BigInt, #[doc =
    " Installations, repeated ones included."] installation_count ->
    ::metrics_runtime::__private::BigInt, }
}
