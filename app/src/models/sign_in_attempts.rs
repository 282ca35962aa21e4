//! How often somebody tried to sign in, and how long they have to wait before they may try again.
//!
//! Failures are counted for the account and for the address, so that neither many guesses at one account nor one at
//! each of many accounts are for free. Where a person has signed in before, only what fails for them from there counts:
//! nobody elsewhere can keep them out, however long they try.
//!
//! An attempt counts as a failure from its beginning, and is taken back when it succeeds: otherwise guesses that are
//! made at once would not know of each other. All instances on a database count together.

mod count;

use std::net::IpAddr;

use diesel::prelude::*;
use diesel::result::Error;

use crate::credentials::Digest;
use crate::database::{Connection, on_each};
use crate::schema::sign_in_attempts;
pub use count::Limits;
use count::{NO_WAIT, count, failures, wait, wait_until};

/// After how many seconds failures are forgotten.
const FORGOTTEN: i64 = 3_600;

/// How many seconds an address stays known as one where a person has signed in.
const FAMILIAR: i64 = 90 * 86_400;

/// How many accounts may be failed at from one address: several people may be behind it.
const ACCOUNTS_OF_AN_ADDRESS: i64 = 4;

/// What attempts are counted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins {
    account: Digest,
    address: Digest,
    both: Digest,
}

/// That somebody has to wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// For so many seconds.
    pub wait: i64,
    /// Whether it has yet to be told that somebody was refused during this wait.
    pub untold: bool,
}

/// An attempt that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    origins: Origins,
    counted: Vec<Digest>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sign_in_attempts)]
struct Known {
    origin: Vec<u8>,
    wait_until: i64,
    told: bool,
    succeeded_at: Option<i64>,
}

impl Origins {
    /// An attempt at an account, by its e-mail address, from an address. IPv6 gives everybody a whole network.
    #[must_use]
    pub fn new(email: &str, address: Option<IpAddr>) -> Self {
        let address = match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => format!("{:?}", &address.segments()[..4]),
            None => String::new(),
        };
        Self {
            account: Digest::of(&format!("account {email}")),
            address: Digest::of(&format!("address {address}")),
            both: Digest::of(&format!("both {address} {email}")),
        }
    }

    /// Why an attempt could not begin now, if it could not.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn refusal(
        &self,
        connection: &mut Connection,
        limits: Limits,
        now: i64,
    ) -> QueryResult<Option<Refusal>> {
        let known = self.known(connection)?;
        Ok(refusal(&known, &self.counted(&known, now), limits, now))
    }

    /// Lets an attempt begin, unless somebody has to wait. It counts as a failure, until it is taken back.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn admit(
        &self,
        connection: &mut Connection,
        limits: Limits,
        now: i64,
    ) -> QueryResult<Result<Attempt, Refusal>> {
        let known = self.known(connection)?;
        let counted = self.counted(&known, now);
        match refusal(&known, &counted, limits, now) {
            Some(refusal) => Ok(Err(refusal)),
            None => self.begin(connection, &counted, limits, now),
        }
    }

    /// Notes that it is told that somebody was refused. Answers whether nobody else has told it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn note_told(&self, connection: &mut Connection, now: i64) -> QueryResult<bool> {
        let all = [&self.account, &self.address, &self.both].map(Digest::as_bytes);
        let untold = sign_in_attempts::table
            .filter(sign_in_attempts::origin.eq_any(all))
            .filter(sign_in_attempts::wait_until.gt(now))
            .filter(sign_in_attempts::told.eq(false));
        let note = diesel::update(untold).set(sign_in_attempts::told.eq(true));
        on_each!(connection, c => note.execute(c)).map(|noted| noted > 0)
    }

    fn known(&self, connection: &mut Connection) -> QueryResult<Vec<Known>> {
        let all = [&self.account, &self.address, &self.both].map(Digest::as_bytes);
        let known = sign_in_attempts::table.filter(sign_in_attempts::origin.eq_any(all));
        on_each!(connection, c => known.select(Known::as_select()).load(c))
    }

    /// What an attempt counts for, and how many accounts each of them stands for. Always in this order, so that two
    /// attempts at once cannot wait for each other.
    fn counted(&self, known: &[Known], now: i64) -> Vec<(&Digest, i64)> {
        let is_familiar = known.iter().any(|known| {
            let recent = known.succeeded_at.is_some_and(|at| at > now - FAMILIAR);
            recent && known.origin == self.both.as_bytes()
        });
        if is_familiar {
            vec![(&self.both, 1)]
        } else {
            vec![(&self.account, 1), (&self.address, ACCOUNTS_OF_AN_ADDRESS)]
        }
    }

    fn begin(
        &self,
        connection: &mut Connection,
        counted: &[(&Digest, i64)],
        limits: Limits,
        now: i64,
    ) -> QueryResult<Result<Attempt, Refusal>> {
        let begun = connection.transaction(|connection| {
            for (origin, accounts) in counted {
                count(connection, origin, limits, now)?;
                let failures = failures(connection, origin)?;
                let free = limits.free.saturating_mul(*accounts);
                let until = match wait(failures, free, limits.longest_wait) {
                    0 => NO_WAIT,
                    seconds => now + seconds,
                };
                wait_until(connection, origin, until)?;
            }
            Ok(())
        });
        let counted = counted.iter().map(|(origin, _)| (*origin).clone());
        match begun {
            Ok(()) => Ok(Ok(Attempt {
                origins: self.clone(),
                counted: counted.collect(),
            })),
            // Somebody else was as fast, and now both have to wait.
            Err(Error::NotFound) => Ok(Err(Refusal {
                wait: 1,
                untold: false,
            })),
            Err(error) => Err(error),
        }
    }
}

/// The longest of the waits that have begun for what an attempt counts for.
fn refusal(
    known: &[Known],
    counted: &[(&Digest, i64)],
    limits: Limits,
    now: i64,
) -> Option<Refusal> {
    let waiting = known.iter().filter(|known| {
        let counts = |(origin, _): &(&Digest, i64)| known.origin == origin.as_bytes();
        limits.hold(known.wait_until, now) && counted.iter().any(counts)
    });
    let until = waiting.clone().map(|known| known.wait_until).max()?;
    Some(Refusal {
        wait: until - now,
        untold: waiting.clone().any(|known| !known.told),
    })
}

impl Attempt {
    /// It has succeeded: it does not count, and the address is one of this person's from now on.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn succeed(&self, connection: &mut Connection, now: i64) -> QueryResult<()> {
        for origin in &self.counted {
            let counted = sign_in_attempts::table
                .find(origin.as_bytes())
                .filter(sign_in_attempts::failures.gt(0));
            let take_back = diesel::update(counted).set((
                sign_in_attempts::failures.eq(sign_in_attempts::failures - 1),
                sign_in_attempts::wait_until.eq(NO_WAIT),
            ));
            on_each!(connection, c => take_back.execute(c))?;
        }
        let familiar = (
            sign_in_attempts::failures.eq(0),
            sign_in_attempts::attempted_at.eq(now),
            sign_in_attempts::wait_until.eq(NO_WAIT),
            sign_in_attempts::told.eq(false),
            sign_in_attempts::succeeded_at.eq(now),
        );
        let remember = diesel::insert_into(sign_in_attempts::table)
            .values((
                sign_in_attempts::origin.eq(self.origins.both.as_bytes()),
                familiar,
            ))
            .on_conflict(sign_in_attempts::origin)
            .do_update()
            .set(familiar);
        on_each!(connection, c => remember.execute(c)).map(drop)
    }
}

/// Forgets the failures of an account, so that its owner need not wait for what others did.
///
/// # Errors
///
/// When the database fails.
pub fn forget(connection: &mut Connection, email: &str) -> QueryResult<()> {
    let account = Origins::new(email, None).account;
    let forget = diesel::delete(sign_in_attempts::table.find(account.as_bytes()));
    on_each!(connection, c => forget.execute(c)).map(drop)
}

/// Deletes what no attempt depends on any more, and answers how many rows that were.
///
/// # Errors
///
/// When the database fails.
pub fn remove_forgotten(connection: &mut Connection, now: i64) -> QueryResult<usize> {
    let unfamiliar = sign_in_attempts::succeeded_at
        .is_null()
        .or(sign_in_attempts::succeeded_at
            .le(now - FAMILIAR)
            .assume_not_null());
    let forgotten = sign_in_attempts::table
        .filter(sign_in_attempts::attempted_at.le(now - FORGOTTEN))
        .filter(sign_in_attempts::wait_until.le(now))
        .filter(unfamiliar);
    on_each!(connection, c => diesel::delete(forgotten).execute(c))
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::Origins;

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let origins = |address: &str| {
            let address: IpAddr = address.parse().unwrap();
            Origins::new("ada@example.com", Some(address))
        };
        assert_eq!(origins("2001:db8::1"), origins("2001:db8::ffff:1"));
        assert_ne!(origins("2001:db8::1"), origins("2001:db8:0:1::1"));
        assert_eq!(origins("::ffff:192.0.2.1"), origins("192.0.2.1"));
        assert_ne!(origins("192.0.2.1"), origins("192.0.2.2"));
    }
}
