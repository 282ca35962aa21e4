//! The rules of the metric's names.

use crate::errors::Errors;
use crate::model::{Metric, Spanned};
use crate::names;

/// What is made beside the table, with the longest suffix: `<table>_owners`, `<table>_labels`, `<table>_view`.
const LONGEST_SUFFIX: &str = "_labels";

pub(super) fn check(metric: &Metric, errors: &Errors) {
    let Metric {
        name, table, path, ..
    } = metric;
    // A default that follows from a wrong name is not worth an error of its own.
    let name_is_right = check_name(name, errors);
    if name_is_right || table.value != format!("{}_metrics", name.value) {
        check_table(table, errors);
    }
    if name_is_right || path.value != names::kebab_case(&name.value) {
        check_path(path, errors);
    }
    check_former_table(metric, errors);
}

/// Events, responses and permissions spell the name, so there is one way to write it. Says whether it is right.
fn check_name(name: &Spanned<String>, errors: &Errors) -> bool {
    let Spanned { value, span } = name;
    let problem = if !names::is_snake_case(value) {
        "is not snake_case: set it, such as `name = \"server_installs\"`"
    } else if value.len() > names::LONGEST_IDENTIFIER {
        "is longer than 63 bytes: set a shorter one with `name = \"…\"`"
    } else {
        return true;
    };
    errors.at(*span, format!("the name {value:?} {problem}"));
    false
}

/// The table's name is an identifier, and those made from it are, too.
fn check_table(table: &Spanned<String>, errors: &Errors) {
    let Spanned { value, span } = table;
    let problem = if !names::is_snake_case(value) {
        "is not snake_case: use a-z, 0-9 and _, beginning with a letter".to_owned()
    } else if value.len() + LONGEST_SUFFIX.len() > names::LONGEST_IDENTIFIER {
        format!(
            "is longer than {} bytes, and with `{LONGEST_SUFFIX}` longer than 63: set a shorter one with `table = \"…\"`",
            names::LONGEST_IDENTIFIER - LONGEST_SUFFIX.len()
        )
    } else if value.starts_with("sqlite_") || value.starts_with("pg_") {
        "is reserved, `sqlite_` and `pg_` begin the databases' own: set another with `table = \"…\"`".to_owned()
    } else {
        return;
    };
    errors.at(*span, format!("the table {value:?} {problem}"));
}

/// A table that is called as before was not renamed, and a name that is none was never a table's.
fn check_former_table(metric: &Metric, errors: &Errors) {
    let Some(Spanned { value, span }) = &metric.renamed_from else {
        return;
    };
    let problem = if *value == metric.table.value {
        "is what the table is called now: write the name that it had, or remove `renamed_from`"
    } else if !names::is_snake_case(value) || value.len() > names::LONGEST_IDENTIFIER {
        "is not the name of a table: write the name that it had"
    } else {
        return;
    };
    errors.at(*span, format!("the former table {value:?} {problem}"));
}

/// The path is a part of URLs, and nothing in it may need escaping. With `/stream` behind it, it is that of the stream.
fn check_path(path: &Spanned<String>, errors: &Errors) {
    let Spanned { value, span } = path;
    let problem = if !names::is_url_path(value) {
        "is not kebab-case: use a-z, 0-9 and -, in segments between slashes"
    } else if value.rsplit('/').next() == Some("stream") {
        "ends as the address of a stream does: set another with `path = \"…\"`"
    } else {
        return;
    };
    errors.at(*span, format!("the path {value:?} {problem}"));
}
