//! The text exposition format: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::fmt::{Display, Write as _};

/// A label and its value.
pub(super) type Label<'a> = (&'a str, &'a str);

/// What is written so far.
#[derive(Default)]
pub(super) struct Text(String);

impl Text {
    pub(super) fn into_string(self) -> String {
        self.0
    }

    /// Begins a family: what its samples are called, and what they say.
    pub(super) fn family(&mut self, kind: &str, name: &str, help: &str) {
        self.line(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}"));
    }

    pub(super) fn sample(&mut self, name: &str, labels: &[Label<'_>], value: impl Display) {
        let labels = Labels(labels);
        self.line(format_args!("{name}{labels} {value}"));
    }

    /// A family of a single number that only grows.
    pub(super) fn counter(&mut self, name: &str, help: &str, value: impl Display) {
        self.family("counter", name, help);
        self.sample(name, &[], value);
    }

    /// A family of a single number that goes up and down.
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.family("gauge", name, help);
        self.sample(name, &[], value);
    }

    /// A histogram of durations: how many were not above each bound, and all together, in microseconds.
    pub(super) fn histogram(
        &mut self,
        name: &str,
        labels: &[Label<'_>],
        buckets: impl IntoIterator<Item = (Option<u64>, u64)>,
        sum: u64,
    ) {
        let mut all = 0;
        for (bound, count) in buckets {
            let bound = bound.map_or("+Inf".to_owned(), seconds);
            let labels = [labels, &[("le", bound.as_str())]].concat();
            self.sample(&format!("{name}_bucket"), &labels, count);
            all = count;
        }
        self.sample(&format!("{name}_sum"), labels, seconds(sum));
        self.sample(&format!("{name}_count"), labels, all);
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        writeln!(self.0, "{line}").expect("writing to a string does not fail");
    }
}

/// `{name="value",…}`, or nothing.
struct Labels<'a>(&'a [Label<'a>]);

impl Display for Labels<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (name, value)) in self.0.iter().enumerate() {
            let separator = if index == 0 { '{' } else { ',' };
            let value = value.replace('\\', r"\\").replace('"', r#"\""#);
            write!(formatter, "{separator}{name}=\"{value}\"")?;
        }
        if self.0.is_empty() {
            return Ok(());
        }
        formatter.write_char('}')
    }
}

/// Microseconds as decimal seconds, exactly.
pub(super) fn seconds(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn a_value_cannot_end_its_label() {
        let mut text = Text::default();
        text.sample("n", &[("route", r#"/{id:\d+}""#), ("method", "GET")], 1);
        assert_eq!(
            text.into_string(),
            "n{route=\"/{id:\\\\d+}\\\"\",method=\"GET\"} 1\n"
        );
    }
}
