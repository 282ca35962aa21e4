//! A generated migration as statements, so that each can be sent, timed and told of on its own.

/// The statements of a text that the framework has written, each without the semicolon and what is said before it.
/// What has only comments is none.
pub(super) fn statements(text: &str) -> Vec<&str> {
    let (mut found, mut start, mut at) = (Vec::new(), 0, 0);
    while let Some(first) = text[at..].chars().next() {
        if first == ';' {
            found.push(&text[start..at]);
            start = at + 1;
        }
        at += token(&text[at..], first);
    }
    found.push(&text[start..]);
    found
        .into_iter()
        .map(without_comments)
        .filter(|statement| !statement.is_empty())
        .collect()
}

/// The length of the token at the start of `text`, which begins with `first`. A semicolon within one ends nothing.
fn token(text: &str, first: char) -> usize {
    let through = |end: &str| {
        text[end.len()..]
            .find(end)
            .map_or(text.len(), |at| at + 2 * end.len())
    };
    match first {
        '\'' => through("'"),
        '"' => through("\""),
        '-' if text.starts_with("--") => text.find('\n').unwrap_or(text.len()),
        '$' => match text[1..].find('$') {
            Some(end) => through(&text[..end + 2]),
            None => 1,
        },
        other => other.len_utf8(),
    }
}

/// A statement from its first word on.
fn without_comments(statement: &str) -> &str {
    let mut rest = statement.trim();
    while rest.starts_with("--") {
        rest = rest
            .split_once('\n')
            .map_or("", |(_, after)| after.trim_start());
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::statements;

    #[test]
    fn a_semicolon_ends_a_statement_only_where_it_stands_for_itself() {
        let text = "-- A; comment.\n\nSELECT 'a;''b', \"c;\"\"d\"; -- more; of it\n\
                    DO $guard$ BEGIN x; y; END $guard$;\n-- The end;";
        assert_eq!(
            statements(text),
            [
                "SELECT 'a;''b', \"c;\"\"d\"",
                "DO $guard$ BEGIN x; y; END $guard$"
            ]
        );
    }

    #[test]
    fn what_is_not_closed_is_one_statement() {
        assert_eq!(statements("SELECT 'a; b"), ["SELECT 'a; b"]);
        assert_eq!(statements("-- nothing"), [""; 0]);
    }
}
