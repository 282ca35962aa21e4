//! What a question reads, all of it from one state of the database.

use diesel::RunQueryDsl;
use diesel::result::QueryResult;

use crate::dimension::Value;
use crate::schema::Dimension;
use crate::sql::{GroupSums, GroupTotals, GroupedBy, Integers, OfValue, Selection};
use crate::write::connection::StoreConnection;

/// What a question reads.
pub(crate) struct Reading<'a> {
    pub(crate) rows: Selection<'a>,
    /// The rows of the range before.
    pub(crate) previous: Option<Selection<'a>>,
    pub(crate) grouping: Option<Grouping>,
}

/// Which dimension tells groups apart, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grouping {
    pub(crate) dimension: &'static Dimension,
    pub(crate) top: u32,
}

/// What was found, as rows: a bucket's start, and its measures.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) rows: Vec<Integers>,
    pub(crate) previous: Vec<Integers>,
    /// The same for the largest values, and for the overflow series.
    pub(crate) groups: Vec<OfValue>,
}

impl Reading<'_> {
    pub(super) fn run<C: StoreConnection>(&self, conn: &mut C) -> QueryResult<Found> {
        if self.previous.is_none() && self.grouping.is_none() {
            let rows = conn.sums(&self.rows)?;
            return Ok(Found {
                rows,
                ..Found::default()
            });
        }
        conn.snapshot(|conn| {
            let rows = conn.sums(&self.rows)?;
            let previous = self.previous.as_ref().map(|rows| conn.sums(rows));
            let groups = self.grouping.map(|grouping| self.groups(conn, grouping));
            Ok(Found {
                rows,
                previous: previous.transpose()?.unwrap_or_default(),
                groups: groups.transpose()?.unwrap_or_default(),
            })
        })
    }

    /// First which values are the largest, and then their buckets alone: there may be more values than memory for
    /// all their buckets.
    fn groups<C: StoreConnection>(
        &self,
        conn: &mut C,
        Grouping { dimension, top }: Grouping,
    ) -> QueryResult<Vec<OfValue>> {
        let holds = |known: &(usize, &'static Dimension)| known.1.name == dimension.name;
        let dictionary = self.rows.layout.dictionaries();
        let by = GroupedBy {
            dictionary: dictionary
                .into_iter()
                .find(|dictionary| dictionary.dimensions.iter().any(holds))
                .expect("a dimension is in one of the dictionaries"),
            dimension: dimension.name,
        };
        let unfolded = conn.unfolded(&self.rows)?;
        let largest: Vec<OfValue> = GroupTotals {
            by,
            rows: &self.rows,
            unfolded: unfolded.as_ref(),
            limit: i64::from(top) + 1,
        }
        .load(conn)?;
        let values: Vec<_> = largest
            .iter()
            .filter_map(|group| group.value.as_deref())
            .take(usize::try_from(top).unwrap_or(usize::MAX))
            .map(|text| stored(dimension, text))
            .collect();
        if largest.is_empty() {
            return Ok(Vec::new());
        }
        let mut sums = Vec::new();
        for rows in unfolded.iter().chain([&self.rows]) {
            let values = &values;
            let of_rows: Vec<OfValue> = GroupSums { by, rows, values }.load(conn)?;
            sums.extend(of_rows);
        }
        Ok(sums)
    }
}

/// A value that was read as text.
fn stored(dimension: &Dimension, text: &str) -> Value<'static> {
    match dimension.kind.is_integer() {
        true => Value::Integer(text.parse().expect("it was stored as an integer")),
        false => Value::Text(text.to_owned().into()),
    }
}
