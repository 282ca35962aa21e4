//! The metrics application.
fn main() {}
