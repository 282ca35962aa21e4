//! From pending events to events whose dictionary ids are known.

use foldhash::HashMap;

use super::Memory;
use super::ahead::Ahead;
use super::batch::Pending;
use super::claim::Claim;
use super::connection::StoreConnection;
use super::failed::{Failed, Failures};
use super::interner::{find, intern};
use super::known::Ids;
use super::merge::{Point, Resolved};
use super::series::{OVERFLOW, Overflowed};
use crate::dimension::Value;
use crate::error::{Reason, Rejection, StoreError};
use crate::event::Event;
use crate::layout::{Dictionary, Layout};
use crate::noun::one_or_many;

/// Finds or makes the dictionary entries of every event that is to be written.
pub(super) fn resolve<'a, C: StoreConnection>(
    conn: &mut C,
    memory: &mut Memory,
    pending: &'a [Pending],
    claims: &[Claim],
    (failures, overflowed): (&mut Failures, &mut Overflowed),
    now: i64,
) -> Result<Vec<Resolved<'a>>, Failed> {
    memory.look(conn.data_version()?, now);
    let written = |(batch, _): &(usize, _)| matches!(claims[*batch], Claim::Write);
    let batches = || pending.iter().enumerate().filter(written);
    let events = batches().flat_map(|(_, pending)| pending.batch.events.iter().flatten());
    let ahead = conn.look_ahead(memory, events, now)?;
    let mut finder = Finder {
        conn,
        memory,
        ahead,
        impossible: HashMap::default(),
        now,
    };
    let mut resolved = Vec::new();
    for (batch, pending) in batches() {
        for (index, event) in pending.batch.events.iter().enumerate() {
            let Ok(event) = event else { continue };
            let (layout, origin) = (&event.layout, (batch, index));
            let Ids { owner, labels } = match finder.ids(event)? {
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
                levels: event.levels,
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

/// Something of an event, or why it cannot be counted.
type Found<T> = Result<Result<T, Rejection>, StoreError>;

struct Finder<'a, 'c, C> {
    conn: &'c mut C,
    memory: &'c mut Memory,
    ahead: Ahead,
    /// Series that cannot be counted, so that each is looked for once.
    impossible: HashMap<(&'static str, &'a [u8]), Rejection>,
    now: i64,
}

impl<'a, C: StoreConnection> Finder<'a, '_, C> {
    /// The ids of an event's owner and labels; 0 where the metric has no such dictionary.
    fn ids(&mut self, event: &'a Event) -> Found<Ids> {
        if let Some(ids) = self.memory.known.find(self.conn, event)? {
            return Ok(Ok(ids));
        }
        let series = (event.layout.schema.table, event.dimensions.as_bytes());
        if let Some(rejection) = self.impossible.get(&series) {
            return Ok(Err(rejection.clone()));
        }
        let found = self.look_up(event)?;
        match &found {
            // Cleanup may make room for it: it is looked for again.
            Ok(ids) if ids.labels == OVERFLOW && event.layout.labels.is_some() => {}
            Ok(ids) => self.memory.known.remember(event, *ids),
            Err(rejection) => {
                self.impossible.insert(series, rejection.clone());
            }
        }
        Ok(found)
    }

    fn look_up(&mut self, event: &Event) -> Found<Ids> {
        let layout = &event.layout;
        let values = event.dimensions.values(layout.schema.dimensions);
        let owner = match &layout.owners {
            None => 0,
            Some(owners) => match self.entry(owners, &owners.pick(&values))? {
                Ok(owner) => owner,
                Err(why) => return Ok(Err(why)),
            },
        };
        let Some(dictionary) = &layout.labels else {
            let labels = 0;
            return Ok(Ok(Ids { owner, labels }));
        };
        let labels = self.labels(layout, dictionary, owner, &dictionary.pick(&values))?;
        Ok(labels.map(|labels| Ids { owner, labels }))
    }

    fn entry(&mut self, dictionary: &Dictionary, values: &[Value<'_>]) -> Found<i64> {
        match self.ahead.find(dictionary, values) {
            Some(Some(id)) => Ok(Ok(id)),
            Some(None) | None => intern(self.conn, dictionary, values, self.now),
        }
    }

    /// The labels of a series that the metric tells apart, or those of the overflow series.
    fn labels(
        &mut self,
        layout: &Layout,
        dictionary: &Dictionary,
        owner: i64,
        values: &[Value<'_>],
    ) -> Found<i64> {
        if !self.memory.series.full(self.conn, layout, self.now)? {
            let entry = self.entry(dictionary, values)?;
            if let Ok(labels) = entry {
                self.memory.series.add(layout, owner, labels);
            }
            return Ok(entry);
        }
        let found = match self.ahead.find(dictionary, values) {
            Some(found) => found,
            None => find(self.conn, dictionary, values, self.now)?,
        };
        match found.filter(|labels| self.memory.series.knows(layout, owner, *labels)) {
            Some(labels) => Ok(Ok(labels)),
            // A foreign key leaves no place for labels that are none.
            None if dictionary.has_references() => Ok(Err(too_many(layout))),
            None => Ok(Ok(OVERFLOW)),
        }
    }
}

fn too_many(layout: &Layout) -> Rejection {
    let (name, max) = (layout.schema.name, layout.schema.max_series);
    let combinations = one_or_many(max, "combination", "combinations");
    let message = format!(
        "{name} has {max} {combinations} of dimension values already: no further ones are counted"
    );
    Rejection::new(Reason::TooManySeries, None, message)
}
