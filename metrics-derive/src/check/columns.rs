//! The rules of the columns, each alone and all together.

use proc_macro2::Span;

use crate::errors::Errors;
use crate::model::{Column, ColumnKind, Metric, Role, Spanned};
use crate::names;

/// The columns that the tables, the dictionaries and the views of every metric have.
const OWN_COLUMNS: [&str; 8] = [
    "bucket_timestamp",
    "bucket_interval",
    "bucket_start",
    "created_at",
    "owner_id",
    "labels_id",
    "id",
    "last_used_at",
];

/// The columns that PostgreSQL adds to every table.
const SYSTEM_COLUMNS: [&str; 6] = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

/// What every series is asked with. A dimension's own name is the parameter that filters by it.
const QUERY_PARAMETERS: [&str; 9] = [
    "time_range",
    "start",
    "end",
    "interval",
    "tz",
    "group_by",
    "top",
    "compare",
    "completeness",
];

/// diesel's default, and enough: `32-column-tables`. Wider ones multiply compile times.
const MOST_COLUMNS: usize = 32;

/// The columns of the view beside the declared ones: `bucket_timestamp`, `bucket_interval` and `created_at`.
const VIEW_COLUMNS: usize = 3;

pub(super) fn check(metric: &Metric, errors: &Errors) {
    let columns = metric.fields.columns();
    for column in columns {
        check_name(column, errors);
        check_bucket_field(column, errors);
        check_filter(column, errors);
    }
    check_team_parameter(metric, errors);
    check_summary_keys(columns, errors);
    check_names_differ(columns, errors);
    check_renamed_from(columns, errors);
    check_one_of_each_role(metric, errors);
    check_count(columns, errors);
}

/// Databases fold the case of names, cut long ones off, and have names of their own.
fn check_name(column: &Column, errors: &Errors) {
    if let Some(problem) = problem_with(&column.name.value) {
        let name = &column.name.value;
        errors.at(
            column.name.span,
            format!("the column `{name}` {problem}: choose another with `rename = \"…\"`"),
        );
    }
    if let Some(former) = &column.renamed_from
        && let Some(problem) = problem_with(&former.value)
    {
        let name = &former.value;
        errors.at(
            former.span,
            format!("the former column `{name}` {problem}: write the name that the table had"),
        );
    }
}

fn problem_with(name: &str) -> Option<&'static str> {
    if !names::is_snake_case(name) {
        Some("is not snake_case")
    } else if name.len() > names::LONGEST_IDENTIFIER {
        Some("is longer than 63 bytes")
    } else if OWN_COLUMNS.contains(&name) {
        Some("is reserved, every metric's table has its own")
    } else if SYSTEM_COLUMNS.contains(&name) {
        Some("is reserved by PostgreSQL")
    } else {
        None
    }
}

/// The measures stand beside the `timestamp` in a bucket, in Rust and in JSON.
fn check_bucket_field(column: &Column, errors: &Errors) {
    let is_measure = matches!(column.kind, ColumnKind::Counter { .. });
    if is_measure && column.field == "timestamp" {
        errors.on(
            &column.field,
            "a measure cannot be called `timestamp`, which every bucket has: rename the field",
        );
    } else if is_measure && column.name.value == "timestamp" {
        errors.at(
            column.name.span,
            "a measure cannot be called `timestamp`, which every bucket has: choose another name",
        );
    }
}

/// A summary has keys that begin with `total_`, `average_` and `peak_`, some of which are its own.
fn check_summary_keys(columns: &[Column], errors: &Errors) {
    let measures = || {
        let is_measure = |column: &&Column| matches!(column.kind, ColumnKind::Counter { .. });
        columns.iter().filter(is_measure)
    };
    for column in measures() {
        let (name, span) = (column.name.value.as_str(), column.name.span);
        if name == "buckets" {
            errors.at(
                span,
                "a measure cannot be called `buckets`: `total_buckets` is how many there are; choose another with \
                 `rename = \"…\"`",
            );
        }
        let stem = name.strip_suffix("_timestamp");
        if let Some(other) = measures().find(|other| Some(&*other.name.value) == stem) {
            errors.at(
                span,
                format!(
                    "a measure cannot be called `{name}` beside `{}`: `peak_{name}` is when that one's largest bucket \
                     was; choose another with `rename = \"…\"`",
                    other.name.value
                ),
            );
        }
    }
}

/// A dimension is filtered by its name, which must not mean something else in a query.
fn check_filter(column: &Column, errors: &Errors) {
    let name = &column.name;
    let is_dimension = !matches!(column.kind, ColumnKind::Counter { .. });
    if is_dimension && QUERY_PARAMETERS.contains(&name.value.as_str()) {
        let word = &name.value;
        errors.at(
            name.span,
            format!(
                "a dimension cannot be called `{word}`, which is a parameter of every query: choose another \
                 with `rename = \"…\"`"
            ),
        );
    }
}

/// Of one's own rows, `team_id` says those of which team are asked for, whatever the column is called.
fn check_team_parameter(metric: &Metric, errors: &Errors) {
    let is_team = |role: Role| matches!(role, Role::Team(_));
    let mut dimensions = metric.dimensions();
    let Some((team, _)) = dimensions.find(|(_, dimension)| is_team(dimension.role)) else {
        return;
    };
    let called = |column: &Column| column.name.value == "team_id";
    let mut others = metric.dimensions();
    let other = others.find(|(column, dimension)| called(column) && !is_team(dimension.role));
    if let Some((other, _)) = other {
        errors.at(
            other.name.span,
            format!(
                "a dimension cannot be called `team_id` beside the team `{}`, which that parameter of queries is about: \
                 choose another with `rename = \"…\"`",
                team.field
            ),
        );
    }
}

/// Two fields cannot share a column.
fn check_names_differ(columns: &[Column], errors: &Errors) {
    for (index, column) in columns.iter().enumerate() {
        let name = &column.name.value;
        if let Some(first) = columns[..index]
            .iter()
            .find(|earlier| earlier.name.value == *name)
        {
            errors.at(
                column.name.span,
                format!(
                    "column `{name}` is already used by `{}`: choose another with `rename = \"…\"`",
                    first.field
                ),
            );
        }
    }
}

/// A column is renamed once, to one name, and then the former name is free.
fn check_renamed_from(columns: &[Column], errors: &Errors) {
    for (index, column) in columns.iter().enumerate() {
        let Some(former) = &column.renamed_from else {
            continue;
        };
        if let Some(holder) = columns
            .iter()
            .find(|other| other.name.value == former.value)
        {
            errors.at(former.span, still_a_column(former, holder));
        } else if let Some(first) = columns[..index]
            .iter()
            .find(|earlier| is_renamed_from(earlier, &former.value))
        {
            errors.at(
                former.span,
                format!(
                    "column `{}` is already renamed to `{}`: keep one of them",
                    former.value, first.name.value
                ),
            );
        }
    }
}

fn still_a_column(former: &Spanned<String>, holder: &Column) -> String {
    format!(
        "`{}` is still a column, that of `{}`: `renamed_from` names one that the table had before",
        former.value, holder.field
    )
}

fn is_renamed_from(column: &Column, name: &str) -> bool {
    let former = column.renamed_from.as_ref();
    former.is_some_and(|former| former.value == name)
}

/// A scope compares one column with the user, and one with the team.
fn check_one_of_each_role(metric: &Metric, errors: &Errors) {
    let user = |role: Role| match role {
        Role::User(span) => Some(span),
        Role::Team(_) | Role::Label => None,
    };
    let team = |role: Role| match role {
        Role::Team(span) => Some(span),
        Role::User(_) | Role::Label => None,
    };
    check_role(metric, "user", user, errors);
    check_role(metric, "team", team, errors);
}

fn check_role(metric: &Metric, role: &str, mark: fn(Role) -> Option<Span>, errors: &Errors) {
    let dimensions = metric.dimensions();
    let mut marked = dimensions.filter_map(|(column, dimension)| {
        let span = mark(dimension.role)?;
        Some((&column.field, span))
    });
    let Some((first, _)) = marked.next() else {
        return;
    };
    for (_, span) in marked {
        errors.at(
            span,
            format!("two fields are marked `{role}`: keep the mark on `{first}`, or move it"),
        );
    }
}

/// diesel's tables have 32 columns unless an application pays for more with its compile time.
fn check_count(columns: &[Column], errors: &Errors) {
    if let Some(excess) = columns.get(MOST_COLUMNS - VIEW_COLUMNS) {
        errors.on(
            &excess.field,
            format!(
                "more than {MOST_COLUMNS} columns: split the metric; {VIEW_COLUMNS} are its own, so {} fields fit",
                MOST_COLUMNS - VIEW_COLUMNS
            ),
        );
    }
}
