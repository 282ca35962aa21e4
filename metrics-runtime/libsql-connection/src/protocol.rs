//! The part of Hrana 3 that is spoken here, as data.

use serde::{Deserialize, Serialize};

use crate::value::Value;

/// What is asked at once: requests on one stream, which run one after the other.
#[derive(Debug, Serialize)]
pub(crate) struct Pipeline<'a> {
    /// Which stream; `None` opens one.
    pub(crate) baton: Option<&'a str>,
    pub(crate) requests: &'a [Request<'a>],
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Request<'a> {
    /// One statement.
    Execute { stmt: &'a Statement },
    /// Statements, each under a condition.
    Batch { batch: Batch<'a> },
    /// Statements in one text, up to the first that fails.
    Sequence { sql: &'a str },
    /// Ends the stream; a transaction that is open is rolled back.
    Close,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Statement {
    pub(crate) sql: String,
    pub(crate) args: Vec<Value>,
    pub(crate) want_rows: bool,
}

impl Statement {
    /// One that answers nothing.
    pub(crate) fn plain(sql: &str) -> Self {
        Self {
            sql: sql.to_owned(),
            args: Vec::new(),
            want_rows: false,
        }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct Batch<'a> {
    pub(crate) steps: Vec<Step<'a>>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Step<'a> {
    pub(crate) condition: Option<Condition>,
    pub(crate) stmt: &'a Statement,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Condition {
    /// An earlier step has succeeded.
    Ok {
        step: usize,
    },
    Not {
        cond: Box<Self>,
    },
    And {
        conds: Vec<Self>,
    },
    /// No transaction is open.
    IsAutocommit,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Answers {
    /// What the stream is called from now on; `None` when it has ended.
    pub(crate) baton: Option<String>,
    /// Where it is from now on, if that is elsewhere.
    pub(crate) base_url: Option<String>,
    pub(crate) results: Vec<Answer>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Answer {
    Ok { response: Response },
    Error { error: ServerError },
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Response {
    Execute { result: Outcome },
    Batch { result: BatchOutcome },
    Sequence,
    Close,
}

/// What a statement came to.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) cols: Vec<Column>,
    pub(crate) rows: Vec<Vec<Value>>,
    pub(crate) affected_row_count: usize,
    /// Which state of the database it saw, where the server says so.
    #[serde(default)]
    pub(crate) replication_index: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Column {
    pub(crate) name: Option<String>,
}

/// For each step its outcome or its error; neither when its condition did not hold.
#[derive(Debug, Deserialize)]
pub(crate) struct BatchOutcome {
    pub(crate) step_results: Vec<Option<Outcome>>,
    pub(crate) step_errors: Vec<Option<ServerError>>,
}

/// Why something was not done, in the server's words.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ServerError {
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) code: Option<String>,
}
