//! `#[dimension(…)]`, `#[counter(…)]` and `#[metric(skip)]` on the fields.

use syn::ext::IdentExt;
use syn::{Attribute, Field, FieldsNamed, Ident, LitInt};

use super::{Entries, attribute_name, description};
use crate::errors::Errors;
use crate::model::{Column, ColumnKind, Dimension, Fields, Reference, Role, Spanned};
use crate::names;

const DIMENSION_KEYS: &[&str] = &[
    "user",
    "team",
    "references",
    "max_len",
    "default",
    "rename",
    "renamed_from",
];
const COUNTER_KEYS: &[&str] = &["unit", "rename", "renamed_from"];
const SKIP_KEYS: &[&str] = &["skip"];

/// Values beyond it are no names but documents, and never fit into the key of a dictionary: PostgreSQL's are limited.
const LONGEST_TEXT: u32 = 2500;

/// What a field is marked as.
enum Mark<'a> {
    Dimension(&'a Attribute),
    Counter(&'a Attribute),
    Metric(&'a Attribute),
}

/// What came of a field.
enum Outcome {
    Column(Box<Column>),
    Skipped,
    Unclear,
}

/// Reads the fields, in their order.
pub(crate) fn read(fields: &FieldsNamed, errors: &Errors) -> Fields {
    let mut columns = Vec::new();
    let mut all_clear = true;
    for field in &fields.named {
        match read_field(field, errors) {
            Outcome::Column(column) => columns.push(*column),
            Outcome::Skipped => {}
            Outcome::Unclear => all_clear = false,
        }
    }
    if all_clear {
        Fields::Read(columns)
    } else {
        Fields::Partly(columns)
    }
}

fn read_field(field: &Field, errors: &Errors) -> Outcome {
    let Some(ident) = &field.ident else {
        return Outcome::Unclear;
    };
    let mut marks = field.attrs.iter().filter_map(Mark::of);
    let Some(mark) = marks.next() else {
        errors.on(ident, format!(
            "`{ident}` is neither a dimension nor a measure: mark it `#[dimension]` or `#[counter]`, or leave it out with `#[metric(skip)]`"
        ));
        return Outcome::Unclear;
    };
    if let Some(second) = marks.next() {
        errors.on(second.attribute().path(), format!(
            "`{ident}` is marked twice: keep one of `#[dimension]`, `#[counter]` and `#[metric(skip)]`"
        ));
        return Outcome::Unclear;
    }
    match mark {
        Mark::Dimension(attribute) => read_dimension(field, ident, attribute, errors),
        Mark::Counter(attribute) => read_counter(field, ident, attribute, errors),
        Mark::Metric(attribute) => read_skip(attribute, errors),
    }
}

impl<'a> Mark<'a> {
    fn of(attribute: &'a Attribute) -> Option<Self> {
        match attribute_name(attribute).as_str() {
            "dimension" => Some(Self::Dimension(attribute)),
            "counter" => Some(Self::Counter(attribute)),
            "metric" => Some(Self::Metric(attribute)),
            _ => None,
        }
    }

    fn attribute(&self) -> &'a Attribute {
        match self {
            Self::Dimension(attribute) | Self::Counter(attribute) | Self::Metric(attribute) => {
                attribute
            }
        }
    }
}

fn read_dimension(field: &Field, ident: &Ident, mark: &Attribute, errors: &Errors) -> Outcome {
    let entries = Entries::read(&[mark], DIMENSION_KEYS, errors);
    let dimension = Dimension {
        role: read_role(&entries),
        max_len: read_max_len(&entries),
        default: entries.text("default", "unknown"),
        references: read_reference(&entries),
    };
    column(field, ident, &entries, ColumnKind::Dimension(dimension))
}

fn read_counter(field: &Field, ident: &Ident, mark: &Attribute, errors: &Errors) -> Outcome {
    let entries = Entries::read(&[mark], COUNTER_KEYS, errors);
    let unit = read_unit(&entries);
    column(field, ident, &entries, ColumnKind::Counter { unit })
}

fn column(field: &Field, ident: &Ident, entries: &Entries<'_>, kind: ColumnKind) -> Outcome {
    let name = entries.text("rename", "bytes").unwrap_or_else(|| Spanned {
        value: ident.unraw().to_string(),
        span: ident.span(),
    });
    Outcome::Column(Box::new(Column {
        field: ident.clone(),
        ty: field.ty.clone(),
        description: description(&field.attrs),
        name,
        renamed_from: entries.text("renamed_from", "old_name"),
        kind,
    }))
}

fn read_skip(mark: &Attribute, errors: &Errors) -> Outcome {
    let entries = Entries::read(&[mark], SKIP_KEYS, errors);
    if entries.word("skip").is_some() {
        return Outcome::Skipped;
    }
    // An unknown key is reported already; an empty list is not.
    let is_empty = match &mark.meta {
        syn::Meta::Path(_) => true,
        syn::Meta::List(list) => list.tokens.is_empty(),
        syn::Meta::NameValue(_) => false,
    };
    if is_empty {
        errors.on(
            mark.path(),
            "on a field, `metric` can only leave it out: write `#[metric(skip)]`",
        );
    }
    Outcome::Unclear
}

fn read_role(entries: &Entries<'_>) -> Role {
    match (entries.word("user"), entries.word("team")) {
        (Some(_), Some(team)) => {
            entries.errors.at(
                team,
                "a dimension is either the `user` or the `team`: keep one of them",
            );
            Role::Label
        }
        (Some(user), None) => Role::User(user),
        (None, Some(team)) => Role::Team(team),
        (None, None) => Role::Label,
    }
}

fn read_max_len(entries: &Entries<'_>) -> Option<Spanned<u32>> {
    let literal: LitInt = entries.integer("max_len", "128")?;
    match literal.base10_parse() {
        Ok(value @ 1..=LONGEST_TEXT) => Some(Spanned {
            value,
            span: literal.span(),
        }),
        _ => {
            entries.errors.on(
                literal,
                format!("`max_len` is a number of characters from 1 to {LONGEST_TEXT}"),
            );
            None
        }
    }
}

fn read_unit(entries: &Entries<'_>) -> Option<String> {
    let unit = entries.text("unit", "bytes")?;
    if unit.value.trim().is_empty() {
        entries.errors.at(
            unit.span,
            "a unit needs a name: write `unit = \"bytes\"`, or remove it",
        );
    }
    Some(unit.value)
}

fn read_reference(entries: &Entries<'_>) -> Option<Reference> {
    let text = entries.text("references", "users(id)")?;
    let reference = parse_reference(&text.value);
    if reference.is_none() {
        entries.errors.at(
            text.span,
            "`references` must read \"table(column)\", such as \"users(id)\", both in snake_case",
        );
    }
    reference
}

fn parse_reference(text: &str) -> Option<Reference> {
    let (table, column) = text.strip_suffix(')')?.split_once('(')?;
    let is_identifier =
        |name: &str| names::is_snake_case(name) && name.len() <= names::LONGEST_IDENTIFIER;
    (is_identifier(table) && is_identifier(column)).then(|| Reference {
        table: table.to_owned(),
        column: column.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::parse_reference;

    #[test]
    fn a_reference_is_a_table_and_a_column() {
        let reference = parse_reference("users(id)").expect("the usual form");
        assert_eq!((&*reference.table, &*reference.column), ("users", "id"));
        for text in [
            "",
            "users",
            "users()",
            "(id)",
            "users.id",
            "users(id",
            "users (id)",
            "Users(id)",
            "users(id))",
        ] {
            assert!(parse_reference(text).is_none(), "{text}");
        }
    }
}
