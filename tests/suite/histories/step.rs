//! What may happen.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::METRICS;

pub(super) const PEOPLE: [&str; 2] = ["ann", "bob"];
pub(super) const TEAMS: [&str; 2] = ["t1", "t2"];
pub(super) const PAGES: [&str; 8] = ["", "home", "žluť", "a'b", "%", "c", "d", "e"];
/// Hours ago at which things happen that are few: every interval is kept.
const RECENT: [i64; 3] = [0, 1, 5];
/// Hours ago at which things happen that may be too many: hours alone are kept.
const EARLIER: [i64; 2] = [30, 44];
/// Hours after which nothing is left of what happened until now, nor of the words for it.
pub(super) const AGES: i64 = 200;

#[derive(Debug, Clone)]
pub(super) struct Happening {
    pub(super) metric: &'static str,
    pub(super) person: &'static str,
    pub(super) team: &'static str,
    pub(super) page: &'static str,
    pub(super) count: i64,
    pub(super) hours_ago: i64,
}

pub(super) type Sent = (Option<&'static str>, Vec<Happening>);

#[derive(Debug, Clone)]
pub(super) enum Step {
    /// One of the writers is sent batches, all at once.
    Record(usize, Vec<Sent>),
    /// One of the writers ends, and another begins in its place, which keeps a journal as it likes.
    Restart(usize, Journal),
    Leave(&'static str),
    Return(&'static str),
    /// What is past its retention in so many hours is deleted.
    CleanUp(i64),
    Fold,
    /// Migrations are applied of which there are no further ones.
    Migrate,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Journal {
    Usual,
    NeverFolded,
    None,
}

fn happening() -> impl Strategy<Value = Happening> {
    let person = prop_oneof![8 => select(&PEOPLE[..]), 1 => Just("nobody")];
    let what = (select(&METRICS[..]), person);
    let place = (select(&TEAMS[..]), select(&PAGES[..]));
    let happening = (what, place, 1..100_i64, select(&RECENT[..]));
    happening.prop_map(
        |((metric, person), (team, page), count, hours_ago)| Happening {
            metric,
            person,
            team,
            page,
            count,
            hours_ago,
        },
    )
}

/// The same several times, until it is too many.
fn many_of_a_kind() -> impl Strategy<Value = Vec<Happening>> {
    let large = select(&[i64::MAX, i64::MAX - 200, 1 << 60][..]);
    let counts = vec(prop_oneof![1..100_i64, large], 2..5);
    (happening(), select(&EARLIER[..]), counts).prop_map(|(one, hours_ago, counts)| {
        let of = |count| Happening {
            count,
            hours_ago,
            ..one.clone()
        };
        counts.into_iter().map(of).collect()
    })
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let id = select(&[None, None, Some("a"), Some("b"), Some("c")][..]);
    let happenings = prop_oneof![2 => vec(happening(), 1..6), 1 => many_of_a_kind()];
    let sent = vec((id, happenings), 1..4);
    let journal = select(&[Journal::Usual, Journal::NeverFolded, Journal::None][..]);
    let person = || select(&PEOPLE[..]);
    prop_oneof![
        8 => (0..2_usize, sent).prop_map(|(writer, sent)| Step::Record(writer, sent)),
        2 => (0..2_usize, journal).prop_map(|(writer, journal)| Step::Restart(writer, journal)),
        1 => person().prop_map(Step::Leave),
        2 => person().prop_map(Step::Return),
        2 => select(&[0, 20, 40, 60, AGES][..]).prop_map(Step::CleanUp),
        1 => Just(Step::Fold),
        1 => Just(Step::Migrate),
    ]
}
