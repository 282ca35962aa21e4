//! The types beside the struct: observations go in, buckets and filters come out.

use metrics_runtime::{Filters, MetricFilter, Observation, TimeSeriesMetric};

/// Installations.
#[derive(TimeSeriesMetric)]
struct Install {
    #[counter]
    count: u64,
    #[dimension(rename = "server")]
    server_id: String,
    #[counter]
    bytes: u8,
    #[dimension]
    port: u16,
}

#[test]
fn an_observation_tells_dimensions_and_counters_in_the_order_of_the_schema() {
    let install = Install {
        count: 1,
        server_id: "a".to_owned(),
        bytes: 2,
        port: 80,
    };
    let mut observed = Observation::of(Install::SCHEMA);
    install.observe(&mut observed);

    let mut expected = Observation::of(Install::SCHEMA);
    expected.dimension(metrics_runtime::Value::Text("a".into()));
    expected.dimension(metrics_runtime::Value::Integer(80));
    expected.counter(1);
    expected.counter(2);
    assert_eq!(observed, expected);
}

#[test]
fn a_filter_narrows_the_columns_it_names() {
    let filter = InstallFilter {
        server_id: vec!["a".to_owned(), "b".to_owned()],
        ..InstallFilter::default()
    };
    let mut filters = Filters::default();
    filter.apply(&mut filters);

    let mut expected = Filters::default();
    let values = ["a", "b"].map(|text| metrics_runtime::Value::Text(text.into()));
    expected.narrow("server", &values, Clone::clone);
    assert_eq!(filters, expected);
}

#[test]
fn an_empty_filter_narrows_nothing() {
    let mut filters = Filters::default();
    InstallFilter::default().apply(&mut filters);
    assert_eq!(filters, Filters::default());
}

#[test]
fn a_bucket_has_a_timestamp_and_the_counters() {
    let timestamp = chrono::Utc::now();
    let bucket = InstallBucket {
        timestamp,
        count: 1,
        bytes: u64::MAX,
    };
    assert_eq!(bucket, bucket.clone());
    assert!(format!("{bucket:?}").starts_with("InstallBucket"));
}
