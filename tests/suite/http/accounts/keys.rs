//! The keys of satellites.

use serde_json::{Value, json};
use ureq::http::Method;

use super::super::{hours_ago, installations};
use super::{order, told};
use crate::support::app::{Key, Person, TestApp};

fn given(answer: &crate::support::app::http::Answer) -> Key {
    let data = answer.data();
    let text = |field: &str| data[field].as_str().expect("it is shown").to_owned();
    Key {
        id: text("id"),
        text: text("key"),
    }
}

fn status(app: &TestApp, key: &Key) -> u16 {
    app.report(key, &[installations("u1", "t1", hours_ago(1), 1)])
        .status
}

fn world() -> (TestApp, Person) {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.team("t1");
    app.add_person("u1", "global_user");
    (app, boss)
}

#[test]
fn keys_are_given_listed_and_revoked_at_once() {
    let (app, boss) = world();
    let add = |body: &Value| order(&app, &boss, "POST", "/api/admin/keys", body);
    let key = given(&add(&json!({"satellite_id": "sat", "team_id": "t1"})));
    assert_eq!(status(&app, &key), 200);
    let listed = app.ask(&boss, "/api/admin/keys").data();
    assert_eq!(listed["keys"][0]["id"], key.id.as_str());
    assert_eq!(listed["keys"][0]["team_id"], "t1");
    let (_, secret) = key.text.rsplit_once('_').expect("a key has a secret");
    assert!(!listed.to_string().contains(secret), "{listed}");
    let revoke = || {
        order(
            &app,
            &boss,
            "DELETE",
            &format!("/api/admin/keys/{}", key.id),
            &Value::Null,
        )
    };
    assert!(revoke().data()["revoked_at"].is_string());
    assert_eq!(status(&app, &key), 401);
    assert_eq!(revoke().status, 200, "again changes nothing");
    let entries = told(&app, &boss, &format!("subject={}", key.id));
    assert_eq!(
        entries,
        [
            format!("person boss key_revoked {}", key.id),
            format!("person boss key_added {}", key.id),
        ]
    );
    for (body, status, field) in [
        (json!({"satellite_id": "a b"}), 400, "satellite_id"),
        (
            json!({"satellite_id": "sat", "team_id": "t9"}),
            404,
            "team_id",
        ),
        (json!({}), 400, "satellite_id"),
    ] {
        let (got, named, _) = add(&body).error();
        assert_eq!((got, named.as_deref()), (status, Some(field)), "{body}");
    }
    assert_eq!(
        order(
            &app,
            &boss,
            "DELETE",
            "/api/admin/keys/nothing",
            &Value::Null
        )
        .error()
        .0,
        404
    );
}

#[test]
fn a_key_that_was_revoked_on_one_instance_opens_nothing_on_another() {
    let (app, boss) = world();
    let other = app.second();
    let key = app.key("sat");
    let by_another = |key: &Key| {
        let report = app.request_of(&other, Method::POST, "/api/metrics/events");
        let body = json!({"events": [installations("u1", "t1", hours_ago(1), 1)]});
        report.bearer(&key.text).json(&body).send().status
    };
    assert_eq!((status(&app, &key), by_another(&key)), (200, 200));
    let path = format!("/api/admin/keys/{}/rotate", key.id);
    let next = given(&order(&app, &boss, "POST", &path, &json!({})));
    assert_eq!((by_another(&key), by_another(&next)), (401, 200));
    let path = format!("/api/admin/keys/{}", next.id);
    order(&app, &boss, "DELETE", &path, &Value::Null).data();
    assert_eq!(by_another(&next), 401);
}

#[test]
fn a_rotated_key_ends_at_once_unless_an_overlap_is_given() {
    let (app, boss) = world();
    let rotate = |key: &Key, body: &Value| {
        order(
            &app,
            &boss,
            "POST",
            &format!("/api/admin/keys/{}/rotate", key.id),
            body,
        )
    };
    let first = app.key_of_team("sat", "t1");
    let second = rotate(&first, &json!({}));
    assert_eq!(
        (&second.data()["satellite_id"], &second.data()["team_id"]),
        (&json!("sat"), &json!("t1"))
    );
    let second = given(&second);
    assert_eq!((status(&app, &first), status(&app, &second)), (401, 200));
    assert_eq!(rotate(&first, &json!({})).error().0, 409);

    let third = given(&rotate(&second, &json!({"overlap": "1h"})));
    assert_eq!((status(&app, &second), status(&app, &third)), (200, 200));
    assert_eq!(
        rotate(&second, &json!({})).error().0,
        409,
        "a key has one successor"
    );
    app.sql(&format!(
        "UPDATE satellite_keys SET revoked_at = revoked_at - 3600 WHERE id = '{}'",
        second.id
    ));
    assert_eq!(
        (status(&app, &second), status(&app, &third)),
        (401, 200),
        "the hour is over"
    );

    let fourth = given(&rotate(&third, &json!({"overlap": "1h"})));
    app.revoke(&third);
    assert_eq!(
        (status(&app, &third), status(&app, &fourth)),
        (401, 200),
        "revoking cuts an overlap short"
    );
    let (bad, field, _) = rotate(&fourth, &json!({"overlap": "soon"})).error();
    assert_eq!((bad, field.as_deref()), (400, Some("overlap")));
    assert_eq!(told(&app, &boss, "action=key_rotated").len(), 3);
}
