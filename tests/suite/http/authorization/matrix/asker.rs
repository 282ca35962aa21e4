//! Those who ask, and what the table says of each.

use std::fmt;

use super::super::who::Who;
use crate::support::app::TestApp;
use crate::support::app::http::Request;

/// Whose the thing is that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Own,
    SameTeam,
    OtherTeam,
}

/// What a route answers as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// 401.
    Stranger,
    /// 403, and what events are told that a key may not report.
    Refused,
    /// Whatever comes of it: they may ask.
    Asked,
}

/// Permissions that somebody holds; `None` is all that there are.
pub(super) type Holds = Option<&'static [&'static str]>;

/// Somebody who asks.
pub(super) enum Asker {
    /// With a session.
    Person {
        id: String,
        cookie: String,
        holds: Holds,
        /// What they are in the team `t1`.
        in_team: Option<&'static str>,
    },
    /// With the key of a satellite, for one team or for any.
    Key {
        text: String,
        team: Option<&'static str>,
    },
    /// With a header that opens nothing, or without.
    Nobody {
        with: &'static str,
        header: &'static str,
        value: String,
    },
}

impl fmt::Display for Asker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person { id, .. } => formatter.write_str(id),
            Self::Key { team, .. } => write!(formatter, "a key of {}", team.unwrap_or("any team")),
            Self::Nobody { with, .. } => write!(formatter, "nobody, with {with},"),
        }
    }
}

impl Asker {
    /// Somebody who is new, has a role and is something in the team `t1`, and has signed in.
    pub(super) fn person(
        app: &TestApp,
        role: &str,
        holds: Holds,
        in_team: Option<&'static str>,
    ) -> Self {
        let id = format!("{role}-{}", in_team.unwrap_or("alone"));
        app.add_person(&id, role);
        if let Some(in_team) = in_team {
            app.run(&[
                "members", "add", "--team", "t1", "--user", &id, "--role", in_team,
            ]);
        }
        let cookie = app.sign_in(&id).cookie;
        Self::Person {
            id,
            cookie,
            holds,
            in_team,
        }
    }

    pub(super) fn of<'a>(&self, request: Request<'a>) -> Request<'a> {
        match self {
            Self::Person { cookie, .. } => request.cookie(cookie),
            Self::Key { text, .. } => request.bearer(text),
            Self::Nobody { header: "", .. } => request,
            Self::Nobody { header, value, .. } => request.header(header, value.as_str()),
        }
    }

    /// What the table says.
    pub(super) fn expects(&self, who: Who, relation: Relation) -> Verdict {
        match (who, self) {
            (Who::Anybody, _) => Verdict::Asked,
            (Who::Satellite, Self::Key { team, .. }) => {
                Verdict::of(team.is_none() || relation != Relation::OtherTeam)
            }
            (Who::Satellite, _) | (_, Self::Key { .. } | Self::Nobody { .. }) => Verdict::Stranger,
            (_, Self::Person { holds, in_team, .. }) => {
                Verdict::of(lets_in(who, *holds, *in_team, relation))
            }
        }
    }
}

impl Verdict {
    fn of(may: bool) -> Self {
        if may { Self::Asked } else { Self::Refused }
    }
}

/// Whether a route is for a person.
fn lets_in(who: Who, holds: Holds, in_team: Option<&str>, relation: Relation) -> bool {
    let holds = |permission| holds.is_none_or(|held| held.contains(&permission));
    let others_team = relation == Relation::OtherTeam;
    let administers = in_team == Some("team_admin") && !others_team;
    let own = relation == Relation::Own;
    match who {
        Who::Anybody | Who::SignedIn => true,
        Who::Satellite => false,
        Who::Holder(permission) => holds(permission),
        Who::HolderOf(permission) => holds(permission) && !own,
        Who::Member(permission) => holds(permission) && in_team.is_some() && !others_team,
        Who::TeamAdmin => administers,
        Who::TeamAdminOr(permission) => administers || holds(permission),
        Who::TeamAdminOrOther(permission) => administers || holds(permission) && !own,
    }
}
