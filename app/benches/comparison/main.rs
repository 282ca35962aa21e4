//! One table: what we take for a task, beside what a program takes that was written by hand for exactly that task.
//!
//! `cargo bench --bench comparison` prints it; `-- NAME` measures the rows whose names contain that. `ROWS=10000000`
//! is the size of the large table (a million by default), `ROUNDS=1` for a quick look.

mod settings;
mod synchronous;

mod rounds;
mod table;

mod load;
mod producers;

mod by_hand;
mod ours;

mod accounts;
mod http;
mod process;

mod files;
mod fill;

#[cfg(feature = "postgres")]
mod cluster;

mod rows;

fn main() {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(process::BY_HAND) {
        return by_hand::play(arguments);
    }
    let settings = settings::Settings::read();
    table::print_head();
    rows::print_all(&settings);
}
