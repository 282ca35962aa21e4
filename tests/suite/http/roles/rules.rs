//! What nobody can do about roles, whatever they hold.

use serde_json::{Value, json};
use ureq::http::Method;

use super::{VIEW, VIEW_ALL, change, create, delete, give, refused, send};
use crate::support::app::TestApp;

#[test]
fn nobody_gives_or_takes_what_they_do_not_hold() {
    let app = TestApp::start();
    let (boss, mia, ada) = (app.admin("boss"), app.user("mia"), app.user("ada"));
    create(&app, &boss, "manager", &["roles.manage", VIEW]);
    create(&app, &boss, "overseer", &[VIEW_ALL]);
    give(&app, &boss, "mia", "manager").data();
    let beyond = "you lack metrics.server_install_metrics.view_all";
    let draft = json!({"id": "x", "name": "x", "permissions": [VIEW, VIEW_ALL]});
    refused(
        &send(&app, &mia, Method::POST, "/api/roles", &draft),
        403,
        beyond,
    );
    refused(&give(&app, &mia, "ada", "overseer"), 403, beyond);
    refused(&give(&app, &mia, "ada", "global_admin"), 403, "jobs.manage");
    refused(&give(&app, &mia, "boss", "global_user"), 403, "jobs.manage");
    refused(&change(&app, &mia, "overseer", &[]), 403, beyond);
    refused(&delete(&app, &mia, "overseer"), 403, beyond);
    create(&app, &mia, "viewer", &[VIEW]);
    refused(
        &change(&app, &mia, "viewer", &[VIEW, VIEW_ALL]),
        403,
        beyond,
    );
    refused(
        &delete(&app, &mia, "viewer?fall_back=overseer"),
        403,
        beyond,
    );
    give(&app, &mia, "ada", "viewer").data();
    give(&app, &mia, "ada", "global_user").data();
    assert_eq!(app.ask(&ada, "/api/users/me").data()["role"], "global_user");
    assert_eq!(
        app.ask(&boss, "/api/users/me").data()["role"],
        "global_admin"
    );
}

#[test]
fn nobody_changes_their_own_role() {
    let app = TestApp::start();
    let (boss, mia) = (app.admin("boss"), app.user("mia"));
    app.admin("other");
    create(&app, &boss, "manager", &["roles.manage", VIEW]);
    give(&app, &boss, "mia", "manager").data();
    for (person, role) in [
        (&boss, "global_user"),
        (&boss, "global_admin"),
        (&mia, "global_user"),
    ] {
        refused(&give(&app, person, &person.id, role), 403, "themselves");
    }
    refused(
        &change(&app, &mia, "manager", &["roles.manage"]),
        403,
        "themselves",
    );
    refused(
        &delete(&app, &mia, "manager?fall_back=global_user"),
        403,
        "themselves",
    );
}

#[test]
fn whoever_manages_people_does_not_reach_those_who_may_more() {
    let app = TestApp::start();
    let (boss, mia) = (app.admin("boss"), app.user("mia"));
    app.user("ada");
    create(&app, &boss, "clerk", &["users.manage"]);
    give(&app, &boss, "mia", "clerk").data();
    let people = "/api/admin/users";
    let newcomer = |role: &str| json!({"email": "new@example.com", "role": role});
    for role in ["global_admin", "clerk"] {
        let added = send(&app, &mia, Method::POST, people, &newcomer(role));
        refused(&added, 403, "roles.manage");
    }
    for what in ["disable", "enable", "password"] {
        let to = |person: &str| {
            let path = format!("{people}/{person}/{what}");
            send(&app, &mia, Method::POST, &path, &Value::Null)
        };
        refused(&to("boss"), 403, "you lack");
        assert_eq!(to("ada").status, 200, "{what}");
    }
    let added = send(&app, &mia, Method::POST, people, &newcomer("global_user"));
    assert_eq!(added.data()["role"], "global_user");
    refused(&give(&app, &mia, "ada", "clerk"), 403, "roles.manage");
    let unknown = json!({"email": "x@example.com", "role": "nothing"});
    let (status, field, _) = send(&app, &boss, Method::POST, people, &unknown).error();
    assert_eq!((status, field.as_deref()), (400, Some("role")));
}
