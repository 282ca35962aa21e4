//! What somebody tries who is not let in.

use serde_json::{Value, json};

use super::super::{hours_ago, installations, with};
use super::{login, order};
use crate::support::app::http::Answer;
use crate::support::app::{Key, PASSWORD, Person, TestApp};

/// What a person does that ends a session.
type Way<'a> = &'a dyn Fn(&Person);

fn cookie(answer: &Answer) -> String {
    let cookie = answer
        .header("set-cookie")
        .expect("signing in sets a cookie");
    cookie.split(';').next().unwrap_or_default().to_owned()
}

#[test]
fn a_session_that_somebody_else_has_chosen_is_not_taken_over() {
    let app = TestApp::start();
    app.add_person("victim", "global_user");
    let attacker = app.user("attacker");
    let sign_in = |cookie: &str| {
        let credentials = json!({"email": "victim@example.com", "password": PASSWORD});
        app.post("/api/auth/login")
            .cookie(cookie)
            .json(&credentials)
            .send()
    };
    for planted in ["session=chosen", &attacker.cookie] {
        let fresh = cookie(&sign_in(planted));
        assert_ne!(fresh, planted);
        assert_eq!(
            app.get("/api/users/me").cookie(planted).send().error().0,
            401,
            "{planted}"
        );
        let who = app.get("/api/users/me").cookie(&fresh).send().data();
        assert_eq!(who["id"], "victim");
    }
}

#[test]
fn signing_in_anew_ends_the_session_before() {
    let app = TestApp::start();
    let ada = app.user("ada");
    let credentials = json!({"email": "ada@example.com", "password": PASSWORD});
    let again = app
        .post("/api/auth/login")
        .cookie(&ada.cookie)
        .json(&credentials)
        .send();
    assert_ne!(cookie(&again), ada.cookie);
    assert_eq!(app.ask(&ada, "/api/users/me").error().0, 401);
}

#[test]
fn a_stolen_cookie_opens_nothing_once_its_session_has_ended() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.add_person("ada", "global_user");
    let ways: [(&str, Way<'_>); 5] = [
        ("signing out", &|ada| {
            app.post("/api/auth/logout").cookie(&ada.cookie).send();
        }),
        ("changing the password elsewhere", &|_| {
            let other = app.sign_in("ada");
            let body = json!({"current_password": PASSWORD, "new_password": PASSWORD});
            assert_eq!(
                order(&app, &other, "POST", "/api/users/me/password", &body).status,
                200
            );
        }),
        ("ending all other sessions", &|_| {
            let other = app.sign_in("ada");
            order(
                &app,
                &other,
                "DELETE",
                "/api/users/me/sessions",
                &Value::Null,
            )
            .data();
        }),
        ("resetting the password", &|_| {
            app.run_with_input(&["users", "password", "ada", "--password-stdin"], PASSWORD);
        }),
        ("disabling", &|_| {
            order(
                &app,
                &boss,
                "POST",
                "/api/admin/users/ada/disable",
                &Value::Null,
            )
            .data();
        }),
    ];
    for (way, end) in ways {
        let stolen = app.sign_in("ada");
        assert_eq!(app.ask(&stolen, "/api/users/me").status, 200);
        end(&stolen);
        for path in ["/api/users/me", "/api/metrics", "/api/users/me/sessions"] {
            assert_eq!(app.ask(&stolen, path).error().0, 401, "{path} after {way}");
        }
    }
}

#[test]
fn a_key_that_is_forged_truncated_or_revoked_opens_nothing() {
    let app = TestApp::start();
    app.team("t1");
    app.add_person("u1", "global_user");
    let (key, other, revoked) = (app.key("sat"), app.key("other"), app.key("gone"));
    app.revoke(&revoked);
    let secret = |key: &Key| key.text.rsplit_once('_').expect("it has one").1.to_owned();
    let forged = [
        format!("sk_{}_{}", key.id, secret(&other)),
        format!("sk_{}_{}", key.id, secret(&key).to_uppercase()),
        format!("sk_{}_", key.id),
        format!("sk_{}", key.id),
        key.text[..key.text.len() - 1].to_owned(),
        format!("{}0", key.text),
        format!("sk_%_{}", secret(&key)),
        format!("sk_' OR 1=1 --_{}", secret(&key)),
        secret(&key),
        revoked.text.clone(),
    ];
    let event = installations("u1", "t1", hours_ago(1), 1);
    for text in forged {
        let forged = Key {
            id: key.id.clone(),
            text,
        };
        assert_eq!(
            app.report(&forged, std::slice::from_ref(&event)).error().0,
            401,
            "{}",
            forged.text
        );
    }
    app.record(&key, &[event]);
}

#[test]
fn a_key_of_one_team_writes_nothing_to_another() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.team("t1");
    app.team("t2");
    let key = app.key_of_team("sat", "t1");
    let own = installations("boss", "t1", hours_ago(1), 1);
    let events = [
        own.clone(),
        with(own.clone(), &json!({"team_id": "t2"})),
        with(own, &json!({"team_id": "T1"})),
    ];
    let answer = app.report(&key, &events).json();
    assert_eq!(
        (&answer["processed"], &answer["failed"]),
        (&json!(1), &json!(2)),
        "{answer}"
    );
    let all = app
        .ask(
            &boss,
            "/api/admin/metrics/server-installs?time_range=12h&team_id=t2",
        )
        .data();
    assert_eq!(all["summary"]["total_installation_count"], 0);
}

#[test]
fn no_answer_tells_who_has_an_account() {
    let app = TestApp::start();
    app.add_person("ada", "global_user");
    app.add_person("gone", "global_user");
    app.run(&["users", "disable", "gone"]);
    let wrong = login(&app, "ada@example.com", "not the password");
    for (email, password) in [
        ("nobody@example.com", "not the password"),
        ("gone@example.com", PASSWORD),
        ("gone@example.com", "not the password"),
        ("", ""),
    ] {
        let answer = login(&app, email, password);
        assert_eq!(answer.error(), wrong.error(), "{email}");
        let names = |answer: &Answer| {
            let names = answer.headers.keys().map(ToString::to_string);
            names.collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(names(&answer), names(&wrong), "{email}");
    }
}

#[test]
fn no_secret_is_in_the_audit_log_or_in_the_log() {
    let app = TestApp::start_with(&[("LOG", "debug")]);
    let boss = app.admin("boss");
    let ada = app.user("ada");
    let reset = order(
        &app,
        &boss,
        "POST",
        "/api/admin/users/ada/password",
        &Value::Null,
    )
    .data();
    let made_up = json!({"email": "x@example.com"});
    let added = order(&app, &boss, "POST", "/api/admin/users", &made_up).data();
    let satellite = json!({"satellite_id": "sat"});
    let key = order(&app, &boss, "POST", "/api/admin/keys", &satellite).data();
    login(&app, "ada@example.com", "a wrong guess");
    login(&app, "typed into the wrong field", "x");
    let told = app.ask(&boss, "/api/admin/audit").data().to_string() + &app.log();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let (_, secret) = key["key"]
        .as_str()
        .and_then(|key| key.rsplit_once('_'))
        .expect("a secret");
    for secret in [
        PASSWORD,
        &text(&reset["password"]),
        &text(&added["password"]),
        secret,
        &boss.cookie.replace("session=", ""),
        &ada.cookie.replace("session=", ""),
        "a wrong guess",
        "typed into the wrong field",
    ] {
        assert!(!told.contains(secret), "{secret} is in {told}");
    }
}
