//! The clauses that diesel leaves to each backend, in the words of SQLite.

use diesel::backend::sql_dialect::default_keyword_for_insert::DoesNotSupportDefaultKeyword;
use diesel::expression::{AppearsOnTable, Expression};
use diesel::insertable::{ColumnInsertValue, DefaultableColumnInsertValue, InsertValues};
use diesel::query_builder::{
    AstPass, BoxedLimitOffsetClause, IntoBoxedClause, LimitClause, LimitOffsetClause, NoFromClause,
    NoLimitClause, NoOffsetClause, OffsetClause, QueryFragment, ReturningClause,
};
use diesel::query_source::Column;
use diesel::result::QueryResult;

use crate::backend::{Libsql, LibsqlReturning};

/// An offset needs a limit before it; -1 is none.
const NO_LIMIT: &str = " LIMIT -1 ";

impl QueryFragment<Libsql> for LimitOffsetClause<NoLimitClause, NoOffsetClause> {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, Libsql>) -> QueryResult<()> {
        Ok(())
    }
}

impl<L> QueryFragment<Libsql> for LimitOffsetClause<LimitClause<L>, NoOffsetClause>
where
    LimitClause<L>: QueryFragment<Libsql>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Libsql>) -> QueryResult<()> {
        self.limit_clause.walk_ast(out)
    }
}

impl<O> QueryFragment<Libsql> for LimitOffsetClause<NoLimitClause, OffsetClause<O>>
where
    OffsetClause<O>: QueryFragment<Libsql>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Libsql>) -> QueryResult<()> {
        out.push_sql(NO_LIMIT);
        self.offset_clause.walk_ast(out)
    }
}

impl<L, O> QueryFragment<Libsql> for LimitOffsetClause<LimitClause<L>, OffsetClause<O>>
where
    LimitClause<L>: QueryFragment<Libsql>,
    OffsetClause<O>: QueryFragment<Libsql>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Libsql>) -> QueryResult<()> {
        self.limit_clause.walk_ast(out.reborrow())?;
        self.offset_clause.walk_ast(out)
    }
}

impl QueryFragment<Libsql> for BoxedLimitOffsetClause<'_, Libsql> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Libsql>) -> QueryResult<()> {
        match (&self.limit, &self.offset) {
            (Some(limit), _) => limit.walk_ast(out.reborrow())?,
            (None, Some(_)) => out.push_sql(NO_LIMIT),
            (None, None) => {}
        }
        match &self.offset {
            Some(offset) => offset.walk_ast(out),
            None => Ok(()),
        }
    }
}

impl<'a> IntoBoxedClause<'a, Libsql> for LimitOffsetClause<NoLimitClause, NoOffsetClause> {
    type BoxedClause = BoxedLimitOffsetClause<'a, Libsql>;

    fn into_boxed(self) -> Self::BoxedClause {
        BoxedLimitOffsetClause {
            limit: None,
            offset: None,
        }
    }
}

impl<Expr> QueryFragment<Libsql, LibsqlReturning> for ReturningClause<Expr>
where
    Expr: QueryFragment<Libsql>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Libsql>) -> QueryResult<()> {
        out.skip_from(true);
        out.push_sql(" RETURNING ");
        self.0.walk_ast(out)
    }
}

/// There is no `DEFAULT` among values: a column without a value is left out.
impl<Col, Expr> InsertValues<Libsql, Col::Table>
    for DefaultableColumnInsertValue<ColumnInsertValue<Col, Expr>>
where
    Col: Column,
    Expr: Expression<SqlType = Col::SqlType> + AppearsOnTable<NoFromClause>,
    Self: QueryFragment<Libsql>,
{
    fn column_names(&self, mut out: AstPass<'_, '_, Libsql>) -> QueryResult<()> {
        match self {
            Self::Expression(_) => out.push_identifier(Col::NAME),
            Self::Default => Ok(()),
        }
    }
}

impl<Col, Expr> QueryFragment<Libsql, DoesNotSupportDefaultKeyword>
    for DefaultableColumnInsertValue<ColumnInsertValue<Col, Expr>>
where
    Expr: QueryFragment<Libsql>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Libsql>) -> QueryResult<()> {
        match self {
            Self::Expression(value) => value.walk_ast(out),
            Self::Default => Ok(()),
        }
    }
}
