//! When the journal is folded: in passes, each over what was in it when the pass began.

use std::time::{Duration, Instant};

/// The longest rest after a pass, unless the interval is longer: people with SQL of their own should not read what is
/// more than a second old.
const LONGEST_REST: Duration = Duration::from_millis(400);

/// The schedule of passes.
#[derive(Debug)]
pub(super) struct Folding {
    interval: Duration,
    state: State,
    /// Events that were committed and are not known to be in their buckets.
    events: usize,
    /// Those of them that the pass under way takes along.
    of_pass: usize,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// The journal is empty.
    Idle,
    /// A pass begins at this moment.
    Due(Instant),
    /// A pass over the entries up to this one is under way since then.
    UnderWay(i64, Instant),
}

/// What the writer may do until the next slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// Wait for events, however long it takes.
    Forever,
    /// Wait for them until this moment.
    Until(Instant),
    /// Take those that are there.
    None,
}

impl Folding {
    /// Begins with a pass at once: an earlier process may have left something.
    pub(super) fn new(interval: Duration, now: Instant) -> Self {
        Self {
            interval,
            state: State::Due(now),
            events: 0,
            of_pass: 0,
        }
    }

    /// Says that so many events went into the journal.
    pub(super) fn committed(&mut self, events: usize, now: Instant) {
        self.events += events;
        if matches!(self.state, State::Idle) {
            self.state = State::Due(now + self.interval);
        }
    }

    /// Events that are not known to be in their buckets.
    pub(super) fn events(&self) -> usize {
        self.events
    }

    pub(super) fn patience(&self) -> Patience {
        match self.state {
            State::Idle => Patience::Forever,
            State::Due(at) => Patience::Until(at),
            State::UnderWay(..) => Patience::None,
        }
    }

    /// Whether a pass should begin.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        matches!(self.state, State::Due(at) if at <= now)
    }

    /// The entry up to which the pass under way goes.
    pub(super) fn under_way(&self) -> Option<i64> {
        match self.state {
            State::UnderWay(up_to, _) => Some(up_to),
            State::Idle | State::Due(_) => None,
        }
    }

    /// Begins a pass up to the last entry; without one, there is nothing to do.
    pub(super) fn begin(&mut self, last: Option<i64>, now: Instant) {
        self.of_pass = self.events;
        match last {
            Some(up_to) => self.state = State::UnderWay(up_to, now),
            None => self.end(now),
        }
    }

    /// The pass is over: the next one begins in an interval, or in twice the time that this one took, if there is
    /// something to do. So passes take a third of the time, and the longer one takes, the more events the next one merges
    /// into a row.
    pub(super) fn end(&mut self, now: Instant) {
        let took = match self.state {
            State::UnderWay(_, began) => now.saturating_duration_since(began),
            State::Idle | State::Due(_) => Duration::ZERO,
        };
        let rest = self.interval.max((2 * took).min(LONGEST_REST));
        self.events -= self.of_pass;
        self.of_pass = 0;
        self.state = match self.events {
            0 => State::Idle,
            _ => State::Due(now + rest),
        };
    }

    /// The database failed: the pass is tried again later.
    pub(super) fn put_off(&mut self, now: Instant) {
        self.of_pass = 0;
        self.state = State::Due(now + self.interval.max(Duration::from_secs(1)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_millis(100);

    /// How long the rest is after a pass that took so long, with events that came in meanwhile.
    fn rest_after(took: Duration) -> Duration {
        let began = Instant::now();
        let mut folding = Folding::new(INTERVAL, began);
        folding.committed(3, began);
        folding.begin(Some(1), began);
        folding.committed(1, began);
        let ended = began + took;
        folding.end(ended);
        assert_eq!(folding.events(), 1, "the pass took the others along");
        let Patience::Until(next) = folding.patience() else {
            panic!("there is something to fold: {folding:?}");
        };
        assert!(folding.is_due(next) && !folding.is_due(ended));
        next - ended
    }

    #[test]
    fn a_pass_rests_for_twice_as_long_as_it_took_within_an_interval_and_the_longest_rest() {
        let rests = [1, 50, 70, 150, 200, 5_000]
            .map(|took| rest_after(Duration::from_millis(took)).as_millis());
        assert_eq!(rests, [100, 100, 140, 300, 400, 400]);
    }

    #[test]
    fn an_empty_journal_is_waited_for_without_end() {
        let now = Instant::now();
        let mut folding = Folding::new(INTERVAL, now);
        folding.begin(None, now);
        assert_eq!(folding.patience(), Patience::Forever);
        folding.committed(1, now);
        assert_eq!(folding.patience(), Patience::Until(now + INTERVAL));
    }
}
