//! How guessing passwords is slowed down.

use std::collections::BTreeSet;
use std::sync::Barrier;

use serde_json::json;
use ureq::http::Method;

use super::{login, order, told};
use crate::support::app::http::{Answer, Client};
use crate::support::app::{PASSWORD, TestApp};

/// Believes what this machine says of where a request comes from, and lets nobody fail more than once for free.
const STRICT: [(&str, &str); 3] = [
    ("TRUSTED_PROXIES", "127.0.0.1"),
    ("SIGN_IN_ATTEMPTS", "1"),
    ("SIGN_IN_LONGEST_WAIT", "1h"),
];

const WRONG: &str = "not the password";

fn from(app: &TestApp, address: &str, email: &str, password: &str) -> Answer {
    let request = app
        .post("/api/auth/login")
        .header("X-Forwarded-For", address);
    request
        .json(&json!({"email": email, "password": password}))
        .send()
}

/// The waits that have begun last for ten minutes more, so that a slow machine does not sit them out.
fn prolong(app: &TestApp) {
    app.sql(
        "UPDATE sign_in_attempts SET wait_until = wait_until + 600 WHERE wait_until > attempted_at",
    );
}

/// As if somebody had failed so often, and waited since.
fn failed(app: &TestApp, failures: u32) {
    app.sql(&format!(
        "UPDATE sign_in_attempts SET failures = {failures}, wait_until = 0"
    ));
}

fn wait(answer: &Answer) -> i64 {
    assert_eq!(answer.error().0, 429);
    let seconds = answer.header("retry-after").expect("it says for how long");
    seconds.parse().expect("seconds")
}

#[test]
fn who_fails_again_and_again_waits_twice_as_long_each_time() {
    let app = TestApp::start_with(&STRICT);
    app.add_person("u1", "global_user");
    let attempt = |password| from(&app, "192.0.2.1", "u1@example.com", password);
    assert_eq!(attempt(WRONG).error().0, 401);
    for (failures, seconds) in [(9, 256), (10, 512), (20, 3_600), (1_000, 3_600)] {
        failed(&app, failures);
        assert_eq!(attempt(WRONG).error().0, 401, "the wait is over");
        let refused = wait(&attempt(PASSWORD));
        assert!(
            (seconds - 60..=seconds).contains(&refused),
            "{failures}: {refused}"
        );
    }
    failed(&app, 1_000);
    assert_eq!(
        attempt(PASSWORD).status,
        200,
        "who knows it gets in, once the wait is over"
    );
    assert_eq!(attempt(PASSWORD).status, 200);
}

#[test]
fn known_and_unknown_people_are_slowed_alike_and_told_the_same() {
    let app = TestApp::start_with(&STRICT);
    app.add_person("u1", "global_user");
    app.add_person("u2", "global_user");
    app.run(&["users", "disable", "u2"]);
    let answers = |address: &str, email: &str| {
        let mut answers = vec![from(&app, address, email, WRONG)];
        answers.push(from(&app, address, email, WRONG));
        failed(&app, 40);
        answers.push(from(&app, address, email, WRONG));
        answers.push(from(&app, address, email, WRONG));
        let told = |answer: &Answer| {
            let headers: BTreeSet<_> = answer.headers.keys().map(ToString::to_string).collect();
            let (status, field, sentence) = answer.error();
            // The number of seconds is the clock's.
            let sentence = sentence.split(" in ").next().map(str::to_owned);
            (status, field, sentence, headers)
        };
        answers.iter().map(told).collect::<Vec<_>>()
    };
    let known = answers("192.0.2.1", "u1@example.com");
    assert_eq!(
        known.iter().map(|(status, ..)| *status).collect::<Vec<_>>(),
        [401, 401, 401, 429]
    );
    assert_eq!(known, answers("192.0.2.2", "nobody@example.com"));
    assert_eq!(known, answers("192.0.2.3", "u2@example.com"));
}

#[test]
fn a_password_is_hashed_whoever_it_is_for_and_not_at_all_during_a_wait() {
    let app = TestApp::start_with(&STRICT);
    app.add_person("u1", "global_user");
    app.add_person("u2", "global_user");
    app.run(&["users", "disable", "u2"]);
    let hashes = |address: &str, email: &str, password: &str| {
        let before = app.state("metrics_passwords_hashed_total");
        from(&app, address, email, password);
        app.state("metrics_passwords_hashed_total") - before
    };
    assert_eq!(hashes("192.0.2.1", "u1@example.com", PASSWORD), 1);
    assert_eq!(hashes("192.0.2.2", "u1@example.com", WRONG), 1);
    assert_eq!(hashes("192.0.2.3", "nobody@example.com", WRONG), 1);
    assert_eq!(hashes("192.0.2.4", "u2@example.com", PASSWORD), 1);
    failed(&app, 40);
    assert_eq!(hashes("192.0.2.3", "nobody@example.com", WRONG), 1);
    assert_eq!(hashes("192.0.2.3", "nobody@example.com", WRONG), 0);
}

#[test]
fn nobody_elsewhere_can_keep_somebody_out_of_where_they_have_been() {
    let app = TestApp::start_with(&STRICT);
    app.add_person("u1", "global_user");
    assert_eq!(
        from(&app, "192.0.2.1", "u1@example.com", PASSWORD).status,
        200
    );
    for attacker in ["203.0.113.1", "203.0.113.2", "203.0.113.3"] {
        from(&app, attacker, "u1@example.com", WRONG);
        prolong(&app);
    }
    wait(&from(&app, "203.0.113.4", "u1@example.com", WRONG));
    assert_eq!(
        from(&app, "192.0.2.1", "u1@example.com", PASSWORD).status,
        200
    );
    wait(&from(&app, "198.51.100.1", "u1@example.com", PASSWORD));
    app.run(&["users", "enable", "u1"]);
    wait(&from(&app, "198.51.100.1", "u1@example.com", PASSWORD));
    app.run_with_input(&["users", "password", "u1", "--password-stdin"], PASSWORD);
    let again = from(&app, "198.51.100.1", "u1@example.com", PASSWORD);
    assert_eq!(again.status, 200, "an administrator lets them in");
}

#[test]
fn one_guess_at_each_of_many_accounts_is_slowed_by_the_address() {
    let app = TestApp::start_with(&STRICT);
    let guess = |address: &str, number: u32| {
        let answer = from(&app, address, &format!("u{number}@example.com"), WRONG);
        prolong(&app);
        answer
    };
    for number in 0..5 {
        assert_eq!(guess("2001:db8::1", number).error().0, 401);
    }
    wait(&guess("2001:db8::1", 5));
    wait(&guess("2001:db8::2", 5));
    assert_eq!(
        guess("192.0.2.1", 5).error().0,
        401,
        "from elsewhere it is a first guess"
    );
}

/// The statuses of so many attempts at the same moment.
fn at_once(attempts: usize, attempt: impl Fn(usize) -> Answer + Sync) -> Vec<u16> {
    let together = Barrier::new(attempts);
    std::thread::scope(|scope| {
        let begin = |number| {
            let (attempt, together) = (&attempt, &together);
            scope.spawn(move || {
                together.wait();
                attempt(number).status
            })
        };
        let begun: Vec<_> = (0..attempts).map(begin).collect();
        begun
            .into_iter()
            .map(|attempt| attempt.join().expect("it ends"))
            .collect()
    })
}

/// How many guesses were tried, and how many refused.
fn tried_and_refused(statuses: &[u16]) -> (usize, usize) {
    let count = |status| statuses.iter().filter(|found| **found == status).count();
    (count(401), count(429))
}

#[test]
fn guesses_at_once_know_of_each_other() {
    let app = TestApp::start_with(&STRICT);
    app.add_person("u1", "global_user");
    from(&app, "192.0.2.1", "u1@example.com", WRONG);
    failed(&app, 40);
    let guess = |_| from(&app, "192.0.2.1", "u1@example.com", WRONG);
    let statuses = at_once(8, guess);
    assert_eq!(tried_and_refused(&statuses), (1, 7), "{statuses:?}");
}

#[test]
fn guesses_at_one_of_many_accounts_each_know_of_each_other_too() {
    let app = TestApp::start_with(&STRICT);
    from(&app, "192.0.2.1", "nobody@example.com", WRONG);
    failed(&app, 40);
    let guess = |number| from(&app, "192.0.2.1", &format!("u{number}@example.com"), WRONG);
    let statuses = at_once(8, guess);
    assert_eq!(tried_and_refused(&statuses), (1, 7), "{statuses:?}");
}

#[test]
fn many_people_behind_one_address_sign_in_at_the_same_moment() {
    let app = TestApp::start();
    app.add_person("u0", "global_user");
    for number in 1..32 {
        app.sql(&format!(
            "INSERT INTO users (id, email, password_hash, role, created_at)
             SELECT 'u{number}', 'u{number}@example.com', password_hash, role, created_at FROM users WHERE id = 'u0'"
        ));
    }
    let sign_in = |number| login(&app, &format!("u{number}@example.com"), PASSWORD);
    assert_eq!(at_once(32, sign_in), [200; 32]);
}

#[test]
fn a_wait_holds_on_every_instance_and_after_a_restart() {
    let mut app = TestApp::start_with(&STRICT);
    app.add_person("u1", "global_user");
    from(&app, "192.0.2.1", "u1@example.com", WRONG);
    failed(&app, 40);
    from(&app, "192.0.2.1", "u1@example.com", WRONG);
    let second = app.second_with(&[]);
    let url = format!("http://{}/api/auth/login", second.address());
    let there = Client::new();
    let there = there
        .request(Method::POST, &url)
        .header("X-Forwarded-For", "192.0.2.1");
    wait(
        &there
            .json(&json!({"email": "u1@example.com", "password": PASSWORD}))
            .send(),
    );
    app.terminate();
    app.start_again();
    wait(&from(&app, "192.0.2.1", "u1@example.com", PASSWORD));
}

#[test]
fn a_wait_from_a_clock_that_was_ahead_is_over() {
    let app = TestApp::start();
    let ahead = 40 * 86_400;
    app.add_person("u1", "global_user");
    let attempt = |password| login(&app, "u1@example.com", password);
    // Not known from here at first, and then known.
    for _ in 0..2 {
        assert_eq!(attempt(WRONG).error().0, 401);
        app.sql(&format!(
            "UPDATE sign_in_attempts SET attempted_at = attempted_at + {ahead}, wait_until = wait_until + {ahead}"
        ));
        assert_eq!(attempt(PASSWORD).status, 200);
    }
}

#[test]
fn what_a_stranger_says_of_their_address_is_not_believed() {
    let address = |app: &TestApp, said: &str| {
        let boss = app.sign_in("boss");
        from(app, said, "nobody@example.com", WRONG);
        let data = app
            .ask(&boss, "/api/admin/audit?action=sign_in_failed&limit=1")
            .data();
        data["entries"][0]["address"]
            .as_str()
            .expect("an address")
            .to_owned()
    };
    let app = TestApp::start();
    app.add_person("boss", "global_admin");
    assert_eq!(address(&app, "192.0.2.1"), "127.0.0.1");
    let app = TestApp::start_with(&[("TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8")]);
    app.add_person("boss", "global_admin");
    assert_eq!(address(&app, "192.0.2.1"), "192.0.2.1");
    assert_eq!(
        address(&app, "198.51.100.1, 192.0.2.1, 10.1.2.3"),
        "192.0.2.1"
    );
    assert_eq!(address(&app, "192.0.2.1, nonsense"), "127.0.0.1");
    assert_eq!(address(&app, "::ffff:192.0.2.1"), "192.0.2.1");
}

#[test]
fn a_wait_is_told_once() {
    let app = TestApp::start_with(&STRICT);
    let boss = app.admin("boss");
    app.add_person("u1", "global_user");
    from(&app, "192.0.2.1", "u1@example.com", WRONG);
    failed(&app, 40);
    for _ in 0..4 {
        from(&app, "192.0.2.1", "u1@example.com", WRONG);
    }
    assert_eq!(
        told(&app, &boss, "action=sign_in_throttled"),
        ["anonymous - sign_in_throttled u1"]
    );
}

#[test]
fn a_stolen_session_is_no_way_around_to_guess_the_password() {
    let app = TestApp::start_with(&STRICT);
    let ada = app.user("u1");
    let change = || {
        let body = json!({"current_password": WRONG, "new_password": "a new password"});
        order(&app, &ada, "POST", "/api/users/me/password", &body)
    };
    assert_eq!(change().error().0, 400);
    failed(&app, 40);
    assert_eq!(change().error().0, 400);
    wait(&change());
    assert_eq!(app.ask(&ada, "/api/users/me").status, 200);
    assert_eq!(login(&app, "u1@example.com", PASSWORD).error().0, 429);
}
