//! What has changed from one answer to the next one of the same question.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

use super::json::{BucketJson, ChangeJson, RangeJson, SummaryJson, serialize_name};
use super::stamp::Stamp;
use super::{Buckets, Group, Previous, Series};

impl Series {
    /// What has changed since an earlier answer, as JSON; `None` when no number has.
    ///
    /// It has the form of an answer, with those buckets only that are new or different. Buckets from before the new
    /// range are not listed: the summary says how many there are, and they are the latest.
    #[must_use]
    pub fn update_since<'a>(&'a self, earlier: &'a Self) -> Option<impl Serialize + 'a> {
        (!self.shows_the_same_as(earlier)).then_some(Update { now: self, earlier })
    }

    /// Whether nobody would see a difference: time goes on, and that alone is none.
    fn shows_the_same_as(&self, earlier: &Self) -> bool {
        let previous = match (&self.previous, &earlier.previous) {
            (Some(Previous::Kept(now)), Some(Previous::Kept(before))) => {
                now.shows_the_same_as(before)
            }
            (now, before) => now == before,
        };
        let final_buckets = |series: &Self| Some(series.completeness?.final_buckets);
        let (groups, before) = (self.groups(), earlier.groups());
        let same = |(group, before): (&Group, &Group)| {
            group.name == before.name && group.buckets.shows_the_same_as(&before.buckets)
        };
        self.buckets.shows_the_same_as(&earlier.buckets)
            && previous
            && final_buckets(self) == final_buckets(earlier)
            && groups.len() == before.len()
            && groups.iter().zip(before).all(same)
    }
}

impl Buckets {
    fn shows_the_same_as(&self, earlier: &Self) -> bool {
        self.len() == earlier.len() && self.iter().eq(earlier.iter())
    }

    /// The measures of the bucket that begins at a moment.
    fn at(&self, start: i64) -> Option<&[i64]> {
        if !(self.timeline.first()..self.timeline.end()).contains(&start) {
            return None;
        }
        let width = self.schema.measures.len();
        self.values
            .chunks_exact(width)
            .nth(self.timeline.index_of(start))
    }
}

struct Update<'a> {
    now: &'a Series,
    earlier: &'a Series,
}

impl Serialize for Update<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { now, earlier } = self;
        let mut data = serializer.serialize_map(None)?;
        data.serialize_entry("time_range", &RangeJson(&now.buckets.timeline))?;
        data.serialize_entry("buckets", &Changed(&now.buckets, Some(&earlier.buckets)))?;
        data.serialize_entry("summary", &SummaryJson(&now.buckets))?;
        if now.groups.is_some() {
            data.serialize_entry("groups", &ChangedGroups(now.groups(), earlier.groups()))?;
        }
        if let Some(previous) = &now.previous {
            let previous = ChangedPrevious(&now.buckets, previous, earlier.previous.as_ref());
            data.serialize_entry("previous", &previous)?;
        }
        if let Some(completeness) = &now.completeness {
            data.serialize_entry("completeness", completeness)?;
        }
        data.end()
    }
}

/// The buckets that are new or different.
struct Changed<'a>(&'a Buckets, Option<&'a Buckets>);

impl Serialize for Changed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(now, earlier) = self;
        let mut buckets = serializer.serialize_seq(None)?;
        let mut stamp = Stamp::new();
        for (start, measures) in now.iter() {
            if earlier.and_then(|earlier| earlier.at(start)) != Some(measures) {
                buckets.serialize_element(&BucketJson(now.schema, stamp.of(start), measures))?;
            }
        }
        buckets.end()
    }
}

/// All groups there are, in their order, each with what has changed of it.
struct ChangedGroups<'a>(&'a [Group], &'a [Group]);

impl Serialize for ChangedGroups<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(now, earlier) = self;
        let mut groups = serializer.serialize_seq(Some(now.len()))?;
        for group in *now {
            let before = earlier.iter().find(|before| before.name == group.name);
            let before = before.map(|before| &before.buckets);
            groups.serialize_element(&ChangedGroup(group, before))?;
        }
        groups.end()
    }
}

struct ChangedGroup<'a>(&'a Group, Option<&'a Buckets>);

impl Serialize for ChangedGroup<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(group, before) = self;
        let mut map = serializer.serialize_struct("Group", 4)?;
        serialize_name::<S>(&mut map, &group.name)?;
        map.serialize_field("buckets", &Changed(&group.buckets, *before))?;
        map.serialize_field("summary", &SummaryJson(&group.buckets))?;
        map.end()
    }
}

/// What is compared with, the range before, and that range as it was answered earlier.
struct ChangedPrevious<'a>(&'a Buckets, &'a Previous, Option<&'a Previous>);

impl Serialize for ChangedPrevious<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(now, previous, earlier) = self;
        let mut map = serializer.serialize_map(None)?;
        match previous {
            Previous::Kept(buckets) => {
                let earlier = match earlier {
                    Some(Previous::Kept(earlier)) => Some(earlier),
                    _ => None,
                };
                map.serialize_entry("time_range", &RangeJson(&buckets.timeline))?;
                map.serialize_entry("buckets", &Changed(buckets, earlier))?;
                map.serialize_entry("summary", &SummaryJson(buckets))?;
                map.serialize_entry("change", &ChangeJson(now, buckets))?;
            }
            Previous::Gone(reason) => map.serialize_entry("unavailable", reason)?,
        }
        map.end()
    }
}
