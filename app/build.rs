//! Compiles the package anew when a migration was added: they are embedded into the binary.

fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
