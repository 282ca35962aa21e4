//! What metrics, dimensions and measures are called where people read: their names, in words.

use crate::schema::{Dimension, Measure, MetricSchema};

/// Longer comments explain; these are names.
const WORDS_OF_A_NAME: usize = 2;

impl MetricSchema {
    /// The name in words: `server_installations` is “Server installations”.
    #[must_use]
    pub fn title(&self) -> String {
        in_words(self.name, self.description)
    }
}

impl Dimension {
    /// The name in words: `server_id` is “Server ID”.
    #[must_use]
    pub fn title(&self) -> String {
        in_words(self.name, self.description)
    }
}

impl Measure {
    /// What is counted, in words: `installation_count` is “Installations”.
    ///
    /// A comment of one or two words is what it is called: `/// Keys given.` makes `given_count` “Keys given”.
    #[must_use]
    pub fn title(&self) -> String {
        let comment = self.description.trim_end_matches('.');
        if (1..=WORDS_OF_A_NAME).contains(&comment.split_whitespace().count()) {
            return comment.to_owned();
        }
        match self.name.strip_suffix("_count") {
            Some(counted) => in_words(&plural(counted), self.description),
            None => in_words(self.name, self.description),
        }
    }
}

/// A name in snake case does not say which of its words are abbreviations; the description does, by writing them in
/// capitals. Of “id” everybody knows.
fn in_words(name: &str, description: &str) -> String {
    let is_capitals =
        |word: &&str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let described = description.split(|letter: char| !letter.is_alphanumeric());
    let capitals: Vec<_> = described.filter(is_capitals).chain(["ID"]).collect();
    let words = name.split('_').map(|word| {
        let known = capitals
            .iter()
            .find(|known| known.eq_ignore_ascii_case(word));
        known.map_or(word, |known| *known)
    });
    capitalized(&words.collect::<Vec<_>>().join(" "))
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// The plural of an English noun. What is no noun, such as “revoked”, stays as it is; what is irregular can be named by
/// a comment.
fn plural(noun: &str) -> String {
    let ends = |endings: &[&str]| endings.iter().any(|ending| noun.ends_with(ending));
    match noun.strip_suffix('y') {
        Some(stem) if !ends(&["ay", "ey", "oy", "uy"]) => format!("{stem}ies"),
        _ if ends(&["ss", "us", "x", "z", "ch", "sh"]) => format!("{noun}es"),
        _ if ends(&["s"]) || (ends(&["ed"]) && !ends(&["eed"])) => noun.to_owned(),
        _ => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{in_words, plural};
    use crate::schema::{Measure, MeasureKind};

    fn title(name: &'static str, description: &'static str) -> String {
        let measure = Measure {
            name,
            description,
            unit: None,
            kind: MeasureKind::Counter,
            renamed_from: None,
        };
        measure.title()
    }

    #[test]
    fn a_measure_is_called_by_what_it_counts() {
        assert_eq!(title("installation_count", ""), "Installations");
        assert_eq!(
            title("tool_call_count", "Requests that called a tool."),
            "Tool calls"
        );
        assert_eq!(
            title("delay_minutes", "How late they left, together."),
            "Delay minutes"
        );
        assert_eq!(
            title("mcp_error_count", "Errors that MCP clients got."),
            "MCP errors"
        );
        assert_eq!(title("count", ""), "Count");
    }

    #[test]
    fn a_short_comment_is_what_it_is_called() {
        assert_eq!(title("given_count", "Keys given."), "Keys given");
        assert_eq!(title("uninstallation_count", "Removals."), "Removals");
        assert_eq!(title("revoked_count", "Keys that were revoked."), "Revoked");
    }

    #[test]
    fn plurals_are_those_of_regular_nouns() {
        let nouns = [
            "query",
            "key",
            "batch",
            "cache_miss",
            "status",
            "byte",
            "bytes",
            "feed",
        ];
        let plurals = [
            "queries",
            "keys",
            "batches",
            "cache_misses",
            "statuses",
            "bytes",
            "bytes",
            "feeds",
        ];
        assert_eq!(nouns.map(plural), plurals);
    }

    #[test]
    fn abbreviations_are_those_that_the_description_writes_in_capitals() {
        assert_eq!(
            in_words("mcp_client_activity", "Requests of MCP clients."),
            "MCP client activity"
        );
        assert_eq!(in_words("server_id", ""), "Server ID");
    }
}
