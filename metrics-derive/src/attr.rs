//! From syntax to model: the grammar of the attributes.
//!
//! What cannot be read is reported here and left out of the model. Whether what was read makes sense is `check`'s
//! question.

mod entries;
mod fields;
mod metric;
mod values;

use syn::ext::IdentExt;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, Meta};

pub(crate) use entries::Entries;
pub(crate) use metric::read as read_metric;

/// The attributes called `name` among `attributes`.
pub(crate) fn named<'a>(attributes: &'a [Attribute], name: &str) -> Vec<&'a Attribute> {
    let attributes = attributes.iter();
    attributes
        .filter(|attribute| attribute.path().is_ident(name))
        .collect()
}

/// What the attribute is called: `metric`, `dimension` or `counter`.
pub(crate) fn attribute_name(attribute: &Attribute) -> String {
    let name = attribute.path().get_ident().map(Ident::unraw);
    name.map(|name| name.to_string()).unwrap_or_default()
}

/// The doc comment: trimmed lines, joined with spaces into paragraphs.
pub(crate) fn description(attributes: &[Attribute]) -> String {
    let comments: Vec<String> = attributes.iter().filter_map(doc_comment).collect();
    let comment = comments.join("\n");
    let lines: Vec<&str> = comment.lines().map(doc_line).collect();
    let paragraphs = lines.split(|line| line.is_empty());
    let paragraphs: Vec<String> = paragraphs
        .filter(|paragraph| !paragraph.is_empty())
        .map(|paragraph| paragraph.join(" "))
        .collect();
    paragraphs.join("\n\n")
}

fn doc_comment(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    match &pair.value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) if pair.path.is_ident("doc") => Some(text.value()),
        _ => None,
    }
}

/// A line of a `/** … */` comment may begin with an asterisk, for looks.
fn doc_line(line: &str) -> &str {
    let line = line.trim();
    match line.strip_prefix('*') {
        Some("") => "",
        Some(text) if text.starts_with(' ') => text.trim(),
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use syn::{DeriveInput, parse_quote};

    use super::description;

    #[test]
    fn lines_are_trimmed_and_joined_into_paragraphs() {
        let item: DeriveInput = parse_quote! {
            ///  Servers installed
            /// and removed.
            ///
            /// By anybody.
            #[doc = "Really."]
            struct S;
        };
        assert_eq!(
            description(&item.attrs),
            "Servers installed and removed.\n\nBy anybody. Really."
        );
    }

    #[test]
    fn the_asterisks_of_a_block_comment_are_no_text() {
        let item: DeriveInput = parse_quote! {
            #[doc = "\n * Servers installed\n * and *removed*.\n "]
            struct S;
        };
        assert_eq!(description(&item.attrs), "Servers installed and *removed*.");
    }
}
