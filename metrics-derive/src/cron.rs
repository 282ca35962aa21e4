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

/// The most days that each month has, February in a leap year.
const LONGEST_DAYS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Says which field is wrong, and how it should read.
pub(crate) fn validate(expression: &str) -> Result<(), String> {
    let texts: Vec<&str> = expression.split_whitespace().collect();
    let Ok([minute, hour, day, month, weekday]) = <[&str; 5]>::try_from(texts.as_slice()) else {
        return Err(not_cron(expression, &wrong_count(texts.len())));
    };
    values(expression, 0, minute)?;
    values(expression, 1, hour)?;
    let days = values(expression, 2, day)?;
    let months = values(expression, 3, month)?;
    values(expression, 4, weekday)?;
    if weekday == "*" && !is_on_the_calendar(&days, &months) {
        let problem = "field 3 (day of month) is a day that none of the months has: use an earlier one, or another month";
        return Err(not_cron(expression, problem));
    }
    Ok(())
}

/// The values of the field at `index`, or what is wrong with them.
fn values(expression: &str, index: usize, text: &str) -> Result<Vec<u32>, String> {
    let field = &FIELDS[index];
    field.values(text).map_err(|problem| {
        let place = format!("field {} ({})", index + 1, field.name);
        not_cron(expression, &format!("{place} {problem}"))
    })
}

/// Nothing would ever happen on a 30th of February.
fn is_on_the_calendar(days: &[u32], months: &[u32]) -> bool {
    let earliest = days.iter().min().copied().unwrap_or(1);
    (1..)
        .zip(LONGEST_DAYS)
        .any(|(month, longest)| months.contains(&month) && earliest <= longest)
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

    fn values(&self, text: &str) -> Result<Vec<u32>, String> {
        if text != "*" && text.split(',').any(|item| item == "*") {
            return Err("has * in a list: * alone already means every value".to_owned());
        }
        let mut values = Vec::new();
        for item in text.split(',') {
            let (first, last, step) = self.item(item)?;
            values.extend((first..=last).step_by(step));
        }
        Ok(values)
    }

    /// `*`, `*/5`, `3`, `1-5` or `1-20/2`: from where, to where, and in which steps.
    fn item(&self, item: &str) -> Result<(u32, u32, usize), String> {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (item, None),
        };
        let (first, last) = self.range(range)?;
        let is_value = range != "*" && !range.contains('-');
        match step {
            Some(_) if is_value => Err(format!(
                "has a step after a single value in {item:?}: write {range}-{}/… or */…",
                self.last
            )),
            Some(step) => Ok((first, last, self.step(step)?)),
            None => Ok((first, last, 1)),
        }
    }

    fn range(&self, range: &str) -> Result<(u32, u32), String> {
        if range == "*" {
            return Ok((self.first, self.last));
        }
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        let (first, last) = (self.value(from)?, self.value(to)?);
        if first > last {
            return Err(format!(
                "has the range {range:?}, which runs backwards: write it as a list, or as two ranges"
            ));
        }
        Ok((first, last))
    }

    fn step(&self, step: &str) -> Result<usize, String> {
        number(step)
            .filter(|step| (1..=self.last).contains(step))
            .and_then(|step| usize::try_from(step).ok())
            .ok_or_else(|| {
                format!(
                    "has the step {step:?}: use a number from 1 to {}",
                    self.last
                )
            })
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
            "0 0 29 feb *",
            "0 0 31 */2 *",
            "0 0 31 feb mon",
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
            ("0 0 30 feb *", "field 3 (day of month) is a day that none"),
            (
                "0 0 31 apr,6-9/3,nov *",
                "field 3 (day of month) is a day that none",
            ),
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
            ("*,2", "has * in a list"),
            ("2,*", "has * in a list"),
            ("+1", "has \"+1\""),
            ("1-2-3", "has \"2-3\""),
        ] {
            let message = validate(&format!("{minute} * * * *")).expect_err(minute);
            assert!(message.contains(problem), "{message}");
        }
    }
}
