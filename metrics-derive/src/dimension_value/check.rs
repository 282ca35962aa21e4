//! Whether a declaration makes sense: one function for each rule.

use super::model::{Declared, Shape, Variant};
use crate::errors::Errors;
use crate::model::Spanned;

/// The column's width in the label table, and the default of `max_len`.
const LONGEST_WORD: usize = 255;

/// Reports every rule that `declared` breaks.
pub(super) fn dimension_value(declared: &Declared, errors: &Errors) {
    if let Shape::Words(variants) = &declared.shape {
        check_words_differ(variants, errors);
        check_former_words(variants, errors);
        for variant in variants {
            check_word(variant, errors);
        }
    }
}

/// Two variants with one word would be one series.
fn check_words_differ(variants: &[Variant], errors: &Errors) {
    for (index, variant) in variants.iter().enumerate() {
        let word = &variant.word.value;
        if let Some(first) = variants[..index]
            .iter()
            .find(|earlier| earlier.word.value == *word)
        {
            errors.at(
                variant.word.span,
                format!(
                    "word {word:?} is already that of `{}`: choose another with `#[dimension(rename = \"…\")]`",
                    first.ident
                ),
            );
        }
    }
}

/// A former word has one successor, and is no word any more: otherwise nobody could tell whose its rows are.
fn check_former_words(variants: &[Variant], errors: &Errors) {
    let mut taken: Vec<(&str, &Variant)> = Vec::new();
    for variant in variants {
        for Spanned { value, span } in &variant.former {
            let is_word = |variant: &&Variant| variant.word.value == *value;
            if let Some(owner) = variants.iter().find(is_word) {
                errors.at(
                    *span,
                    format!(
                        "{value:?} is still a word, that of `{}`: `renamed_from` names one that is none any more",
                        owner.ident
                    ),
                );
            } else if let Some((_, first)) = taken.iter().find(|(former, _)| former == value) {
                errors.at(
                    *span,
                    format!(
                        "`{}` takes {value:?} over already: remove one of the two",
                        first.ident
                    ),
                );
            }
            taken.push((value, variant));
        }
    }
}

/// The empty word stands for absence in every text column, and a long one does not fit.
fn check_word(variant: &Variant, errors: &Errors) {
    let word = &variant.word.value;
    if word.is_empty() {
        errors.at(
            variant.word.span,
            "a word cannot be empty: `\"\"` stands for absence; choose one such as \"none\"",
        );
    } else if word.contains('\0') {
        errors.at(
            variant.word.span,
            "a word cannot contain a NUL character: leave it out",
        );
    } else if word.chars().count() > LONGEST_WORD {
        errors.at(
            variant.word.span,
            format!("a word has at most {LONGEST_WORD} characters: choose a shorter one"),
        );
    }
}
