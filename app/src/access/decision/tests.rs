//! The decisions as a table: each action by everybody, and what is in reach of whom.

use super::{Action, Person, Principal, Refusal, Scope, can};
use crate::values::TeamRole;

const VIEW: &str = "metrics.calls.view";
const EVERYTHING: [&str; 6] = [
    VIEW,
    "users.manage",
    "roles.manage",
    "keys.manage",
    "jobs.manage",
    "audit.view",
];

fn person(id: &str, role: &str, permissions: &[&str]) -> Person {
    Person {
        id: id.to_owned(),
        role: role.to_owned(),
        permissions: permissions.iter().map(ToString::to_string).collect(),
        teams: [("t1".to_owned(), TeamRole::User)].into(),
    }
}

/// Somebody who holds one permission, which is none of a program's own roles.
fn holder(permission: &str) -> Person {
    person("h", "custom", &[permission])
}

fn outcome(principal: Principal<'_>, action: Action<'_>, scope: Scope<'_>) -> &'static str {
    match can(principal, action, scope) {
        Ok(()) => "yes",
        Err(Refusal::NotSignedIn) => "sign in",
        Err(Refusal::NotASatellite) => "key",
        Err(Refusal::Lacks(_)) => "lacks",
        Err(Refusal::OtherTeam(_)) => "team",
        Err(Refusal::Oneself) => "oneself",
        Err(Refusal::Exceeds(_)) => "exceeds",
    }
}

#[test]
fn an_action_takes_its_permission_and_no_other() {
    let nothing = person("n", "custom", &[]);
    let everything = person("e", "global_admin", &EVERYTHING);
    for (action, permission, nobody, satellite, without) in [
        (Action::LookAtOneself, "", "sign in", "sign in", "yes"),
        (Action::SeeMetric(VIEW), VIEW, "sign in", "sign in", "lacks"),
        (
            Action::SeeRoles,
            "roles.manage",
            "sign in",
            "sign in",
            "lacks",
        ),
        (
            Action::ChangeRole,
            "roles.manage",
            "sign in",
            "sign in",
            "lacks",
        ),
        (
            Action::GiveRole,
            "roles.manage",
            "sign in",
            "sign in",
            "lacks",
        ),
        (
            Action::ManageUsers,
            "users.manage",
            "sign in",
            "sign in",
            "lacks",
        ),
        (
            Action::ManageMembers,
            "users.manage",
            "sign in",
            "sign in",
            "lacks",
        ),
        (
            Action::ManageKeys,
            "keys.manage",
            "sign in",
            "sign in",
            "lacks",
        ),
        (
            Action::ManageJobs,
            "jobs.manage",
            "sign in",
            "sign in",
            "lacks",
        ),
        (
            Action::SeeAudit,
            "audit.view",
            "sign in",
            "sign in",
            "lacks",
        ),
        (Action::Report, "", "key", "yes", "key"),
    ] {
        let ask = |principal| outcome(principal, action, Scope::Everything);
        assert_eq!(ask(Principal::Nobody), nobody, "{action:?}");
        let key = Principal::Satellite { team_id: None };
        assert_eq!(ask(key), satellite, "{action:?}");
        assert_eq!(ask(Principal::Operator), "yes", "{action:?}");
        assert_eq!(ask(Principal::Person(&nothing)), without, "{action:?}");
        let all = if action == Action::Report {
            "key"
        } else {
            "yes"
        };
        assert_eq!(ask(Principal::Person(&everything)), all, "{action:?}");
        for held in EVERYTHING {
            let enough = if held == permission { "yes" } else { without };
            let holder = holder(held);
            let by_holder = outcome(Principal::Person(&holder), action, Scope::Everything);
            assert_eq!(by_holder, enough, "{action:?} with {held}");
        }
    }
}

#[test]
fn a_key_of_one_team_reports_for_that_team() {
    for (own, team, expected) in [
        (None, "t1", "yes"),
        (Some("t1"), "t1", "yes"),
        (Some("t1"), "t2", "team"),
    ] {
        let key = Principal::Satellite { team_id: own };
        assert_eq!(outcome(key, Action::Report, Scope::Team(team)), expected);
    }
}

#[test]
fn a_team_is_for_its_members() {
    let member = holder(VIEW);
    for (team, expected) in [("t1", "yes"), ("t2", "team"), ("", "team")] {
        let ask = outcome(
            Principal::Person(&member),
            Action::SeeMetric(VIEW),
            Scope::Team(team),
        );
        assert_eq!(ask, expected, "{team}");
    }
}

#[test]
fn members_are_for_those_who_administer_the_team_or_everybody() {
    let with = |place, permission| Person {
        teams: [("t1".to_owned(), place)].into(),
        ..holder(permission)
    };
    let member = with(TeamRole::User, VIEW);
    let admin = with(TeamRole::Admin, VIEW);
    let manager = with(TeamRole::User, "users.manage");
    for (person, team, expected) in [
        (&member, "t1", "lacks"),
        (&admin, "t1", "yes"),
        (&admin, "t2", "lacks"),
        (&manager, "t1", "yes"),
        (&manager, "t2", "yes"),
    ] {
        let scope = Scope::Team(team);
        let asked = outcome(Principal::Person(person), Action::ManageMembers, scope);
        assert_eq!(asked, expected, "{person:?} {team}");
    }
}

#[test]
fn nobody_makes_themselves_a_member_who_does_not_administer_the_team() {
    let with = |place, permission| Person {
        teams: [("t1".to_owned(), place)].into(),
        ..holder(permission)
    };
    let admin = with(TeamRole::Admin, VIEW);
    let manager = with(TeamRole::User, "users.manage");
    for (person, team, user, expected) in [
        (&admin, "t1", "h", "yes"),
        (&admin, "t1", "other", "yes"),
        (&admin, "t2", "h", "lacks"),
        (&manager, "t1", "h", "oneself"),
        (&manager, "t2", "h", "oneself"),
        (&manager, "t2", "other", "yes"),
    ] {
        let scope = Scope::Member(team, user);
        let asked = outcome(Principal::Person(person), Action::ManageMembers, scope);
        assert_eq!(asked, expected, "{person:?} {team} {user}");
    }
}

#[test]
fn nobody_reaches_themselves_or_what_is_beyond_them() {
    let manager = person("m", "custom", &["roles.manage", "users.manage", VIEW]);
    let set = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    let (little, beyond) = (set(&[VIEW]), set(&[VIEW, "jobs.manage"]));
    for (action, scope, expected) in [
        (Action::GiveRole, Scope::Role("viewer", &little), "yes"),
        (Action::GiveRole, Scope::Role("runner", &beyond), "exceeds"),
        (Action::GiveRole, Scope::Role("global_user", &beyond), "yes"),
        (Action::GiveRole, Scope::Role("custom", &little), "yes"),
        (
            Action::ChangeRole,
            Scope::Role("custom", &little),
            "oneself",
        ),
        (Action::ChangeRole, Scope::Role("viewer", &little), "yes"),
        (
            Action::ChangeRole,
            Scope::Role("viewer", &beyond),
            "exceeds",
        ),
        (
            Action::GiveRole,
            Scope::Person("m", "custom", &little),
            "oneself",
        ),
        (
            Action::GiveRole,
            Scope::Person("u", "viewer", &little),
            "yes",
        ),
        (
            Action::GiveRole,
            Scope::Person("u", "runner", &beyond),
            "exceeds",
        ),
        (
            Action::ManageUsers,
            Scope::Person("u", "global_admin", &beyond),
            "exceeds",
        ),
        (
            Action::ManageUsers,
            Scope::Person("u", "global_user", &beyond),
            "yes",
        ),
        (
            Action::ManageUsers,
            Scope::Person("m", "custom", &little),
            "yes",
        ),
        (
            Action::ManageKeys,
            Scope::Person("u", "viewer", &little),
            "lacks",
        ),
    ] {
        let asked = outcome(Principal::Person(&manager), action, scope);
        assert_eq!(asked, expected, "{action:?} {scope:?}");
    }
}

#[test]
fn what_is_beyond_somebody_is_named() {
    let manager = person("m", "custom", &["roles.manage"]);
    let beyond = ["jobs.manage".to_owned(), "roles.manage".to_owned()].into();
    let refused = can(
        Principal::Person(&manager),
        Action::GiveRole,
        Scope::Role("x", &beyond),
    );
    let sentence = refused.unwrap_err().to_string();
    assert!(sentence.ends_with("you lack jobs.manage"), "{sentence}");
}
