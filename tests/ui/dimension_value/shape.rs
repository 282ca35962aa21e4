//! A dimension value is an enum of words, or a newtype.

use metrics_runtime::DimensionValue;

#[derive(DimensionValue)]
enum Data {
    Stdio,
    Http(u16),
    Sse { port: u16 },
}

#[derive(DimensionValue)]
enum Nothing {}

#[derive(DimensionValue)]
union Either {
    one: u64,
}

#[derive(DimensionValue)]
struct Two(String, String);

#[derive(DimensionValue)]
struct Unit;

#[derive(DimensionValue)]
struct Generic<T>(T);

fn main() {
    // The stubs give no errors of their own.
    let _ = Data::Http(1).to_value();
    let _ = Generic(String::new()).to_value();
}
