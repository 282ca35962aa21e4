//! Up to when a metric is collected.

use diesel::RunQueryDsl;
use diesel::result::{Error, QueryResult};

use super::connection::{StoreConnection, execute};
use crate::error::StoreError;
use crate::layout::Layout;
use crate::sql::{FindWatermark, InsertWatermark, Integers, LastBucket, MoveWatermark};

/// Up to when a metric is collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Watermark {
    /// In epoch seconds; a start of buckets.
    pub(crate) collected_until: i64,
    /// Grows with everything that is counted. Whoever counts says which version they have seen.
    pub(crate) version: i64,
}

/// The watermark of a metric, if anything was collected.
pub(crate) fn find<C: StoreConnection>(
    conn: &mut C,
    layout: &Layout,
) -> QueryResult<Option<Watermark>> {
    let metric = layout.schema.table;
    let found: Vec<Integers> = FindWatermark { metric }.load(conn)?;
    let watermark = |Integers(row): Integers| Watermark {
        collected_until: row[0],
        version: row[1],
    };
    Ok(found.into_iter().next().map(watermark))
}

/// The watermark of a metric. The first time it is put where collecting begins.
pub(crate) fn find_or_begin<C: StoreConnection>(
    conn: &mut C,
    layout: &Layout,
    now: i64,
) -> Result<Watermark, StoreError> {
    if let Some(found) = find(conn, layout)? {
        return Ok(found);
    }
    conn.write(|conn| {
        conn.settle(now)?;
        let (metric, collected_until) = (layout.schema.table, beginning(conn, layout, now)?);
        execute(
            conn,
            &InsertWatermark {
                metric,
                collected_until,
            },
        )?;
        // Another process may have been first.
        Ok(find(conn, layout)?.ok_or(Error::NotFound)?)
    })
}

/// Moves the watermark within the transaction that counts. Answers nothing when somebody else has counted since it was
/// seen.
pub(super) fn advance<C: StoreConnection>(
    conn: &mut C,
    layout: &Layout,
    seen: Watermark,
    collected_until: i64,
) -> QueryResult<Option<Watermark>> {
    let metric = layout.schema.table;
    let version = seen.version;
    let moved = execute(
        conn,
        &MoveWatermark {
            metric,
            version,
            collected_until,
        },
    )?;
    Ok((moved > 0).then_some(Watermark {
        collected_until,
        version: version + 1,
    }))
}

/// Where collecting begins: as far back as the metric keeps anything, or after what is counted already.
fn beginning<C: StoreConnection>(
    conn: &mut C,
    layout: &Layout,
    now: i64,
) -> Result<i64, StoreError> {
    let finest = layout.schema.levels[0].interval;
    let mut beginning = finest.ceil(layout.schema.kept_from(now));
    for level in layout.schema.levels {
        let interval = level.interval.seconds();
        let last: Vec<Integers> = LastBucket { layout, interval }.load(conn)?;
        if let Some(Integers(start)) = last.first() {
            beginning = beginning.max(start[0] + interval);
            break;
        }
    }
    Ok(beginning.min(finest.floor(now)))
}
