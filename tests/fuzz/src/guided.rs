//! One target, which `TARGET` names, under the eyes of libFuzzer.

#![no_main]

use std::sync::LazyLock;

use fuzz::Target;

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = std::env::var("TARGET").unwrap_or_default();
    Target::named(&name).unwrap_or_else(|| {
        let names: Vec<_> = fuzz::TARGETS.iter().map(|target| target.name).collect();
        panic!("TARGET={name}: there are {}", names.join(", "))
    })
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    TARGET.run(input);
});
