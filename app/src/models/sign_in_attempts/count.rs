//! Counting attempts, and how long to wait after so many of them.

use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::result::Error;
use diesel::sql_types::BigInt;

use super::FORGOTTEN;
use crate::credentials::Digest;
use crate::database::{Connection, on_each};
use crate::schema::sign_in_attempts;

/// What stands where a wait would end, if there is none. Not the present: that may be a second later than the one which
/// somebody else read, who came to their turn after this.
pub(super) const NO_WAIT: i64 = 0;

/// How failures are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many in a row cost nothing.
    pub free: i64,
    /// The longest wait, in seconds.
    pub longest_wait: i64,
}

impl Limits {
    /// Whether somebody has to wait now, if it is until some moment. One that is further away than any wait takes is of
    /// a clock that was ahead, and keeps nobody out.
    pub(super) fn hold(self, until: i64, now: i64) -> bool {
        (1..=self.longest_wait).contains(&(until - now))
    }
}

/// Counts an attempt, unless somebody has to wait: then it is not found.
pub(super) fn count(
    connection: &mut Connection,
    origin: &Digest,
    limits: Limits,
    now: i64,
) -> QueryResult<()> {
    let first = diesel::insert_into(sign_in_attempts::table)
        .values((
            sign_in_attempts::origin.eq(origin.as_bytes()),
            sign_in_attempts::failures.eq(0),
            sign_in_attempts::attempted_at.eq(now),
            sign_in_attempts::wait_until.eq(NO_WAIT),
            sign_in_attempts::told.eq(false),
        ))
        .on_conflict_do_nothing();
    on_each!(connection, c => first.execute(c))?;
    let ready = sign_in_attempts::table
        .find(origin.as_bytes())
        .filter(diesel::dsl::not(
            sign_in_attempts::wait_until.between(now + 1, now + limits.longest_wait),
        ));
    let is_forgotten = sign_in_attempts::attempted_at.le(now - FORGOTTEN);
    let before =
        case_when(is_forgotten, 0_i64.into_sql::<BigInt>()).otherwise(sign_in_attempts::failures);
    let next = diesel::update(ready).set((
        sign_in_attempts::failures.eq(before + 1),
        sign_in_attempts::attempted_at.eq(now),
        sign_in_attempts::told.eq(false),
    ));
    match on_each!(connection, c => next.execute(c))? {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}

pub(super) fn failures(connection: &mut Connection, origin: &Digest) -> QueryResult<i64> {
    let failures = sign_in_attempts::table
        .find(origin.as_bytes())
        .select(sign_in_attempts::failures);
    on_each!(connection, c => failures.get_result(c))
}

pub(super) fn wait_until(
    connection: &mut Connection,
    origin: &Digest,
    moment: i64,
) -> QueryResult<()> {
    let row = sign_in_attempts::table.find(origin.as_bytes());
    let wait = diesel::update(row).set(sign_in_attempts::wait_until.eq(moment));
    on_each!(connection, c => wait.execute(c)).map(drop)
}

/// How many seconds follow after so many failures: none at first, then one, and twice as many each time.
pub(super) fn wait(failures: i64, free: i64, longest: i64) -> i64 {
    let doublings = failures - free - 1;
    match doublings {
        ..0 => 0,
        0..62 => (1_i64 << doublings).min(longest),
        _ => longest,
    }
}

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn waits_double_up_to_the_longest() {
        let waits = [1, 5, 6, 7, 8, 14, 15, 68, 69, 70, i64::MAX].map(|n| wait(n, 5, 300));
        assert_eq!(waits, [0, 0, 1, 2, 4, 256, 300, 300, 300, 300, 300]);
    }
}
