//! Whether a declaration makes sense: one function for each rule.

use super::model::{Declared, Shape, Variant};
use crate::errors::Errors;

/// The column's width in the label table, and the default of `max_len`.
const LONGEST_WORD: usize = 255;

/// Reports every rule that `declared` breaks.
pub(super) fn dimension_value(declared: &Declared, errors: &Errors) {
    if let Shape::Words(variants) = &declared.shape {
        check_words_differ(variants, errors);
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

/// The empty word stands for absence in every text column, and a long one does not fit.
fn check_word(variant: &Variant, errors: &Errors) {
    let word = &variant.word.value;
    if word.is_empty() {
        errors.at(
            variant.word.span,
            "a word cannot be empty: `\"\"` stands for absence; choose one such as \"none\"",
        );
    } else if word.chars().count() > LONGEST_WORD {
        errors.at(
            variant.word.span,
            format!("a word has at most {LONGEST_WORD} characters: choose a shorter one"),
        );
    }
}
