/// Pages of the public site.
#[derive(TimeSeriesMetric)]
pub struct PageViews {
    #[counter]
    pub views: u64,
}

// ---- expands to ----

#[automatically_derived]
impl ::metrics_runtime::TimeSeriesMetric for PageViews {
    const SCHEMA: &'static ::metrics_runtime::MetricSchema = {
        static DECLARED: ::metrics_runtime::MetricSchema = ::metrics_runtime::MetricSchema {
            name: "page_views",
            table: "page_views_metrics",
            path: "page-views",
            renamed_from: ::core::option::Option::None,
            description: "Pages of the public site.",
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
            dimensions: &[],
            measures: &[
                ::metrics_runtime::Measure {
                    name: "views",
                    description: "",
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
    const PERMISSION: &'static ::core::primitive::str = "metrics.page_views_metrics.view";
    type Bucket = PageViewsBucket;
    type Filter = PageViewsFilter;
    fn observe(&self, observation: &mut ::metrics_runtime::Observation) {
        observation
            .counter(<u64 as ::metrics_runtime::CounterValue>::to_count(&self.views));
    }
}
/// A bucket of `PageViews`: the measures of one interval.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::core::cmp::Eq
)]
#[allow(dead_code)]
pub struct PageViewsBucket {
    /// When the bucket starts.
    pub timestamp: ::metrics_runtime::__private::DateTime<
        ::metrics_runtime::__private::Utc,
    >,
    /// The sum of `views`.
    pub views: ::core::primitive::u64,
}
#[automatically_derived]
impl ::metrics_runtime::MetricBucket for PageViewsBucket {
    fn from_measures(
        timestamp: ::metrics_runtime::__private::DateTime<
            ::metrics_runtime::__private::Utc,
        >,
        measures: ::metrics_runtime::Measures<'_>,
    ) -> Self {
        Self {
            timestamp,
            views: measures.counter(0usize),
        }
    }
}
/// What a query for `PageViews` is narrowed to: any of the values of each dimension.
///
/// An empty list does not narrow.
#[derive(::core::default::Default)]
#[allow(dead_code, missing_debug_implementations)]
pub struct PageViewsFilter {}
#[automatically_derived]
impl ::metrics_runtime::MetricFilter for PageViewsFilter {
    #[allow(unused_variables)]
    fn apply(self, filters: &mut ::metrics_runtime::Filters) {}
}
::metrics_runtime::__private::table! {
    [] #[doc = " The readable view of `PageViews`."] #[sql_name =
    "page_views_metrics_view"] page_views_metrics(bucket_timestamp, bucket_interval,) {
    #[doc = r" When the bucket starts, in epoch seconds."] bucket_timestamp ->
    ::metrics_runtime::__private::BigInt, #[doc =
    r" The width of the bucket, such as `15m`."] bucket_interval ->
    ::metrics_runtime::__private::Text, #[doc =
    r" When the row was written first, in epoch seconds."] created_at ->
    ::metrics_runtime::__private::BigInt, #[doc = " The column `views`."] views ->
    ::metrics_runtime::__private::BigInt, }
}
