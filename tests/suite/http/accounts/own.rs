//! One's own sessions and password.

use serde_json::{Value, json};

use super::{login, order, told};
use crate::support::app::{PASSWORD, Person, TestApp, until};

fn sessions(app: &TestApp, person: &Person) -> Vec<Value> {
    let data = app.ask(person, "/api/users/me/sessions").data();
    data["sessions"].as_array().expect("a list").clone()
}

fn change(
    app: &TestApp,
    person: &Person,
    current: &str,
    new: &str,
) -> crate::support::app::http::Answer {
    let body = json!({"current_password": current, "new_password": new});
    order(app, person, "POST", "/api/users/me/password", &body)
}

#[test]
fn sessions_are_listed_without_what_would_open_them() {
    let app = TestApp::start();
    let (here, there) = (app.user("u1"), app.sign_in("u1"));
    app.user("u2");
    let listed = sessions(&app, &here);
    assert_eq!(listed.len(), 2, "{listed:?}");
    let current: Vec<_> = listed
        .iter()
        .filter(|session| session["current"] == true)
        .collect();
    assert_eq!(current.len(), 1);
    let token = |person: &Person| person.cookie.replace("session=", "");
    for session in &listed {
        assert_eq!(session["address"], "127.0.0.1");
        assert!(
            session["user_agent"]
                .as_str()
                .is_some_and(|name| name.contains("ureq")),
            "{session}"
        );
        for moment in ["created_at", "seen_at", "expires_at"] {
            assert!(session[moment].is_string(), "{session}");
        }
        let id = session["id"].as_str().expect("an id");
        assert_eq!(
            app.get("/api/users/me")
                .cookie(&format!("session={id}"))
                .send()
                .error()
                .0,
            401
        );
        assert!(
            !session.to_string().contains(&token(&here))
                && !session.to_string().contains(&token(&there))
        );
    }
}

#[test]
fn one_session_is_ended_or_all_others_and_nobody_elses() {
    let app = TestApp::start();
    let (here, there, third) = (app.user("u1"), app.sign_in("u1"), app.sign_in("u1"));
    let other = app.user("u2");
    let id = |person: &Person| {
        let all = sessions(&app, person);
        let current = all
            .iter()
            .find(|session| session["current"] == true)
            .expect("it is listed");
        current["id"].as_str().expect("an id").to_owned()
    };
    let end = |by: &Person, id: &str| {
        order(
            &app,
            by,
            "DELETE",
            &format!("/api/users/me/sessions/{id}"),
            &Value::Null,
        )
    };
    assert_eq!(end(&other, &id(&there)).error().0, 404);
    assert_eq!(end(&here, &id(&there)).status, 200);
    assert_eq!(app.ask(&there, "/api/users/me").error().0, 401);
    let others = order(
        &app,
        &here,
        "DELETE",
        "/api/users/me/sessions",
        &Value::Null,
    );
    assert_eq!(others.data()["ended"], 1);
    assert_eq!(app.ask(&third, "/api/users/me").error().0, 401);
    assert_eq!(
        (
            app.ask(&here, "/api/users/me").status,
            app.ask(&other, "/api/users/me").status
        ),
        (200, 200)
    );
    let boss = app.admin("boss");
    assert_eq!(
        told(&app, &boss, "action=sessions_ended"),
        ["person u1 sessions_ended u1"; 2]
    );
}

#[test]
fn what_ends_sessions_on_one_instance_ends_them_on_another() {
    let app = TestApp::start();
    let other = app.second();
    let (boss, ada) = (app.admin("boss"), app.user("ada"));
    let by_another = |person: &Person| app.ask_other(&other, person, "/api/users/me").status;
    let signs_out = |person: &Person| {
        let path = "/api/auth/logout";
        order(&app, person, "POST", path, &Value::Null).status
    };
    let ends_all_others = |person: &Person| {
        let path = "/api/users/me/sessions";
        order(&app, person, "DELETE", path, &Value::Null).status
    };
    let is_disabled = |person: &Person| {
        let path = format!("/api/admin/users/{}/disable", person.id);
        order(&app, &boss, "POST", &path, &Value::Null).status
    };
    let again = app.sign_in("ada");
    assert_eq!((by_another(&ada), by_another(&again)), (200, 200));
    assert_eq!((ends_all_others(&ada), by_another(&again)), (200, 401));
    assert_eq!((signs_out(&ada), by_another(&ada)), (200, 401));
    let back = app.sign_in("ada");
    assert_eq!(by_another(&back), 200);
    assert_eq!((is_disabled(&back), by_another(&back)), (200, 401));
}

#[test]
fn that_a_session_is_seen_is_noted_beside_its_requests() {
    let app = TestApp::start();
    let here = app.user("u1");
    let seen = || {
        sessions(&app, &here)[0]["seen_at"]
            .as_str()
            .expect("a moment")
            .to_owned()
    };
    let fresh = seen();
    app.sql("UPDATE sessions SET seen_at = 60");
    until("the session is seen again", || {
        Some(()).filter(|()| seen() >= fresh)
    });
    app.sql("UPDATE sessions SET seen_at = seen_at - 100");
    let before = seen();
    assert_eq!(app.ask(&here, "/api/metrics").status, 200);
    assert_eq!(seen(), before, "and not with each request");
}

#[test]
fn a_changed_password_takes_the_current_one_and_ends_all_other_sessions() {
    let app = TestApp::start();
    let (here, there) = (app.user("u1"), app.sign_in("u1"));
    let (status, field, _) = change(&app, &here, "not the password", "a new password").error();
    assert_eq!((status, field.as_deref()), (400, Some("current_password")));
    let (status, field, _) = change(&app, &here, PASSWORD, "short").error();
    assert_eq!((status, field.as_deref()), (400, Some("new_password")));
    assert_eq!(
        app.ask(&there, "/api/users/me").status,
        200,
        "nothing has changed so far"
    );
    assert_eq!(
        change(&app, &here, PASSWORD, "a new password").json(),
        json!({"success": true})
    );
    assert_eq!(app.ask(&here, "/api/users/me").status, 200);
    assert_eq!(app.ask(&there, "/api/users/me").error().0, 401);
    assert_eq!(login(&app, "u1@example.com", PASSWORD).error().0, 401);
    assert_eq!(login(&app, "u1@example.com", "a new password").status, 200);
    let boss = app.admin("boss");
    let entries = told(&app, &boss, "subject=u1");
    for action in [
        "person u1 password_changed u1",
        "anonymous - password_change_failed u1",
    ] {
        assert!(entries.contains(&action.to_owned()), "{entries:?}");
    }
}
