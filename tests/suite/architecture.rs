//! What ARCHITECTURE.md promises, checked against the sources.

mod licences;

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package is in the workspace")
        .to_owned()
}

/// Every Rust file below a folder, with its path within it and its text.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next)
            .expect("a folder")
            .flatten()
            .map(|entry| entry.path())
        {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                let name = entry
                    .strip_prefix(folder)
                    .expect("it is below")
                    .display()
                    .to_string();
                found.push((name, fs::read_to_string(entry).expect("a text")));
            }
        }
    }
    assert!(!found.is_empty(), "{} has sources", folder.display());
    found
}

/// The dependencies of a package, a line of its manifest each.
fn dependencies(package: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(package).join("Cargo.toml")).expect("it is there");
    let section = text
        .split("\n[dependencies]\n")
        .nth(1)
        .expect("it has dependencies");
    let section = section.split("\n[").next().unwrap_or_default();
    let named = section
        .lines()
        .filter(|line| line.contains(" = ") && !line.starts_with([' ', '#']));
    named.map(str::to_owned).collect()
}

fn name(dependency: &str) -> &str {
    dependency.split(' ').next().unwrap_or_default()
}

/// A source without its comments and without its unit tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn every_file_opens_by_saying_what_lives_there() {
    for package in [
        "metrics-derive",
        "metrics-runtime",
        "metrics-runtime/libsql-connection",
        "app",
        "tests",
        "tests/fuzz",
    ] {
        let folder = root()
            .join(package)
            .join(if package == "tests" { "suite" } else { "src" });
        for (name, text) in sources(&folder) {
            // A snapshot carries its input as it would be written anywhere.
            let snapshot = name.starts_with("snapshots/");
            assert!(snapshot || text.starts_with("//! "), "{package}: {name}");
        }
    }
}

#[test]
fn the_sql_of_metrics_is_in_one_folder() {
    let keywords = [
        "SELECT ",
        "INSERT INTO",
        "UPDATE ",
        "DELETE FROM",
        "CREATE TABLE",
        "DROP TABLE",
    ];
    for (name, text) in sources(&root().join("metrics-runtime/src")) {
        let found = keywords
            .iter()
            .find(|keyword| code(&text).contains(*keyword));
        assert!(
            name.starts_with("sql/") || found.is_none(),
            "{name} has {found:?}"
        );
    }
    for (name, text) in sources(&root().join("metrics-derive/src")) {
        let found = keywords
            .iter()
            .find(|keyword| code(&text).contains(*keyword));
        assert!(found.is_none(), "{name} has {found:?}");
    }
}

/// What Citus does not take in a statement on a table that it has spread, and what would differ between its nodes.
#[test]
fn statements_of_metrics_leave_out_what_cannot_be_spread() {
    let refused = [
        "now()",
        "current_timestamp",
        "random()",
        "for update",
        "for share",
        "create trigger",
        // What a setting may change is returned by no statement that writes.
        "json_build_array",
        "row_to_json",
    ];
    for (name, text) in sources(&root().join("metrics-runtime/src/sql")) {
        // Neither migrations nor the function that says what the time is are statements of the running program.
        let runs_once = name == "scale.rs" || name.starts_with("change");
        let text = code(&text).to_lowercase();
        let found = refused.iter().find(|refused| text.contains(*refused));
        assert!(runs_once || found.is_none(), "{name} has {found:?}");
    }
}

#[test]
fn packages_know_only_what_they_may() {
    let knows = |package: &str, other: &str| {
        dependencies(package)
            .iter()
            .any(|line| name(line).starts_with(other))
    };
    assert!(!knows("metrics-runtime/libsql-connection", "metrics"));
    for other in ["diesel", "actix", "metrics-runtime", "app"] {
        assert!(
            !knows("metrics-derive", other),
            "metrics-derive knows {other}"
        );
    }
    assert!(
        !knows("metrics-runtime", "app"),
        "metrics-runtime knows its host"
    );
    let actix = dependencies("metrics-runtime")
        .into_iter()
        .find(|line| name(line) == "actix-web");
    let actix = actix.expect("for the feature web");
    assert!(actix.contains("optional = true"), "{actix}");
}

#[test]
fn the_modules_of_the_runtime_use_those_above_them() {
    let folder = root().join("metrics-runtime/src");
    let library = fs::read_to_string(folder.join("lib.rs")).expect("it is there");
    let declared = |line: &str| {
        let line = line.trim_start_matches("pub ").strip_prefix("mod ")?;
        line.strip_suffix(';').map(str::to_owned)
    };
    let order: Vec<String> = library.lines().filter_map(declared).collect();
    let place = |module: &str| order.iter().position(|known| known == module);
    for (name, text) in sources(&folder) {
        let module = name.split(['/', '.']).next().unwrap_or_default();
        let Some(here) = place(module) else {
            continue;
        };
        for used in code(&text).split("crate::").skip(1) {
            let used = used
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap_or_default();
            assert!(
                place(used).is_none_or(|there| there <= here),
                "{name} uses {used}, which comes below it"
            );
        }
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let reasons = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("it is there");
    for package in [
        "metrics-derive",
        "metrics-runtime",
        "metrics-runtime/libsql-connection",
        "app",
    ] {
        for name in dependencies(package).iter().map(|line| name(line)) {
            assert!(
                name.starts_with("metrics-") || reasons.contains(name),
                "{package} uses {name}"
            );
        }
    }
}
