//! Copying from one store to another.

use chrono::Utc;
use diesel::RunQueryDsl;
use diesel::r2d2::{ManageConnection, Pool};

use super::{Inspect, Store};
use crate::cell::{Cell, CopiedTable};
use crate::copy::{CopyEnd, CopyError, CopyPlan, CopyProgress, CopyReport, Sums, copy};
use crate::error::StoreError;
use crate::fault;
use crate::sql::copy::{
    CREATE_PROGRESS, Cells, ClearRows, CopiedSums, InsertRows, MoveProgress, PROGRESS, ReadRows,
};
use crate::sql::{Integers, Text};
use crate::write::connection::{StoreConnection, execute};
use crate::write::upsert::chunk_rows;

/// What is done with one side of a copy.
pub(super) type Work<'a> = dyn FnMut(&mut dyn CopyEnd) -> Result<CopyReport, CopyError> + 'a;

impl Store {
    /// Copies everything that `plan` names to a database that has the same tables, and nothing in them. Then compares
    /// both by the number of rows and the sum of every column. `watch` is told how far it is.
    ///
    /// Each slice of rows is a transaction of the target that also remembers how far the copy has come, in the table
    /// `metrics_copy`: after an interruption the same call goes on from there. When all is copied already, it compares.
    ///
    /// Nobody else writes to the source meanwhile: on SQLite writers are refused after their busy timeout, on PostgreSQL
    /// after their statement timeout. What is written between an interruption and the continuation is noticed in the
    /// end.
    ///
    /// # Errors
    ///
    /// When the target has rows of another origin, when a table is not the same on both sides, when a database fails,
    /// or when the comparison finds a difference.
    pub fn copy_to(
        &self,
        target: &Self,
        plan: &CopyPlan<'_>,
        watch: &mut dyn FnMut(CopyProgress<'_>),
    ) -> Result<CopyReport, CopyError> {
        self.fold()?;
        target.fold()?;
        self.engine
            .hold_still(&plan.table_names(), &mut |source: &mut dyn CopyEnd| {
                target
                    .engine
                    .visit(&mut |target: &mut dyn CopyEnd| copy(source, target, plan, watch))
            })
    }
}

/// Does `work` on a connection while nobody else writes to `tables`.
pub(super) fn hold_still<M: ManageConnection<Connection: StoreConnection + Inspect>>(
    pool: &Pool<M>,
    tables: &[String],
    work: &mut Work<'_>,
) -> Result<CopyReport, CopyError> {
    let mut conn = pool.get().map_err(StoreError::from)?;
    conn.write(|conn| {
        conn.settle(Utc::now().timestamp())?;
        conn.keep_writers_out(tables)?;
        work(conn)
    })
}

/// Does `work` on a connection.
pub(super) fn visit<M: ManageConnection<Connection: StoreConnection + Inspect>>(
    pool: &Pool<M>,
    work: &mut Work<'_>,
) -> Result<CopyReport, CopyError> {
    let mut conn = pool.get().map_err(StoreError::from)?;
    work(&mut *conn)
}

impl<C: StoreConnection + Inspect> CopyEnd for C {
    fn describe(&mut self, table: &str) -> Result<Option<CopiedTable>, StoreError> {
        let columns = self.columns(table)?;
        let columns: Result<Vec<_>, _> = columns
            .iter()
            .map(|Text(column)| serde_json::from_str(column))
            .collect();
        let columns = columns.map_err(|error| {
            StoreError::Database(diesel::result::Error::DeserializationError(error.into()))
        })?;
        Ok((!columns.is_empty()).then(|| CopiedTable {
            name: table.to_owned(),
            columns,
        }))
    }

    fn rows_after(
        &mut self,
        table: &CopiedTable,
        after: Option<&[Cell]>,
        limit: i64,
    ) -> Result<Vec<Vec<Cell>>, StoreError> {
        let rows: Vec<Cells> = ReadRows {
            table,
            after,
            limit,
        }
        .load(self)?;
        Ok(rows.into_iter().map(|Cells(cells)| cells).collect())
    }

    fn sums(&mut self, table: &CopiedTable) -> Result<Vec<Sums>, StoreError> {
        let rows: Vec<Integers> = CopiedSums { table }.load(self)?;
        let whole = |halves: &[i64]| (i128::from(halves[0]) << 32) + i128::from(halves[1]);
        let sums = |Integers(row): Integers| Sums {
            interval: row[0],
            rows: row[1],
            sums: row[2..].chunks_exact(2).map(whole).collect(),
        };
        Ok(rows.into_iter().map(sums).collect())
    }

    fn make_progress(&mut self, rows: &[Vec<Cell>]) -> Result<(), StoreError> {
        self.write(|conn| {
            conn.batch_execute(CREATE_PROGRESS)?;
            match CopyEnd::describe(conn, PROGRESS)? {
                Some(table) => insert(conn, &table, rows),
                None => Ok(()),
            }
        })
    }

    fn clear(&mut self, table: &CopiedTable) -> Result<(), StoreError> {
        execute(self, &ClearRows { table })?;
        Ok(())
    }

    fn append(
        &mut self,
        table: &CopiedTable,
        rows: &[Vec<Cell>],
        progress: &MoveProgress<'_>,
    ) -> Result<(), StoreError> {
        self.write(|conn| {
            insert(conn, table, rows)?;
            fault::point("appended");
            let mut columns = table.columns.iter();
            if let Some(column) = columns.find(|column| column.numbered) {
                conn.go_on_numbering(&table.name, &column.name)?;
            }
            execute(conn, progress)?;
            Ok::<_, StoreError>(())
        })?;
        fault::point("copied");
        Ok(())
    }
}

fn insert<C: StoreConnection>(
    conn: &mut C,
    table: &CopiedTable,
    rows: &[Vec<Cell>],
) -> Result<(), StoreError> {
    let mut rest = rows;
    while !rest.is_empty() {
        let (rows, further) = rest.split_at(chunk_rows(rest.len(), table.columns.len()));
        execute(conn, &InsertRows { table, rows })?;
        rest = further;
    }
    Ok(())
}
