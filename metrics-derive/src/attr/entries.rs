//! The entries of an attribute: `key`, `key = value` and `key(…)` between commas.
//!
//! Entries are split at the commas before they are understood, so that a mistake in one does not hide those in others.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::{Attribute, Meta};

use super::attribute_name;
use crate::errors::Errors;
use crate::names;

/// The entries of all attributes of one name on one item.
pub(crate) struct Entries<'a> {
    pub(super) errors: &'a Errors,
    entries: Vec<Entry>,
}

/// What stands between two commas.
pub(super) struct Entry {
    pub(super) key: Ident,
    pub(super) form: Form,
}

/// What follows a key.
pub(super) enum Form {
    /// `key`
    Word,
    /// `key = value`; the span is that of `=`.
    Value(Span, TokenStream),
    /// `key(…)`
    List(Group),
}

impl<'a> Entries<'a> {
    /// Reads `attributes`, which share a name, and reports what is none of the `valid` keys, or is given twice.
    pub(crate) fn read(attributes: &[&Attribute], valid: &[&str], errors: &'a Errors) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        for attribute in attributes {
            for tokens in arguments(attribute, errors) {
                let Some(entry) = Entry::read(tokens, errors) else {
                    continue;
                };
                if is_new_and_known(&entry, &entries, valid, errors) {
                    entries.push(entry);
                }
            }
        }
        Self { errors, entries }
    }

    /// The entry called `key`.
    pub(super) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }
}

impl Entry {
    fn read(tokens: Vec<TokenTree>, errors: &Errors) -> Option<Self> {
        let mut tokens = tokens.into_iter();
        let key = match tokens.next() {
            Some(TokenTree::Ident(key)) => key,
            Some(other) => {
                errors.on(other, "expected a key, such as `key = value`");
                return None;
            }
            None => return None,
        };
        let form = Form::read(&key, tokens.collect(), errors)?;
        Some(Self { key, form })
    }
}

impl Form {
    fn read(key: &Ident, rest: Vec<TokenTree>, errors: &Errors) -> Option<Self> {
        match rest.as_slice() {
            [] => Some(Self::Word),
            [TokenTree::Punct(equals), value @ ..] if equals.as_char() == '=' => {
                Some(Self::Value(equals.span(), value.iter().cloned().collect()))
            }
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
                Some(Self::List(group.clone()))
            }
            [TokenTree::Group(_), unexpected, ..] | [unexpected, ..] => {
                let message = format!(
                    "expected a comma, or `=` or `(…)` after `{key}`: entries are separated by commas"
                );
                errors.on(unexpected, message);
                None
            }
        }
    }
}

/// `tokens`, split at the commas. The comma after the last entry is optional.
pub(super) fn split_at_commas(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut entries = vec![Vec::new()];
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => entries.push(Vec::new()),
            other => entries
                .last_mut()
                .expect("the list begins with an entry")
                .push(other),
        }
    }
    entries.retain(|entry| !entry.is_empty());
    entries
}

fn arguments(attribute: &Attribute, errors: &Errors) -> Vec<Vec<TokenTree>> {
    match &attribute.meta {
        Meta::Path(_) => Vec::new(),
        Meta::List(list) => split_at_commas(list.tokens.clone()),
        Meta::NameValue(pair) => {
            let name = attribute_name(attribute);
            errors.on(
                pair.eq_token,
                format!("`{name}` takes its keys in parentheses: write `#[{name}(…)]`"),
            );
            Vec::new()
        }
    }
}

fn is_new_and_known(entry: &Entry, before: &[Entry], valid: &[&str], errors: &Errors) -> bool {
    let key = entry.key.to_string();
    if !valid.contains(&key.as_str()) {
        errors.at(entry.key.span(), unknown_key(&key, valid));
        return false;
    }
    if before.iter().any(|earlier| earlier.key == entry.key) {
        errors.at(
            entry.key.span(),
            format!("`{key}` is given twice: keep one of them"),
        );
        return false;
    }
    true
}

fn unknown_key(key: &str, valid: &[&str]) -> String {
    let guess = names::did_you_mean(key, valid)
        .map(|meant| format!(": did you mean `{meant}`?"))
        .unwrap_or_else(|| ".".to_owned());
    if valid.is_empty() {
        return format!("unknown key `{key}`: no key is valid here; remove it");
    }
    format!(
        "unknown key `{key}`{guess} Valid here: {}",
        valid.join(", ")
    )
}
