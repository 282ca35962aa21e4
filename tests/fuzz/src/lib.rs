//! What reads text that anybody may have written, given anything at all. It may refuse what it is given, but it must
//! not panic, and what it takes must be what it says.
//!
//! `tests/fuzz/run` looks for inputs that reach new places, guided by what of the program each of them reaches. Those
//! that it has found are in `corpus/`, a folder for each target, and run with all other tests.

#[path = "../../../metrics-derive/src"]
mod derive {
    //! The derives as a library, since a crate of derives has nothing else to offer.

    pub(crate) mod attr;
    pub(crate) mod check;
    pub(crate) mod cron;
    pub(crate) mod dimension_value;
    pub(crate) mod duration;
    pub(crate) mod emit;
    pub(crate) mod errors;
    pub(crate) mod expand;
    pub(crate) mod fallback;
    pub(crate) mod model;
    pub(crate) mod names;
    pub(crate) mod spelling;
}

// Where the modules of the derives look for each other.
pub(crate) use derive::{
    attr, check, cron, dimension_value, duration, emit, errors, expand, fallback, model, names,
    spelling,
};

mod declaration;
mod events;
mod query;
mod range;
mod schedule;
mod served;

/// Something that is given anything at all.
pub struct Target {
    /// What it is called, as its folder in `corpus/` is.
    pub name: &'static str,
    run: fn(&str),
}

/// All of them.
pub const TARGETS: [Target; 5] = [
    Target {
        name: "declaration",
        run: declaration::expand,
    },
    Target {
        name: "events",
        run: events::report,
    },
    Target {
        name: "query",
        run: query::ask,
    },
    Target {
        name: "range",
        run: range::read,
    },
    Target {
        name: "schedule",
        run: schedule::read,
    },
];

impl Target {
    /// The target of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }

    /// Gives it an input. What is no text is refused by whoever reads requests, long before.
    pub fn run(&self, input: &[u8]) {
        if let Ok(text) = std::str::from_utf8(input) {
            (self.run)(text);
        }
    }
}
