//! What is asked, read from the parameters.

use chrono::{DateTime, Utc};

use super::admission::Admission;
use super::error::ApiError;
use super::params::{Params, Window};
use crate::error::InvalidQuery;
use crate::query::SeriesQuery;

/// A question, as of any moment.
#[derive(Debug, Clone)]
pub(super) struct Question {
    query: SeriesQuery,
    window: Window,
}

impl Question {
    /// Reads what somebody who was let in asks.
    pub(super) fn read(admission: Admission, max_buckets: usize) -> Result<Self, ApiError> {
        let Admission {
            layout,
            scope,
            mut params,
            fixed,
            ..
        } = admission;
        params.check_text()?;
        let schema = layout.schema;
        let window = params.window()?;
        let mut query = SeriesQuery::new(layout, scope)
            .interval(params.interval()?)
            .max_buckets(max_buckets);
        query = refined(query, &mut params)?;
        let free = |name: &&str| !fixed.contains(name);
        for name in schema
            .dimensions
            .iter()
            .map(|dimension| dimension.name)
            .filter(free)
        {
            let values = params.all(name);
            if !values.is_empty() {
                query = query.filter(name, &values)?;
            }
        }
        params.finish_for(schema, &fixed)?;
        Ok(Self { query, window })
    }

    /// Whether time alone changes the answer.
    pub(super) fn moves(&self) -> bool {
        !matches!(self.window, Window::Between(_)) || self.query.ages()
    }

    /// The query that it is at a moment.
    pub(super) fn at(&self, now: DateTime<Utc>) -> Result<SeriesQuery, InvalidQuery> {
        Ok(self.query.clone().range(self.window.at(now)?))
    }
}

/// The query with what changes how it is answered.
fn refined(mut query: SeriesQuery, params: &mut Params) -> Result<SeriesQuery, ApiError> {
    if let Some(zone) = params.zone()? {
        query = query.zone(zone);
    }
    if let Some((dimension, top)) = params.grouping()? {
        query = query.group_by(&dimension, top)?;
    }
    if params.compares_previous()? {
        query = query.compare_previous();
    }
    if params.tells_completeness()? {
        query = query.with_completeness();
    }
    Ok(query)
}
