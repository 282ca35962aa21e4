//! From pending events to events whose dictionary ids are known.

use std::collections::HashMap;

use super::batch::Pending;
use super::claim::Claim;
use super::connection::StoreConnection;
use super::failed::{Failed, Failures};
use super::interner::Interner;
use super::merge::Resolved;
use crate::dimension::Value;
use crate::error::{Rejection, StoreError};
use crate::layout::Dictionary;

/// Finds or makes the dictionary entries of every event that is to be written.
pub(super) fn resolve<'a, C: StoreConnection>(
    conn: &mut C,
    interner: &mut Interner,
    pending: &'a [Pending],
    claims: &[Claim],
    failures: &mut Failures,
    now: i64,
) -> Result<Vec<Resolved<'a>>, Failed> {
    let mut ids = Ids {
        conn,
        interner,
        impossible: HashMap::new(),
        now,
    };
    let mut resolved = Vec::new();
    let written = |(batch, _): &(usize, _)| matches!(claims[*batch], Claim::Write);
    for (batch, pending) in pending.iter().enumerate().filter(written) {
        for (index, (event, levels)) in pending.batch.events.iter().zip(&pending.levels).enumerate()
        {
            let Ok(event) = event else { continue };
            let (layout, origin) = (&event.layout, (batch, index));
            let owner = ids.id(layout.owners.as_ref(), &event.owner)?;
            let labels = ids.id(layout.labels.as_ref(), &event.labels)?;
            match (owner, labels) {
                (Ok(owner), Ok(labels)) => resolved.push(Resolved {
                    layout,
                    owner,
                    labels,
                    timestamp: event.timestamp,
                    levels: *levels,
                    measures: &event.measures,
                    origin,
                }),
                (Err(why), _) | (_, Err(why)) => failures.add(origin, layout.schema, why),
            }
        }
    }
    Ok(resolved)
}

struct Ids<'a, 'c, C> {
    conn: &'c mut C,
    interner: &'c mut Interner,
    /// Entries that cannot be made, so that each is asked for once.
    impossible: HashMap<(&'a str, &'a [Value]), Rejection>,
    now: i64,
}

impl<'a, C: StoreConnection> Ids<'a, '_, C> {
    /// The id of `values`; 0 where the metric has no such dictionary.
    fn id(
        &mut self,
        dictionary: Option<&'a Dictionary>,
        values: &'a [Value],
    ) -> Result<Result<i64, Rejection>, StoreError> {
        let Some(dictionary) = dictionary else {
            return Ok(Ok(0));
        };
        let entry = (dictionary.table.as_str(), values);
        if let Some(rejection) = self.impossible.get(&entry) {
            return Ok(Err(rejection.clone()));
        }
        let interned = self
            .interner
            .intern(self.conn, dictionary, values, self.now)?;
        if let Err(rejection) = &interned {
            self.impossible.insert(entry, rejection.clone());
        }
        Ok(interned)
    }
}
