//! What the range before came to, beside what is asked about.

use metrics_runtime::{Buckets, Change, Previous, Series};

use super::question::Question;
use crate::cli::figures::{Align, Style, grouped, minute, table};

/// The comparison as a table, where one was asked for; or why there is none.
pub(super) fn in_words(question: &Question, series: &Series, style: Style) -> Option<String> {
    Some(match series.previous()? {
        Previous::Kept(before) => compared(question, series, before, style),
        Previous::Gone(reason) => format!("There is nothing to compare with: {reason}."),
    })
}

fn compared(question: &Question, series: &Series, before: &Buckets, style: Style) -> String {
    let range = before.range();
    let (start, end) = (minute(range.start()), minute(range.end()));
    let head = [
        ("MEASURE", Align::Left),
        ("TOTAL", Align::Right),
        ("BEFORE", Align::Right),
        ("CHANGE", Align::Right),
        ("", Align::Right),
    ]
    .map(|(title, align)| (title.to_owned(), align));
    let totals = series.summary().into_iter().zip(before.summary());
    let measures = question.layout.schema.measures.iter();
    let rows: Vec<_> = measures
        .zip(totals.zip(series.changes()))
        .map(|(measure, ((now, before), change))| {
            let (absolute, percent) = signed(change);
            let totals = [now.total, before.total].map(grouped);
            [measure.title()]
                .into_iter()
                .chain(totals)
                .chain([absolute, percent])
                .collect()
        })
        .collect();
    let rows = style.head(&table(&head, &rows));
    format!("Compared with {start} to {end} UTC\n\n{rows}")
}

/// How much more or less, and in percent, where there is something that it is a percentage of.
fn signed(change: Change) -> (String, String) {
    let sign = if change.absolute > 0 { "+" } else { "" };
    let percent = change.percent.map(|percent| format!("{percent:+.1} %"));
    let absolute = format!("{sign}{}", grouped(change.absolute));
    (absolute, percent.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use metrics_runtime::Change;

    use super::signed;

    #[test]
    fn a_change_has_its_sign_and_no_percentage_of_nothing() {
        let shown = |absolute, percent| {
            let (absolute, percent) = signed(Change { absolute, percent });
            format!("{absolute}|{percent}")
        };
        assert_eq!(shown(1_205, Some(17.214)), "+1,205|+17.2 %");
        assert_eq!(shown(-5, Some(-100.0)), "-5|-100.0 %");
        assert_eq!(shown(0, Some(0.0)), "0|+0.0 %");
        assert_eq!(shown(3, None), "+3|");
    }
}
