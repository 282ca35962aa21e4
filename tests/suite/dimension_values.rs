//! The values that dimensions have taken, on every backend and of every kind.

use chrono::Utc;
use std::sync::Arc;

use metrics_runtime::{
    Batch, EventBuilder, Layout, Limits, RawValue, Recorder, Scope, TimeSeriesMetric, register,
};
use uuid::Uuid;

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
            call("B", Transport::Http, 10),
        ];
        let events = events.map(|event| (Utc::now(), event));
        ToolCall::upsert(&database.store, &events).expect("recorded");
        let layout = Layout::of(ToolCall::SCHEMA);
        let values = |dimension, limit| {
            let values = database.store.values_of(&layout, dimension, limit);
            values.expect("the database answers")
        };
        assert_eq!(
            values("user_id", 10),
            ["B", "a", "b"],
            "by bytes, whatever the server does by default"
        );
        assert_eq!(values("user_id", 1), ["B"]);
        assert_eq!(values("transport", 10), ["http", "stdio"]);
        assert_eq!(values("attempt", 10), ["9", "10"]);
        assert_eq!(values("tool", 10), ["grep"]);
        assert_eq!(values("nothing", 10), [""; 0]);
    }
}

/// Deployments, by a dimension of a kind that has several spellings.
#[derive(Debug, Clone, TimeSeriesMetric)]
struct Deployment {
    #[dimension(team)]
    project: Uuid,
    #[counter]
    count: u64,
}

const PROJECT: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

#[test]
fn a_uuid_is_one_value_however_it_is_spelled() {
    for backend in backends() {
        let registry = Arc::new(register![Deployment].build().expect("one metric"));
        let database = Database::new(backend, &registry);
        let recorder = Recorder::start(&database.store, Arc::clone(&registry), Limits::default());
        let layout = registry.metric("deployment").expect("registered");
        let spelled = |text: &str| {
            let mut event = EventBuilder::new(Arc::clone(layout));
            event.set("project", RawValue::Text(text.into()))?;
            event.set("count", RawValue::Integer(1))?;
            event.finish(Utc::now().timestamp())
        };
        let upper = PROJECT.to_uppercase();
        let spellings =
            [PROJECT, &upper, &PROJECT.replace('-', "")].map(|text| spelled(text).expect("a UUID"));
        recorder
            .submit_blocking(Batch::of(spellings.into()))
            .expect("recorded");
        let typed = Deployment {
            project: PROJECT.parse().expect("a UUID"),
            count: 1,
        };
        pollster::block_on(recorder.record(&typed)).expect("recorded");
        let buckets = Deployment::query(Scope::team(upper))
            .load(&database.store)
            .expect("an answer");
        assert_eq!(buckets.iter().map(|bucket| bucket.count).sum::<u64>(), 4);
        assert_eq!(database.count("deployment_metrics_owners"), 1);
        for wrong in [
            "",
            "67e55044",
            "67e5504410b1426f9247bb680e5fe0c",
            "g7e55044-10b1-426f-9247-bb680e5fe0c8",
        ] {
            let rejection = spelled(wrong).expect_err(wrong);
            assert_eq!(rejection.field.as_deref(), Some("project"), "{rejection}");
        }
        recorder.shutdown();
    }
}
