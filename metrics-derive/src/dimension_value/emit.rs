//! From model to code.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Member, Type};

use super::model::{Declared, Shape, Variant};
use crate::emit::place_of;

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
        let Variant { ident, word } = variant;
        let word = &word.value;
        quote!(Self::#ident => #word)
    });
    let to_value = quote! {
        #runtime::Value::Text(::core::convert::From::from(match self { #(#arms),* }))
    };
    implementation(declared, &kind, &to_value)
}

fn newtype(declared: &Declared, member: &Member, inner: &Type) -> TokenStream {
    let runtime = &declared.runtime;
    let place = place_of(inner);
    let inner = quote_spanned!(place=> <#inner as #runtime::DimensionValue>);
    implementation(
        declared,
        &quote_spanned!(place=> #inner::KIND),
        &quote!(#inner::to_value(&self.#member)),
    )
}

/// The impl after an error: some value, so that uses of the type give no errors of their own.
pub(super) fn stub(declared: &Declared) -> TokenStream {
    let runtime = &declared.runtime;
    implementation(
        declared,
        &quote!(#runtime::DimensionKind::Text),
        &quote!(#runtime::Value::Integer(0)),
    )
}

fn implementation(declared: &Declared, kind: &TokenStream, to_value: &TokenStream) -> TokenStream {
    let Declared { ident, runtime, .. } = declared;
    let (impl_generics, type_generics, where_clause) = declared.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #runtime::DimensionValue for #ident #type_generics #where_clause {
            const KIND: #runtime::DimensionKind = #kind;
            fn to_value(&self) -> #runtime::Value<'_> {
                #to_value
            }
        }
    }
}
