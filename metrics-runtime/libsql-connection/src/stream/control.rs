//! Statements that begin and end transactions, as diesel words them.

/// What such a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Control<'a> {
    Begin,
    Savepoint(&'a str),
    Release(&'a str),
    RollbackTo(&'a str),
    Commit,
    Rollback,
}

impl<'a> Control<'a> {
    /// What `sql` does, if it is such a statement.
    pub(super) fn of(sql: &'a str) -> Option<Self> {
        let words: Vec<_> = sql.split(' ').collect();
        match words[..] {
            ["BEGIN"] | ["BEGIN", "IMMEDIATE"] => Some(Self::Begin),
            ["SAVEPOINT", name] => Some(Self::Savepoint(name)),
            ["RELEASE", "SAVEPOINT", name] => Some(Self::Release(name)),
            ["ROLLBACK", "TO", "SAVEPOINT", name] => Some(Self::RollbackTo(name)),
            ["COMMIT"] => Some(Self::Commit),
            ["ROLLBACK"] => Some(Self::Rollback),
            _ => None,
        }
    }
}
