//! Every error of a declaration, reported at once.

use std::cell::RefCell;
use std::fmt::Display;
use std::thread;

use proc_macro2::Span;
use quote::ToTokens;

/// Collects errors while a declaration is parsed and checked.
///
/// The list is taken by [`Errors::finish`]. Dropping it before panics, so that no error can be collected and forgotten.
pub(crate) struct Errors(RefCell<Option<Vec<syn::Error>>>);

impl Errors {
    pub(crate) fn new() -> Self {
        Self(RefCell::new(Some(Vec::new())))
    }

    /// An error on one token.
    pub(crate) fn at(&self, span: Span, message: impl Display) {
        self.add(syn::Error::new(span, message));
    }

    /// An error on everything from the first to the last of `tokens`.
    pub(crate) fn on(&self, tokens: impl ToTokens, message: impl Display) {
        self.add(syn::Error::new_spanned(tokens, message));
    }

    /// An error that syn has found.
    pub(crate) fn add(&self, error: syn::Error) {
        self.0
            .borrow_mut()
            .as_mut()
            .expect("only `finish` takes the list, and it consumes `self`")
            .push(error);
    }

    /// All errors in one, if there are any.
    pub(crate) fn finish(self) -> syn::Result<()> {
        let errors = self.0.take().unwrap_or_default();
        let combined = errors.into_iter().reduce(|mut all, error| {
            all.combine(error);
            all
        });
        combined.map_or(Ok(()), Err)
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        if self.0.get_mut().is_some() && !thread::panicking() {
            panic!("errors were collected and never reported: call `finish`");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_errors_are_reported_in_order() {
        let errors = Errors::new();
        errors.at(Span::call_site(), "first");
        errors.at(Span::call_site(), "second");
        let combined = errors.finish().expect_err("two were collected");
        let messages: Vec<_> = combined.into_iter().map(|e| e.to_string()).collect();
        assert_eq!(messages, ["first", "second"]);
    }

    #[test]
    #[should_panic(expected = "never reported")]
    fn forgetting_to_report_panics() {
        drop(Errors::new());
    }
}
