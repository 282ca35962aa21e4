//! What a series is asked for by: a route, what its path says, and a query.

use actix_web::HttpRequest;
use actix_web::dev::{Path, ResourceDef};

use super::routes::{Endpoint, ROUTES};

/// Which route a series is asked for on, with what its address says.
#[derive(Debug, Clone)]
pub(super) enum Door {
    /// One's own rows of the metric at a path.
    Own(String),
    /// A team's.
    Team { team_id: String, path: String },
    /// Everybody's.
    Everyone(String),
}

/// A door, and the query that somebody brings.
#[derive(Debug, Clone)]
pub(super) struct Address {
    pub(super) door: Door,
    pub(super) query: String,
}

impl Address {
    /// The address that a request was sent to.
    pub(super) fn of(door: Door, request: &HttpRequest) -> Self {
        let query = request.query_string().to_owned();
        Self { door, query }
    }

    /// Reads an address that is written as it is asked for below the API, such as
    /// `users/me/metrics/builds?team_id=t1`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let query = query.to_owned();
        let door = ROUTES
            .iter()
            .find_map(|route| Door::at(route.endpoint, route.path, path))?;
        Some(Self { door, query })
    }
}

impl Door {
    fn at(endpoint: Endpoint, pattern: &str, path: &str) -> Option<Self> {
        let mut found = Path::new(format!("/{path}"));
        let is_at = |found: &mut Path<String>| ResourceDef::new(pattern).capture_match_info(found);
        match endpoint {
            Endpoint::OwnSeries if is_at(&mut found) => found.load().ok().map(Self::Own),
            Endpoint::TeamSeries if is_at(&mut found) => {
                let (team_id, path) = found.load().ok()?;
                Some(Self::Team { team_id, path })
            }
            Endpoint::AllSeries if is_at(&mut found) => found.load().ok().map(Self::Everyone),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, Door};

    #[test]
    fn an_address_is_read_as_it_would_be_asked_for() {
        let read = |text| Address::parse(text).map(|Address { door, query }| (door, query));
        let Some((Door::Team { team_id, path }, query)) =
            read("teams/north%20west/metrics/mcp/client-activity?tz=Europe%2FBerlin")
        else {
            panic!("it is a team's");
        };
        assert_eq!(
            (team_id.as_str(), path.as_str()),
            ("north west", "mcp/client-activity")
        );
        assert_eq!(query, "tz=Europe%2FBerlin");
        assert!(
            matches!(read("users/me/metrics/builds"), Some((Door::Own(path), _)) if path == "builds")
        );
        assert!(
            matches!(read("admin/metrics/builds?"), Some((Door::Everyone(path), _)) if path == "builds")
        );
    }

    #[test]
    fn what_is_no_series_is_no_address() {
        for text in [
            "",
            "?",
            "metrics",
            "metrics/events",
            "users/me",
            "admin/metrics/",
            "openapi.json",
            "/api/admin/metrics/builds",
        ] {
            assert!(Address::parse(text).is_none(), "{text}");
        }
    }
}
