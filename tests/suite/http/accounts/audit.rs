//! The audit log.

use serde_json::{Value, json};

use super::{login, order, told};
use crate::support::app::{PASSWORD, TestApp, until};

#[test]
fn what_is_done_is_told_with_who_did_it_and_from_where() {
    let app = TestApp::start();
    let (boss, ada) = (app.admin("boss"), app.user("ada"));
    login(&app, "ada@example.com", "not the password");
    login(&app, "not an address but a password", "x");
    app.post("/api/auth/logout").cookie(&ada.cookie).send();
    app.team("t1");
    app.join("t1", &ada);
    app.leave("t1", &ada);
    let all = told(&app, &boss, "");
    let expected = [
        "command_line - member_removed ada",
        "command_line - member_set ada",
        "command_line - team_added t1",
        "person ada sign_out ada",
        "anonymous - sign_in_failed -",
        "anonymous - sign_in_failed ada",
        "person ada sign_in ada",
        "command_line - user_added ada",
        "person boss sign_in boss",
        "command_line - user_added boss",
    ];
    assert_eq!(all[..expected.len()], expected);
    assert!(
        all[10].starts_with("service - user_added "),
        "the first administrator: {all:?}"
    );
    let entries = app
        .ask(&boss, "/api/admin/audit?action=sign_in_failed")
        .data()["entries"]
        .clone();
    assert_eq!(entries[0]["address"], "127.0.0.1");
    assert!(!entries.to_string().contains("not an address"), "{entries}");
}

#[test]
fn who_manages_people_can_become_one_of_them_and_each_step_is_told() {
    let app = TestApp::start();
    let (boss, mia) = (app.admin("boss"), app.user("mia"));
    app.team("t1");
    let clerk = json!({"id": "clerk", "name": "Clerk", "permissions": ["users.manage"]});
    order(&app, &boss, "POST", "/api/roles", &clerk).data();
    let role = json!({"role": "clerk"});
    order(&app, &boss, "PUT", "/api/users/mia/role", &role).data();
    let rows = "/api/teams/t1/metrics/server-installs";
    let (member, admin) = (
        "/api/teams/t1/members/second",
        json!({"role": "team_admin"}),
    );
    assert_eq!(app.ask(&mia, rows).status, 403);
    let second = json!({"id": "second", "email": "second@example.com", "password": PASSWORD});
    order(&app, &mia, "POST", "/api/admin/users", &second).data();
    order(&app, &mia, "PUT", member, &admin).data();
    let second = app.sign_in("second");
    assert_eq!(app.ask(&second, rows).status, 200);
    assert_eq!(
        told(&app, &boss, "limit=3"),
        [
            "person second sign_in second",
            "person mia member_set second",
            "person mia user_added second",
        ]
    );
}

#[test]
fn what_is_not_done_is_not_told() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let before = told(&app, &boss, "");
    let add = json!({"email": "boss@example.com"});
    assert_eq!(
        order(&app, &boss, "POST", "/api/admin/users", &add).status,
        409
    );
    let member = json!({"role": "team_user"});
    assert_eq!(
        order(
            &app,
            &boss,
            "PUT",
            "/api/teams/nothing/members/ada",
            &member
        )
        .status,
        404
    );
    let key = json!({"satellite_id": "sat", "team_id": "nothing"});
    assert_eq!(
        order(&app, &boss, "POST", "/api/admin/keys", &key).status,
        404
    );
    assert_eq!(
        order(
            &app,
            &boss,
            "POST",
            "/api/admin/users/boss/disable",
            &Value::Null
        )
        .status,
        409
    );
    assert_eq!(told(&app, &boss, ""), before);
}

#[test]
fn jobs_by_hand_are_told() {
    let app = TestApp::start_without_jobs_with(&[]);
    let boss = app.admin("boss");
    let job = json!({"kind": "clean_up_jobs"});
    let id = order(&app, &boss, "POST", "/api/admin/jobs", &job).data()["id"].clone();
    let id = id.as_str().expect("an id");
    order(
        &app,
        &boss,
        "POST",
        &format!("/api/admin/jobs/{id}/retry"),
        &Value::Null,
    )
    .data();
    assert_eq!(
        told(&app, &boss, &format!("subject={id}")),
        [
            format!("person boss job_retried {id}"),
            format!("person boss job_requested {id}"),
        ]
    );
    app.run(&["cleanup", "server_installations"]);
    app.run(&["cleanup", "flight_departures", "--dry-run"]);
    assert_eq!(
        told(&app, &boss, "action=metric_cleaned_up"),
        ["command_line - metric_cleaned_up server_installations",]
    );
}

#[test]
fn entries_are_filtered_and_paged_by_a_cursor() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for team in ["t1", "t2", "t3", "t4", "t5"] {
        app.team(team);
    }
    let page = |query: &str| {
        app.ask(
            &boss,
            &format!("/api/admin/audit?action=team_added&{query}"),
        )
        .data()
    };
    let subjects = |data: &Value| {
        let entries = data["entries"].as_array().expect("a list").clone();
        entries
            .iter()
            .map(|entry| entry["subject"].as_str().expect("a team").to_owned())
            .collect::<Vec<_>>()
    };
    let first = page("limit=2");
    assert_eq!(subjects(&first), ["t5", "t4"]);
    app.team("t6");
    let second = page(&format!("limit=2&before={}", first["next"]));
    assert_eq!(
        subjects(&second),
        ["t3", "t2"],
        "whatever was added meanwhile"
    );
    let third = page(&format!("limit=2&before={}", second["next"]));
    assert_eq!(
        (subjects(&third), &third["next"]),
        (vec!["t1".to_owned()], &Value::Null)
    );
    app.sql("UPDATE audit_log SET happened_at = 1000000000 WHERE subject = 't3'");
    assert_eq!(subjects(&page("to=2001-09-09T01:46:41Z")), ["t3"]);
    assert_eq!(
        subjects(&page("from=2001-09-09T01:46:41Z&subject=t3")).len(),
        0
    );
    for (query, field) in [
        ("action=nothing", "action"),
        ("from=yesterday", "from"),
        ("before=x", "before"),
        ("limit=0", "limit"),
        ("limit=1&limit=1", "limit"),
        ("colour=red", "colour"),
    ] {
        let (status, named, _) = app.ask(&boss, &format!("/api/admin/audit?{query}")).error();
        assert_eq!((status, named.as_deref()), (400, Some(field)), "{query}");
    }
}

#[test]
fn what_was_told_long_ago_is_forgotten_and_nothing_else() {
    let app = TestApp::start_with(&[("JOB_POLL_MS", "20"), ("AUDIT_RETENTION", "30d")]);
    let boss = app.admin("boss");
    app.team("old");
    app.team("new");
    app.sql(
        "UPDATE audit_log SET happened_at = happened_at - 31 * 86400 WHERE subject = 'old';
         UPDATE sign_in_attempts SET attempted_at = 0, wait_until = 0, succeeded_at = NULL",
    );
    let job = json!({"kind": "clean_up_accounts"});
    let teams = until("the old entry is forgotten", || {
        // One that was begun before does not know of it.
        order(&app, &boss, "POST", "/api/admin/jobs", &job).data();
        Some(told(&app, &boss, "action=team_added")).filter(|teams| teams.len() == 1)
    });
    assert_eq!(teams, ["command_line - team_added new"]);
    until("the old attempts are forgotten", || {
        let jobs = app
            .ask(&boss, "/api/admin/jobs?kind=clean_up_accounts")
            .data()["jobs"]
            .clone();
        let jobs = jobs.as_array().expect("a list").iter();
        let mut forgotten = jobs.filter_map(|job| job["result"]["sign_in_attempts"].as_i64());
        forgotten.any(|attempts| attempts > 0).then_some(())
    });
}
