//! The measures of each value of a dimension.
//!
//! Rows are summed by their dictionary id before its value is looked up: ids are integers, and there are fewer of
//! them than rows. What has no entry in the dictionary is the overflow series, whose value is `NULL`.

use diesel::deserialize::{self, QueryableByName};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::row::{Field, NamedRow, Row};

use super::dialect::in_order;
use super::selection::{aggregate, aggregates, named_aggregates};
use super::{Dialect, Selection, Writes, statement};
use crate::dimension::Value;
use crate::layout::Dictionary;

/// The dimension that rows are grouped by, and where its values are.
#[derive(Clone, Copy)]
pub(crate) struct GroupedBy<'a> {
    pub(crate) dictionary: &'a Dictionary,
    pub(crate) dimension: &'static str,
}

/// The totals of the overflow series, if it has rows, and then those of the values with the largest.
pub(crate) struct GroupTotals<'a> {
    pub(crate) by: GroupedBy<'a>,
    pub(crate) rows: &'a Selection<'a>,
    /// Rows that are not in their buckets yet.
    pub(crate) unfolded: Option<&'a Selection<'a>>,
    /// Groups at most, the overflow series included.
    pub(crate) limit: i64,
}

statement!(GroupTotals<'_>);

impl<DB: Dialect> QueryFragment<DB> for GroupTotals<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let measures = self.rows.layout.schema.measures;
        self.by.value(&mut out)?;
        aggregates(&mut out, measures)?;
        out.push_sql(" FROM (");
        self.by_id(&mut out, self.rows)?;
        if let Some(unfolded) = self.unfolded {
            out.push_sql(" UNION ALL ");
            self.by_id(&mut out, unfolded)?;
        }
        out.push_sql(")");
        self.by.join_and_group(&mut out)?;
        out.push_sql(" ORDER BY d.");
        out.push_identifier(self.by.dimension)?;
        out.push_sql(" IS NULL DESC, ");
        for measure in measures {
            aggregate(&mut out, measure)?;
            out.push_sql(" DESC, ");
        }
        out.push_sql("d.");
        out.push_identifier(self.by.dimension)?;
        let mut dimensions = self.by.dictionary.dimensions.iter();
        if let Some((_, dimension)) = dimensions.find(|(_, known)| known.name == self.by.dimension)
        {
            in_order(&mut out, dimension);
        }
        out.push_sql(" LIMIT ");
        DB::bind_integer(&mut out, &self.limit)
    }
}

impl GroupTotals<'_> {
    /// `SELECT id, SUM(…) … GROUP BY id`
    fn by_id<'b, DB: Dialect>(
        &'b self,
        out: &mut AstPass<'_, 'b, DB>,
        rows: &'b Selection<'b>,
    ) -> QueryResult<()> {
        out.push_sql("SELECT ");
        out.push_identifier(self.by.dictionary.column)?;
        named_aggregates(out, rows.layout.schema.measures)?;
        rows.selected(out)?;
        out.push_sql(" GROUP BY ");
        out.push_identifier(self.by.dictionary.column)
    }
}

/// The buckets of some values and of the overflow series.
pub(crate) struct GroupSums<'a> {
    pub(crate) by: GroupedBy<'a>,
    pub(crate) rows: &'a Selection<'a>,
    pub(crate) values: &'a [Value<'static>],
}

statement!(GroupSums<'_>);

impl<DB: Dialect> QueryFragment<DB> for GroupSums<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let column = self.by.dictionary.column;
        self.by.value(&mut out)?;
        out.push_sql(", t.\"bucket_timestamp\"");
        aggregates(&mut out, self.rows.layout.schema.measures)?;
        out.push_sql(" FROM (SELECT \"bucket_timestamp\", ");
        out.push_identifier(column)?;
        named_aggregates(&mut out, self.rows.layout.schema.measures)?;
        self.rows.selected(&mut out)?;
        out.push_sql(" AND (");
        if !self.by.dictionary.holds_owners() {
            out.push_identifier(column)?;
            out.push_sql(" = 0 OR ");
        }
        out.push_identifier(column)?;
        out.push_sql(" IN (SELECT \"id\" FROM ");
        out.push_identifier(&self.by.dictionary.table)?;
        out.push_sql(" WHERE ");
        match self.values.is_empty() {
            true => out.push_sql("1 = 0"),
            false => out.any_of(self.by.dimension, self.values)?,
        }
        out.push_sql(")) GROUP BY \"bucket_timestamp\", ");
        out.push_identifier(column)?;
        out.push_sql(")");
        self.by.join_and_group(&mut out)?;
        out.push_sql(", t.\"bucket_timestamp\"");
        Ok(())
    }
}

impl GroupedBy<'_> {
    /// `SELECT value`, as text whatever its kind.
    fn value<DB: Dialect>(&self, out: &mut AstPass<'_, '_, DB>) -> QueryResult<()> {
        out.push_sql("SELECT CAST(d.");
        out.push_identifier(self.dimension)?;
        out.push_sql(" AS TEXT)");
        Ok(())
    }

    /// ` AS t LEFT JOIN dictionary … GROUP BY value`
    fn join_and_group<DB: Dialect>(&self, out: &mut AstPass<'_, '_, DB>) -> QueryResult<()> {
        out.push_sql(" AS t LEFT JOIN ");
        out.push_identifier(&self.dictionary.table)?;
        out.push_sql(" AS d ON d.\"id\" = t.");
        out.push_identifier(self.dictionary.column)?;
        out.push_sql(" GROUP BY d.");
        out.push_identifier(self.dimension)
    }
}

/// A value, and numbers that belong to it.
pub(crate) struct OfValue {
    /// As text; `None` is the overflow series.
    pub(crate) value: Option<String>,
    pub(crate) numbers: Vec<i64>,
}

impl<DB: Dialect> QueryableByName<DB> for OfValue {
    fn build<'a>(row: &impl NamedRow<'a, DB>) -> deserialize::Result<Self> {
        let field = |index| Row::get(row, index).ok_or("a column is missing");
        let number =
            |index| -> deserialize::Result<i64> { DB::read_integer(field(index)?.value()) };
        let value = field(0)?;
        Ok(Self {
            value: match value.is_null() {
                true => None,
                false => Some(DB::read_text(value.value())?),
            },
            numbers: (1..row.field_count())
                .map(number)
                .collect::<Result<_, _>>()?,
        })
    }
}
