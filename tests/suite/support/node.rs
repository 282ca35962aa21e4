//! What comes from npm, for tests alone: it is fetched once, beside what was built.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// Which packages, in which versions.
const PACKAGES: &str = include_str!("../../node/package.json");

/// The folder with `node_modules` in it.
pub(crate) fn packages() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(fetch)
}

fn fetch() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("node");
    let list = folder.join("package.json");
    let fetched = std::fs::read_to_string(&list).is_ok_and(|text| text == PACKAGES);
    if !fetched {
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        // The list is written last: without it, the packages are fetched again.
        let asked = folder.join("asked");
        std::fs::create_dir_all(&asked).expect("the folder can be made");
        std::fs::write(asked.join("package.json"), PACKAGES).expect("it can be written");
        let quiet = ["install", "--no-audit", "--no-fund", "--loglevel=error"];
        run("npm", &quiet, &asked);
        drop(std::fs::remove_dir_all(folder.join("node_modules")));
        let modules = (asked.join("node_modules"), folder.join("node_modules"));
        std::fs::rename(modules.0, modules.1).expect("it can be moved");
        std::fs::write(list, PACKAGES).expect("it can be written");
    }
    folder
}

/// Runs a program of Node.js that has to succeed, in a folder.
pub(crate) fn run(program: &str, arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(program);
    let done = command.args(arguments).current_dir(folder).output();
    let done = done.unwrap_or_else(|error| {
        panic!(
            "{program} does not run ({error}): install Node.js and npm (on Debian: apt-get install nodejs npm), \
             or run ./test --without npm"
        )
    });
    let said = [&done.stdout, &done.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(
        done.status.success(),
        "{program} {arguments:?}: {}{}",
        said[0],
        said[1]
    );
    done
}
