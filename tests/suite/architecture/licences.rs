//! What is compiled in may be given to anybody: every dependency has a permissive licence.

use std::process::Command;

use serde_json::Value;

use super::root;

/// Licences that ask for no more than to be named.
const PERMISSIVE: [&str; 11] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "ISC",
    "MIT",
    "PostgreSQL",
    "Unicode-3.0",
    "Zlib",
];

/// Whether one may choose permissive licences only. `AND` binds closer than `OR`, so that this is strict where it does
/// not look at parentheses.
fn is_permissive(expression: &str) -> bool {
    // The older way to write `OR`.
    let expression = expression.replace('/', " OR ").replace(['(', ')'], "");
    let allowed = |licence: &str| PERMISSIVE.contains(&licence.trim());
    expression
        .split(" AND ")
        .all(|all| all.split(" OR ").any(allowed))
}

#[test]
fn an_expression_is_permissive_when_permissive_licences_satisfy_it() {
    for good in [
        "MIT",
        "MIT/Apache-2.0",
        "GPL-3.0 OR MIT",
        "(MIT OR GPL-2.0) AND Zlib",
    ] {
        assert!(is_permissive(good), "{good}");
    }
    for bad in [
        "GPL-3.0-only",
        "MIT AND GPL-3.0-only",
        "LGPL-2.1 OR MPL-2.0",
        "",
    ] {
        assert!(!is_permissive(bad), "{bad}");
    }
}

#[test]
fn every_dependency_has_a_permissive_licence() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 100, "all of them are listed");
    for package in packages {
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(is_permissive(licence), "{}: {licence:?}", package["name"]);
    }
}

/// What was downloaded for this platform, without asking anybody.
fn metadata() -> Value {
    let platform = Command::new("rustc")
        .arg("-vV")
        .output()
        .expect("rustc runs");
    let platform = String::from_utf8(platform.stdout).expect("text");
    let mut platform = platform
        .lines()
        .filter_map(|line| line.strip_prefix("host: "));
    let platform = platform.next().expect("rustc knows where it runs");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version=1"])
        .args(["--filter-platform", platform])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}
