//! Every error of a declaration at once, and none from the code that uses the metric.

use metrics_runtime::{MetricBucket, MetricFilter, TimeSeriesMetric};

#[derive(TimeSeriesMetric)]
#[metric(
    nam = "server_installations",
    table = "ServerInstalls",
    intervals("7m", "1h"),
    retention = "ninety days",
    cleanup = "0 25 * * *",
    view(""),
)]
pub struct ServerInstall {
    #[dimension(user, references = "users")]
    pub user_id: Option<String>,
    #[dimension(user)]
    pub team_id: String,
    #[counter(unit = 3)]
    pub downloaded: f64,
    #[counter(rename = "downloaded")]
    pub installation_count: u64,
    pub trace: String,
}

fn use_of_the_metric(install: &ServerInstall) {
    let mut observation = metrics_runtime::Observation::of(ServerInstall::SCHEMA);
    install.observe(&mut observation);
    let filter = ServerInstallFilter {
        team_id: vec!["team".to_owned()],
        ..Default::default()
    };
    filter.apply(&mut metrics_runtime::Filters::default());
}

fn use_of_a_bucket(bucket: &ServerInstallBucket) -> u64 {
    let _ = bucket.timestamp;
    let _ = bucket.clone();
    bucket.downloaded + bucket.installation_count
}

fn any_metric<M: TimeSeriesMetric<Bucket: MetricBucket>>() -> &'static str {
    M::SCHEMA.name
}

fn main() {
    let _ = (use_of_the_metric, use_of_a_bucket);
    let _ = (any_metric::<ServerInstall>(), ServerInstall::PERMISSION);
}
