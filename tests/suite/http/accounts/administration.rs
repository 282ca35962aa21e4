//! What administrators do to people.

use serde_json::{Value, json};

use super::{login, order, told};
use crate::support::app::{PASSWORD, Person, TestApp};

fn act(app: &TestApp, boss: &Person, id: &str, verb: &str) -> crate::support::app::http::Answer {
    order(
        app,
        boss,
        "POST",
        &format!("/api/admin/users/{id}/{verb}"),
        &Value::Null,
    )
}

#[test]
fn people_are_added_listed_by_pages_and_shown() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let add = |body: &Value| order(&app, &boss, "POST", "/api/admin/users", body);
    let added = add(&json!({"email": "Ada@Example.com", "id": "ada"})).data();
    let password = added["password"]
        .as_str()
        .expect("one is made up")
        .to_owned();
    assert_eq!(added["email"], "ada@example.com");
    assert_eq!(login(&app, "ada@example.com", &password).status, 200);
    let chosen = json!({"email": "eve@example.com", "id": "eve", "role": "global_admin", "password": PASSWORD});
    assert!(add(&chosen).data().get("password").is_none());
    for (body, status, field) in [
        (json!({"email": "ada@example.com"}), 409, "email"),
        (json!({"email": "x@example.com", "id": "ada"}), 409, "id"),
        (json!({"email": "x"}), 400, "email"),
        (json!({"email": "x@example.com", "id": "a b"}), 400, "id"),
        (
            json!({"email": "x@example.com", "role": "king"}),
            400,
            "role",
        ),
        (
            json!({"email": "x@example.com", "password": "short"}),
            400,
            "password",
        ),
    ] {
        let (got, named, _) = add(&body).error();
        assert_eq!((got, named.as_deref()), (status, Some(field)), "{body}");
    }
    let ids = |page: &str| {
        let users = app.ask(&boss, &format!("/api/admin/users?{page}")).data()["users"].clone();
        let users = users.as_array().expect("a list").clone();
        users
            .iter()
            .map(|user| user["id"].as_str().expect("an id").to_owned())
            .collect::<Vec<_>>()
    };
    let all = ids("");
    assert!(
        ["ada", "boss", "eve"]
            .iter()
            .all(|id| all.contains(&(*id).to_owned())),
        "{all:?}"
    );
    // The id of the first administrator is made up, and comes anywhere among the others.
    let ada = all
        .iter()
        .position(|id| id == "ada")
        .expect("she is listed");
    assert_eq!(ids("limit=1&after=ada"), all[ada + 1..ada + 2]);
    app.team("t1");
    app.join(
        "t1",
        &Person {
            id: "ada".to_owned(),
            cookie: String::new(),
        },
    );
    let ada = app.ask(&boss, "/api/admin/users/ada").data();
    assert_eq!(ada["teams"][0]["id"], "t1");
    assert!(
        ada["signed_in_at"].is_string() && ada["disabled_at"].is_null(),
        "{ada}"
    );
    assert_eq!(app.ask(&boss, "/api/admin/users/nobody").error().0, 404);
}

#[test]
fn who_is_disabled_is_signed_out_and_stays_out_until_they_are_enabled() {
    let app = TestApp::start();
    let (boss, ada) = (app.admin("boss"), app.user("ada"));
    let disabled = act(&app, &boss, "ada", "disable").data();
    assert!(disabled["disabled_at"].is_string(), "{disabled}");
    assert_eq!(app.ask(&ada, "/api/users/me").error().0, 401);
    assert_eq!(app.ask(&ada, "/api/metrics").error().0, 401);
    assert_eq!(login(&app, "ada@example.com", PASSWORD).error().0, 401);
    assert_eq!(
        act(&app, &boss, "ada", "disable").status,
        200,
        "again changes nothing"
    );
    assert_eq!(
        told(&app, &boss, "action=user_disabled"),
        ["person boss user_disabled ada"]
    );
    assert_eq!(
        told(&app, &boss, "action=sign_in_failed"),
        ["anonymous - sign_in_failed ada"]
    );
    let enabled = act(&app, &boss, "ada", "enable").data();
    assert!(enabled["disabled_at"].is_null(), "{enabled}");
    assert_eq!(
        app.ask(&ada, "/api/users/me").error().0,
        401,
        "the old session does not come back"
    );
    assert_eq!(login(&app, "ada@example.com", PASSWORD).status, 200);
    assert_eq!(
        told(&app, &boss, "action=user_enabled"),
        ["person boss user_enabled ada"]
    );
    assert_eq!(act(&app, &boss, "nobody", "disable").error().0, 404);
}

#[test]
fn nobody_disables_themselves_or_the_last_administrator() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let (status, _, sentence) = act(&app, &boss, "boss", "disable").error();
    assert_eq!(status, 409, "{sentence}");
    // The one of the first start is an administrator, too.
    let first = app.ask(&boss, "/api/admin/users").data()["users"].clone();
    let mut others = first
        .as_array()
        .expect("a list")
        .iter()
        .filter(|user| user["id"] != "boss");
    let first = others.next().expect("the first administrator")["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(act(&app, &boss, &first, "disable").status, 200);
    let disable = app.fail(&["users", "disable", "boss"]);
    assert!(disable.contains("last administrator"), "{disable}");
    assert_eq!(
        app.ask(&boss, "/api/users/me").status,
        200,
        "and the session goes on"
    );
    assert_eq!(told(&app, &boss, "action=user_disabled").len(), 1);
}

#[test]
fn a_password_that_is_reset_is_shown_once_and_ends_all_sessions() {
    let app = TestApp::start();
    let (boss, ada) = (app.admin("boss"), app.user("ada"));
    let reset = act(&app, &boss, "ada", "password").data();
    let password = reset["password"].as_str().expect("it is shown");
    assert_eq!(app.ask(&ada, "/api/users/me").error().0, 401);
    assert_eq!(login(&app, "ada@example.com", PASSWORD).error().0, 401);
    assert_eq!(login(&app, "ada@example.com", password).status, 200);
    assert_eq!(
        act(&app, &boss, "boss", "password").error().0,
        409,
        "one's own takes the current one"
    );
    assert_eq!(
        told(&app, &boss, "action=password_reset"),
        ["person boss password_reset ada"]
    );
}
