//! What must be counted, by going through all buckets for each answer.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use metrics_runtime::{Group, GroupName, QueryError, Series};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::LEVELS;
use super::step::Happening;

/// A bucket of a series.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Counted {
    metric: &'static str,
    /// Nobody, where that is not told.
    pub(super) person: &'static str,
    pub(super) team: &'static str,
    /// None in the overflow series.
    pub(super) page: Option<&'static str>,
    interval: i64,
    start: i64,
}

/// How many series of errors are told apart.
const MAX_SERIES: usize = 3;

/// What is asked about.
#[derive(Debug, Clone, Copy)]
pub(super) struct What {
    pub(super) metric: &'static str,
    pub(super) interval: i64,
    pub(super) since: i64,
}

#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) people: BTreeSet<&'static str>,
    /// What the first writer has told apart since it began, once it has looked: a team, and a page.
    pub(super) told_apart: Option<BTreeSet<(&'static str, &'static str)>>,
    buckets: BTreeMap<Counted, i64>,
    /// The events of each batch that are not counted.
    receipts: BTreeMap<&'static str, Vec<usize>>,
}

impl Model {
    /// What is answered to a batch: which of its events are not counted, and whether it had been recorded before.
    pub(super) fn record(
        &mut self,
        id: Option<&'static str>,
        happenings: &[Happening],
        hour: i64,
    ) -> (Vec<usize>, bool) {
        if let Some(failures) = id.and_then(|id| self.receipts.get(id)) {
            return (failures.clone(), true);
        }
        let refused = happenings
            .iter()
            .enumerate()
            .filter(|(_, one)| !self.count(one, hour));
        let failures: Vec<_> = refused.map(|(index, _)| index).collect();
        self.receipts.extend(id.map(|id| (id, failures.clone())));
        (failures, false)
    }

    /// Counts it in every interval that keeps it, or in none.
    fn count(&mut self, one: &Happening, hour: i64) -> bool {
        let is_visit = one.metric == "visit";
        if is_visit && !self.people.contains(one.person) {
            return false;
        }
        let page = (is_visit || self.tells_apart(one.team, one.page)).then_some(one.page);
        let at = hour - one.hours_ago * 3_600;
        let kept = LEVELS
            .iter()
            .filter(|(_, kept)| one.hours_ago * 3_600 < *kept);
        let keys: Vec<_> = kept
            .map(|(interval, _)| Counted {
                metric: one.metric,
                person: if is_visit { one.person } else { "" },
                team: one.team,
                page,
                interval: *interval,
                start: at,
            })
            .collect();
        let has = |key: &Counted| self.buckets.get(key).copied().unwrap_or(0);
        if keys
            .iter()
            .any(|key| has(key).checked_add(one.count).is_none())
        {
            return false;
        }
        keys.into_iter()
            .for_each(|key| *self.buckets.entry(key).or_default() += one.count);
        true
    }

    /// Whether errors of a team on a page are told apart: those that there are, and others while there is room.
    fn tells_apart(&mut self, team: &'static str, page: &'static str) -> bool {
        let buckets = &self.buckets;
        let there = || {
            let hours = buckets
                .keys()
                .filter(|key| key.metric == "error" && key.interval == 3_600);
            hours
                .filter_map(|key| Some((key.team, key.page?)))
                .collect()
        };
        let known = self.told_apart.get_or_insert_with(there);
        if known.len() < MAX_SERIES {
            known.insert((team, page));
        }
        known.contains(&(team, page))
    }

    /// Somebody leaves, and all that is theirs goes along.
    pub(super) fn leave(&mut self, person: &str) {
        self.people.remove(person);
        self.buckets.retain(|key, _| key.person != person);
    }

    pub(super) fn clean_up(&mut self, now: i64) {
        let cutoffs: BTreeMap<_, _> = LEVELS
            .map(|(interval, kept)| (interval, (now - kept).div_euclid(interval) * interval))
            .into();
        self.buckets
            .retain(|key, _| key.start >= cutoffs[&key.interval]);
    }

    /// The sums of the series that are `asked` about, by whatever tells them apart.
    fn sums<K: Eq + Hash>(
        &self,
        what: What,
        asked: impl Fn(&Counted) -> bool,
        by: impl Fn(&Counted) -> K,
    ) -> HashMap<K, i128> {
        let mut sums = HashMap::new();
        let of = |key: &Counted| {
            (key.metric, key.interval) == (what.metric, what.interval)
                && key.start >= what.since
                && asked(key)
        };
        for (key, sum) in self.buckets.iter().filter(|(key, _)| of(key)) {
            *sums.entry(by(key)).or_default() += i128::from(*sum);
        }
        sums
    }

    /// Buckets are those of the series that are `asked` about.
    pub(super) fn check(
        &self,
        what: What,
        answer: Result<Series, QueryError>,
        asked: impl Fn(&Counted) -> bool,
    ) -> Result<(), TestCaseError> {
        let expected = self.sums(what, asked, |key| key.start);
        let Some(series) = answered(answer, fit(&expected))? else {
            return Ok(());
        };
        let found = series
            .buckets()
            .map(|(start, sums)| (start, i128::from(sums[0])));
        let found: HashMap<_, _> = found.filter(|(_, sum)| *sum != 0).collect();
        prop_assert_eq!(found, expected, "{:?}", what);
        Ok(())
    }

    /// Buckets are everybody's, and each page has its own.
    pub(super) fn check_groups(
        &self,
        what: What,
        answer: Result<Series, QueryError>,
    ) -> Result<(), TestCaseError> {
        let all = |_: &Counted| true;
        let expected = self.sums(what, all, |key| named(key.page));
        // Which groups are the largest is found out by their totals, in 64 bits as well.
        let fits = fit(&expected) && fit(&self.sums(what, all, |key| key.start));
        let Some(series) = answered(answer, fits)? else {
            return Ok(());
        };
        let found: HashMap<_, _> = series.groups().iter().map(total).collect();
        prop_assert_eq!(found, expected, "{:?}", what);
        self.check(what, Ok(series), all)
    }
}

fn fit<K>(sums: &HashMap<K, i128>) -> bool {
    sums.values().all(|sum| i64::try_from(*sum).is_ok())
}

/// The series, if its sums fit into 64 bits; otherwise the answer says that they do not.
fn answered(
    answer: Result<Series, QueryError>,
    fits: bool,
) -> Result<Option<Series>, TestCaseError> {
    match (answer, fits) {
        (Ok(series), true) => Ok(Some(series)),
        (Err(QueryError::Invalid(_)), false) => Ok(None),
        (answer, _) => Err(TestCaseError::fail(format!("{answer:?}"))),
    }
}

fn named(page: Option<&str>) -> GroupName {
    page.map_or(GroupName::Overflow, |page| {
        GroupName::Value(page.to_owned())
    })
}

fn total(group: &Group) -> (GroupName, i128) {
    let sums = group.buckets.iter().map(|(_, sums)| i128::from(sums[0]));
    (group.name.clone(), sums.sum())
}
