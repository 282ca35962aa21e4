//! Which of several stored intervals each bucket of a new one is made of: the one that has counted most in it.

use super::super::super::text::quoted;
use super::super::{Transition, bucket_start, joined, of, seconds};
use crate::Interval;
use crate::schema::Measure;

/// Fills by `fill`, which takes what `bucket_interval` has to be, and leaves nothing else behind.
///
/// The sums grow row by row: unlike grouping, that needs no room to sort in, and a sum past 64 bits is a float instead
/// of an error. No temporary table: libSQL's servers know none.
pub(super) fn from_fullest(
    transition: &Transition,
    interval: Interval,
    sources: &[Interval],
    fill: impl FnOnce(&str) -> String,
) -> String {
    let start = bucket_start(interval);
    let source = format!("(SELECT \"source\" FROM \"metrics_fullest\" WHERE \"start\" = {start})");
    format!(
        "-- What came too late for one interval, or is deleted there already, another may have.\n\
         CREATE TABLE \"metrics_fullest\" (\"start\" INTEGER, \"source\" INTEGER, \"counted\" INTEGER NOT NULL, PRIMARY KEY (\"start\", \"source\")) WITHOUT ROWID;\n\
         INSERT INTO \"metrics_fullest\" (\"start\", \"source\", \"counted\")\n\
         SELECT {start}, b.\"bucket_interval\", {}\n\
         FROM {} AS b\n\
         WHERE b.\"bucket_interval\" IN ({})\n\
         ON CONFLICT (\"start\", \"source\") DO UPDATE SET \"counted\" = \"counted\" + excluded.\"counted\";\n\
         DELETE FROM \"metrics_fullest\" AS f WHERE EXISTS (\n    \
             SELECT 1 FROM \"metrics_fullest\" AS g\n    \
             WHERE g.\"start\" = f.\"start\" AND (g.\"counted\" > f.\"counted\" OR g.\"counted\" = f.\"counted\" AND g.\"source\" < f.\"source\")\n\
         );\n\
         {}DROP TABLE \"metrics_fullest\";\n",
        counted(transition),
        quoted(transition.old.schema.table),
        seconds(sources),
        fill(&source),
    )
}

/// What a row has counted, in the measures that stay.
fn counted(transition: &Transition) -> String {
    let old = |(old, _): &(&Measure, &Measure)| of("b", old.name);
    match transition.measures.as_slice() {
        [] => "0".to_owned(),
        measures => joined(measures.iter().map(old), " + "),
    }
}
