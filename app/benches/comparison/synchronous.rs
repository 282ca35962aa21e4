//! What a commit survives, on either side.

/// SQLite's `synchronous`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Synchronous {
    /// A commit survives the process.
    Normal,
    /// It also survives the power.
    Full,
}

impl Synchronous {
    /// As the pragma and the setting of the application spell it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Full => "full",
        }
    }
}
