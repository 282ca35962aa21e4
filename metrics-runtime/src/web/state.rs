//! What the handlers share: the host, the database, the recorder, the limits.

use std::sync::Arc;

use super::host::Host;
use super::keys::Keys;
use super::live::{Live, Room};
use crate::query::DEFAULT_MAX_BUCKETS;
use crate::recorder::Recorder;
use crate::registry::Registry;
use crate::store::Store;

pub(super) struct Inner<H> {
    pub(super) host: Arc<H>,
    pub(super) store: Store,
    pub(super) recorder: Recorder,
    pub(super) limits: ApiLimits,
    pub(super) live: Live,
    pub(super) keys: Arc<Keys<H>>,
}

/// What the routes accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiLimits {
    /// Buckets in an answer.
    pub max_buckets: usize,
    /// Bytes in the body of an ingestion request.
    pub max_body_bytes: usize,
    /// Events in an ingestion request.
    pub max_events: usize,
    /// Streams that are open at a time.
    pub max_streams: usize,
    /// Streams that one person may have open at a time.
    pub max_streams_of_one: usize,
}

impl Default for ApiLimits {
    /// 10,000 buckets, 1 MiB, 10,000 events, 1,024 streams, 64 of them of one person.
    fn default() -> Self {
        Self {
            max_buckets: DEFAULT_MAX_BUCKETS,
            max_body_bytes: 1 << 20,
            max_events: 10_000,
            max_streams: 1_024,
            max_streams_of_one: 64,
        }
    }
}

impl ApiLimits {
    pub(super) fn room(&self) -> Room {
        Room {
            streams: self.max_streams,
            streams_of_one: self.max_streams_of_one,
        }
    }
}

impl<H: Host> Inner<H> {
    pub(super) fn registry(&self) -> &Registry {
        self.recorder.registry()
    }
}
