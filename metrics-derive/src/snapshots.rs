//! What the derives expand to: each file in `snapshots/` holds a declaration and its expansion.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p metrics-derive` writes the expansions anew; read the difference before keeping it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use syn::DeriveInput;

use crate::{dimension_value, expand};

/// Stands between a declaration and its expansion.
const SEPARATOR: &str = "\n// ---- expands to ----\n\n";

/// A test for each snapshot, and one for snapshots without.
macro_rules! snapshots {
    ($($name:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                compare(stringify!($name));
            }
        )*

        #[test]
        fn every_snapshot_has_a_test() {
            let tested = BTreeSet::from([$(stringify!($name).to_owned()),*]);
            assert_eq!(files(), tested, "remove the file, or name it in `snapshots!`");
        }
    };
}

snapshots! {
    a_metric_with_every_default,
    a_metric_with_every_key,
    a_metric_with_keywords_for_names,
    a_metric_without_dimensions,
    an_enum_of_words,
    a_newtype,
    a_faulty_metric,
    a_faulty_dimension_value,
}

fn compare(name: &str) {
    let path = folder().join(name).with_extension("rs");
    let snapshot = fs::read_to_string(&path).expect("the snapshot is beside this file");
    let (declaration, before) = snapshot
        .split_once(SEPARATOR)
        .unwrap_or((&snapshot, "nothing"));
    let declaration = declaration.trim_end();
    let now = expansion(declaration);
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, format!("{declaration}\n{SEPARATOR}{now}")).expect("it is writable");
    } else {
        assert_eq!(
            before, now,
            "the expansion has changed: if that is right, set UPDATE_SNAPSHOTS=1"
        );
    }
}

fn expansion(declaration: &str) -> String {
    let input: DeriveInput = syn::parse_str(declaration).expect("the declaration is an item");
    let tokens = if declaration.contains("derive(DimensionValue)") {
        dimension_value::expand(&input)
    } else {
        expand::metric(&input)
    };
    let file = syn::parse2(tokens).expect("the expansion is a list of items");
    prettyplease::unparse(&file)
}

fn files() -> BTreeSet<String> {
    let entries = fs::read_dir(folder()).expect("the folder is beside this file");
    let paths = entries.map(|entry| entry.expect("it is readable").path());
    paths.map(|path| stem(&path)).collect()
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().expect("a file has a name");
    stem.to_string_lossy().into_owned()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/snapshots")
}
