//! The start of a bucket, as responses write it.

use chrono::Datelike;

use super::buckets::at;

const SECONDS_A_DAY: i64 = 86_400;

/// Writes `2026-01-10T09:00:00.000Z` digit by digit, and the day only where it is another one than before: a response
/// holds thousands of these, and general formatting took most of the time that it needs.
pub(super) struct Stamp {
    /// Which day `text` says, counted from the epoch.
    day: Option<i64>,
    text: [u8; 24],
}

impl Stamp {
    pub(super) fn new() -> Self {
        Self {
            day: None,
            text: *b"0000-00-00T00:00:00.000Z",
        }
    }

    /// What is written for a moment.
    pub(super) fn of(&mut self, epoch_seconds: i64) -> &str {
        let day = epoch_seconds.div_euclid(SECONDS_A_DAY);
        if self.day != Some(day) {
            self.day = Some(day);
            let date = at(epoch_seconds).naive_utc();
            put(&mut self.text[0..4], i64::from(date.year()));
            put(&mut self.text[5..7], i64::from(date.month()));
            put(&mut self.text[8..10], i64::from(date.day()));
        }
        let second = epoch_seconds.rem_euclid(SECONDS_A_DAY);
        put(&mut self.text[11..13], second / 3_600);
        put(&mut self.text[14..16], second / 60 % 60);
        put(&mut self.text[17..19], second % 60);
        std::str::from_utf8(&self.text).expect("digits are ASCII")
    }
}

fn put(digits: &mut [u8], mut number: i64) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number.rem_euclid(10)).expect("one digit");
        number /= 10;
    }
}
