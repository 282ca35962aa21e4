//! Asks collectors for one window after the other, and hands what they find to the writer.

use std::any::type_name;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::oneshot;

use super::Recorder;
use super::thread::{Command, Turn};
use crate::collect::{CollectError, CollectReport, Collector};
use crate::error::RecordError;
use crate::event::Event;
use crate::layout::Layout;
use crate::metric::{TimeSeriesMetric, event_of};
use crate::schema::MetricSchema;
use crate::time_range::TimeRange;
use crate::window::{Window, moment, shown};
use crate::write::batch::{Failure, Pending};
use crate::write::collect::{Collection, Counting, Outcome};
use crate::write::watermark::Watermark;

impl Recorder {
    /// Counts every window that has passed since the watermark, one after the other, each in a transaction of its own
    /// together with the watermark. Returns when the last of them is committed.
    ///
    /// The first run begins as far back as the metric keeps anything; if something is counted already, after it. A run
    /// that is interrupted is gone on with by the next one. Several processes may collect at the same time: each window
    /// is counted once.
    ///
    /// # Errors
    ///
    /// When the metric is not declared with `collect`, when the collector fails or answers an event that cannot be
    /// counted or is not of its window, or when the database fails. Nothing of that window is counted then, and the next
    /// run begins with it.
    pub async fn collect<C: Collector>(
        &self,
        collector: &C,
        now: DateTime<Utc>,
    ) -> Result<CollectReport, CollectError> {
        let run = self.run_of(collector, now)?;
        let settled = (now - collector.lag()).timestamp();
        let mut watermark = run.watermark().await?;
        let mut report = run.report(watermark);
        while let Some(left) = further(run.layout.schema, watermark, settled, now) {
            let (window, pending) = run.find_next(left).await?;
            let counted = run.count(window, Counting::Further, watermark, pending);
            watermark = match counted.await? {
                Some((watermark, events)) => {
                    add(&mut report, window, events);
                    watermark
                }
                None => run.watermark().await?,
            };
        }
        report.collected_until = moment(watermark.collected_until);
        Ok(report)
    }

    /// Counts `range` anew: what was counted in it is replaced in every interval, a day at a time, each day in one
    /// transaction. Returns when the last of them is committed.
    ///
    /// It is done in whole buckets of every interval that is still kept, so that an hour may become the day that it is
    /// part of; the report says what it was.
    ///
    /// # Errors
    ///
    /// As [`collect`](Self::collect), and when a part of the range is not collected yet, or not kept any more.
    pub async fn recount<C: Collector>(
        &self,
        collector: &C,
        range: TimeRange,
        now: DateTime<Utc>,
    ) -> Result<CollectReport, CollectError> {
        let run = self.run_of(collector, now)?;
        let mut watermark = run.watermark().await?;
        let mut report = run.report(watermark);
        let whole = run.recountable(range, watermark)?;
        let mut left = Some(whole);
        while let Some(window) = left.map(Window::first_day) {
            let pending = run.find(window).await?;
            let counted = run.count(window, Counting::Again, watermark, pending);
            let Some((moved, events)) = counted.await? else {
                watermark = run.watermark().await?;
                continue;
            };
            watermark = moved;
            add(&mut report, window, events);
            left = Window::between(window.seconds().1, whole.seconds().1);
        }
        report.collected_until = moment(watermark.collected_until);
        Ok(report)
    }

    fn run_of<'a, C: Collector>(
        &'a self,
        collector: &'a C,
        now: DateTime<Utc>,
    ) -> Result<Run<'a, C>, CollectError> {
        let layout = self.shared.registry.layout(C::Metric::SCHEMA);
        let layout = Arc::clone(layout.map_err(RecordError::from)?);
        let metric = layout.schema.name;
        if layout.schema.collect.is_none() {
            return Err(CollectError::NotCollected { metric });
        }
        Ok(Run {
            recorder: self,
            collector,
            layout,
            now,
        })
    }
}

/// A run of a collector.
struct Run<'a, C> {
    recorder: &'a Recorder,
    collector: &'a C,
    layout: Arc<Layout>,
    now: DateTime<Utc>,
}

impl<C: Collector> Run<'_, C> {
    fn report(&self, watermark: Watermark) -> CollectReport {
        CollectReport {
            metric: self.layout.schema.name,
            window: None,
            events: 0,
            collected_until: moment(watermark.collected_until),
        }
    }

    async fn watermark(&self) -> Result<Watermark, RecordError> {
        let (answer, watermark) = oneshot::channel();
        self.recorder.send(Command::Turn(Turn::Watermark {
            layout: Arc::clone(&self.layout),
            now: self.now.timestamp(),
            answer,
        }))?;
        watermark.await.map_err(|_| RecordError::Closed)?
    }

    /// Counts what was found in a window. Answers the watermark and how many events there were; nothing when somebody
    /// else has counted meanwhile.
    async fn count(
        &self,
        window: Window,
        counting: Counting,
        seen: Watermark,
        pending: Pending,
    ) -> Result<Option<(Watermark, usize)>, CollectError> {
        let events = pending.batch.events.len();
        let collection = Box::new(Collection {
            layout: Arc::clone(&self.layout),
            window,
            counting,
            seen,
            pending,
        });
        let (answer, outcome) = oneshot::channel();
        let turn = Turn::Count { collection, answer };
        self.recorder.send(Command::Turn(turn))?;
        match outcome.await.map_err(|_| RecordError::Closed)?? {
            Outcome::Counted(watermark, _) => Ok(Some((watermark, events))),
            Outcome::Overtaken => Ok(None),
            Outcome::Refused(failure) => Err(self.rejected(window, failure)),
        }
    }

    /// Asks the collector for day after day of what is left, up to the first on which there is something: a first run
    /// over years without any does not need a transaction for each of their days.
    async fn find_next(&self, left: Window) -> Result<(Window, Pending), CollectError> {
        let (start, end) = left.seconds();
        let mut day = left.first_day();
        loop {
            let pending = self.find(day).await?;
            let day_end = day.seconds().1;
            match Window::between(day_end, end) {
                Some(rest) if pending.batch.events.is_empty() => day = rest.first_day(),
                _ => return Ok((Window::between(start, day_end).unwrap_or(day), pending)),
            }
        }
    }

    /// Asks the collector for a window.
    async fn find(&self, window: Window) -> Result<Pending, CollectError> {
        let collector = type_name::<C>();
        let found = self.collector.collect(window).await;
        let found = found.map_err(|source| CollectError::Failed {
            collector,
            window,
            source,
        })?;
        if let Some((timestamp, _)) = found.iter().find(|(at, _)| !window.contains(*at)) {
            return Err(CollectError::Outside {
                collector,
                timestamp: *timestamp,
                window,
            });
        }
        let event = |(index, (timestamp, metric)): (usize, &(DateTime<Utc>, C::Metric))| {
            let event = event_of(&self.layout, metric, *timestamp);
            event.map_err(|why| Failure::of(index, C::Metric::SCHEMA, why))
        };
        let events = found.iter().enumerate().map(event);
        let events: Result<Vec<Event>, Failure> = events.collect();
        let pending = events.and_then(|events| Pending::collect(events, self.now.timestamp()));
        pending.map_err(|failure| self.rejected(window, failure))
    }

    fn rejected(&self, window: Window, failure: Failure) -> CollectError {
        let Failure {
            index, rejection, ..
        } = failure;
        CollectError::Rejected {
            collector: type_name::<C>(),
            window,
            index,
            rejection,
        }
    }

    /// The whole buckets of what is to be recounted.
    fn recountable(&self, range: TimeRange, watermark: Watermark) -> Result<Window, CollectError> {
        let (schema, now) = (self.layout.schema, self.now.timestamp());
        let finest = schema.levels[0].interval;
        let (start, end) = Window::around(range, finest).seconds();
        let (collected, kept) = (watermark.collected_until, schema.kept_from(now));
        let refused = |why: String| Err(CollectError::Range(format!("{}: {why}", schema.name)));
        if end > collected {
            let until = shown(collected);
            return refused(format!(
                "it is collected up to {until}: recount what ends by then, and collect the rest"
            ));
        }
        if start < kept {
            let from = shown(kept);
            return refused(format!(
                "nothing is kept from before {from}: recount what starts then or later"
            ));
        }
        let (start, end) = widened(schema, (start, end), now);
        let window = Window::between(start, end.min(collected));
        Ok(window.expect("it is not empty: its end is collected"))
    }
}

/// What has passed since the watermark and is still kept, if there is any.
fn further(
    schema: &MetricSchema,
    watermark: Watermark,
    settled: i64,
    now: DateTime<Utc>,
) -> Option<Window> {
    let finest = schema.levels[0].interval;
    let kept = finest.ceil(schema.kept_from(now.timestamp()));
    let start = watermark.collected_until.max(kept);
    Window::between(start, finest.floor(settled))
}

/// Reaches out to where no bucket is cut of an interval that still keeps it.
fn widened(schema: &MetricSchema, (mut start, mut end): (i64, i64), now: i64) -> (i64, i64) {
    loop {
        let before = (start, end);
        for level in schema.levels {
            let interval = level.interval;
            if level.keeps(interval.floor(start), now) {
                start = interval.floor(start);
            }
            if level.keeps(interval.floor(end), now) {
                end = interval.ceil(end);
            }
        }
        if (start, end) == before {
            return before;
        }
    }
}

/// Notes a window that is counted.
fn add(report: &mut CollectReport, window: Window, events: usize) {
    report.events += events;
    let start = report
        .window
        .map_or(window.seconds().0, |before| before.seconds().0);
    report.window = Window::between(start, window.seconds().1);
}
