//! What was declared: types only.

use syn::{Generics, Ident, Member, Path, Type};

use crate::model::Spanned;

/// A type with `#[derive(DimensionValue)]`.
pub(crate) struct Declared {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    /// Where the runtime is.
    pub(crate) runtime: Path,
    pub(crate) shape: Shape,
}

/// The two shapes that have values to tell apart.
pub(crate) enum Shape {
    /// An enum, whose variants are words.
    Words(Vec<Variant>),
    /// A struct with one field, whose values are the field's.
    Newtype(Member, Box<Type>),
    /// Neither. The error is reported already.
    None,
}

/// A variant and its word.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) word: Spanned<String>,
    /// The words that it takes over from.
    pub(crate) former: Vec<Spanned<String>>,
}
