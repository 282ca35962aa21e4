//! What may happen: random rows, people who come and go, and questions with all that could mean something to somebody
//! on the way to the database.

use metrics_runtime::web::TeamRole;
use proptest::prelude::*;
use proptest::sample::select;

use super::model::{HOURS, PATHS, Question, ROLES, Route, Row, TEAMS, USERS};

#[derive(Debug, Clone)]
pub(super) enum Step {
    Report(Vec<Row>),
    Member(&'static str, &'static str, Option<TeamRole>),
    Role(&'static str, &'static str),
    Ask(Question),
}

pub(super) fn row() -> impl Strategy<Value = Row> {
    let who = (select(&USERS[..]), select(&TEAMS[..]));
    let labels = (select(&["", "grep", "%"][..]), any::<bool>(), -1..2_i32);
    let when = (1..1_000_000_u64, 0..HOURS);
    (0..5, who, labels, when).prop_map(
        |(metric, (user, team), (tool, flag, attempt), (count, hours_ago))| {
            let transport = if flag { "http" } else { "stdio" };
            let (metric, dimensions) = match metric {
                0 => ("login", Vec::new()),
                1 => (
                    "build",
                    vec![("team", team.to_owned()), ("passed", flag.to_string())],
                ),
                _ => (
                    "tool_call",
                    vec![
                        ("user_id", user.to_owned()),
                        ("team_id", team.to_owned()),
                        ("tool", tool.to_owned()),
                        ("transport", transport.to_owned()),
                        ("attempt", attempt.to_string()),
                    ],
                ),
            };
            Row {
                metric,
                dimensions,
                count,
                hours_ago,
            }
        },
    )
}

/// Ids that exist, and texts that mean something to somebody on the way to the database.
pub(super) fn id() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(&TEAMS[..]).prop_map(str::to_owned),
        2 => select(&USERS[..]).prop_map(str::to_owned),
        1 => select(&["", "*", "T1", "t1 ", "t1/../a/b", "' OR '1'='1", "t1,a/b", "t1\u{0}", "null", "\u{202e}t1", "%2e%2e", "ADA"][..])
            .prop_map(str::to_owned),
        1 => "\\PC{0,20}",
    ]
}

pub(super) fn parameter() -> impl Strategy<Value = (&'static str, String)> {
    let owner = (select(&["user_id", "team_id", "team"][..]), id());
    let tool = select(&["", "grep", "%", "' OR 1=1 --", "far longer than it may be"][..]);
    let transport = select(&["stdio", "http", "HTTP", "stdio' --"][..]);
    let attempt = select(&["-1", "0", "1", "1 OR 1=1", "", "99999999999999999999"][..]);
    let odd = select(
        &[
            "scope",
            "owner_id",
            "labels_id",
            "id",
            "users",
            "User_id",
            "user_id ",
            "user_id[]",
            "select",
            "",
        ][..],
    );
    let dimension = select(
        &[
            "user_id",
            "team_id",
            "team",
            "tool",
            "transport",
            "attempt",
            "passed",
            "owner_id",
            "",
        ][..],
    );
    prop_oneof![
        6 => dimension.prop_map(|name| ("group_by", name.to_owned())),
        4 => owner,
        2 => tool.prop_map(|value| ("tool", value.to_owned())),
        2 => transport.prop_map(|value| ("transport", value.to_owned())),
        2 => attempt.prop_map(|value| ("attempt", value.to_owned())),
        1 => select(&["true", "false", "1"][..]).prop_map(|value| ("passed", value.to_owned())),
        1 => (odd, id()),
    ]
}

pub(super) fn question() -> impl Strategy<Value = Question> {
    let caller = prop_oneof![1 => Just(None), 12 => select(&USERS[..]).prop_map(Some)];
    // The own route needs a team, so that one is named more often than not.
    let own = proptest::option::weighted(0.8, select(&TEAMS[..]));
    let route = prop_oneof![
        own.prop_map(|team| (Route::Own, team)),
        id().prop_map(|team| (Route::Team(team), None)),
        Just((Route::Everyone, None)),
    ];
    let parameters = prop_oneof![2 => Just(Vec::new()).boxed(), 3 => proptest::collection::vec(parameter(), 1..4).boxed()];
    let watched = proptest::bool::weighted(0.2);
    (caller, route, select(&PATHS[..]), parameters, watched).prop_map(
        |(caller, (route, team), path, mut parameters, watched)| {
            parameters.extend(team.map(|team| ("team_id", team.to_owned())));
            Question {
                caller,
                route,
                path,
                parameters,
                watched,
            }
        },
    )
}

pub(super) fn role_in_team() -> impl Strategy<Value = Option<TeamRole>> {
    select(&[None, Some(TeamRole::User), Some(TeamRole::Admin)][..])
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let member = (select(&USERS[..]), select(&TEAMS[..]), role_in_team());
    prop_oneof![
        1 => proptest::collection::vec(row(), 1..4).prop_map(Step::Report),
        2 => member.prop_map(|(user, team, role)| Step::Member(user, team, role)),
        1 => (select(&USERS[..]), select(&ROLES[..])).prop_map(|(user, role)| Step::Role(user, role)),
        12 => question().prop_map(Step::Ask),
    ]
}

/// A beginning in which there is something to see for most people.
pub(super) fn beginning() -> impl Strategy<Value = Vec<Step>> {
    let rows = proptest::collection::vec(row(), 10..40).prop_map(|rows| vec![Step::Report(rows)]);
    let roles = proptest::collection::vec(select(&ROLES[..2]), USERS.len()).prop_map(|roles| {
        USERS
            .into_iter()
            .zip(roles)
            .map(|(user, role)| Step::Role(user, role))
            .collect::<Vec<_>>()
    });
    let members =
        proptest::collection::vec(role_in_team(), USERS.len() * TEAMS.len()).prop_map(|roles| {
            let pairs = USERS
                .into_iter()
                .flat_map(|user| TEAMS.map(|team| (user, team)));
            pairs
                .zip(roles)
                .map(|((user, team), role)| Step::Member(user, team, role))
                .collect::<Vec<_>>()
        });
    (rows, roles, members).prop_map(|(rows, roles, members)| [rows, roles, members].concat())
}
