//! What metrics, dimensions and measures are called where people read: their names, in words.

use crate::noun::{plural, singular};
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
        match self.names() {
            Names::Comment(comment) => comment.to_owned(),
            Names::Counted(counted) => in_words(&plural(counted), self.description),
            Names::Measured(name) => in_words(name, self.description),
        }
    }

    /// What one of it is called, to stand behind the number: “Installation”, “Key given”. What is no plural, as
    /// “Revoked” is none, stays as it is.
    #[must_use]
    pub fn title_of_one(&self) -> String {
        match self.names() {
            Names::Comment(comment) => of_one(comment, ' '),
            Names::Counted(name) | Names::Measured(name) => {
                in_words(&of_one(name, '_'), self.description)
            }
        }
    }

    fn names(&self) -> Names<'_> {
        let comment = self.description.trim_end_matches('.');
        if (1..=WORDS_OF_A_NAME).contains(&comment.split_whitespace().count()) {
            return Names::Comment(comment);
        }
        let counted = self.name.strip_suffix("_count");
        counted.map_or(Names::Measured(self.name), Names::Counted)
    }
}

/// What says how a measure is called.
enum Names<'m> {
    /// Its comment, which is a name.
    Comment(&'m str),
    /// Its name before `_count`: what is counted, mostly in the singular.
    Counted(&'m str),
    /// Its name.
    Measured(&'m str),
}

/// Puts the noun of a name into the singular: its last word, as in “Tool calls”, or else its first, as in “Keys given”.
fn of_one(name: &str, separator: char) -> String {
    let mut words: Vec<_> = name.split(separator).map(str::to_owned).collect();
    let is_plural = |word: &String| singular(word) != *word;
    let last = words.len() - 1;
    let noun = if is_plural(&words[last]) { last } else { 0 };
    words[noun] = singular(&words[noun]);
    words.join(&separator.to_string())
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

#[cfg(test)]
mod tests {
    use super::in_words;
    use crate::schema::{Measure, MeasureKind};

    fn measure(name: &'static str, description: &'static str) -> Measure {
        Measure {
            name,
            description,
            unit: None,
            kind: MeasureKind::Counter,
            renamed_from: None,
        }
    }

    fn title(name: &'static str, description: &'static str) -> String {
        measure(name, description).title()
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
    fn one_of_a_measure_is_called_by_the_singular_of_its_noun() {
        let one = |name, description| measure(name, description).title_of_one();
        assert_eq!(one("installation_count", ""), "Installation");
        assert_eq!(one("errors_count", ""), "Error");
        assert_eq!(one("views", ""), "View");
        assert_eq!(
            one("delay_minutes", "How late they left, together."),
            "Delay minute"
        );
        assert_eq!(one("given_count", "Keys given."), "Key given");
        assert_eq!(one("miss_count", "Cache misses."), "Cache miss");
        assert_eq!(one("revoked_count", "Keys that were revoked."), "Revoked");
        assert_eq!(
            one("mcp_error_count", "Errors that MCP clients got."),
            "MCP error"
        );
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
