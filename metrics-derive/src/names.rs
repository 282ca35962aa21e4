//! Names: how they are made, what they may look like, and which one was meant.

/// The longest identifier of PostgreSQL. It cuts longer ones off silently, and then two names are one.
pub(crate) const LONGEST_IDENTIFIER: usize = 63;

/// `ServerInstall` → `server_install`, `HTTPRequest` → `http_request`.
pub(crate) fn snake_case(camel: &str) -> String {
    words(camel).join("_")
}

/// `server_install` → `server-install`.
pub(crate) fn kebab_case(snake: &str) -> String {
    snake.replace('_', "-")
}

/// Lower-case letters, digits and underscores, beginning with a letter.
pub(crate) fn is_snake_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// Segments of lower-case letters, digits and hyphens, between slashes.
pub(crate) fn is_url_path(path: &str) -> bool {
    path.split('/').all(|segment| {
        !segment.is_empty()
            && segment
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    })
}

/// The one of `candidates` that `written` most probably stands for.
pub(crate) fn did_you_mean<'a>(written: &str, candidates: &[&'a str]) -> Option<&'a str> {
    candidates
        .iter()
        .map(|candidate| (strsim::jaro_winkler(written, candidate), *candidate))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

/// The words of an identifier. A capital begins a word when a small letter or a digit comes before it, or when it is
/// the last of several capitals and a small letter follows: `HTTPRequest` is `http` and `request`.
fn words(identifier: &str) -> Vec<String> {
    let letters: Vec<char> = identifier.chars().collect();
    let mut words = vec![String::new()];
    for (index, &letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(index + 1).copied();
        if letter == '_' || begins_word(before, letter, after) {
            words.push(String::new());
        }
        if letter != '_' {
            let word = words.last_mut().expect("the list begins with a word");
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn begins_word(before: Option<char>, letter: char, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    letter.is_uppercase() && (!before.is_uppercase() || after.is_some_and(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_case_separates_words() {
        for (camel, snake) in [
            ("ServerInstall", "server_install"),
            ("HTTPRequest", "http_request"),
            ("RequestHTTP", "request_http"),
            ("V2Install", "v2_install"),
            ("Http2Stream", "http2_stream"),
            ("A", "a"),
            ("already_snake", "already_snake"),
            ("_Hidden", "hidden"),
        ] {
            assert_eq!(snake_case(camel), snake);
        }
    }

    #[test]
    fn a_snake_case_name_begins_with_a_letter() {
        assert!(is_snake_case("server_id2"));
        assert!(is_snake_case("type_"));
        for name in ["", "_id", "2nd", "ServerId", "server-id", "größe", "a b"] {
            assert!(!is_snake_case(name), "{name}");
        }
    }

    #[test]
    fn a_url_path_has_no_empty_segment() {
        assert!(is_url_path("server-installs"));
        assert!(is_url_path("servers/installs-2"));
        for path in ["", "/a", "a/", "a//b", "Server", "a_b", "a?b"] {
            assert!(!is_url_path(path), "{path}");
        }
    }

    #[test]
    fn a_slip_of_the_keyboard_is_recognized() {
        let keys = ["name", "table", "retention", "view", "view_all"];
        assert_eq!(did_you_mean("retension", &keys), Some("retention"));
        assert_eq!(did_you_mean("views", &keys), Some("view"));
        assert_eq!(did_you_mean("colour", &keys), None);
    }
}
