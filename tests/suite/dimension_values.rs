//! The values that dimensions have taken, on every backend and of every kind.

use chrono::Utc;
use metrics_runtime::{Layout, TimeSeriesMetric};

use crate::support::database::{Database, backends};
use crate::support::metrics::{ToolCall, Transport, registry};

fn call(user: &str, transport: Transport, attempt: i32) -> ToolCall {
    ToolCall {
        user_id: user.into(),
        team_id: "t".into(),
        tool: "grep".into(),
        transport,
        attempt,
        calls: 1,
        sent: 0,
    }
}

#[test]
fn values_are_told_once_each_in_ascending_order_up_to_a_limit() {
    for backend in backends() {
        let database = Database::new(backend, &registry());
        let events = [
            call("b", Transport::Stdio, 10),
            call("a", Transport::Http, 9),
            call("a", Transport::Http, 10),
        ];
        let events = events.map(|event| (Utc::now(), event));
        ToolCall::upsert(&database.store, &events).expect("recorded");
        let layout = Layout::of(ToolCall::SCHEMA);
        let values = |dimension, limit| {
            let values = database.store.values_of(&layout, dimension, limit);
            values.expect("the database answers")
        };
        assert_eq!(values("user_id", 10), ["a", "b"]);
        assert_eq!(values("user_id", 1), ["a"]);
        assert_eq!(values("transport", 10), ["http", "stdio"]);
        assert_eq!(values("attempt", 10), ["9", "10"]);
        assert_eq!(values("tool", 10), ["grep"]);
        assert_eq!(values("nothing", 10), [""; 0]);
    }
}
