//! The latest answer to a question, and whether somebody waits for one.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::watch;

use crate::error::InvalidQuery;
use crate::series::Series;

/// The latest answer to a question.
#[derive(Debug, Clone)]
pub(in crate::web) struct Answer {
    /// Before the database was asked: it holds what was committed until then.
    pub(in crate::web) asked: Instant,
    /// An error is the last answer: time has gone on, and the question cannot be answered any more.
    pub(in crate::web) series: Result<Arc<Series>, InvalidQuery>,
}

/// What those who watch a question see.
pub(super) struct News {
    answers: watch::Sender<Option<Answer>>,
    /// Since when somebody waits for an answer that is asked for from then on, changed or not.
    wanted: Option<Instant>,
}

impl News {
    pub(super) fn new() -> Self {
        Self {
            answers: watch::Sender::new(None),
            wanted: None,
        }
    }

    pub(super) fn watch(&self) -> watch::Receiver<Option<Answer>> {
        self.answers.subscribe()
    }

    pub(super) fn is_watched(&self) -> bool {
        self.answers.receiver_count() > 0
    }

    /// Somebody waits for an answer that is newer than this moment.
    pub(super) fn want(&mut self, since: Instant) {
        self.wanted = Some(since);
    }

    pub(super) fn is_wanted(&self) -> bool {
        self.wanted.is_some()
    }

    /// Shows an answer to those who watch, unless they know it. One that was on its way already is not what somebody
    /// waits for.
    pub(super) fn publish(&mut self, answer: Answer) {
        let wanted = self.wanted.take_if(|since| answer.asked > *since).is_some();
        if wanted || self.is_new(&answer) {
            self.answers.send_replace(Some(answer));
        }
    }

    fn is_new(&self, answer: &Answer) -> bool {
        let shown = self.answers.borrow();
        let shown = shown.as_ref().map(|shown| &shown.series);
        match (&answer.series, shown) {
            (Ok(now), Some(Ok(before))) => now.update_since(before).is_some(),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Answer, News};
    use crate::error::InvalidQuery;

    /// The simplest answer that there is.
    fn answer(asked: Instant) -> Answer {
        let series = Err(InvalidQuery::new("start", "is gone"));
        Answer { asked, series }
    }

    #[test]
    fn who_asks_while_an_answer_is_on_its_way_gets_the_one_after_it() {
        let mut news = News::new();
        let asked = Instant::now();
        let wanted = asked + Duration::from_millis(1);
        news.want(wanted);
        news.publish(answer(asked));
        assert!(news.is_wanted(), "what was asked before is too old");
        news.publish(answer(wanted));
        assert!(news.is_wanted(), "it may have been asked before");
        news.publish(answer(wanted + Duration::from_millis(1)));
        assert!(!news.is_wanted());
    }

    #[test]
    fn of_several_who_wait_the_last_one_gets_what_was_asked_after_all() {
        let mut news = News::new();
        let first = Instant::now();
        let last = first + Duration::from_millis(2);
        news.want(first);
        news.want(last);
        news.publish(answer(first + Duration::from_millis(1)));
        assert!(news.is_wanted());
    }
}
