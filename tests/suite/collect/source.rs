//! A table that grows, shrinks and fails as tests like it, and the metric that is counted from it.

use std::sync::{Arc, LazyLock, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use metrics_runtime::{Collected, Collector, TimeSeriesMetric, Window};

use crate::support::metrics::Login;

/// People who signed up.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(
    intervals("15m", "1h", "1d"),
    retention("15m" = "30d", "1h" = "30d", "1d" = "2y"),
    collect = "*/15 * * * *"
)]
pub(super) struct Signup {
    /// Who.
    #[dimension(user)]
    pub(super) person: String,
    /// How often.
    #[counter]
    pub(super) signups: u64,
}

/// Who signed up, and when.
type Row = (String, DateTime<Utc>);

/// The rows that there are, and how they are told.
#[derive(Clone)]
pub(super) struct Signups {
    rows: Arc<Mutex<Vec<Row>>>,
    lag: TimeDelta,
    /// What each row counts.
    count: u64,
    /// A row that is answered whatever was asked.
    stray: Option<DateTime<Utc>>,
    failure: Option<&'static str>,
}

/// The last midnight but one when the tests began, so that a whole day after it has passed.
pub(super) fn midnight() -> DateTime<Utc> {
    static MIDNIGHT: LazyLock<DateTime<Utc>> = LazyLock::new(|| {
        let today = Utc::now().timestamp().div_euclid(86_400);
        DateTime::from_timestamp((today - 1) * 86_400, 0).expect("a time")
    });
    *MIDNIGHT
}

/// A minute of a day, counted from that midnight.
pub(super) fn at(day: i64, minute: i64) -> DateTime<Utc> {
    midnight() + TimeDelta::days(day) + TimeDelta::minutes(minute)
}

impl Signups {
    pub(super) fn of(rows: &[(&str, DateTime<Utc>)]) -> Self {
        let rows = rows.iter().map(|(person, at)| ((*person).to_owned(), *at));
        Self {
            rows: Arc::new(Mutex::new(rows.collect())),
            lag: TimeDelta::zero(),
            count: 1,
            stray: None,
            failure: None,
        }
    }

    pub(super) fn broken(failure: &'static str) -> Self {
        Self {
            failure: Some(failure),
            ..Self::of(&[])
        }
    }

    pub(super) fn lagging(self, lag: TimeDelta) -> Self {
        Self { lag, ..self }
    }

    pub(super) fn counting(self, count: u64) -> Self {
        Self { count, ..self }
    }

    pub(super) fn answering(self, stray: DateTime<Utc>) -> Self {
        let stray = Some(stray);
        Self { stray, ..self }
    }

    pub(super) fn add(&self, person: &str, at: DateTime<Utc>) {
        self.rows
            .lock()
            .expect("no panic")
            .push((person.to_owned(), at));
    }

    pub(super) fn remove(&self, person: &str) {
        self.rows
            .lock()
            .expect("no panic")
            .retain(|(known, _)| known != person);
    }
}

impl Collector for Signups {
    type Metric = Signup;

    async fn collect(&self, window: Window) -> Collected<Signup> {
        if let Some(failure) = self.failure {
            return Err(failure.into());
        }
        let rows = self.rows.lock().expect("no panic");
        let inside = rows.iter().filter(|(_, at)| window.contains(*at)).cloned();
        let stray = self.stray.map(|at| ("stray".to_owned(), at));
        let event = |(person, at)| {
            let signups = self.count;
            (at, Signup { person, signups })
        };
        Ok(inside.chain(stray).map(event).collect())
    }

    fn lag(&self) -> TimeDelta {
        self.lag
    }
}

/// A collector of a metric that is recorded.
pub(super) struct Nothing;

impl Collector for Nothing {
    type Metric = Login;

    async fn collect(&self, _: Window) -> Collected<Login> {
        Ok(Vec::new())
    }
}
