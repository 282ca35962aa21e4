//! From model to code.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Member, Type};

use super::model::{Declared, Shape, Variant};
use crate::emit::place_of;
use crate::model::Spanned;

/// The impl of the trait.
pub(super) fn dimension_value(declared: &Declared) -> TokenStream {
    match &declared.shape {
        Shape::Words(variants) => words(declared, variants),
        Shape::Newtype(member, inner) => newtype(declared, member, inner),
        Shape::None => stub(declared),
    }
}

fn words(declared: &Declared, variants: &[Variant]) -> TokenStream {
    let runtime = &declared.runtime;
    let words = variants.iter().map(|variant| &variant.word.value);
    let kind = quote!(#runtime::DimensionKind::Enum(&[#(#words),*]));
    let arms = variants.iter().map(|variant| {
        let Variant { ident, word, .. } = variant;
        let word = &word.value;
        quote!(Self::#ident => #word)
    });
    let to_value = quote! {
        #runtime::Value::Text(::core::convert::From::from(match self { #(#arms),* }))
    };
    implementation(declared, &kind, &former_words(variants), &to_value)
}

/// Nothing, unless a word has taken over from another: the trait says so already.
fn former_words(variants: &[Variant]) -> TokenStream {
    let pairs = variants.iter().flat_map(|variant| {
        let word = &variant.word.value;
        let pair = move |former: &Spanned<String>| {
            let former = &former.value;
            quote!((#former, #word))
        };
        variant.former.iter().map(pair)
    });
    let pairs: Vec<_> = pairs.collect();
    if pairs.is_empty() {
        return TokenStream::new();
    }
    let text = quote!(&'static ::core::primitive::str);
    quote!(const FORMER_WORDS: &'static [(#text, #text)] = &[#(#pairs),*];)
}

fn newtype(declared: &Declared, member: &Member, inner: &Type) -> TokenStream {
    let runtime = &declared.runtime;
    let place = place_of(inner);
    let inner = quote_spanned!(place=> <#inner as #runtime::DimensionValue>);
    implementation(
        declared,
        &quote_spanned!(place=> #inner::KIND),
        &quote_spanned!(place=> const FORMER_WORDS: &'static [(&'static ::core::primitive::str, &'static ::core::primitive::str)] = #inner::FORMER_WORDS;),
        &quote!(#inner::to_value(&self.#member)),
    )
}

/// The impl after an error: some value, so that uses of the type give no errors of their own.
pub(super) fn stub(declared: &Declared) -> TokenStream {
    let runtime = &declared.runtime;
    implementation(
        declared,
        &quote!(#runtime::DimensionKind::Text),
        &TokenStream::new(),
        &quote!(#runtime::Value::Integer(0)),
    )
}

fn implementation(
    declared: &Declared,
    kind: &TokenStream,
    former_words: &TokenStream,
    to_value: &TokenStream,
) -> TokenStream {
    let Declared { ident, runtime, .. } = declared;
    let (impl_generics, type_generics, where_clause) = declared.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #runtime::DimensionValue for #ident #type_generics #where_clause {
            const KIND: #runtime::DimensionKind = #kind;
            #former_words
            fn to_value(&self) -> #runtime::Value<'_> {
                #to_value
            }
        }
    }
}
