//! From syntax to model.

use syn::ext::IdentExt;
use syn::{Data, DataEnum, DataStruct, DeriveInput, Fields, Index, Member};

use super::model::{Declared, Shape, Variant};
use crate::attr::{Entries, named};
use crate::errors::Errors;
use crate::model::Spanned;
use crate::names;

/// Reads a declaration. What cannot be read is reported, and left out.
pub(super) fn read(input: &DeriveInput, errors: &Errors) -> Declared {
    let entries = Entries::read(&named(&input.attrs, "dimension"), &["crate"], errors);
    refuse_generics(input, errors);
    Declared {
        ident: input.ident.clone(),
        generics: input.generics.clone(),
        runtime: entries.runtime(),
        shape: read_shape(input, errors),
    }
}

/// A kind is a constant of the type, and a parameter would make it many.
fn refuse_generics(input: &DeriveInput, errors: &Errors) {
    if !input.generics.params.is_empty() {
        errors.on(
            &input.generics,
            "a dimension value cannot be generic: write a type for each use",
        );
    }
}

fn read_shape(input: &DeriveInput, errors: &Errors) -> Shape {
    match &input.data {
        Data::Enum(data) => read_words(data, errors),
        Data::Struct(data) => read_newtype(data, errors),
        Data::Union(data) => {
            errors.on(
                data.union_token,
                "a union cannot be a dimension value: use an enum without fields, or a newtype",
            );
            Shape::None
        }
    }
}

fn read_words(data: &DataEnum, errors: &Errors) -> Shape {
    if data.variants.is_empty() {
        errors.on(
            data.enum_token,
            "an enum without variants has no values: add one, such as `Unknown`",
        );
    }
    let variants = data.variants.iter();
    Shape::Words(
        variants
            .map(|variant| read_variant(variant, errors))
            .collect(),
    )
}

fn read_variant(variant: &syn::Variant, errors: &Errors) -> Variant {
    let ident = &variant.ident;
    if !matches!(variant.fields, Fields::Unit) {
        errors.on(
            &variant.fields,
            format!("`{ident}` carries data, which a word cannot: remove the fields, and make them dimensions of their own"),
        );
    }
    let keys = ["rename", "renamed_from"];
    let entries = Entries::read(&named(&variant.attrs, "dimension"), &keys, errors);
    let word = entries.text("rename", "stdio").unwrap_or_else(|| Spanned {
        value: names::snake_case(&ident.unraw().to_string()),
        span: ident.span(),
    });
    Variant {
        ident: ident.clone(),
        word,
        former: read_former(&entries),
    }
}

/// `renamed_from = "sse"`, or `renamed_from("sse", "http")`.
fn read_former(entries: &Entries<'_>) -> Vec<Spanned<String>> {
    const KEY: &str = "renamed_from";
    if entries.is_list(KEY) {
        entries.refuse_empty(KEY, "\"old_word\", \"another\"");
        return entries
            .texts(KEY, "\"old_word\", \"another\"")
            .unwrap_or_default();
    }
    entries.text(KEY, "old_word").into_iter().collect()
}

fn read_newtype(data: &DataStruct, errors: &Errors) -> Shape {
    for field in &data.fields {
        // No key is valid here: this reports any.
        Entries::read(&named(&field.attrs, "dimension"), &[], errors);
    }
    let mut fields = data.fields.iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        errors.on(
            data.struct_token,
            "a dimension value is an enum without fields, or a struct with one field: leave one, or make each a dimension of its own",
        );
        return Shape::None;
    };
    let member = match &field.ident {
        Some(ident) => Member::Named(ident.clone()),
        None => Member::Unnamed(Index::from(0)),
    };
    Shape::Newtype(member, Box::new(field.ty.clone()))
}
