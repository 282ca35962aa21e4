//! Declarations: whatever somebody writes, the derives answer with items, and with words of their own where it is
//! wrong.

use proc_macro2::TokenStream;
use syn::{Data, DeriveInput, File, Type};

use crate::{dimension_value, expand};

pub(crate) fn expand(text: &str) {
    let Ok(input) = syn::parse_str::<DeriveInput>(text) else {
        return;
    };
    if has_unsized_field(&input) {
        return;
    }
    assert_items(expand::metric(&input));
    assert_items(dimension_value::expand(&input));
}

/// The compiler refuses those itself, and reads some of them otherwise than syn does.
fn has_unsized_field(input: &DeriveInput) -> bool {
    let Data::Struct(data) = &input.data else {
        return false;
    };
    let mut types = data.fields.iter().map(|field| &field.ty);
    types.any(|ty| matches!(ty, Type::TraitObject(_) | Type::ImplTrait(_)))
}

fn assert_items(expansion: TokenStream) {
    let shown = expansion.to_string();
    if let Err(error) = syn::parse2::<File>(expansion) {
        panic!("{error}: {shown}");
    }
}
