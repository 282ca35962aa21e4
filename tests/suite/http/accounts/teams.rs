//! Teams and their members, over HTTP.

use serde_json::{Value, json};

use super::{order, told};
use crate::support::app::TestApp;

#[test]
fn administrators_add_teams_and_team_administrators_their_own_members() {
    let app = TestApp::start();
    let (boss, ada) = (app.admin("boss"), app.user("ada"));
    app.add_person("max", "global_user");
    let add = |body: &Value| order(&app, &boss, "POST", "/api/admin/teams", body);
    assert_eq!(
        add(&json!({"name": "Ops", "id": "ops"})).data(),
        json!({"id": "ops", "name": "Ops"})
    );
    assert_eq!(add(&json!({"name": "Ops", "id": "ops"})).error().0, 409);
    assert_eq!(add(&json!({"name": ""})).error().1.as_deref(), Some("name"));
    app.team("dev");
    let set = |by, team: &str, user: &str, role: &str| {
        order(
            &app,
            by,
            "PUT",
            &format!("/api/teams/{team}/members/{user}"),
            &json!({"role": role}),
        )
    };
    assert_eq!(set(&ada, "ops", "ada", "team_admin").error().0, 403);
    assert_eq!(set(&boss, "ops", "ada", "team_admin").status, 200);
    assert_eq!(set(&ada, "ops", "max", "team_user").status, 200);
    assert_eq!(
        set(&ada, "dev", "max", "team_user").error().0,
        403,
        "not another team"
    );
    assert_eq!(set(&ada, "ops", "nobody", "team_user").error().0, 404);
    assert_eq!(
        set(&ada, "ops", "max", "king").error().1.as_deref(),
        Some("role")
    );
    let members = app.ask(&ada, "/api/teams/ops/members").data();
    let max = json!({"user_id": "max", "email": "max@example.com", "role": "team_user"});
    assert_eq!(members["members"][1], max);
    let max = app.sign_in("max");
    assert_eq!(app.ask(&max, "/api/teams/ops/members").error().0, 403);
    assert_eq!(
        order(
            &app,
            &max,
            "DELETE",
            "/api/teams/ops/members/ada",
            &Value::Null
        )
        .error()
        .0,
        403
    );
    let leave = |user: &str| {
        order(
            &app,
            &ada,
            "DELETE",
            &format!("/api/teams/ops/members/{user}"),
            &Value::Null,
        )
    };
    assert_eq!((leave("max").status, leave("max").error().0), (200, 404));
    assert_eq!(app.ask(&boss, "/api/teams/nothing/members").error().0, 404);
    assert_eq!(
        told(&app, &boss, "actor=ada&subject=max"),
        ["person ada member_removed max", "person ada member_set max",]
    );
}

#[test]
fn who_manages_people_puts_others_into_teams_and_not_themselves() {
    let app = TestApp::start();
    let (boss, mia) = (app.admin("boss"), app.user("mia"));
    app.team("ops");
    app.run(&[
        "roles",
        "create",
        "--id",
        "clerk",
        "--name",
        "Clerk",
        "--permission",
        "users.manage",
    ]);
    app.run(&["users", "role", "mia", "--role", "clerk"]);
    let set = |by, user: &str, role: &str| {
        let path = format!("/api/teams/ops/members/{user}");
        order(&app, by, "PUT", &path, &json!({"role": role}))
    };
    let (status, _, sentence) = set(&mia, "mia", "team_user").error();
    assert_eq!(status, 403);
    assert!(sentence.contains("ask somebody else"), "{sentence}");
    assert_eq!(set(&boss, "boss", "team_admin").error().0, 403);
    assert_eq!(set(&boss, "mia", "team_user").status, 200);
    assert_eq!(set(&mia, "mia", "team_admin").error().0, 403, "nor higher");
    assert_eq!(set(&mia, "boss", "team_admin").status, 200);
    assert_eq!(
        set(&boss, "boss", "team_user").status,
        200,
        "whoever administers a team may step down"
    );
}
