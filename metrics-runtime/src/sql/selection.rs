//! The rows that a question is about: whose, of which interval and time, narrowed to what.

use diesel::query_builder::AstPass;
use diesel::result::QueryResult;

use super::{Dialect, Writes};
use crate::dimension::Value;
use crate::layout::{Dictionary, Layout};
use crate::schema::{Measure, MeasureKind};

/// The rows that a question is about, as the end of a statement: `FROM … WHERE …`.
#[derive(Clone)]
pub(crate) struct Selection<'a> {
    pub(crate) layout: &'a Layout,
    /// What the scope says, by dimension. It stands in the statement before anything that a caller chose.
    pub(crate) scope: Vec<(&'static str, Value<'static>)>,
    /// What the caller narrows, by dimension: any of the values.
    pub(crate) filters: Vec<(&'static str, Vec<Value<'static>>)>,
    /// The stored interval, in seconds.
    pub(crate) interval: i64,
    /// The first bucket.
    pub(crate) first: i64,
    /// The end of the last bucket.
    pub(crate) end: i64,
    /// Rows to read instead of those of the table: a JSON array of arrays, each the key and the measures.
    pub(crate) rows: Option<String>,
}

impl Selection<'_> {
    #[cfg(feature = "sqlite")]
    /// The same of other rows, given as a JSON array of arrays.
    pub(crate) fn over(&self, rows: String) -> Self {
        let rows = Some(rows);
        Self {
            rows,
            ..self.clone()
        }
    }

    /// The owners, where the rows of a bucket may belong to several of them and each may have several.
    pub(super) fn several_owners(&self) -> Option<&Dictionary> {
        let owners = self.layout.owners.as_ref()?;
        let several = self.scope.len() < owners.dimensions.len() && self.layout.labels.is_some();
        (several && self.rows.is_none()).then_some(owners)
    }

    /// Whether the rows lie side by side in the key, in order of time.
    #[cfg(feature = "sqlite")]
    pub(super) fn is_one_range(&self) -> bool {
        let owners = self.layout.owners.as_ref();
        owners.is_none_or(|owners| self.scope.len() == owners.dimensions.len())
    }

    /// ` FROM … WHERE …`
    pub(super) fn selected<'b, DB: Dialect>(
        &'b self,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()> {
        self.without_end(out)?;
        out.push_sql(" AND \"bucket_timestamp\" < ");
        DB::bind_integer(out, &self.end)
    }

    /// The same, and what lies behind the end.
    pub(super) fn without_end<'b, DB: Dialect>(
        &'b self,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()> {
        out.push_sql(" FROM ");
        self.source(out)?;
        out.push_sql(" WHERE ");
        if let Some(owners) = &self.layout.owners {
            self.owned_by(out, owners)?;
            out.push_sql(" AND ");
        }
        out.push_sql("\"bucket_interval\" = ");
        DB::bind_integer(out, &self.interval)?;
        out.push_sql(" AND \"bucket_timestamp\" >= ");
        DB::bind_integer(out, &self.first)?;
        if let Some(labels) = self
            .layout
            .labels
            .as_ref()
            .filter(|labels| self.narrows(labels) || self.may_be_gone(labels))
        {
            out.push_sql(" AND ");
            out.push_identifier(labels.column)?;
            out.push_sql(" IN ");
            self.entries(out, labels)?;
        }
        Ok(())
    }

    /// The table, or rows that stand in for it, under its name.
    fn source<'b, DB: Dialect>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Some(rows) = &self.rows else {
            return out.push_identifier(self.layout.schema.table);
        };
        let key = self.layout.key().map(|name| -> &str { name });
        let columns = key.chain(self.layout.shape.measures());
        out.push_sql("(");
        for (index, column) in columns.enumerate() {
            out.push_sql(if index > 0 { ", " } else { "SELECT " });
            out.push_sql(&format!("value ->> {index} AS "));
            out.push_identifier(column)?;
        }
        out.push_sql(" FROM json_each(");
        DB::bind_text(out, rows)?;
        out.push_sql("))");
        Ok(())
    }

    /// Whether rows that stand in for the table may have labels that have been deleted with what they refer to; those
    /// of the table have gone with them.
    fn may_be_gone(&self, labels: &Dictionary) -> bool {
        self.rows.is_some() && labels.has_references()
    }

    fn narrows(&self, dictionary: &Dictionary) -> bool {
        dictionary
            .dimensions
            .iter()
            .any(|(_, dimension)| self.filters.iter().any(|(name, _)| *name == dimension.name))
    }

    /// The owners, as a predicate on the leading column of the key.
    ///
    /// Where the scope names exactly one, the equality lets the database read its range of the key in order of
    /// time, and group without sorting.
    fn owned_by<'b, DB: Dialect>(
        &'b self,
        out: &mut AstPass<'_, 'b, DB>,
        owners: &'b Dictionary,
    ) -> QueryResult<()> {
        out.push_identifier(owners.column)?;
        out.push_sql(if self.scope.len() == owners.dimensions.len() {
            " = "
        } else {
            " IN "
        });
        self.entries(out, owners)
    }

    /// `(SELECT "id" FROM dictionary WHERE …)`
    fn entries<'b, DB: Dialect>(
        &'b self,
        out: &mut AstPass<'_, 'b, DB>,
        of: &'b Dictionary,
    ) -> QueryResult<()> {
        out.push_sql("(SELECT \"id\" FROM ");
        out.push_identifier(&of.table)?;
        let holds = |name: &str| {
            of.dimensions
                .iter()
                .any(|(_, dimension)| dimension.name == name)
        };
        let mut conjunction = " WHERE ";
        for (name, value) in self.scope.iter().filter(|(name, _)| holds(name)) {
            out.push_sql(conjunction);
            out.equals(name, value)?;
            conjunction = " AND ";
        }
        for (name, values) in self.filters.iter().filter(|(name, _)| holds(name)) {
            out.push_sql(conjunction);
            out.any_of(name, values)?;
            conjunction = " AND ";
        }
        out.push_sql(")");
        Ok(())
    }
}

/// `, SUM(…) …`: each measure over the rows of a group.
pub(super) fn aggregates<DB: Dialect>(
    out: &mut AstPass<'_, '_, DB>,
    measures: &[Measure],
) -> QueryResult<()> {
    for measure in measures {
        out.push_sql(", ");
        aggregate(out, measure)?;
    }
    Ok(())
}

/// `, SUM(measure) AS measure …`
pub(super) fn named_aggregates<DB: Dialect>(
    out: &mut AstPass<'_, '_, DB>,
    measures: &[Measure],
) -> QueryResult<()> {
    for measure in measures {
        out.push_sql(", ");
        aggregate(out, measure)?;
        out.push_sql(" AS ");
        out.push_identifier(measure.name)?;
    }
    Ok(())
}

/// How a measure aggregates. The cast keeps it an integer: a sum of BIGINT is NUMERIC on PostgreSQL, and on SQLite
/// diesel would read it through a float, which is exact up to 2^53 only.
pub(super) fn aggregate<DB: Dialect>(
    out: &mut AstPass<'_, '_, DB>,
    measure: &Measure,
) -> QueryResult<()> {
    match measure.kind {
        MeasureKind::Counter => {
            out.push_sql("CAST(SUM(");
            out.push_identifier(measure.name)?;
            out.push_sql(") AS BIGINT)");
            Ok(())
        }
    }
}
