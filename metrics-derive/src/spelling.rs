//! What can be told of a type from its spelling. Trait bounds decide the rest, so that aliases work.

use syn::{Path, PathArguments, Type, TypePath};

/// The types that are stored as integers.
const INTEGERS: [&str; 8] = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "bool"];

/// `Option<…>`.
pub(crate) fn is_option(ty: &Type) -> bool {
    let modules = [&["option"][..], &["core", "option"], &["std", "option"]];
    is_named(ty, "Option", &modules)
}

/// `f32` or `f64`.
pub(crate) fn float(ty: &Type) -> Option<&'static str> {
    let modules = [&["core", "primitive"][..], &["std", "primitive"]];
    ["f32", "f64"]
        .into_iter()
        .find(|float| is_named(ty, float, &modules))
}

/// `bool`, or an integer that a dimension can be.
pub(crate) fn is_integer(ty: &Type) -> bool {
    path(ty)
        .and_then(|mut words| words.pop())
        .is_some_and(|word| INTEGERS.contains(&word.as_str()))
}

/// Whether `ty` is spelled `name`, alone or in one of `modules`.
fn is_named(ty: &Type, name: &str, modules: &[&[&str]]) -> bool {
    let Some(path) = path(ty) else { return false };
    let Some((last, before)) = path.split_last() else {
        return false;
    };
    last == name && (before.is_empty() || modules.iter().any(|module| before == *module))
}

/// The words of a path without arguments but the last one's. A `macro_rules` macro wraps a type into a group.
fn path(ty: &Type) -> Option<Vec<String>> {
    match ty {
        Type::Group(group) => path(&group.elem),
        Type::Paren(paren) => path(&paren.elem),
        Type::Path(TypePath {
            qself: None, path, ..
        }) => words(path),
        _ => None,
    }
}

fn words(path: &Path) -> Option<Vec<String>> {
    let modules = path.segments.len().checked_sub(1)?;
    let mut before = path.segments.iter().take(modules);
    let plain = before.all(|module| matches!(module.arguments, PathArguments::None));
    let segments = path.segments.iter();
    plain.then(|| segments.map(|segment| segment.ident.to_string()).collect())
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn an_option_is_known_by_its_spelling() {
        for ty in [
            parse_quote!(Option<String>),
            parse_quote!(core::option::Option<u64>),
            parse_quote!(::std::option::Option<u64>),
            parse_quote!(option::Option<u64>),
            parse_quote!((Option<u64>)),
        ] {
            assert!(is_option(&ty));
        }
        for ty in [
            parse_quote!(String),
            parse_quote!(mine::Option),
            parse_quote!(Vec<Option<u64>>),
        ] {
            assert!(!is_option(&ty));
        }
    }

    #[test]
    fn an_integer_is_known_by_its_last_word() {
        assert!(is_integer(&parse_quote!(i64)));
        assert!(is_integer(&parse_quote!(::core::primitive::bool)));
        assert!(!is_integer(&parse_quote!(String)));
        assert!(!is_integer(&parse_quote!(&'static str)));
    }

    #[test]
    fn a_float_is_known_by_its_spelling() {
        assert_eq!(float(&parse_quote!(f64)), Some("f64"));
        assert_eq!(float(&parse_quote!(::core::primitive::f32)), Some("f32"));
        assert_eq!(float(&parse_quote!(mine::f32)), None);
        assert_eq!(float(&parse_quote!(u64)), None);
    }
}
