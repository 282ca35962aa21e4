//! A stream: what the server takes for one connection, as long as a transaction needs one.
//!
//! Outside of transactions every question has a stream of its own, which ends with it, so that there is none that may
//! expire meanwhile. A transaction has one from its first statement that has an answer until it ends. The server may
//! end a transaction by itself, when it takes too long and others wait. What belongs to a transaction is therefore only
//! run within one, and never by itself.

mod control;

use diesel::result::QueryResult;

use crate::failure::{cut, refused};
use crate::protocol::{
    Answer, Answers, Batch, Condition, Outcome, Pipeline, Request, Response, ServerError,
    Statement, Step,
};
use crate::server::{MIGRATED, Server};
use control::Control;

/// Keeps what is run as a text from being run outside of its transaction: it begins with the release.
const HERE: &str = "still_in_transaction";

pub(crate) struct Stream {
    server: Server,
    /// What the stream is called, if there is one.
    baton: Option<String>,
    /// Where it is, if that is elsewhere.
    base_url: Option<String>,
    in_transaction: bool,
    /// What goes along with the next statement that has an answer.
    waiting: Vec<Statement>,
    /// Whether the connection may have lost its place, and is not to be used again.
    broken: bool,
}

impl Stream {
    pub(crate) fn new(server: Server) -> Self {
        Self {
            server,
            baton: None,
            base_url: None,
            in_transaction: false,
            waiting: Vec::new(),
            broken: false,
        }
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.broken
    }

    /// Runs a statement.
    pub(crate) fn execute(&mut self, statement: &Statement) -> QueryResult<Outcome> {
        if self.in_transaction {
            return self.execute_within(statement);
        }
        let requests = [Request::Execute { stmt: statement }, Request::Close];
        match self.ask(&requests)?.into_iter().next() {
            Some(Answer::Ok {
                response: Response::Execute { result },
            }) => Ok(result),
            answer => Err(unexpected(answer)),
        }
    }

    /// Lets a statement whose outcome does not matter go along with the next one, in a transaction.
    pub(crate) fn execute_later(&mut self, statement: Statement) -> QueryResult<()> {
        if self.in_transaction {
            self.waiting.push(statement);
            return Ok(());
        }
        self.execute(&statement).map(drop)
    }

    /// Runs a text of several statements, or one that begins or ends a transaction.
    pub(crate) fn run(&mut self, sql: &str) -> QueryResult<()> {
        match Control::of(sql) {
            Some(control) => self.control(control, sql),
            None if self.in_transaction => self.sequence_within(sql),
            None => {
                let requests = [Request::Sequence { sql }, Request::Close];
                self.sequence(&requests)
            }
        }
    }

    fn control(&mut self, control: Control<'_>, sql: &str) -> QueryResult<()> {
        match control {
            Control::Begin => {
                self.in_transaction = true;
                self.waiting.push(Statement::plain(sql));
            }
            Control::Savepoint(_) | Control::Release(_) => {
                self.waiting.push(Statement::plain(sql));
            }
            Control::RollbackTo(name) => {
                // Nothing of what waits has happened, and nothing of it has to.
                let begin = format!("SAVEPOINT {name}");
                let begun = self.waiting.iter().rposition(|it| it.sql == begin);
                match begun {
                    Some(begun) => self.waiting.truncate(begun),
                    None => self.waiting.push(Statement::plain(sql)),
                }
            }
            Control::Commit => return self.commit(sql),
            Control::Rollback => return self.roll_back(sql),
        }
        Ok(())
    }

    fn commit(&mut self, sql: &str) -> QueryResult<()> {
        let only_begun = self.baton.is_none() && self.waiting.len() <= 1;
        self.in_transaction = !only_begun;
        if only_begun {
            self.waiting.clear();
            return Ok(());
        }
        // The stream ends in any case, and what could not be committed with it.
        self.in_transaction = false;
        let commit = Statement::plain(sql);
        self.batch(&commit, Some(Request::Close)).map(drop)
    }

    fn roll_back(&mut self, sql: &str) -> QueryResult<()> {
        self.in_transaction = false;
        self.waiting.clear();
        if self.baton.is_none() {
            return Ok(());
        }
        // Where the server has rolled it back by itself it says so, and all is as it should be.
        let rollback = Statement::plain(sql);
        let requests = [Request::Execute { stmt: &rollback }, Request::Close];
        self.ask(&requests).map(drop)
    }

    fn execute_within(&mut self, statement: &Statement) -> QueryResult<Outcome> {
        self.batch(statement, None)
    }

    fn sequence_within(&mut self, sql: &str) -> QueryResult<()> {
        let here = Statement::plain(&format!("SAVEPOINT {HERE}"));
        self.batch(&here, None)?;
        let sql = format!("RELEASE {HERE};\n{sql}");
        self.sequence(&[Request::Sequence { sql: &sql }])
    }

    fn sequence(&mut self, requests: &[Request<'_>]) -> QueryResult<()> {
        match self.ask(requests)?.into_iter().next() {
            Some(Answer::Ok {
                response: Response::Sequence,
            }) => Ok(()),
            answer => Err(unexpected(answer)),
        }
    }

    /// Runs what waits and then `statement`, each only if all before it went well and the transaction is still open.
    fn batch(&mut self, statement: &Statement, then: Option<Request<'_>>) -> QueryResult<Outcome> {
        let waiting = std::mem::take(&mut self.waiting);
        let steps = steps(self.baton.is_some(), waiting.iter().chain([statement]));
        let batch = Request::Batch {
            batch: Batch { steps },
        };
        let requests: Vec<_> = [batch].into_iter().chain(then).collect();
        let outcome = match self.ask(&requests)?.into_iter().next() {
            Some(Answer::Ok {
                response: Response::Batch { result },
            }) => result,
            answer => return Err(unexpected(answer)),
        };
        if let Some(error) = outcome.step_errors.into_iter().flatten().next() {
            return Err(refused(error));
        }
        let last = outcome.step_results.into_iter().next_back().flatten();
        last.ok_or_else(|| refused(lost()))
    }

    fn ask(&mut self, requests: &[Request<'_>]) -> QueryResult<Vec<Answer>> {
        let baton = self.baton.take();
        let pipeline = Pipeline {
            baton: baton.as_deref(),
            requests,
        };
        let long = requests
            .iter()
            .any(|request| matches!(request, Request::Sequence { .. }));
        let patience = long.then_some(MIGRATED);
        let answers = self
            .server
            .ask(self.base_url.as_deref(), &pipeline, patience);
        // Without an answer the stream is lost, and with it the transaction.
        self.broken |= answers.is_err() && self.in_transaction;
        let Answers {
            baton,
            base_url,
            results,
        } = answers?;
        self.base_url = match baton.is_some() {
            true => base_url.or(self.base_url.take()),
            false => None,
        };
        self.baton = baton;
        Ok(results)
    }
}

/// The steps of a transaction. The first of all begins it, unless it has begun.
fn steps<'a>(begun: bool, statements: impl Iterator<Item = &'a Statement>) -> Vec<Step<'a>> {
    let within = || Condition::Not {
        cond: Box::new(Condition::IsAutocommit),
    };
    let step = |(index, stmt): (usize, &'a Statement)| {
        let condition = match index.checked_sub(1) {
            Some(step) => Some(Condition::And {
                conds: vec![Condition::Ok { step }, within()],
            }),
            None => begun.then(within),
        };
        Step { condition, stmt }
    };
    statements.enumerate().map(step).collect()
}

fn lost() -> ServerError {
    ServerError {
        message: "the transaction was ended by the server".to_owned(),
        code: Some("TRANSACTION_LOST".to_owned()),
    }
}

fn unexpected(answer: Option<Answer>) -> diesel::result::Error {
    match answer {
        Some(Answer::Error { error }) => refused(error),
        _ => cut("the server answers something else than it was asked"),
    }
}
