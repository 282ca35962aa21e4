//! Series grouped by a dimension, on every backend: the largest values, the overflow series, and all others.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use metrics_runtime::{Group, GroupName, Layout, Scope, SeriesQuery, TimeSeriesMetric, register};

use crate::support::database::{Database, backends};

/// Pages shown, few of which are told apart.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(max_series = 3)]
struct FewPages {
    #[dimension(team)]
    team: String,
    #[dimension]
    page: String,
    #[counter]
    views: u64,
    #[counter]
    clicks: u64,
}

/// Pages shown, very many of which are told apart.
#[derive(Debug, Clone, TimeSeriesMetric)]
struct ManyPages {
    #[dimension(team)]
    team: String,
    #[dimension]
    page: i64,
    #[counter]
    views: u64,
}

fn few(page: &str, views: u64, clicks: u64) -> (DateTime<Utc>, FewPages) {
    let (team, page) = ("web".to_owned(), page.to_owned());
    let shown = FewPages {
        team,
        page,
        views,
        clicks,
    };
    (Utc::now(), shown)
}

/// Each group's name, and its totals.
fn totals(groups: &[Group]) -> Vec<(String, Vec<i128>)> {
    let shown = |group: &Group| {
        let name = match &group.name {
            GroupName::Value(value) => format!("={value}"),
            GroupName::Overflow => "overflow".to_owned(),
            GroupName::Other => "other".to_owned(),
        };
        let summary = group.buckets.summary();
        (name, summary.iter().map(|measure| measure.total).collect())
    };
    groups.iter().map(shown).collect()
}

fn expected<const N: usize>(groups: &[(&str, [i128; N])]) -> Vec<(String, Vec<i128>)> {
    let owned = groups
        .iter()
        .map(|(name, totals)| ((*name).to_owned(), totals.to_vec()));
    owned.collect()
}

#[test]
fn the_overflow_series_is_a_group_that_no_value_is_mistaken_for() {
    for backend in backends() {
        let registry = register![FewPages].build().expect("one metric");
        let database = Database::new(backend, &registry);
        let ask = |top| {
            let query = FewPages::query(Scope::team("web")).group_by("page", top);
            let series = query.expect("a dimension").series(&database.store);
            totals(series.expect("an answer").groups())
        };
        assert_eq!(ask(10), [], "nothing was counted");
        // The third series is the last that is told apart; its value is one that others might have for a name.
        for event in [few("/", 5, 0), few("other", 5, 1), few("overflow", 2, 0)] {
            FewPages::upsert(&database.store, &[event]).expect("recorded");
        }
        let all = expected(&[("=other", [5, 1]), ("=/", [5, 0]), ("=overflow", [2, 0])]);
        assert_eq!(
            ask(3),
            all,
            "the next measure decides where the first is equal"
        );
        for event in [
            few("more", 100, 0),
            few("and more", 1, 1),
            few("unseen", 0, 0),
        ] {
            FewPages::upsert(&database.store, &[event]).expect("recorded");
        }
        assert_eq!(
            ask(1),
            expected(&[
                ("=other", [5, 1]),
                ("overflow", [101, 1]),
                ("other", [7, 0])
            ]),
            "the overflow series is not one of the largest values"
        );
    }
}

#[test]
fn of_very_many_values_the_largest_are_told_apart() {
    for backend in backends() {
        let registry = register![ManyPages].build().expect("one metric");
        let database = Database::new(backend, &registry);
        let now = Utc::now();
        let shown = |page: i64| {
            let views = page.unsigned_abs() % 1_000;
            (
                now,
                ManyPages {
                    team: "web".into(),
                    page,
                    views,
                },
            )
        };
        let events: Vec<_> = (-2_000..=0).map(shown).collect();
        ManyPages::upsert(&database.store, &events).expect("recorded");
        let layout = Arc::new(Layout::of(ManyPages::SCHEMA));
        let series = SeriesQuery::new(layout, Scope::everyone())
            .group_by("page", 3)
            .and_then(|query| query.filter("team", &["web".to_owned()]))
            .expect("dimensions")
            .load_at(&database.store, now)
            .expect("an answer");
        assert_eq!(
            totals(series.groups()),
            expected(&[
                ("=-1999", [999]),
                ("=-999", [999]),
                ("=-1998", [998]),
                ("other", [999_000 - 2_996])
            ])
        );
        let whole: Vec<_> = series.buckets().map(|(_, sums)| sums[0]).collect();
        let mut together = vec![0; whole.len()];
        for group in series.groups() {
            for (sum, (_, sums)) in together.iter_mut().zip(group.buckets.iter()) {
                *sum += sums[0];
            }
        }
        assert_eq!(together, whole, "the groups are the whole");
    }
}

#[test]
fn equal_groups_are_in_the_order_of_their_bytes() {
    for backend in backends() {
        let registry = register![FewPages].build().expect("one metric");
        let database = Database::new(backend, &registry);
        let events = [few("b", 1, 0), few("B", 1, 0), few("a", 1, 0)];
        FewPages::upsert(&database.store, &events).expect("recorded");
        let query = FewPages::query(Scope::team("web")).group_by("page", 2);
        let series = query.expect("a dimension").series(&database.store);
        assert_eq!(
            totals(series.expect("an answer").groups()),
            expected(&[("=B", [1, 0]), ("=a", [1, 0]), ("other", [1, 0])])
        );
    }
}

#[test]
fn what_cannot_be_grouped_by_is_an_error_that_says_why() {
    let layout = Arc::new(Layout::of(FewPages::SCHEMA));
    let refused = |scope, dimension, top| {
        let query = SeriesQuery::new(Arc::clone(&layout), scope);
        let error = query.group_by(dimension, top).expect_err("it is refused");
        (error.field.into_owned(), error.reason)
    };
    let (field, reason) = refused(Scope::everyone(), "colour", 1);
    assert_eq!(field, "group_by");
    assert!(reason.contains("team, page"), "{reason}");
    let (field, reason) = refused(Scope::team("web"), "team", 1);
    assert_eq!(field, "group_by");
    assert!(reason.contains("the same team"), "{reason}");
    for top in [0, 101] {
        let (field, reason) = refused(Scope::everyone(), "team", top);
        assert_eq!(field, "top");
        assert!(reason.contains("1 to 100"), "{reason}");
    }
}
