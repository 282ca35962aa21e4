/// Names that Rust, SQL or diesel have taken.
#[derive(TimeSeriesMetric)]
#[metric(table = "loop")]
struct r#Loop {
    #[dimension]
    r#type: String,
    #[dimension]
    table: String,
    #[dimension(rename = "loop")]
    which: String,
    #[counter]
    r#move: u64,
}

// ---- expands to ----

#[automatically_derived]
impl ::metrics_runtime::TimeSeriesMetric for r#Loop {
    const SCHEMA: &'static ::metrics_runtime::MetricSchema = {
        static DECLARED: ::metrics_runtime::MetricSchema = ::metrics_runtime::MetricSchema {
            name: "loop",
            table: "loop",
            path: "loop",
            renamed_from: ::core::option::Option::None,
            description: "Names that Rust, SQL or diesel have taken.",
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
                    name: "type",
                    description: "",
                    kind: <String as ::metrics_runtime::DimensionValue>::KIND,
                    role: ::metrics_runtime::DimensionRole::Label,
                    max_len: 255u32,
                    default: ::core::option::Option::None,
                    references: ::core::option::Option::None,
                    renamed_from: ::core::option::Option::None,
                    former_words: <String as ::metrics_runtime::DimensionValue>::FORMER_WORDS,
                },
                ::metrics_runtime::Dimension {
                    name: "table",
                    description: "",
                    kind: <String as ::metrics_runtime::DimensionValue>::KIND,
                    role: ::metrics_runtime::DimensionRole::Label,
                    max_len: 255u32,
                    default: ::core::option::Option::None,
                    references: ::core::option::Option::None,
                    renamed_from: ::core::option::Option::None,
                    former_words: <String as ::metrics_runtime::DimensionValue>::FORMER_WORDS,
                },
                ::metrics_runtime::Dimension {
                    name: "loop",
                    description: "",
                    kind: <String as ::metrics_runtime::DimensionValue>::KIND,
                    role: ::metrics_runtime::DimensionRole::Label,
                    max_len: 255u32,
                    default: ::core::option::Option::None,
                    references: ::core::option::Option::None,
                    renamed_from: ::core::option::Option::None,
                    former_words: <String as ::metrics_runtime::DimensionValue>::FORMER_WORDS,
                },
            ],
            measures: &[
                ::metrics_runtime::Measure {
                    name: "move",
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
    const PERMISSION: &'static ::core::primitive::str = "metrics.loop.view";
    type Bucket = LoopBucket;
    type Filter = LoopFilter;
    fn observe(&self, observation: &mut ::metrics_runtime::Observation) {
        observation
            .dimension(
                <String as ::metrics_runtime::DimensionValue>::to_value(&self.r#type),
            );
        observation
            .dimension(
                <String as ::metrics_runtime::DimensionValue>::to_value(&self.table),
            );
        observation
            .dimension(
                <String as ::metrics_runtime::DimensionValue>::to_value(&self.which),
            );
        observation
            .counter(<u64 as ::metrics_runtime::CounterValue>::to_count(&self.r#move));
    }
}
/// A bucket of `Loop`: the measures of one interval.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::core::cmp::Eq
)]
#[allow(dead_code)]
struct LoopBucket {
    /// When the bucket starts.
    timestamp: ::metrics_runtime::__private::DateTime<::metrics_runtime::__private::Utc>,
    /// The sum of `move`.
    r#move: ::core::primitive::u64,
}
#[automatically_derived]
impl ::metrics_runtime::MetricBucket for LoopBucket {
    fn from_measures(
        timestamp: ::metrics_runtime::__private::DateTime<
            ::metrics_runtime::__private::Utc,
        >,
        measures: ::metrics_runtime::Measures<'_>,
    ) -> Self {
        Self {
            timestamp,
            r#move: measures.counter(0usize),
        }
    }
}
/// What a query for `Loop` is narrowed to: any of the values of each dimension.
///
/// An empty list does not narrow.
#[derive(::core::default::Default)]
#[allow(dead_code, missing_debug_implementations)]
struct LoopFilter {
    /// Any of these values of `type`.
    r#type: ::std::vec::Vec<String>,
    /// Any of these values of `table`.
    table: ::std::vec::Vec<String>,
    /// Any of these values of `loop`.
    which: ::std::vec::Vec<String>,
}
#[automatically_derived]
impl ::metrics_runtime::MetricFilter for LoopFilter {
    #[allow(unused_variables)]
    fn apply(self, filters: &mut ::metrics_runtime::Filters) {
        filters
            .narrow(
                "type",
                &self.r#type,
                <String as ::metrics_runtime::DimensionValue>::to_value,
            );
        filters
            .narrow(
                "table",
                &self.table,
                <String as ::metrics_runtime::DimensionValue>::to_value,
            );
        filters
            .narrow(
                "loop",
                &self.which,
                <String as ::metrics_runtime::DimensionValue>::to_value,
            );
    }
}
::metrics_runtime::__private::table! {
    [const _ : () = ::metrics_runtime::__private::column_is(false, < String as
    ::metrics_runtime::DimensionValue > ::KIND); const _ : () =
    ::metrics_runtime::__private::column_is(false, < String as
    ::metrics_runtime::DimensionValue > ::KIND); const _ : () =
    ::metrics_runtime::__private::column_is(false, < String as
    ::metrics_runtime::DimensionValue > ::KIND);] #[doc =
    " The readable view of `Loop`."] #[sql_name = "loop_view"] loop_(bucket_timestamp,
    bucket_interval, type_, table_, loop__) { #[doc =
    r" When the bucket starts, in epoch seconds."] bucket_timestamp ->
    ::metrics_runtime::__private::BigInt, #[doc =
    r" The width of the bucket, such as `15m`."] bucket_interval ->
    ::metrics_runtime::__private::Text, #[doc = " The column `type`."] #[sql_name =
    "type"] type_ -> ::metrics_runtime::__private::Text, #[doc = " The column `table`."]
    #[sql_name = "table"] table_ -> ::metrics_runtime::__private::Text, #[doc =
    " The column `loop`."] #[sql_name = "loop"] loop__ ->
    ::metrics_runtime::__private::Text, #[doc =
    r" When the row was written first, in epoch seconds."] created_at ->
    ::metrics_runtime::__private::BigInt, #[doc = " The column `move`."] #[sql_name =
    "move"] move_ -> ::metrics_runtime::__private::BigInt, }
}
