//! The values of an attribute's keys. What has another form than the key asks for is reported, and then absent.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{LitInt, LitStr, Path, Token, parse_quote};

use super::entries::{Entries, Entry, Form, split_at_commas};
use crate::errors::Errors;
use crate::model::Spanned;

/// One `"…" = "…"` of a list.
pub(crate) type Pair = (Spanned<String>, Spanned<String>);

impl Entries<'_> {
    /// Whether `key` stands alone, and where.
    pub(crate) fn word(&self, key: &str) -> Option<Span> {
        let entry = self.get(key)?;
        match &entry.form {
            Form::Word => Some(entry.key.span()),
            Form::Value(..) | Form::List(_) => {
                self.wrong_form(
                    entry,
                    &format!("`{key}` takes no value: write `{key}` alone"),
                );
                None
            }
        }
    }

    /// `key = "text"`.
    pub(crate) fn text(&self, key: &str, example: &str) -> Option<Spanned<String>> {
        let remedy = format!("write `{key} = {example:?}`");
        let tokens = self.value(key, &remedy)?;
        let literal: LitStr = self.parse(tokens, &format!("expected text in quotes: {remedy}"))?;
        Some(spanned(&literal))
    }

    /// `key = 100`.
    pub(crate) fn integer(&self, key: &str, example: &str) -> Option<LitInt> {
        let remedy = format!("write `{key} = {example}`");
        let tokens = self.value(key, &remedy)?;
        self.parse(
            tokens,
            &format!("expected a whole number without quotes: {remedy}"),
        )
    }

    /// `key = ::some::path`.
    fn path(&self, key: &str, example: &str) -> Option<Path> {
        let remedy = format!("write `{key} = {example}`");
        let tokens = self.value(key, &remedy)?;
        self.parse(tokens, &format!("expected a path without quotes: {remedy}"))
    }

    /// `key("a", "b")`.
    pub(crate) fn texts(&self, key: &str, example: &str) -> Option<Vec<Spanned<String>>> {
        let entry = self.get(key)?;
        let Form::List(group) = &entry.form else {
            self.wrong_form(
                entry,
                &format!("`{key}` takes a list: write `{key}({example})`"),
            );
            return None;
        };
        let expected = format!("expected text in quotes: write `{key}({example})`");
        let entries = split_at_commas(group.stream()).into_iter();
        let literals =
            entries.filter_map(|tokens| self.parse(tokens.into_iter().collect(), &expected));
        Some(literals.map(|literal: LitStr| spanned(&literal)).collect())
    }

    /// `key = "text"` or `key("a" = "b", …)`: which of the two is for the caller to ask, with [`Entries::is_list`].
    pub(crate) fn pairs(&self, key: &str, example: &str) -> Vec<Pair> {
        let Some(Form::List(group)) = self.get(key).map(|entry| &entry.form) else {
            return Vec::new();
        };
        let expected = format!("expected `\"…\" = \"…\"`: write `{key}({example})`");
        split_at_commas(group.stream())
            .into_iter()
            .filter_map(|tokens| self.pair(tokens.into_iter().collect(), &expected))
            .collect()
    }

    /// Reports `key()`: without an entry, the key says nothing.
    pub(crate) fn refuse_empty(&self, key: &str, example: &str) {
        if let Some(Entry {
            key,
            form: Form::List(group),
        }) = self.get(key)
            && group.stream().is_empty()
        {
            let message = format!("`{key}` is empty: write `{key}({example})`, or leave it out");
            self.errors.at(key.span(), message);
        }
    }

    /// Whether `key` is followed by parentheses.
    pub(crate) fn is_list(&self, key: &str) -> bool {
        self.get(key)
            .is_some_and(|entry| matches!(entry.form, Form::List(_)))
    }

    /// `crate = ::metrics_runtime`: where the runtime is, for both derives.
    pub(crate) fn runtime(&self) -> Path {
        let Some(path) = self.path("crate", "::metrics_runtime") else {
            return parse_quote!(::metrics_runtime);
        };
        if is_absolute(&path) {
            return path;
        }
        self.errors.on(
            &path,
            format!("`crate` must be an absolute path: {}", remedy(&path)),
        );
        parse_quote!(::metrics_runtime)
    }

    fn pair(&self, tokens: TokenStream, expected: &str) -> Option<Pair> {
        let parser = |input: ParseStream<'_>| {
            let key: LitStr = input.parse()?;
            input.parse::<Token![=]>()?;
            let value: LitStr = input.parse()?;
            Ok((key, value, input.parse::<TokenStream>()?))
        };
        match parser.parse2(tokens.clone()) {
            Ok((key, value, rest)) => {
                is_all(rest, self.errors).then(|| (spanned(&key), spanned(&value)))
            }
            Err(_) => {
                self.errors.on(tokens, expected);
                None
            }
        }
    }

    /// The tokens after `=`.
    fn value(&self, key: &str, remedy: &str) -> Option<TokenStream> {
        let entry = self.get(key)?;
        match &entry.form {
            Form::Value(equals, value) if value.is_empty() => {
                self.errors
                    .at(*equals, format!("`{key}` has no value after `=`: {remedy}"));
                None
            }
            Form::Value(_, value) => Some(value.clone()),
            Form::Word | Form::List(_) => {
                self.wrong_form(entry, &format!("`{key}` takes one value: {remedy}"));
                None
            }
        }
    }

    fn parse<T: Parse>(&self, tokens: TokenStream, expected: &str) -> Option<T> {
        parse_or_report(tokens, expected, self.errors)
    }

    fn wrong_form(&self, entry: &Entry, message: &str) {
        self.errors.at(entry.key.span(), message);
    }
}

/// A text that is a part of the grammar, and the place where it stands.
fn spanned(literal: &LitStr) -> Spanned<String> {
    Spanned {
        value: literal.value(),
        span: literal.span(),
    }
}

/// The path of a crate lacks its colons alone; of one that begins elsewhere, nobody knows where it ends up.
fn remedy(path: &Path) -> String {
    let first = path.segments.first().map(|first| first.ident.to_string());
    if matches!(first.as_deref(), Some("self" | "super" | "Self")) {
        return "begin it with `crate::`, or with `::` and the crate's name".to_owned();
    }
    let written = quote!(#path).to_string().replace(' ', "");
    format!("write `crate = ::{written}`")
}

/// `$crate` is how a macro that declares metrics names its own crate.
fn is_absolute(path: &Path) -> bool {
    let first = path.segments.first().map(|first| first.ident.to_string());
    path.leading_colon.is_some() || matches!(first.as_deref(), Some("crate" | "$crate"))
}

fn parse_or_report<T: Parse>(tokens: TokenStream, expected: &str, errors: &Errors) -> Option<T> {
    let parser = |input: ParseStream<'_>| Ok((input.parse()?, input.parse::<TokenStream>()?));
    match parser.parse2(tokens.clone()) {
        Ok((value, rest)) => is_all(rest, errors).then_some(value),
        Err(_) => {
            errors.on(tokens, expected);
            None
        }
    }
}

/// Whether nothing follows a value; what does is probably the next entry.
fn is_all(rest: TokenStream, errors: &Errors) -> bool {
    let next = rest.into_iter().next();
    if let Some(next) = &next {
        errors.on(
            next,
            "expected a comma before this: entries are separated by commas",
        );
    }
    next.is_none()
}
