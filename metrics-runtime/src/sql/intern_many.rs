//! Finds or makes the dictionary entries of many combinations of dimension values at once.

use diesel::deserialize::{self, QueryableByName};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::row::{Field, NamedRow, Row};

use super::intern::{excluded, mark_used};
use super::{Dialect, Writes, statement};
use crate::dimension::Value;
use crate::layout::Dictionary;

/// Makes the entries that there are not, marks all of them as used, and returns them.
pub(crate) struct InsertEntries<'a> {
    pub(crate) dictionary: &'a Dictionary,
    /// A JSON array of arrays, each the values of an entry; no two alike.
    pub(crate) entries: &'a str,
    pub(crate) now: i64,
}

statement!(InsertEntries<'_>);

impl<DB: Dialect> QueryFragment<DB> for InsertEntries<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("INSERT INTO ");
        out.push_identifier(&self.dictionary.table)?;
        out.push_sql(" (\"last_used_at\", ");
        out.identifiers(names(self.dictionary))?;
        out.push_sql(") SELECT ");
        DB::bind_integer(&mut out, &self.now)?;
        for index in 0..self.dictionary.dimensions.len() {
            out.push_sql(", ");
            given(&mut out, self.dictionary, index);
        }
        from(&mut out, self.entries)?;
        out.push_sql(" WHERE true ON CONFLICT (");
        out.identifiers(names(self.dictionary))?;
        out.push_sql(") DO UPDATE");
        mark_used(&mut out, self.dictionary, excluded)?;
        returning(&mut out, self.dictionary)
    }
}

/// Marks those of the entries as used that there are, and returns them.
pub(crate) struct TouchEntries<'a>(pub(crate) InsertEntries<'a>);

statement!(TouchEntries<'_>);

impl<DB: Dialect> QueryFragment<DB> for TouchEntries<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let InsertEntries {
            dictionary,
            entries,
            now,
        } = &self.0;
        out.push_sql("UPDATE ");
        out.push_identifier(&dictionary.table)?;
        mark_used(&mut out, dictionary, |out| DB::bind_integer(out, now))?;
        from(&mut out, entries)?;
        for (index, name) in names(dictionary).enumerate() {
            out.push_sql(if index > 0 { " AND " } else { " WHERE " });
            kept(&mut out, dictionary, name)?;
            out.push_sql(" = ");
            given(&mut out, dictionary, index);
        }
        returning(&mut out, dictionary)
    }
}

fn names(dictionary: &Dictionary) -> impl Iterator<Item = &'static str> {
    let dimensions = dictionary.dimensions.iter();
    dimensions.map(|(_, dimension)| dimension.name)
}

/// ` FROM …`: the entries, as a column of arrays.
fn from<'b, DB: Dialect>(out: &mut AstPass<'_, 'b, DB>, entries: &'b str) -> QueryResult<()> {
    let [before, after] = DB::ELEMENTS;
    out.push_sql(" FROM ");
    out.push_sql(before);
    DB::bind_text(out, entries)?;
    out.push_sql(after);
    out.push_sql(" AS given");
    Ok(())
}

/// A column of the dictionary, one of which may be called as that of the entries is.
fn kept<DB: Dialect>(
    out: &mut AstPass<'_, '_, DB>,
    dictionary: &Dictionary,
    name: &str,
) -> QueryResult<()> {
    out.push_identifier(&dictionary.table)?;
    out.push_sql(".");
    out.push_identifier(name)
}

/// One of the values of an entry.
fn given<DB: Dialect>(out: &mut AstPass<'_, '_, DB>, dictionary: &Dictionary, index: usize) {
    let (_, dimension) = dictionary.dimensions[index];
    out.push_sql(&match dimension.kind.is_integer() {
        true => format!("CAST(given.value ->> {index} AS BIGINT)"),
        false => format!("given.value ->> {index}"),
    });
}

/// ` RETURNING …`: what [`MadeEntry`] reads. Columns alone, called by how they are to be read: Citus lets no function be
/// there that a setting may change, and those that make JSON are such.
fn returning<DB: Dialect>(
    out: &mut AstPass<'_, '_, DB>,
    dictionary: &Dictionary,
) -> QueryResult<()> {
    out.push_sql(" RETURNING CAST(\"id\" AS BIGINT)");
    for (_, dimension) in &dictionary.dimensions {
        out.push_sql(", ");
        kept(out, dictionary, dimension.name)?;
        out.push_sql(match dimension.kind.is_integer() {
            true => " AS \"integer\"",
            false => " AS \"text\"",
        });
    }
    Ok(())
}

/// An entry that was found or made.
pub(crate) struct MadeEntry {
    pub(crate) id: i64,
    pub(crate) values: Vec<Value<'static>>,
}

impl<DB: Dialect> QueryableByName<DB> for MadeEntry {
    fn build<'a>(row: &impl NamedRow<'a, DB>) -> deserialize::Result<Self> {
        let field = |index| Row::get(row, index).ok_or("a column is missing");
        let value = |index| -> deserialize::Result<Value<'static>> {
            let field = field(index)?;
            Ok(match field.field_name() {
                Some("integer") => Value::Integer(DB::read_integer(field.value())?),
                _ => Value::Text(DB::read_text(field.value())?.into()),
            })
        };
        Ok(Self {
            id: DB::read_integer(field(0)?.value())?,
            values: (1..row.field_count())
                .map(value)
                .collect::<Result<_, _>>()?,
        })
    }
}
