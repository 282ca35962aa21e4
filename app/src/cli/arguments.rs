//! What commands about metrics take: metrics by name, pairs and moments, and how they say that one is wrong.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use metrics_runtime::{Layout, Registry};

/// A mistake on the command line that only shows once the metrics are known: the exit code is 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Usage(pub(super) String);

/// The metric of a type.
pub(super) fn metric<'a>(registry: &'a Registry, name: &str) -> Result<&'a Arc<Layout>, Usage> {
    registry.metric(name).ok_or_else(|| {
        let known: Vec<_> = registry
            .metrics()
            .map(|layout| layout.schema.name)
            .collect();
        let meant = match meant(name, &known) {
            Some(meant) => format!("did you mean {meant}? There are"),
            None => "there are".to_owned(),
        };
        Usage(format!(
            "METRIC: there is no metric {name:?}: {meant} {}",
            known.join(", ")
        ))
    })
}

/// What somebody meant who wrote it differently, or wrote the path or a part of it.
fn meant<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let name = name.to_lowercase().replace(['-', '/', ' '], "_");
    let likeness = |known: &&'a str| {
        let part = !name.is_empty() && (known.contains(&name) || name.contains(*known));
        let likeness = strsim::jaro_winkler(&name, known);
        (if part { 1.0 } else { likeness }, *known)
    };
    let likely = known
        .iter()
        .map(likeness)
        .filter(|(likeness, _)| *likeness > 0.75);
    let best = likely.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.map(|(_, known)| known)
}

/// `NAME=VALUE`; the value may have further equals signs in it.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected a name, an equals sign and a value".to_owned()),
    }
}

/// RFC 3339.
pub(super) fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|moment| moment.with_timezone(&Utc))
        .map_err(|_| "it is not RFC 3339, such as 2026-01-10T09:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{meant, pair};

    #[test]
    fn a_name_that_is_nearly_right_is_recognized() {
        let known = ["flight_departures", "server_installations"];
        for near in [
            "flights_departures",
            "server-installations",
            "installations",
            "Flight",
        ] {
            assert!(meant(near, &known).is_some(), "{near}");
        }
        assert_eq!(meant("coffee", &known), None);
        assert_eq!(meant("", &known), None);
    }

    #[test]
    fn a_pair_is_cut_at_the_first_equals_sign() {
        let cut = |text| pair(text).ok();
        let owned = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
        assert_eq!(cut("tool=a=b"), owned("tool", "a=b"));
        assert_eq!(cut("tool="), owned("tool", ""));
        assert_eq!(cut("tool"), None);
        assert_eq!(cut("=a"), None);
    }
}
