//! `users`, `keys` and `audit`.

use super::Folder;

const PASSWORD: &str = "correct horse battery staple";

#[test]
fn people_are_listed_disabled_enabled_and_given_passwords() {
    let folder = Folder::new();
    folder.json("users add --email ada@example.com --id ada");
    folder.json("users add --email boss@example.com --id boss --role global_admin");
    let disabled = folder.json("users disable ADA@example.com");
    assert_eq!(disabled["id"], "ada");
    let listed = folder.json("users list")["users"].clone();
    assert!(
        listed[0]["disabled_at"].is_string() && listed[1]["disabled_at"].is_null(),
        "{listed}"
    );
    assert!(folder.run("users list").ok().stdout.contains("disabled"));
    assert!(folder.json("users enable ada")["disabled_at"].is_null());
    assert!(folder.json("users password ada")["password"].is_string());
    let given = folder.run_with(
        &["users", "password", "ada", "--password-stdin", "--json"],
        "a new password\n",
    );
    assert!(given.ok().document().get("password").is_none());
    folder
        .run("users disable nobody")
        .failed(1, &["nobody", "does not exist"]);
    folder
        .run("users disable boss")
        .failed(1, &["last administrator"]);
    folder
        .run_with(&["users", "password", "ada", "--password-stdin"], "short")
        .failed(1, &["at least 8"]);
}

#[test]
fn keys_are_listed_and_rotated() {
    let folder = Folder::new();
    let first = folder.json("keys add --satellite sat");
    let key = first["key"].as_str().expect("it is shown");
    let second = folder.json(&format!("keys rotate {key} --overlap 10m"));
    assert_eq!(second["satellite_id"], "sat");
    let listed = folder.json("keys list")["keys"].clone();
    let ends = |id: &serde_json::Value| {
        let keys = listed.as_array().expect("a list");
        keys.iter()
            .find(|key| key["id"] == *id)
            .expect("it is listed")["revoked_at"]
            .clone()
    };
    assert!(
        ends(&first["id"]).is_string() && ends(&second["id"]).is_null(),
        "{listed}"
    );
    let id = first["id"].as_str().expect("an id");
    folder
        .run(&format!("keys rotate {id}"))
        .failed(1, &[id, "was revoked"]);
    folder
        .run("keys rotate x --overlap soon")
        .failed(2, &["--overlap", "soon"]);
    folder.run("keys rotate x").failed(1, &["does not exist"]);
}

#[test]
fn what_commands_do_is_told() {
    let folder = Folder::new();
    assert!(
        folder
            .run("audit list")
            .ok()
            .stdout
            .contains("no such entries")
    );
    folder.json("teams add --name Ops --id ops");
    folder.json("collect satellite_keys");
    folder.json("cleanup satellite_keys");
    folder.json("collect satellite_keys --from 2026-01-01T00:00:00Z --to 2026-01-02T00:00:00Z");
    let all = folder.json("audit list")["entries"].clone();
    let actions: Vec<_> = all
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| &entry["action"])
        .collect();
    assert_eq!(
        actions,
        ["metric_recounted", "metric_cleaned_up", "team_added"]
    );
    assert_eq!(all[0]["detail"]["from"], "2026-01-01T00:00:00.000Z");
    let teams = folder.json("audit list --subject ops --action team_added --limit 1");
    assert_eq!(teams["entries"][0]["actor_kind"], "command_line");
    assert!(
        folder
            .run("audit list --actor nobody")
            .ok()
            .stdout
            .contains("no such entries")
    );
    folder
        .run("audit list --action nothing")
        .failed(2, &["nothing"]);
}

/// What a command prints and logs, at its most talkative.
fn said(folder: &Folder, arguments: &str) -> String {
    let arguments: Vec<_> = arguments.split(' ').chain(["--log", "trace"]).collect();
    let done = folder.run_with(&arguments, PASSWORD).ok();
    done.stdout + &done.stderr
}

#[test]
fn what_is_secret_is_printed_once_to_whom_it_is_for_and_no_hash_of_it_ever() {
    let folder = Folder::new();
    let made_up = folder.json("users add --email ada@example.com --id ada")["password"].clone();
    let reset = folder.json("users password ada")["password"].clone();
    let key = folder.json("keys add --satellite sat")["key"].clone();
    let rotated =
        folder.json(&format!("keys rotate {}", key.as_str().expect("a key")))["key"].clone();
    let secrets = [made_up, reset, key, rotated].map(|secret| {
        let secret = secret.as_str().expect("it is shown").to_owned();
        secret.rsplit('_').next().expect("a part").to_owned()
    });
    let all: String = [
        "users add --email max@example.com --id max --password-stdin",
        "users password max --password-stdin",
        "users list",
        "users list --json",
        "users disable max",
        "users enable max",
        "users role max --role global_user",
        "keys list",
        "keys list --json",
        "audit list",
        "audit list --json",
        "roles list",
        "config",
        "config --json --database-auth-token correct-horse",
    ]
    .map(|arguments| said(&folder, arguments))
    .concat();
    assert!(all.contains("max@example.com"), "{all}");
    let secrets = secrets.iter().map(String::as_str);
    for secret in secrets.chain([PASSWORD, "correct-horse", "$argon2", "_hash\":"]) {
        let line = all.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is told");
    }
}
