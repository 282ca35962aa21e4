//! Embeds the committed migrations into the binary, a list for each backend, and compiles the package anew when one
//! was added.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=../migrations");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("Cargo says where"));
    for backend in ["sqlite", "postgres"] {
        let list = scripts(&fs::canonicalize(Path::new("../migrations").join(backend))?)?;
        fs::write(out.join(backend).with_extension("rs"), list)?;
    }
    Ok(())
}

/// The scripts of a folder, oldest first, as an expression.
fn scripts(folder: &Path) -> io::Result<String> {
    let mut migrations: Vec<_> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    migrations.sort();
    let scripts: String = migrations.iter().map(|path| script(path)).collect();
    Ok(format!("&[{scripts}]"))
}

fn script(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default().display().to_string();
    let text = |file| format!("include_str!({:?})", folder.join(file));
    let metadata = fs::read_to_string(folder.join("metadata.toml")).unwrap_or_default();
    let outside = match metadata.contains("run_in_transaction = false") {
        true => ".without_transaction()",
        false => "",
    };
    format!(
        "Script::embedded({name:?}, {}, {}){outside},\n",
        text("up.sql"),
        text("down.sql")
    )
}
