//! Every URL on one page.

/// A route that [`Api::configure`](super::Api::configure) mounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteSpec {
    /// The method.
    pub method: &'static str,
    /// The path below the scope that it is mounted into.
    pub path: &'static str,
    /// What answers.
    pub endpoint: Endpoint,
}

impl RouteSpec {
    /// What its addresses begin with, and the rest. Patterns are matched one after the other, and beginnings are
    /// compared before.
    pub(super) fn parts(&self) -> (&'static str, &'static str) {
        const LAST: &str = "/metrics";
        let end = self.path.find(LAST).map(|at| at + LAST.len());
        self.path.split_at(end.unwrap_or(self.path.len()))
    }

    /// Whether a path has the end of this one's. Below a path of a series, that is what tells its stream from it.
    pub(super) fn ends_as(&self, path: &str) -> bool {
        const STREAM: &str = "/stream";
        self.path.ends_with(STREAM) == path.ends_with(STREAM)
    }

    /// The methods that it takes, as the header `Allow` lists them.
    pub(super) fn allowed(&self) -> &'static str {
        match self.method {
            "GET" => "GET, HEAD",
            method => method,
        }
    }
}

/// What answers a route, and with that who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// Whoever is signed in: the metrics that they may see.
    Catalogue,
    /// A satellite: a batch of events.
    Ingest,
    /// Whoever holds `metrics.<table>.view`: their own rows.
    OwnSeries,
    /// An administrator of the team: the team's rows.
    TeamSeries,
    /// Whoever holds `metrics.<table>.view_all`: everybody's rows.
    AllSeries,
    /// As [`OwnSeries`](Self::OwnSeries), as a stream.
    OwnStream,
    /// As [`TeamSeries`](Self::TeamSeries), as a stream.
    TeamStream,
    /// As [`AllSeries`](Self::AllSeries), as a stream.
    AllStream,
    /// Whoever may ask for each of the series that are named: all of them in one stream.
    SeveralStreams,
    /// Anyone: the description of the routes.
    OpenApi,
}

/// The routes, those with the same beginning one after the other. A path's tail is the metric's own path, which may have
/// several segments.
pub const ROUTES: [RouteSpec; 10] = [
    RouteSpec {
        method: "GET",
        path: "/metrics",
        endpoint: Endpoint::Catalogue,
    },
    RouteSpec {
        method: "POST",
        path: "/metrics/events",
        endpoint: Endpoint::Ingest,
    },
    RouteSpec {
        method: "GET",
        path: "/metrics/stream",
        endpoint: Endpoint::SeveralStreams,
    },
    RouteSpec {
        method: "GET",
        path: "/users/me/metrics/{path:.+}",
        endpoint: Endpoint::OwnSeries,
    },
    RouteSpec {
        method: "GET",
        path: "/users/me/metrics/{path:.+}/stream",
        endpoint: Endpoint::OwnStream,
    },
    RouteSpec {
        method: "GET",
        path: "/teams/{team_id}/metrics/{path:.+}",
        endpoint: Endpoint::TeamSeries,
    },
    RouteSpec {
        method: "GET",
        path: "/teams/{team_id}/metrics/{path:.+}/stream",
        endpoint: Endpoint::TeamStream,
    },
    RouteSpec {
        method: "GET",
        path: "/admin/metrics/{path:.+}",
        endpoint: Endpoint::AllSeries,
    },
    RouteSpec {
        method: "GET",
        path: "/admin/metrics/{path:.+}/stream",
        endpoint: Endpoint::AllStream,
    },
    RouteSpec {
        method: "GET",
        path: "/openapi.json",
        endpoint: Endpoint::OpenApi,
    },
];
