//! `roles`, and `users role`: what an operator makes of them.

use serde_json::json;

use super::Folder;

const VIEW_ALL: &str = "metrics.server_install_metrics.view_all";

#[test]
fn a_role_is_created_shown_changed_and_deleted() {
    let folder = Folder::new();
    let created = folder.json("roles create --id ops --name Operations --permission jobs.manage");
    assert_eq!(created["permissions"], json!(["jobs.manage"]));
    let changed = format!("roles change ops --grant {VIEW_ALL} --revoke jobs.manage");
    let changed = folder.json(&format!("{changed} --description Numbers"));
    assert_eq!(changed["permissions"], json!([VIEW_ALL]));
    assert_eq!(
        (&changed["name"], &changed["description"]),
        (&json!("Operations"), &json!("Numbers"))
    );
    assert_eq!(folder.json("roles show ops"), changed);
    let shown = folder.run("roles show ops").ok().stdout;
    for part in ["ops (Operations)", "Numbers", VIEW_ALL, "have it: 0"] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    let listed = folder.run("roles list").ok().stdout;
    for part in ["global_user", "global_admin", "ops", "Numbers"] {
        assert!(listed.contains(part), "{part} is not in {listed}");
    }
    assert_eq!(
        folder.json("roles delete ops"),
        json!({"id": "ops", "deleted": true})
    );
    folder
        .run("roles show ops")
        .failed(1, &["\"ops\"", "app roles list"]);
}

#[test]
fn permissions_are_listed_with_what_they_open() {
    let folder = Folder::new();
    let listed = folder.run("roles permissions").ok().stdout;
    for part in [
        VIEW_ALL,
        "everybody's rows of server_installations",
        "roles.manage",
    ] {
        assert!(listed.contains(part), "{part} is not in {listed}");
    }
    let listed = folder.json("roles permissions");
    assert!(
        listed["permissions"]
            .as_array()
            .is_some_and(|all| all.len() > 8),
        "{listed}"
    );
}

#[test]
fn a_person_is_given_a_role_when_they_are_added_or_later() {
    let folder = Folder::new();
    folder.run("roles create --id ops --name Operations").ok();
    let added = folder.json("users add --email a@example.com --id a --role ops");
    assert_eq!(added["role"], "ops");
    let given = folder.json("users role a --role global_admin");
    assert_eq!(
        given,
        json!({"id": "a", "email": "a@example.com", "role": "global_admin"})
    );
    folder
        .run("users role a --role global_user")
        .failed(1, &["the last administrator"]);
    folder
        .run("users add --email b@example.com --role nothing")
        .failed(1, &["\"nothing\"", "app roles list"]);
    folder
        .run("users role nobody --role ops")
        .failed(1, &["\"nobody\""]);
    folder.json("users add --email b@example.com --id b --role ops");
    folder
        .run("roles delete ops")
        .failed(1, &["\"ops\"", "instead"]);
    folder.run("roles delete ops --fall-back global_user").ok();
    assert_eq!(folder.json("roles show global_user")["people"], 1);
}

#[test]
fn what_cannot_be_a_role_is_told() {
    let folder = Folder::new();
    folder
        .run("roles create --name x --permission metrics.gone.view")
        .failed(1, &["metrics.gone.view", "app roles permissions"]);
    folder
        .run("roles change global_user --name x")
        .failed(1, &["the system's own"]);
    folder
        .run("roles create --name x --id a/b")
        .failed(1, &["id"]);
}
