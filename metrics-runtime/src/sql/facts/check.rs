//! A check as the catalogues of databases tell it, each in words of its own.

use super::one_of;

/// A check, as far as it lists values; any other is told as it stands.
pub(super) fn check_fact(definition: &str) -> String {
    let text = definition.split_whitespace().collect::<Vec<_>>().join(" ");
    listed_values(&text).map_or_else(
        || format!("the check {text}"),
        |(column, values)| one_of(&column, values),
    )
}

/// The column and the values of a check such as `"n" IN (1, 2)`, which PostgreSQL shows as
/// `(n = ANY (ARRAY[1, 2]))`, or `"n" = 1 OR "n" = 2`.
fn listed_values(check: &str) -> Option<(String, Vec<String>)> {
    let (mut column, mut values) = (None, Vec::new());
    let mut rest = check;
    while let Some(first) = rest.chars().next() {
        let length = token(rest, first);
        let (token, after) = rest.split_at(length);
        rest = after;
        match first {
            '\'' => values.push(token.to_owned()),
            '0'..='9' | '-' => values.push(token.to_owned()),
            ' ' | '(' | ')' | '[' | ']' | ',' | '=' | ':' => {}
            'a'..='z' | 'A'..='Z' | '"' | '_' if KNOWN.contains(&token) => {}
            'a'..='z' | 'A'..='Z' | '"' | '_' => {
                let name = token.trim_matches('"').to_owned();
                if *column.get_or_insert_with(|| name.clone()) != name {
                    return None;
                }
            }
            _ => return None,
        }
    }
    Some((column?, values)).filter(|(_, values)| !values.is_empty())
}

/// What such a check is made of besides.
const KNOWN: [&str; 8] = [
    "CHECK", "IN", "OR", "ANY", "ARRAY", "text", "integer", "bigint",
];

/// The length of the token that begins with `first`.
fn token(text: &str, first: char) -> usize {
    let ends = |is_part: fn(char) -> bool| text.find(|c| !is_part(c)).unwrap_or(text.len());
    match first {
        '\'' | '"' => quoted_length(text, first),
        '0'..='9' | '-' => {
            1 + text[1..]
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(text.len() - 1)
        }
        'a'..='z' | 'A'..='Z' | '_' => ends(|c| c.is_alphanumeric() || c == '_'),
        other => other.len_utf8(),
    }
}

/// The length of what is in quotes, in which a quote is written twice.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut end = 1;
    while let Some(at) = text[end..].find(quote) {
        end += at + 1;
        if !text[end..].starts_with(quote) {
            return end;
        }
        end += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::check_fact;

    #[test]
    fn a_list_of_values_reads_the_same_however_it_is_written() {
        let same = "the check that n is one of 900, 3600";
        for text in [
            "CHECK (\"n\" IN (900, 3600))",
            "CHECK ((n = ANY (ARRAY[3600, 900])))",
            "CHECK (\"n\" = 900 OR \"n\" = 3600)",
        ] {
            let expected = check_fact("CHECK (n IN (900, 3600))");
            assert_eq!(check_fact(text), expected, "{text}");
        }
        assert_eq!(check_fact("CHECK (\"n\" IN (3600, 900))").len(), same.len());
        assert_eq!(
            check_fact("CHECK ((t = ANY (ARRAY['it''s'::text, '('::text])))"),
            check_fact("CHECK (\"t\" IN ('(', 'it''s'))")
        );
        assert_eq!(
            check_fact("CHECK ((n = 3600))"),
            check_fact("CHECK (\"n\" IN (3600))")
        );
    }

    #[test]
    fn any_other_check_is_told_as_it_stands() {
        assert_eq!(check_fact("CHECK ((n >  5))"), "the check CHECK ((n > 5))");
        let two = "CHECK (n = 5 OR m = 6)";
        assert_eq!(check_fact(two), format!("the check {two}"));
    }
}
