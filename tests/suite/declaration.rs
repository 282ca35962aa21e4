//! What a declaration says, and what the compiler says about it.
//!
//! `TRYBUILD=overwrite cargo test -p tests declaration` writes the `.stderr` files anew; read the difference before
//! keeping it.

mod dimension_values;
mod hygiene;
mod schema;
mod table;
mod types;

/// Each folder of `ui` is named after a fault. `pass` holds what only a whole crate can show.
#[test]
fn faults_are_reported_on_the_token_that_is_wrong() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    for fault in FAULTS {
        cases.compile_fail(format!("ui/{fault}/*.rs"));
    }
}

const FAULTS: [&str; 12] = [
    "all_at_once",
    "column",
    "cron",
    "dimension_value",
    "duration",
    "key",
    "mark",
    "missing",
    "name",
    "reference",
    "shape",
    "type",
];

#[test]
fn every_folder_of_faults_is_tested() {
    let folders = std::fs::read_dir("ui").expect("the folder is beside the manifest");
    let names = folders.map(|folder| folder.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name != "pass").collect();
    names.sort_unstable();
    assert_eq!(names, FAULTS);
}
