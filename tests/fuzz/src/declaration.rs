//! Declarations: whatever somebody writes, the derives answer with items, and with words of their own where it is
//! wrong.

use proc_macro2::TokenStream;
use syn::{DeriveInput, File};

use crate::{dimension_value, expand};

pub(crate) fn expand(text: &str) {
    let Ok(input) = syn::parse_str::<DeriveInput>(text) else {
        return;
    };
    assert_items(expand::metric(&input));
    assert_items(dimension_value::expand(&input));
}

fn assert_items(expansion: TokenStream) {
    let shown = expansion.to_string();
    if let Err(error) = syn::parse2::<File>(expansion) {
        panic!("{error}: {shown}");
    }
}
