//! Applies the short differences that the README shows: context to find the place by, lines to add, lines to remove.

/// `text` with the difference applied.
///
/// # Panics
///
/// When a line of context, or one to be removed, is not there.
pub(super) fn apply(text: &str, difference: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    for line in difference.lines() {
        let (mark, rest) = line.split_at_checked(1).unwrap_or((" ", ""));
        match mark {
            "+" => {
                lines.insert(at, rest);
                at += 1;
            }
            "-" => {
                at = find(&lines, at, rest);
                lines.remove(at);
            }
            _ if rest.is_empty() => {}
            _ => at = find(&lines, at, rest) + 1,
        }
    }
    lines.join("\n") + "\n"
}

fn find(lines: &[&str], from: usize, wanted: &str) -> usize {
    let found = lines[from..].iter().position(|line| *line == wanted);
    from + found.unwrap_or_else(|| {
        panic!(
            "the file has no line \"{wanted}\" from line {} on",
            from + 1
        )
    })
}

#[test]
fn lines_are_added_and_removed_where_the_context_says() {
    assert_eq!(
        apply("a\nb\nc\nd\n", " a\n+x\n\n c\n-d\n+y"),
        "a\nx\nb\nc\ny\n"
    );
}
