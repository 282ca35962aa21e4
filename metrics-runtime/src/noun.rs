//! English nouns, where people read them: of one thing, and of many.

/// Which of two words a number asks for.
///
/// ```
/// use metrics_runtime::one_or_many;
///
/// let deleted = |rows: u64| format!("Deleted {rows} {}.", one_or_many(rows, "row", "rows"));
/// assert_eq!(deleted(1), "Deleted 1 row.");
/// assert_eq!(deleted(0), "Deleted 0 rows.");
/// ```
pub fn one_or_many<'w, N: PartialEq + From<u8>>(number: N, one: &'w str, many: &'w str) -> &'w str {
    if number == N::from(1) { one } else { many }
}

/// A span of time in days, or in hours where days are not whole.
pub(crate) fn in_days(seconds: i64) -> String {
    let (number, one, many) = match seconds % 86_400 {
        0 => (seconds / 86_400, "day", "days"),
        _ => (seconds / 3_600, "hour", "hours"),
    };
    format!("{number} {}", one_or_many(number, one, many))
}

/// The plural of a noun. What is no noun, such as “revoked”, stays as it is; what is irregular can be named by a
/// comment.
pub(crate) fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) if !ends(noun, &["ay", "ey", "oy", "uy"]) => format!("{stem}ies"),
        _ if ends(noun, &["ss", "us", "x", "z", "ch", "sh"]) => format!("{noun}es"),
        _ if ends(noun, &["s"]) || (ends(noun, &["ed"]) && !ends(noun, &["eed"])) => {
            noun.to_owned()
        }
        _ => format!("{noun}s"),
    }
}

/// What its plural says by an ending that others have for another reason.
const ONE_OF: [(&str, &str); 6] = [
    ("caches", "cache"),
    ("cookies", "cookie"),
    ("movies", "movie"),
    ("news", "news"),
    ("series", "series"),
    ("species", "species"),
];

/// What is as short as “ms” or “rps” is an abbreviation, and its last letter part of it.
const SHORTEST: usize = 3;

/// The singular of a noun. What is no plural stays as it is.
pub(crate) fn singular(noun: &str) -> String {
    let lower = noun.to_ascii_lowercase();
    if let Some((_, one)) = ONE_OF.iter().find(|(many, _)| *many == lower) {
        // The first letter may be a capital; what follows differs from the plural at its end only.
        return noun[..one.len()].to_owned();
    }
    let abbreviation = noun.len() <= SHORTEST || noun == noun.to_ascii_uppercase();
    if abbreviation || ends(&lower, &["ss", "us", "is"]) {
        return noun.to_owned();
    }
    if let Some(stem) = noun.strip_suffix("ies") {
        return format!("{stem}y");
    }
    let has_es = ends(noun, &["sses", "xes", "ches", "shes"]) || is_of_us(noun);
    let stem = noun.strip_suffix(if has_es { "es" } else { "s" });
    stem.unwrap_or(noun).to_owned()
}

/// Whether it is the plural of a noun in -us: “statuses” is, “pauses” and “uses” are not.
fn is_of_us(noun: &str) -> bool {
    let before = noun
        .strip_suffix("uses")
        .and_then(|stem| stem.chars().last());
    before.is_some_and(|letter| !"aeiou".contains(letter))
}

fn ends(noun: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| noun.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::{in_days, plural, singular};

    /// Of one, and of many.
    const NOUNS: [(&str, &str); 12] = [
        ("query", "queries"),
        ("key", "keys"),
        ("batch", "batches"),
        ("cache", "caches"),
        ("cookie", "cookies"),
        ("cache_miss", "cache_misses"),
        ("response", "responses"),
        ("status", "statuses"),
        ("pause", "pauses"),
        ("box", "boxes"),
        ("size", "sizes"),
        ("feed", "feeds"),
    ];

    #[test]
    fn nouns_are_regular_in_both_directions() {
        for (one, many) in NOUNS {
            assert_eq!(plural(one), many);
            assert_eq!(singular(many), one);
            assert_eq!(singular(one), one);
        }
        assert_eq!(plural("bytes"), "bytes");
        assert_eq!(singular("Cookies"), "Cookie");
    }

    #[test]
    fn spans_are_in_days_or_else_in_hours() {
        let told = [86_400, 30 * 86_400, 3_600, 36 * 3_600].map(in_days);
        assert_eq!(told, ["1 day", "30 days", "1 hour", "36 hours"]);
    }

    #[test]
    fn what_is_no_plural_stays_as_it_is() {
        for other in [
            "ms", "gas", "given", "series", "access", "analysis", "HTTPS", "data",
        ] {
            assert_eq!(singular(other), other);
        }
    }
}
