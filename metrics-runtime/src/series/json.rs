//! A series as the `data` of a response.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

use super::stamp::Stamp;
use super::{Buckets, Completeness, Group, GroupName, Previous, Series};
use crate::schema::MetricSchema;
use crate::timeline::Timeline;

impl Serialize for Series {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut data = serializer.serialize_struct("Series", 9)?;
        data.serialize_field("metric_type", self.buckets.schema.name)?;
        data.serialize_field("time_range", &RangeJson(&self.buckets.timeline))?;
        data.serialize_field("filters", &FiltersJson(self))?;
        data.serialize_field("buckets", &BucketsJson(&self.buckets))?;
        data.serialize_field("summary", &SummaryJson(&self.buckets))?;
        if let Some((dimension, groups)) = &self.groups {
            data.serialize_field("group_by", dimension)?;
            data.serialize_field("groups", groups)?;
        }
        if let Some(previous) = &self.previous {
            data.serialize_field("previous", &PreviousJson(&self.buckets, previous))?;
        }
        if let Some(completeness) = &self.completeness {
            data.serialize_field("completeness", completeness)?;
        }
        data.end()
    }
}

impl Serialize for Completeness {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut completeness = serializer.serialize_struct("Completeness", 2)?;
        completeness.serialize_field("final_until", &millis(self.final_until))?;
        completeness.serialize_field("final_buckets", &self.final_buckets)?;
        completeness.end()
    }
}

fn millis(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}

pub(super) struct RangeJson<'a>(pub(super) &'a Timeline);

impl Serialize for RangeJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut range = serializer.serialize_struct("Range", 4)?;
        range.serialize_field("start", &millis(self.0.range.start()))?;
        range.serialize_field("end", &millis(self.0.range.end()))?;
        range.serialize_field("interval", &self.0.interval.to_string())?;
        if let Some(zone) = self.0.zone {
            range.serialize_field("tz", &zone.to_string())?;
        }
        range.end()
    }
}

struct FiltersJson<'a>(&'a Series);

impl Serialize for FiltersJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut filters = serializer.serialize_map(Some(self.0.filters.len()))?;
        for (name, values) in &self.0.filters {
            match values.as_slice() {
                [value] => filters.serialize_entry(name, value)?,
                values => filters.serialize_entry(name, values)?,
            }
        }
        filters.end()
    }
}

struct BucketsJson<'a>(&'a Buckets);

impl Serialize for BucketsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut buckets = serializer.serialize_seq(Some(self.0.len()))?;
        let mut stamp = Stamp::new();
        for (start, measures) in self.0.iter() {
            buckets.serialize_element(&BucketJson(self.0.schema, stamp.of(start), measures))?;
        }
        buckets.end()
    }
}

pub(super) struct BucketJson<'a>(
    pub(super) &'static MetricSchema,
    pub(super) &'a str,
    pub(super) &'a [i64],
);

impl Serialize for BucketJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(schema, start, measures) = self;
        let mut bucket = serializer.serialize_map(Some(measures.len() + 1))?;
        bucket.serialize_entry("timestamp", start)?;
        for (measure, value) in schema.measures.iter().zip(*measures) {
            bucket.serialize_entry(measure.name, value)?;
        }
        bucket.end()
    }
}

impl Serialize for Group {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut group = serializer.serialize_struct("Group", 4)?;
        serialize_name::<S>(&mut group, &self.name)?;
        group.serialize_field("buckets", &BucketsJson(&self.buckets))?;
        group.serialize_field("summary", &SummaryJson(&self.buckets))?;
        group.end()
    }
}

pub(super) fn serialize_name<S: Serializer>(
    group: &mut S::SerializeStruct,
    name: &GroupName,
) -> Result<(), S::Error> {
    match name {
        GroupName::Value(value) => {
            group.serialize_field("kind", "value")?;
            group.serialize_field("value", value)
        }
        GroupName::Overflow => group.serialize_field("kind", "overflow"),
        GroupName::Other => group.serialize_field("kind", "other"),
    }
}

/// What came before, beside what is compared with it.
struct PreviousJson<'a>(&'a Buckets, &'a Previous);

impl Serialize for PreviousJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(_, previous) = self;
        let mut map = serializer.serialize_map(None)?;
        match previous {
            Previous::Kept(buckets) => {
                map.serialize_entry("time_range", &RangeJson(&buckets.timeline))?;
                map.serialize_entry("buckets", &BucketsJson(buckets))?;
                map.serialize_entry("summary", &SummaryJson(buckets))?;
                map.serialize_entry("change", &ChangeJson(self.0, buckets))?;
            }
            Previous::Gone(reason) => map.serialize_entry("unavailable", reason)?,
        }
        map.end()
    }
}

pub(super) struct ChangeJson<'a>(pub(super) &'a Buckets, pub(super) &'a Buckets);

impl Serialize for ChangeJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(now, before) = self;
        let mut map = serializer.serialize_map(Some(now.schema.measures.len()))?;
        for (measure, change) in now
            .schema
            .measures
            .iter()
            .zip(Previous::changes(now, before))
        {
            map.serialize_entry(measure.name, &change)?;
        }
        map.end()
    }
}

pub(super) struct SummaryJson<'a>(pub(super) &'a Buckets);

impl Serialize for SummaryJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("total_buckets", &self.0.len())?;
        for (measure, summary) in self.0.schema.measures.iter().zip(self.0.summary()) {
            let name = measure.name;
            map.serialize_entry(&format!("total_{name}"), &summary.total)?;
            map.serialize_entry(&format!("average_{name}"), &summary.average)?;
            map.serialize_entry(&format!("peak_{name}"), &summary.peak)?;
            if let Some(peak_at) = summary.peak_at {
                map.serialize_entry(&format!("peak_{name}_timestamp"), Stamp::new().of(peak_at))?;
            }
        }
        map.end()
    }
}
