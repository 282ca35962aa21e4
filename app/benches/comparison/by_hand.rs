//! The baselines: what a careful engineer writes for exactly one task, on rusqlite or the crate postgres, without any of
//! our crates.

pub(crate) mod database;
mod event;
mod interner;
mod retention;

pub(crate) mod writer;

pub(crate) mod journal;
pub(crate) mod upserts;

pub(crate) mod import;

#[cfg(feature = "postgres")]
pub(crate) mod postgres;

mod read;
mod servers;

/// Plays a part in a process of its own.
pub(crate) fn play(mut arguments: impl Iterator<Item = String>) {
    let mut next = || arguments.next().expect("the part takes another argument");
    match next().as_str() {
        "import" => import::run(&next(), &next()),
        "read" => servers::read(next().into()),
        "parse" => servers::parse(),
        part => panic!("{part} is no part"),
    }
}
