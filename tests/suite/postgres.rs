//! What only a server can do to the application: go away, cut connections, make it wait, follow
//! another server, and serve two of it.

mod cuts;
mod instances;
mod outages;
mod standby;

use serde_json::{Value, json};

/// Two installations, just now.
fn event() -> Value {
    let now = chrono::Utc::now();
    json!({
        "type": "server_installations",
        "timestamp": now.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        "data": {"user_id": "u1", "team_id": "t1", "server_id": "s1", "installation_count": 2},
    })
}
