//! The journal: events that are committed and not yet added to their buckets.

use diesel::deserialize::{self, QueryableByName};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::row::{Field, NamedRow, Row};

use super::{Dialect, statement};

/// Whether a SQLite database has a journal: one that is being set up has none yet.
pub(crate) struct JournalExists;

statement!(JournalExists);

impl<DB: Dialect> QueryFragment<DB> for JournalExists {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT 1 FROM \"sqlite_schema\" WHERE \"name\" = 'metrics_journal'");
        Ok(())
    }
}

/// Gives a shape an id, unless it has one.
pub(crate) struct InsertShape<'a> {
    pub(crate) metric: &'a str,
    pub(crate) shape: &'a str,
}

statement!(InsertShape<'_>);

impl<DB: Dialect> QueryFragment<DB> for InsertShape<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("INSERT INTO \"metrics_shapes\" (\"metric\", \"shape\") VALUES (");
        DB::bind_text(&mut out, self.metric)?;
        out.push_sql(", ");
        DB::bind_text(&mut out, self.shape)?;
        out.push_sql(") ON CONFLICT (\"shape\") DO NOTHING");
        Ok(())
    }
}

/// The id of a shape.
pub(crate) struct FindShape<'a> {
    pub(crate) shape: &'a str,
}

statement!(FindShape<'_>);

impl<DB: Dialect> QueryFragment<DB> for FindShape<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT \"id\" FROM \"metrics_shapes\" WHERE \"shape\" = ");
        DB::bind_text(&mut out, self.shape)
    }
}

/// Forgets a shape that no entry has.
pub(crate) struct ForgetShape<'a>(pub(crate) &'a str);

statement!(ForgetShape<'_>);

impl<DB: Dialect> QueryFragment<DB> for ForgetShape<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("DELETE FROM \"metrics_shapes\" WHERE \"shape\" = ");
        DB::bind_text(&mut out, self.0)
    }
}

/// Appends the events of a commit.
pub(crate) struct AppendEntry<'a> {
    pub(crate) shape_id: i64,
    pub(crate) entry: &'a [u8],
}

statement!(AppendEntry<'_>);

impl<DB: Dialect> QueryFragment<DB> for AppendEntry<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO \"metrics_journal\" (\"shape_id\", \"sorted\", \"entry\") VALUES (",
        );
        DB::bind_integer(&mut out, &self.shape_id)?;
        out.push_sql(", 0, ");
        DB::bind_bytes(&mut out, self.entry)?;
        out.push_sql(")");
        Ok(())
    }
}

/// The id of the last entry; no row when there is none.
pub(crate) struct LastEntry;

statement!(LastEntry);

impl<DB: Dialect> QueryFragment<DB> for LastEntry {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT \"id\" FROM \"metrics_journal\" ORDER BY \"id\" DESC LIMIT 1");
        Ok(())
    }
}

/// Whether there is an entry with this id or one before; no row when there is none.
pub(crate) struct EntryUpTo(pub(crate) i64);

statement!(EntryUpTo);

impl<DB: Dialect> QueryFragment<DB> for EntryUpTo {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT 1 FROM \"metrics_journal\" WHERE \"id\" <= ");
        DB::bind_integer(&mut out, &self.0)?;
        out.push_sql(" LIMIT 1");
        Ok(())
    }
}

/// Entries, oldest first.
pub(crate) enum JournalEntries<'a> {
    /// The first of all.
    First,
    /// Those of one shape.
    OfShape { id: i64, up_to: i64 },
    /// Those of one metric, whatever their shape.
    OfMetric(&'a str),
}

statement!(JournalEntries<'_>);

impl<DB: Dialect> QueryFragment<DB> for JournalEntries<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "SELECT j.\"id\", j.\"shape_id\", j.\"sorted\", s.\"shape\", j.\"entry\" \
             FROM \"metrics_journal\" AS j JOIN \"metrics_shapes\" AS s ON s.\"id\" = j.\"shape_id\"",
        );
        match self {
            Self::First => {}
            Self::OfShape { id, up_to } => {
                out.push_sql(" WHERE j.\"shape_id\" = ");
                DB::bind_integer(&mut out, id)?;
                out.push_sql(" AND j.\"id\" <= ");
                DB::bind_integer(&mut out, up_to)?;
            }
            Self::OfMetric(metric) => {
                out.push_sql(" WHERE s.\"metric\" = ");
                DB::bind_text(&mut out, metric)?;
            }
        }
        out.push_sql(" ORDER BY j.\"id\"");
        if matches!(self, Self::First) {
            out.push_sql(" LIMIT 1");
        }
        Ok(())
    }
}

/// An entry as it is stored.
pub(crate) struct JournalEntry {
    pub(crate) id: i64,
    pub(crate) shape_id: i64,
    /// Whether it is what is left of many that are being added to their buckets.
    pub(crate) sorted: bool,
    pub(crate) shape: String,
    pub(crate) entry: Vec<u8>,
}

impl<DB: Dialect> QueryableByName<DB> for JournalEntry {
    fn build<'a>(row: &impl NamedRow<'a, DB>) -> deserialize::Result<Self> {
        let field = |index| Row::get(row, index).ok_or("a column is missing");
        let integer =
            |index| -> deserialize::Result<i64> { DB::read_integer(field(index)?.value()) };
        Ok(Self {
            id: integer(0)?,
            shape_id: integer(1)?,
            sorted: integer(2)? != 0,
            shape: DB::read_text(field(3)?.value())?,
            entry: DB::read_bytes(field(4)?.value())?,
        })
    }
}

/// Keeps in one entry what is left of many.
pub(crate) struct KeepRest<'a> {
    pub(crate) id: i64,
    pub(crate) entry: &'a [u8],
}

statement!(KeepRest<'_>);

impl<DB: Dialect> QueryFragment<DB> for KeepRest<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE \"metrics_journal\" SET \"sorted\" = 1, \"entry\" = ");
        DB::bind_bytes(&mut out, self.entry)?;
        out.push_sql(" WHERE \"id\" = ");
        DB::bind_integer(&mut out, &self.id)
    }
}

/// Removes the entries of a shape before an id.
pub(crate) struct DropEntries {
    pub(crate) shape_id: i64,
    pub(crate) before: i64,
}

statement!(DropEntries);

impl<DB: Dialect> QueryFragment<DB> for DropEntries {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("DELETE FROM \"metrics_journal\" WHERE \"shape_id\" = ");
        DB::bind_integer(&mut out, &self.shape_id)?;
        out.push_sql(" AND \"id\" < ");
        DB::bind_integer(&mut out, &self.before)
    }
}
