//! Whether a text is a cron expression of five fields: minute, hour, day of month, month, day of week.
//!
//! A field is a list of `*`, numbers, names and ranges; `/step` follows a `*` or a range.

/// One of the five fields.
struct Field {
    name: &'static str,
    first: u32,
    last: u32,
    /// The names of the values, from `first` on; empty where there are only numbers.
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field::numbers("minute", 0, 59),
    Field::numbers("hour", 0, 23),
    Field::numbers("day of month", 1, 31),
    Field {
        name: "month",
        first: 1,
        last: 12,
        names: &[
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ],
    },
    // Sunday is 0 and 7, as everywhere.
    Field {
        name: "day of week",
        first: 0,
        last: 7,
        names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    },
];

/// Says which field is wrong, and how it should read.
pub(crate) fn validate(expression: &str) -> Result<(), String> {
    let fields: Vec<&str> = expression.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        return Err(not_cron(expression, &wrong_count(fields.len())));
    }
    for ((index, field), text) in FIELDS.iter().enumerate().zip(fields) {
        field.validate(text).map_err(|problem| {
            let place = format!("field {} ({})", index + 1, field.name);
            not_cron(expression, &format!("{place} {problem}"))
        })?;
    }
    Ok(())
}

fn not_cron(expression: &str, problem: &str) -> String {
    format!("{expression:?} is not a cron expression: {problem}")
}

/// Names the field that is missing, or the first that is too many.
fn wrong_count(found: usize) -> String {
    let order = "minute, hour, day of month, month, day of week, such as \"0 3 * * *\"";
    match FIELDS.get(found) {
        Some(missing) => format!(
            "field {} ({}) is missing; the fields are {order}",
            found + 1,
            missing.name
        ),
        None => format!("field 6 is one too many; the fields are {order}"),
    }
}

impl Field {
    const fn numbers(name: &'static str, first: u32, last: u32) -> Self {
        Self {
            name,
            first,
            last,
            names: &[],
        }
    }

    fn validate(&self, text: &str) -> Result<(), String> {
        text.split(',').try_for_each(|item| self.item(item))
    }

    /// `*`, `*/5`, `3`, `1-5` or `1-20/2`.
    fn item(&self, item: &str) -> Result<(), String> {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (item, None),
        };
        let is_span = range == "*" || range.contains('-');
        self.range(range)?;
        match step {
            Some(_) if !is_span => Err(format!(
                "has a step after a single value in {item:?}: write {range}-{}/… or */…",
                self.last
            )),
            Some(step) => self.step(step),
            None => Ok(()),
        }
    }

    fn range(&self, range: &str) -> Result<(), String> {
        if range == "*" {
            return Ok(());
        }
        let Some((from, to)) = range.split_once('-') else {
            return self.value(range).map(|_| ());
        };
        if self.value(from)? > self.value(to)? {
            return Err(format!(
                "has the range {range:?}, which runs backwards: write it as a list, or as two ranges"
            ));
        }
        Ok(())
    }

    fn step(&self, step: &str) -> Result<(), String> {
        match number(step) {
            Some(number) if (1..=self.last).contains(&number) => Ok(()),
            _ => Err(format!(
                "has the step {step:?}: use a number from 1 to {}",
                self.last
            )),
        }
    }

    fn value(&self, text: &str) -> Result<u32, String> {
        self.named(text)
            .or_else(|| number(text))
            .filter(|value| (self.first..=self.last).contains(value))
            .ok_or_else(|| format!("has {text:?}: {}", self.valid_values()))
    }

    fn named(&self, text: &str) -> Option<u32> {
        (self.first..)
            .zip(self.names)
            .find_map(|(value, name)| name.eq_ignore_ascii_case(text).then_some(value))
    }

    fn valid_values(&self) -> String {
        let numbers = format!("use * or a number from {} to {}", self.first, self.last);
        match (self.names.first(), self.names.last()) {
            (Some(first), Some(last)) => format!("{numbers}, or {first} to {last}"),
            _ => numbers,
        }
    }
}

/// Digits only: `parse` alone would take a sign, too.
fn number(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_fields_are_a_cron_expression() {
        for expression in [
            "0 3 * * *",
            "*/15 * * * *",
            "0-30/10,45 0,12 1-7 jan-mar,12 mon-fri",
            "59 23 31 12 7",
            "0 0 1 JAN Sun",
        ] {
            assert_eq!(validate(expression), Ok(()), "{expression}");
        }
    }

    #[test]
    fn an_error_names_the_field() {
        for (expression, place) in [
            ("60 * * * *", "field 1 (minute)"),
            ("0 24 * * *", "field 2 (hour)"),
            ("0 0 0 * *", "field 3 (day of month)"),
            ("0 0 * 13 *", "field 4 (month)"),
            ("0 0 * mon *", "field 4 (month)"),
            ("0 0 * * 8", "field 5 (day of week)"),
            ("0 0 * * monday", "field 5 (day of week)"),
            ("", "field 1 (minute) is missing"),
            ("0 3 * *", "field 5 (day of week) is missing"),
            ("0 3 * * * *", "field 6 is one too many"),
            ("@daily", "field 2 (hour) is missing"),
        ] {
            let message = validate(expression).expect_err(expression);
            assert!(message.contains(place), "{message}");
        }
    }

    #[test]
    fn ranges_and_steps_are_checked() {
        for (minute, problem) in [
            ("30-10", "runs backwards"),
            ("*/0", "has the step \"0\""),
            ("*/60", "has the step \"60\""),
            ("*/", "has the step \"\""),
            ("5/10", "after a single value"),
            ("1,", "has \"\""),
            ("+1", "has \"+1\""),
            ("1-2-3", "has \"2-3\""),
        ] {
            let message = validate(&format!("{minute} * * * *")).expect_err(minute);
            assert!(message.contains(problem), "{message}");
        }
    }
}
