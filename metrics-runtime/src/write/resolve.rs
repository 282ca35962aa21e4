//! From pending events to events whose dictionary ids are known.

use std::collections::HashMap;

use super::Memory;
use super::batch::Pending;
use super::claim::Claim;
use super::connection::StoreConnection;
use super::failed::{Failed, Failures};
use super::merge::{Point, Resolved};
use super::series::{OVERFLOW, Overflowed};
use crate::dimension::Value;
use crate::error::{Reason, Rejection, StoreError};
use crate::layout::{Dictionary, Layout};

/// Finds or makes the dictionary entries of every event that is to be written.
pub(super) fn resolve<'a, C: StoreConnection>(
    conn: &mut C,
    memory: &mut Memory,
    pending: &'a [Pending],
    claims: &[Claim],
    (failures, overflowed): (&mut Failures, &mut Overflowed),
    now: i64,
) -> Result<Vec<Resolved<'a>>, Failed> {
    let mut ids = Ids {
        conn,
        memory,
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
            let (owner, labels) = match ids.of(layout, &event.owner, &event.labels)? {
                Ok(ids) => ids,
                Err(why) => {
                    failures.add(origin, layout.schema, why);
                    continue;
                }
            };
            if labels == OVERFLOW && layout.labels.is_some() {
                *overflowed.entry(layout.schema.name).or_default() += 1;
            }
            let point = Point {
                owner,
                labels,
                timestamp: event.timestamp,
                levels: *levels,
                measures: &event.measures,
            };
            resolved.push(Resolved {
                layout,
                point,
                origin,
            });
        }
    }
    Ok(resolved)
}

/// The id of an entry, or why the event cannot be counted.
type Id<T = i64> = Result<Result<T, Rejection>, StoreError>;

struct Ids<'a, 'c, C> {
    conn: &'c mut C,
    memory: &'c mut Memory,
    /// Entries that cannot be made, so that each is asked for once.
    impossible: HashMap<(&'a str, &'a [Value]), Rejection>,
    now: i64,
}

impl<'a, C: StoreConnection> Ids<'a, '_, C> {
    /// The ids of an event's owner and labels; 0 where the metric has no such dictionary.
    fn of(
        &mut self,
        layout: &'a Layout,
        owner: &'a [Value],
        labels: &'a [Value],
    ) -> Id<(i64, i64)> {
        let owner = match &layout.owners {
            None => 0,
            Some(owners) => match self.entry(owners, owner)? {
                Ok(owner) => owner,
                Err(why) => return Ok(Err(why)),
            },
        };
        let Some(dictionary) = &layout.labels else {
            return Ok(Ok((owner, 0)));
        };
        let labels = self.labels(layout, dictionary, owner, labels)?;
        Ok(labels.map(|labels| (owner, labels)))
    }

    /// The labels of a series that the metric tells apart, or those of the overflow series.
    fn labels(
        &mut self,
        layout: &'a Layout,
        dictionary: &'a Dictionary,
        owner: i64,
        values: &'a [Value],
    ) -> Id {
        if !self.memory.series.full(self.conn, layout, self.now)? {
            let entry = self.entry(dictionary, values)?;
            if let Ok(labels) = entry {
                self.memory.series.add(layout, owner, labels);
            }
            return Ok(entry);
        }
        let found = self
            .memory
            .interner
            .find(self.conn, dictionary, values, self.now)?;
        match found.filter(|labels| self.memory.series.knows(layout, owner, *labels)) {
            Some(labels) => Ok(Ok(labels)),
            // A foreign key leaves no place for labels that are none.
            None if dictionary.has_references() => Ok(Err(too_many(layout))),
            None => Ok(Ok(OVERFLOW)),
        }
    }

    fn entry(&mut self, dictionary: &'a Dictionary, values: &'a [Value]) -> Id {
        let entry = (dictionary.table.as_str(), values);
        if let Some(rejection) = self.impossible.get(&entry) {
            return Ok(Err(rejection.clone()));
        }
        let interned = self
            .memory
            .interner
            .intern(self.conn, dictionary, values, self.now)?;
        if let Err(rejection) = &interned {
            self.impossible.insert(entry, rejection.clone());
        }
        Ok(interned)
    }
}

fn too_many(layout: &Layout) -> Rejection {
    let (name, max) = (layout.schema.name, layout.schema.max_series);
    let message = format!(
        "{name} has {max} combinations of dimension values already: no further ones are counted"
    );
    Rejection::new(Reason::TooManySeries, None, message)
}
