//! Questions to the server, over HTTP.

use std::time::Duration;

use diesel::result::{Error, QueryResult};
use ureq::Agent;
use ureq::http::StatusCode;
use ureq::tls::TlsConfig;

use crate::address::Address;
use crate::authorities::{FILE, trusted};
use crate::failure::{cut, refused};
use crate::protocol::{Answers, Pipeline, ServerError};

/// How long a server may take to be reached.
const REACHED: Duration = Duration::from_secs(5);

/// How long it may take to answer: a statement waits for others that write.
const ANSWERED: Duration = Duration::from_secs(30);

/// The same for a text of many statements, such as a migration of a large table.
pub(crate) const MIGRATED: Duration = Duration::from_secs(600);

/// More than any answer that is asked for here.
const LARGEST_ANSWER: u64 = 256 << 20;

pub(crate) struct Server {
    agent: Agent,
    address: Address,
}

impl Server {
    /// An error says that it is not clear whom to trust.
    pub(crate) fn new(address: Address) -> Result<Self, String> {
        let tls = TlsConfig::builder().root_certs(trusted()?).build();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .tls_config(tls)
            .timeout_connect(Some(REACHED))
            .timeout_global(Some(ANSWERED))
            .build();
        Ok(Self {
            agent: config.into(),
            address,
        })
    }

    /// Asks at `base_url`, or where the server is by its address.
    pub(crate) fn ask(
        &self,
        base_url: Option<&str>,
        pipeline: &Pipeline<'_>,
        patience: Option<Duration>,
    ) -> QueryResult<Answers> {
        let body = serde_json::to_vec(pipeline)
            .map_err(|error| Error::SerializationError(error.into()))?;
        let (status, body) = self.post(base_url, &body, patience).map_err(unanswered)?;
        if status.is_success() {
            serde_json::from_slice(&body).map_err(cut)
        } else {
            Err(turned_down(status, &body))
        }
    }

    fn post(
        &self,
        base_url: Option<&str>,
        body: &[u8],
        patience: Option<Duration>,
    ) -> Result<(StatusCode, Vec<u8>), ureq::Error> {
        let base = base_url
            .unwrap_or(self.address.base())
            .trim_end_matches('/');
        let mut request = self
            .agent
            .post(format!("{base}/v3/pipeline"))
            .config()
            .timeout_global(Some(patience.unwrap_or(ANSWERED)))
            .build()
            .content_type("application/json");
        if let Some(token) = self.address.token() {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let mut response = request.send(body)?;
        let status = response.status();
        let body = response.body_mut().with_config().limit(LARGEST_ANSWER);
        Ok((status, body.read_to_vec()?))
    }
}

/// Nothing came back. That a certificate is not trusted only its words tell.
fn unanswered(error: ureq::Error) -> Error {
    let reason = error.to_string();
    if reason.contains("invalid peer certificate") {
        return cut(format!(
            "{reason}: it has to be for this host, and of an authority that browsers know or that {FILE} names"
        ));
    }
    cut(reason)
}

/// What an answer says that is none. Whatever stands between us and the server may have given it.
fn turned_down(status: StatusCode, body: &[u8]) -> Error {
    if let Ok(error) = serde_json::from_slice::<ServerError>(body) {
        if error.code.is_some() {
            return refused(error);
        }
        return cut(format!("the server answers {status}: {}", error.message));
    }
    let text = String::from_utf8_lossy(body);
    let text: String = text.trim().chars().take(200).collect();
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => cut(format!(
            "the server does not let us in ({status}): check the token"
        )),
        _ => cut(format!("the server answers {status}: {text}")),
    }
}
