//! Dictionary entries that a transaction is going to need, found or made by one statement for each dictionary: where
//! every statement has a way to go, new series must not take two ways each.

use foldhash::HashMap;

use crate::dimension::Value;
use crate::layout::Dictionary;

/// The ids of entries, by dictionary and by their values; none of those that there are not.
#[derive(Debug, Default)]
pub(crate) struct Ahead(HashMap<String, HashMap<Vec<Value<'static>>, Option<i64>>>);

impl Ahead {
    /// The id of an entry if there is one, if it was looked for.
    pub(super) fn find(
        &self,
        dictionary: &Dictionary,
        values: &[Value<'_>],
    ) -> Option<Option<i64>> {
        let entries = self.0.get(&dictionary.table)?;
        entries.get(&owned(values)).copied()
    }
}

fn owned(values: &[Value<'_>]) -> Vec<Value<'static>> {
    let owned = |value: &Value<'_>| value.clone().into_owned();
    values.iter().map(owned).collect()
}

#[cfg(any(feature = "postgres", feature = "turso"))]
pub(crate) use at_once::find_or_make;
#[cfg(feature = "turso")]
pub(crate) use at_once::make;
#[cfg(feature = "postgres")]
pub(crate) use at_once::touch_or_make;

#[cfg(any(feature = "postgres", feature = "turso"))]
mod at_once {
    use std::collections::{BTreeMap, BTreeSet};

    use diesel::RunQueryDsl;
    use diesel::result::Error;
    #[cfg(feature = "postgres")]
    use foldhash::HashSet;

    use super::super::Memory;
    use super::super::connection::{Refusal, StoreConnection};
    use super::{Ahead, owned};
    use crate::dimension::Value;
    use crate::error::StoreError;
    use crate::event::Event;
    use crate::layout::{Dictionary, Layout};
    use crate::sql::{InsertEntries, MadeEntry, TouchEntries};

    /// Entries in one statement: some hundred kilobytes.
    const ENTRIES: usize = 4_096;

    /// The entries of a dictionary that are needed.
    struct Wanted<'e> {
        dictionary: &'e Dictionary,
        /// Those that are made if there are none.
        made: BTreeSet<Vec<Value<'static>>>,
        /// Those that may be too many.
        found: BTreeSet<Vec<Value<'static>>>,
    }

    /// Marks entries as used, and makes those that there are not.
    type Make<C> =
        fn(&mut C, &Dictionary, &[Vec<Value<'static>>], i64) -> Result<Vec<MadeEntry>, StoreError>;

    /// Finds or makes the entries of all `events` whose series are not known. Where a metric may have no room for more
    /// series, they are only looked for.
    pub(crate) fn find_or_make<'e, C: StoreConnection>(
        conn: &mut C,
        memory: &mut Memory,
        events: impl Iterator<Item = &'e Event>,
        now: i64,
        make: Make<C>,
    ) -> Result<Ahead, StoreError> {
        let mut ahead = Ahead::default();
        for wanted in wanted(conn, memory, events, now)?.into_values() {
            let dictionary = wanted.dictionary;
            let ids = ahead.0.entry(dictionary.table.clone()).or_default();
            let made: Vec<_> = wanted.made.into_iter().collect();
            for entries in made.chunks(ENTRIES) {
                ids.extend(known(make(conn, dictionary, entries, now)?));
            }
            let found: Vec<_> = wanted.found.into_iter().collect();
            for entries in found.chunks(ENTRIES) {
                ids.extend(entries.iter().cloned().map(|entry| (entry, None)));
                ids.extend(known(touch(conn, dictionary, entries, now)?));
            }
        }
        Ok(ahead)
    }

    fn known(entries: Vec<MadeEntry>) -> impl Iterator<Item = (Vec<Value<'static>>, Option<i64>)> {
        entries
            .into_iter()
            .map(|entry| (entry.values, Some(entry.id)))
    }

    fn wanted<'e, C: StoreConnection>(
        conn: &mut C,
        memory: &mut Memory,
        events: impl Iterator<Item = &'e Event>,
        now: i64,
    ) -> Result<BTreeMap<&'e str, Wanted<'e>>, StoreError> {
        let mut wanted = BTreeMap::new();
        for event in events {
            if memory.known.find(conn, event)?.is_some() {
                continue;
            }
            let layout: &Layout = &event.layout;
            let values = event.dimensions.values(layout.schema.dimensions);
            for dictionary in layout.dictionaries() {
                let wanted = wanted
                    .entry(dictionary.table.as_str())
                    .or_insert_with(|| Wanted {
                        dictionary,
                        made: BTreeSet::new(),
                        found: BTreeSet::new(),
                    });
                // Whether further labels are told apart is for each of them to find out, where it is close.
                let more = wanted.made.len() + 1;
                let room =
                    dictionary.holds_owners() || memory.series.has_room(conn, layout, more, now)?;
                let entries = match room {
                    true => &mut wanted.made,
                    false => &mut wanted.found,
                };
                entries.insert(owned(&dictionary.pick(&values)));
            }
        }
        Ok(wanted)
    }

    /// First those that there are, where an insertion takes a number from the sequence for each row, also if there is one
    /// already.
    #[cfg(feature = "postgres")]
    pub(crate) fn touch_or_make<C: StoreConnection>(
        conn: &mut C,
        dictionary: &Dictionary,
        entries: &[Vec<Value<'static>>],
        now: i64,
    ) -> Result<Vec<MadeEntry>, StoreError> {
        let mut found = touch(conn, dictionary, entries, now)?;
        let there: HashSet<_> = found.iter().map(|entry| &entry.values).collect();
        let missing = entries.iter().filter(|entry| !there.contains(entry));
        let missing: Vec<_> = missing.cloned().collect();
        if !missing.is_empty() {
            found.extend(make(conn, dictionary, &missing, now)?);
        }
        Ok(found)
    }

    /// Marks those as used that there are.
    fn touch<C: StoreConnection>(
        conn: &mut C,
        dictionary: &Dictionary,
        entries: &[Vec<Value<'static>>],
        now: i64,
    ) -> Result<Vec<MadeEntry>, StoreError> {
        let entries = as_json(entries)?;
        let touch = TouchEntries(InsertEntries {
            dictionary,
            entries: &entries,
            now,
        });
        Ok(touch.load(conn)?)
    }

    /// Nothing where one of the entries is refused: which one it is shows when they are made one by one.
    pub(crate) fn make<C: StoreConnection>(
        conn: &mut C,
        dictionary: &Dictionary,
        entries: &[Vec<Value<'static>>],
        now: i64,
    ) -> Result<Vec<MadeEntry>, StoreError> {
        let entries = as_json(entries)?;
        let insert = InsertEntries {
            dictionary,
            entries: &entries,
            now,
        };
        match conn.transaction(|conn| insert.load::<MadeEntry>(conn)) {
            Ok(made) => Ok(made),
            Err(error) => match C::refusal(&error) {
                Some(Refusal::ForeignKey | Refusal::Constraint(_)) => Ok(Vec::new()),
                Some(Refusal::OutOfRange) | None => Err(error.into()),
            },
        }
    }

    fn as_json(entries: &[Vec<Value<'static>>]) -> Result<String, Error> {
        serde_json::to_string(entries).map_err(|error| Error::SerializationError(error.into()))
    }
}
