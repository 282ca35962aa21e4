//! `#[metric(…)]` on the struct.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Ident, LitInt};

use super::{Entries, attribute_name, description, fields, named};
use crate::errors::Errors;
use crate::model::{Fields, Metric, Retention, Spanned};
use crate::{cron, duration, names};

const KEYS: &[&str] = &[
    "name",
    "table",
    "path",
    "renamed_from",
    "intervals",
    "retention",
    "cleanup",
    "collect",
    "view",
    "view_all",
    "max_series",
    "crate",
];

const DEFAULT_MAX_SERIES: u64 = 100_000;

/// Reads a declaration. The model is complete even after an error, with defaults in place of what could not be read.
pub(crate) fn read(input: &DeriveInput, errors: &Errors) -> Metric {
    refuse_field_attributes(&input.attrs, errors);
    refuse_generics(input, errors);
    let entries = Entries::read(&named(&input.attrs, "metric"), KEYS, errors);
    let (name, table, path) = read_names(&input.ident, &entries);
    Metric {
        ident: input.ident.clone(),
        visibility: input.vis.clone(),
        generics: input.generics.clone(),
        runtime: entries.runtime(),
        description: description(&input.attrs),
        name,
        table,
        path,
        renamed_from: entries.text("renamed_from", "old_table"),
        intervals: read_intervals(&entries, input.ident.span()),
        retention: read_retention(&entries),
        cleanup: read_schedule(&entries, "cleanup", "0 3 * * *"),
        collect: read_schedule(&entries, "collect", "*/15 * * * *"),
        view: read_roles(&entries, "view"),
        view_all: read_roles(&entries, "view_all"),
        max_series: read_max_series(&entries),
        fields: read_fields(input, errors),
    }
}

/// A mark on the struct would otherwise be ignored without a word.
fn refuse_field_attributes(attributes: &[Attribute], errors: &Errors) {
    for attribute in attributes {
        let name = attribute_name(attribute);
        if name != "dimension" && name != "counter" {
            continue;
        }
        errors.on(
            attribute.path(),
            format!("`#[{name}]` marks a field: move it to one, or write `#[metric(…)]` here"),
        );
    }
}

fn refuse_generics(input: &DeriveInput, errors: &Errors) {
    if !input.generics.params.is_empty() {
        errors.on(
            &input.generics,
            "a metric cannot be generic: one type, one table; write a struct for each",
        );
    }
}

fn read_fields(input: &DeriveInput, errors: &Errors) -> Fields {
    let message = "a metric needs a struct with named fields, such as `struct Install { … }`";
    match &input.data {
        Data::Struct(data) => match &data.fields {
            syn::Fields::Named(named) => return fields::read(named, errors),
            syn::Fields::Unnamed(_) | syn::Fields::Unit => errors.on(data.struct_token, message),
        },
        Data::Enum(data) => errors.on(data.enum_token, message),
        Data::Union(data) => errors.on(data.union_token, message),
    }
    Fields::None
}

/// The name, and what follows from it unless it is said.
fn read_names(
    ident: &Ident,
    entries: &Entries<'_>,
) -> (Spanned<String>, Spanned<String>, Spanned<String>) {
    // What is wrong with a default is wrong with what it follows from.
    let default = |value, span| Spanned { value, span };
    let name = entries.text("name", "server_installs").unwrap_or_else(|| {
        let value = names::snake_case(&ident.unraw().to_string());
        default(value, ident.span())
    });
    let table = entries
        .text("table", "server_install_metrics")
        .unwrap_or_else(|| default(format!("{}_metrics", name.value), name.span));
    let path = entries
        .text("path", "server-installs")
        .unwrap_or_else(|| default(names::kebab_case(&name.value), name.span));
    (name, table, path)
}

fn read_intervals(entries: &Entries<'_>, default: Span) -> Vec<Spanned<i64>> {
    let example = r#""15m", "1h""#;
    entries.refuse_empty("intervals", example);
    let Some(texts) = entries.texts("intervals", example) else {
        let seconds = duration::DEFAULT_INTERVALS.into_iter();
        return seconds
            .map(|value| Spanned {
                value,
                span: default,
            })
            .collect();
    };
    let intervals = texts.into_iter();
    intervals
        .filter_map(|text| understand(text, duration::interval, entries.errors))
        .collect()
}

fn read_retention(entries: &Entries<'_>) -> Retention {
    let example = r#""15m" = "3d", "1h" = "30d""#;
    entries.refuse_empty("retention", example);
    if !entries.is_list("retention") {
        let text = entries.text("retention", "30d");
        let all = text.and_then(|text| understand(text, duration::retention, entries.errors));
        return all.map_or(Retention::Default, Retention::All);
    }
    let pairs = entries.pairs("retention", example).into_iter();
    let understood = pairs.filter_map(|(interval, retention)| {
        let interval = understand(interval, duration::interval, entries.errors);
        let retention = understand(retention, duration::retention, entries.errors);
        interval.zip(retention)
    });
    Retention::Each(understood.collect())
}

fn read_schedule(entries: &Entries<'_>, key: &str, example: &str) -> Option<String> {
    let expression = entries.text(key, example)?;
    understand(
        expression,
        |text| cron::validate(text).map(|()| text.to_owned()),
        entries.errors,
    )
    .map(|expression| expression.value)
}

fn read_roles(entries: &Entries<'_>, key: &str) -> Vec<String> {
    entries.refuse_empty(key, r#""global_admin""#);
    let roles = entries.texts(key, r#""global_admin""#).unwrap_or_default();
    let mut known: Vec<String> = Vec::new();
    for Spanned { value, span } in roles {
        if value.trim().is_empty() {
            let message =
                format!("a role needs a name: write `{key}(\"global_admin\")`, or remove it");
            entries.errors.at(span, message);
        } else if known.contains(&value) {
            let message = format!("role {value:?} is named twice in `{key}`: keep one of them");
            entries.errors.at(span, message);
        } else {
            known.push(value);
        }
    }
    known
}

fn read_max_series(entries: &Entries<'_>) -> u64 {
    let Some(literal) = entries.integer("max_series", "100_000") else {
        return DEFAULT_MAX_SERIES;
    };
    positive(&literal).unwrap_or_else(|| {
        entries.errors.on(
            &literal,
            "`max_series` is a number from 1 on: beyond it, new combinations are counted together",
        );
        DEFAULT_MAX_SERIES
    })
}

/// What is stored in the database is signed, so the limit is that of `i64`.
fn positive(literal: &LitInt) -> Option<u64> {
    let number: i64 = literal.base10_parse().ok()?;
    u64::try_from(number).ok().filter(|number| *number > 0)
}

/// Applies a grammar to a literal, and reports what it says on the literal.
fn understand<T>(
    text: Spanned<String>,
    grammar: impl FnOnce(&str) -> Result<T, String>,
    errors: &Errors,
) -> Option<Spanned<T>> {
    match grammar(&text.value) {
        Ok(value) => Some(Spanned {
            value,
            span: text.span,
        }),
        Err(message) => {
            errors.at(text.span, message);
            None
        }
    }
}
