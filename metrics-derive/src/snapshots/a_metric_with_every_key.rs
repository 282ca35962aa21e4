/// MCP servers installed
/// and removed.
///
/// Through the catalogue alone.
#[derive(TimeSeriesMetric)]
#[metric(
    name = "server_installations",
    table = "server_install_metrics",
    path = "servers/installs",
    renamed_from = "installs",
    intervals("1d", "15m", "1h"),
    retention("15m" = "3d", "1d" = "2y"),
    cleanup = "0 3 * * *",
    collect = "*/15 * * * *",
    view("global_user", "global_admin"),
    view_all("global_admin"),
    max_series = 5_000,
    crate = ::renamed,
)]
pub(crate) struct ServerInstall {
    #[dimension(user, references = "users(id)")]
    user_id: String,
    #[dimension(team, references = "teams(id)")]
    team_id: String,
    #[dimension(max_len = 128, default = "unknown", rename = "server", renamed_from = "node_id")]
    server_id: NodeId,
    #[dimension]
    port: u16,
    #[counter(unit = "bytes", rename = "bytes", renamed_from = "downloads")]
    downloaded: u64,
    #[counter]
    installation_count: u32,
    #[metric(skip)]
    trace: TraceId,
}

// ---- expands to ----

#[automatically_derived]
impl ::renamed::TimeSeriesMetric for ServerInstall {
    const SCHEMA: &'static ::renamed::MetricSchema = {
        static DECLARED: ::renamed::MetricSchema = ::renamed::MetricSchema {
            name: "server_installations",
            table: "server_install_metrics",
            path: "servers/installs",
            renamed_from: ::core::option::Option::Some("installs"),
            description: "MCP servers installed and removed.\n\nThrough the catalogue alone.",
            levels: &[
                ::renamed::Level {
                    interval: ::renamed::Interval::from_seconds(900),
                    retention_seconds: 259200i64,
                },
                ::renamed::Level {
                    interval: ::renamed::Interval::from_seconds(3600),
                    retention_seconds: 2592000i64,
                },
                ::renamed::Level {
                    interval: ::renamed::Interval::from_seconds(86400),
                    retention_seconds: 63072000i64,
                },
            ],
            cleanup: ::core::option::Option::Some("0 3 * * *"),
            collect: ::core::option::Option::Some("*/15 * * * *"),
            view: &["global_user", "global_admin"],
            view_all: &["global_admin"],
            max_series: 5000u64,
            dimensions: &[
                ::renamed::Dimension {
                    name: "user_id",
                    description: "",
                    kind: <String as ::renamed::DimensionValue>::KIND,
                    role: ::renamed::DimensionRole::User,
                    max_len: 255u32,
                    default: ::core::option::Option::None,
                    references: ::core::option::Option::Some(::renamed::Reference {
                        table: "users",
                        column: "id",
                    }),
                    renamed_from: ::core::option::Option::None,
                    former_words: <String as ::renamed::DimensionValue>::FORMER_WORDS,
                },
                ::renamed::Dimension {
                    name: "team_id",
                    description: "",
                    kind: <String as ::renamed::DimensionValue>::KIND,
                    role: ::renamed::DimensionRole::Team,
                    max_len: 255u32,
                    default: ::core::option::Option::None,
                    references: ::core::option::Option::Some(::renamed::Reference {
                        table: "teams",
                        column: "id",
                    }),
                    renamed_from: ::core::option::Option::None,
                    former_words: <String as ::renamed::DimensionValue>::FORMER_WORDS,
                },
                ::renamed::Dimension {
                    name: "server",
                    description: "",
                    kind: <NodeId as ::renamed::DimensionValue>::KIND,
                    role: ::renamed::DimensionRole::Label,
                    max_len: ::renamed::__private::text_limit(
                        <NodeId as ::renamed::DimensionValue>::KIND,
                        128u32,
                    ),
                    default: ::core::option::Option::Some(
                        ::renamed::__private::default_value(
                            <NodeId as ::renamed::DimensionValue>::KIND,
                            "unknown",
                        ),
                    ),
                    references: ::core::option::Option::None,
                    renamed_from: ::core::option::Option::Some("node_id"),
                    former_words: <NodeId as ::renamed::DimensionValue>::FORMER_WORDS,
                },
                ::renamed::Dimension {
                    name: "port",
                    description: "",
                    kind: <u16 as ::renamed::DimensionValue>::KIND,
                    role: ::renamed::DimensionRole::Label,
                    max_len: 255u32,
                    default: ::core::option::Option::None,
                    references: ::core::option::Option::None,
                    renamed_from: ::core::option::Option::None,
                    former_words: <u16 as ::renamed::DimensionValue>::FORMER_WORDS,
                },
            ],
            measures: &[
                ::renamed::Measure {
                    name: "bytes",
                    description: "",
                    unit: ::core::option::Option::Some("bytes"),
                    kind: ::renamed::MeasureKind::Counter,
                    renamed_from: ::core::option::Option::Some("downloads"),
                },
                ::renamed::Measure {
                    name: "installation_count",
                    description: "",
                    unit: ::core::option::Option::None,
                    kind: ::renamed::MeasureKind::Counter,
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
    fn observe(&self, observation: &mut ::renamed::Observation) {
        observation
            .dimension(<String as ::renamed::DimensionValue>::to_value(&self.user_id));
        observation
            .dimension(<String as ::renamed::DimensionValue>::to_value(&self.team_id));
        observation
            .dimension(<NodeId as ::renamed::DimensionValue>::to_value(&self.server_id));
        observation.dimension(<u16 as ::renamed::DimensionValue>::to_value(&self.port));
        observation
            .counter(<u64 as ::renamed::CounterValue>::to_count(&self.downloaded));
        observation
            .counter(
                <u32 as ::renamed::CounterValue>::to_count(&self.installation_count),
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
pub(crate) struct ServerInstallBucket {
    /// When the bucket starts.
    pub(crate) timestamp: ::renamed::__private::DateTime<::renamed::__private::Utc>,
    /// The sum of `bytes`.
    pub(crate) downloaded: ::core::primitive::u64,
    /// The sum of `installation_count`.
    pub(crate) installation_count: ::core::primitive::u64,
}
#[automatically_derived]
impl ::renamed::MetricBucket for ServerInstallBucket {
    fn from_measures(
        timestamp: ::renamed::__private::DateTime<::renamed::__private::Utc>,
        measures: ::renamed::Measures<'_>,
    ) -> Self {
        Self {
            timestamp,
            downloaded: measures.counter(0usize),
            installation_count: measures.counter(1usize),
        }
    }
}
/// What a query for `ServerInstall` is narrowed to: any of the values of each dimension.
///
/// An empty list does not narrow.
#[derive(::core::default::Default)]
#[allow(dead_code, missing_debug_implementations)]
pub(crate) struct ServerInstallFilter {
    /// Any of these values of `user_id`.
    pub(crate) user_id: ::std::vec::Vec<String>,
    /// Any of these values of `team_id`.
    pub(crate) team_id: ::std::vec::Vec<String>,
    /// Any of these values of `server`.
    pub(crate) server_id: ::std::vec::Vec<NodeId>,
    /// Any of these values of `port`.
    pub(crate) port: ::std::vec::Vec<u16>,
}
#[automatically_derived]
impl ::renamed::MetricFilter for ServerInstallFilter {
    #[allow(unused_variables)]
    fn apply(self, filters: &mut ::renamed::Filters) {
        filters
            .narrow(
                "user_id",
                &self.user_id,
                <String as ::renamed::DimensionValue>::to_value,
            );
        filters
            .narrow(
                "team_id",
                &self.team_id,
                <String as ::renamed::DimensionValue>::to_value,
            );
        filters
            .narrow(
                "server",
                &self.server_id,
                <NodeId as ::renamed::DimensionValue>::to_value,
            );
        filters.narrow("port", &self.port, <u16 as ::renamed::DimensionValue>::to_value);
    }
}
::renamed::__private::table! {
    [const _ : () = ::renamed::__private::column_is(false, < String as
    ::renamed::DimensionValue > ::KIND); const _ : () =
    ::renamed::__private::column_is(false, < String as ::renamed::DimensionValue >
    ::KIND); const _ : () = ::renamed::__private::column_is(false, < NodeId as
    ::renamed::DimensionValue > ::KIND); const _ : () =
    ::renamed::__private::column_is(true, < u16 as ::renamed::DimensionValue > ::KIND);]
    #[doc = " The readable view of `ServerInstall`."] #[sql_name =
    "server_install_metrics_view"] server_install_metrics(bucket_timestamp,
    bucket_interval, user_id, team_id, server, port) { #[doc =
    r" When the bucket starts, in epoch seconds."] bucket_timestamp ->
    ::renamed::__private::BigInt, #[doc = r" The width of the bucket, such as `15m`."]
    bucket_interval -> ::renamed::__private::Text, #[doc = " The column `user_id`."]
    user_id -> ::renamed::__private::Text, #[doc = " The column `team_id`."] team_id ->
    ::renamed::__private::Text, #[doc = " The column `server`."] server ->
    ::renamed::__private::Text, #[doc = " The column `port`."] port ->
    ::renamed::__private::BigInt, #[doc =
    r" When the row was written first, in epoch seconds."] created_at ->
    ::renamed::__private::BigInt, #[doc = " The column `bytes`."] bytes ->
    ::renamed::__private::BigInt, #[doc = " The column `installation_count`."]
    installation_count -> ::renamed::__private::BigInt, }
}
