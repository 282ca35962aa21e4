//! `serve`: answering requests.

use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::rt::System;
use actix_web::web::{self, Data};
use anyhow::Context as _;
use clap::Args;
use metrics_runtime::web::{Api, ApiLimits};
use metrics_runtime::{Recorder, Store};
use serde::Serialize;

use super::context::Context;
use crate::accounts::{self, NewAccount};
use crate::config::Config;
use crate::database::Pool;
use crate::host::AppHost;
use crate::jobs::{Environment, Jobs};
use crate::signals::Request;
use crate::state::State;
use crate::{database, jobs, metrics, server, signals, spans};

#[derive(Args, Default)]
pub(super) struct Serve {
    /// Leave jobs to other instances: schedule none, and run none
    #[arg(long)]
    no_scheduler: bool,
}

/// What `serve` answers once it listens.
#[derive(Serialize)]
struct Serving {
    address: String,
    database: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    administrator: Option<Administrator>,
}

#[derive(Serialize)]
struct Administrator {
    email: String,
    password: String,
}

impl Serve {
    pub(super) fn run(self, context: Context) -> anyhow::Result<()> {
        System::new().block_on(serve(self, context))
    }
}

async fn serve(command: Serve, context: Context) -> anyhow::Result<()> {
    let service = Service::start(&context)?;
    // After listening: a password that is made up for a start that then fails would be lost.
    let administrator = accounts::ensure_administrator(&mut service.pool.get()?)?;
    let serving = Serving {
        address: service.url(),
        database: context.config.database_url.to_string(),
        administrator: administrator.as_ref().map(Administrator::of),
    };
    context.output.answer(&serving, || serving.in_words())?;
    let jobs = match command.no_scheduler {
        true => None,
        false => Some(service.start_jobs()?),
    };
    service.run(jobs).await
}

/// Everything that answers requests, listening already.
pub(super) struct Service {
    pub(super) pool: Pool,
    pub(super) store: Store,
    pub(super) recorder: Recorder,
    pub(super) address: SocketAddr,
    server: Server,
    state: Data<State>,
    api: Api<AppHost>,
}

impl Service {
    /// Opens the database, starts the recorder, and listens. Requests wait until it [`run`](Self::run)s.
    pub(super) fn start(context: &Context) -> anyhow::Result<Self> {
        let config = &context.config;
        let pool = context.open_database()?;
        if database::is_exposed(config, &mut pool.get()?)? {
            tracing::warn!(
                "the connection to {} is without TLS: whoever is in between can read along (see \
                 Configuration in the README)",
                config.database_url
            );
        }
        let registry = Arc::new(metrics::registry());
        let store = pool.store();
        let recorder = Recorder::start(&store, Arc::clone(&registry), config.recorder_limits());
        let state = Data::new(State::new(config.clone(), pool.clone(), registry));
        let host = AppHost::new(state.clone());
        let api = Api::with_limits(host, store.clone(), recorder.clone(), api_limits(config));
        let (server, address) = server::bind(state.clone(), recorder.clone(), api.clone())?;
        Ok(Self {
            pool,
            store,
            recorder,
            address,
            server,
            state,
            api,
        })
    }

    /// Where it listens.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Makes this process one of those that schedule and run jobs.
    pub(super) fn start_jobs(&self) -> anyhow::Result<Jobs> {
        let environment = Environment {
            state: self.state.clone(),
            recorder: self.recorder.clone(),
        };
        Ok(jobs::start(environment)?)
    }

    /// Answers requests, and runs jobs if there are any to be run, until the process is asked to end, or to begin anew.
    pub(super) async fn run(self, jobs: Option<Jobs>) -> anyhow::Result<()> {
        let api = self.api;
        let asked = server::run(self.server, &self.state, || api.end_streams()).await?;
        if let Some(jobs) = jobs {
            jobs.end().await;
        }
        // What was accepted is committed before the process ends.
        web::block(move || self.recorder.shutdown()).await?;
        web::block(spans::end).await?;
        match asked {
            Request::End => Ok(()),
            Request::Restart => Err(signals::restart()).context("it cannot begin anew"),
        }
    }
}

fn api_limits(config: &Config) -> ApiLimits {
    ApiLimits {
        max_buckets: config.max_buckets.get(),
        max_body_bytes: config.max_body_bytes.get(),
        max_events: config.max_events.get(),
        max_streams: config.max_streams.get(),
        max_streams_of_one: config.max_streams_of_one.get(),
    }
}

impl Administrator {
    fn of(account: &NewAccount) -> Self {
        Self {
            email: account.email.to_string(),
            password: account.password.reveal().to_owned(),
        }
    }
}

impl Serving {
    fn in_words(&self) -> String {
        let Self {
            address,
            database,
            administrator,
        } = self;
        let sign_in = match administrator {
            Some(Administrator { email, password }) => {
                format!("Sign in as {email} with the password {password} (shown only this once).")
            }
            None => {
                "Sign in with your account; `app users add --email EMAIL` adds more.".to_owned()
            }
        };
        format!("Serving {address} from {database}. Ctrl-C ends it.\n{sign_in}")
    }
}
