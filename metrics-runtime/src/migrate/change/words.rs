//! A change in words, as the plan and the header of a migration say it.

use std::fmt;

use super::Change;
use crate::interval::Interval;

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TableRenamed { from, to } => {
                write!(
                    f,
                    "rename the table {from} to {to}, its dictionaries, its view and its permissions likewise"
                )
            }
            Self::MeasureAdded(name) => {
                write!(f, "add the measure {name}: rows from before have 0")
            }
            Self::MeasureRemoved(name) => {
                write!(f, "remove the measure {name}, and all that it counted")
            }
            Self::MeasureRenamed { from, to } => write!(f, "rename the measure {from} to {to}"),
            Self::DimensionAdded { name, default } => {
                write!(
                    f,
                    "add the dimension {name}: rows from before have \"{default}\""
                )
            }
            Self::DimensionRemoved(name) => write!(
                f,
                "remove the dimension {name}: rows that only it told apart are merged, and their measures added up"
            ),
            Self::DimensionRenamed { from, to } => write!(f, "rename the dimension {from} to {to}"),
            Self::DimensionRetyped { name, from, to } => retyped(f, name, from, to),
            Self::WordsAdded { name, words } => {
                write!(f, "let the dimension {name} be {}, too", words.join(" or "))
            }
            Self::WordRenamed { name, from, to } => {
                write!(f, "rename the {name} \"{from}\" to \"{to}\"")
            }
            Self::WordsMerged { name, from, to } => write!(
                f,
                "merge the {name} \"{}\" into \"{to}\": rows that only that told apart are merged, and their measures added up",
                from.join("\", \"")
            ),
            Self::WordsRemoved { name, words } => write!(
                f,
                "let the dimension {name} not be {} any more: fails where a row is",
                words.join(" or ")
            ),
            Self::ReferenceAdded { name, to } => write!(
                f,
                "let the dimension {name} refer to {to}: fails where a value is not there; from now on a deletion there takes rows along"
            ),
            Self::ReferenceRemoved { name, to } => {
                write!(
                    f,
                    "let the dimension {name} not refer to {to} any more: deletions there leave rows alone"
                )
            }
            Self::IntervalAdded {
                interval,
                filled_from,
            } => added_interval(f, *interval, filled_from),
            Self::IntervalRemoved(interval) => write!(
                f,
                "do not store {interval} any more, and delete its buckets"
            ),
            Self::Rearranged => f.write_str("make its keys anew"),
        }
    }
}

fn retyped(f: &mut fmt::Formatter<'_>, name: &str, from: &str, to: &str) -> fmt::Result {
    write!(f, "turn the dimension {name} from {from} into {to}")?;
    match (from, to) {
        // Everything can be written as text, and a boolean is a number already.
        (_, "text") | ("a boolean", "an integer") => Ok(()),
        _ => write!(f, ": fails where a value is not {to}"),
    }
}

fn added_interval(
    f: &mut fmt::Formatter<'_>,
    interval: Interval,
    filled_from: &[Interval],
) -> fmt::Result {
    let names: Vec<_> = filled_from.iter().map(Interval::to_string).collect();
    let source = match names.as_slice() {
        [] => {
            return write!(
                f,
                "store {interval} from now on: no stored interval divides it, so that there is nothing to fill it from"
            );
        }
        [only] => format!("{only}: as far back as those reach"),
        several => format!(
            "{}, each from whichever have counted most in it",
            several.join(" or ")
        ),
    };
    write!(
        f,
        "store {interval}, filled from the buckets of {source}; the oldest bucket may be partly covered, and before it there is nothing"
    )
}
