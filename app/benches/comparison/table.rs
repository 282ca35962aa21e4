//! The table that is printed: what, ours, baseline, ratio, target.

/// What the ratio of ours to the baseline should be.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    /// Rates: more is better.
    AtLeast(f64),
    /// Times: less is better.
    AtMost(f64),
}

/// A thing that was measured on either side.
#[derive(Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) ours: f64,
    pub(crate) by_hand: f64,
}

/// Says what the columns are.
pub(crate) fn print_head() {
    line("", "", "ours", "by hand", "ratio", "target", "");
}

/// Prints a row as soon as it is known: the whole table takes a while.
pub(crate) fn print(what: &str, unit: &str, pair: Pair, target: Target) {
    let ratio = pair.ours / pair.by_hand;
    let (target, met) = match target {
        Target::AtLeast(least) => (format!(">= {least}"), ratio >= least),
        Target::AtMost(most) => (format!("<= {most}"), ratio <= most),
    };
    line(
        what,
        unit,
        &shown(pair.ours),
        &shown(pair.by_hand),
        &format!("{ratio:.2}"),
        &target,
        if met { "met" } else { "missed" },
    );
}

fn line(
    what: &str,
    unit: &str,
    ours: &str,
    by_hand: &str,
    ratio: &str,
    target: &str,
    verdict: &str,
) {
    println!("{what:<60}{unit:<11}{ours:>12}{by_hand:>12}{ratio:>8}{target:>9}  {verdict}");
}

/// Three digits at least, and the whole of a large number.
fn shown(number: f64) -> String {
    match number {
        n if n >= 100.0 => format!("{n:.0}"),
        n if n >= 10.0 => format!("{n:.1}"),
        n => format!("{n:.2}"),
    }
}
