//! The backend: SQL as SQLite speaks it.

use diesel::backend::{
    Backend, DieselReserveSpecialization, SqlDialect, TrustedBackend, sql_dialect,
};
use diesel::query_builder::QueryBuilder;
use diesel::result::QueryResult;
use diesel::sql_types::TypeMetadata;

use crate::bind::Binds;
use crate::value::Value;

/// libSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Libsql;

impl Backend for Libsql {
    type QueryBuilder = LibsqlQueryBuilder;
    type RawValue<'a> = &'a Value;
    type BindCollector<'a> = Binds;
}

/// A value says itself what it is.
impl TypeMetadata for Libsql {
    type TypeMetadata = ();
    type MetadataLookup = ();
}

/// Puts statements together.
#[derive(Debug, Default)]
pub struct LibsqlQueryBuilder {
    sql: String,
}

impl QueryBuilder<Libsql> for LibsqlQueryBuilder {
    fn push_sql(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    fn push_identifier(&mut self, identifier: &str) -> QueryResult<()> {
        self.sql.push('"');
        self.sql.push_str(&identifier.replace('"', "\"\""));
        self.sql.push('"');
        Ok(())
    }

    fn push_bind_param(&mut self) {
        self.sql.push('?');
    }

    fn finish(self) -> String {
        self.sql
    }
}

impl SqlDialect for Libsql {
    type ReturningClause = LibsqlReturning;
    type OnConflictClause = LibsqlOnConflict;
    type InsertWithDefaultKeyword =
        sql_dialect::default_keyword_for_insert::DoesNotSupportDefaultKeyword;
    type BatchInsertSupport = OneRowInserts;
    type ConcatClause = sql_dialect::concat_clause::ConcatWithPipesClause;
    type DefaultValueClauseForInsert = sql_dialect::default_value_clause::AnsiDefaultValueClause;
    type EmptyFromClauseSyntax = sql_dialect::from_clause_syntax::AnsiSqlFromClauseSyntax;
    type SelectStatementSyntax = sql_dialect::select_statement_syntax::AnsiSqlSelectStatement;
    type ExistsSyntax = sql_dialect::exists_syntax::AnsiSqlExistsSyntax;
    type ArrayComparison = sql_dialect::array_comparison::AnsiSqlArrayComparison;
    type AliasSyntax = sql_dialect::alias_syntax::AsAliasSyntax;
    type WindowFrameClauseGroupSupport =
        sql_dialect::window_frame_clause_group_support::IsoGroupWindowFrameUnit;
    type WindowFrameExclusionSupport =
        sql_dialect::window_frame_exclusion_support::FrameExclusionSupport;
    type AggregateFunctionExpressions =
        sql_dialect::aggregate_function_expressions::PostgresLikeAggregateFunctionExpressions;
    type BuiltInWindowFunctionRequireOrder =
        sql_dialect::built_in_window_function_require_order::NoOrderRequired;
}

impl DieselReserveSpecialization for Libsql {}
impl TrustedBackend for Libsql {}

/// `ON CONFLICT`, as PostgreSQL has it.
#[derive(Debug, Clone, Copy)]
pub struct LibsqlOnConflict;

impl sql_dialect::on_conflict_clause::SupportsOnConflictClause for LibsqlOnConflict {}
impl sql_dialect::on_conflict_clause::SupportsOnConflictClauseWhere for LibsqlOnConflict {}
impl sql_dialect::on_conflict_clause::PgLikeOnConflictClause for LibsqlOnConflict {}

/// `RETURNING`.
#[derive(Debug, Clone, Copy)]
pub struct LibsqlReturning;

impl sql_dialect::returning_clause::SupportsReturningClause for LibsqlReturning {}

/// diesel's own inserts of several rows are for backends that have `DEFAULT` as a value.
#[derive(Debug, Clone, Copy)]
pub struct OneRowInserts;
