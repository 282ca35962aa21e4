//! `serve`: answering requests.

use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::rt::System;
use actix_web::web::{self, Data};
use clap::Args;
use metrics_runtime::Recorder;
use metrics_runtime::web::{Api, ApiLimits};
use serde::Serialize;

use super::context::Context;
use super::output::Output;
use crate::accounts::{self, NewAccount};
use crate::config::Config;
use crate::host::AppHost;
use crate::state::State;
use crate::{database, jobs, metrics, server};

#[derive(Args, Default)]
pub(super) struct Serve {
    /// Leave scheduled work to another instance
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
    let Context { config, output, .. } = &context;
    let pool = context.open_database()?;
    let database = config.database_url.to_string();
    if database::is_exposed(config, &mut pool.get()?)? {
        tracing::warn!(
            "the connection to {database} is without TLS: whoever is in between can read along (see the feature \
             postgres-tls in the README)"
        );
    }
    let registry = Arc::new(metrics::registry());
    let store = pool.store();
    let recorder = Recorder::start(&store, Arc::clone(&registry), config.recorder_limits());
    let state = Data::new(State::new(config.clone(), pool.clone(), registry));
    let host = AppHost::new(state.clone());
    let api = Api::with_limits(host, store, recorder.clone(), api_limits(config));
    let (server, address) = server::bind(state, recorder.clone(), api)?;
    // After listening: a password that is made up for a start that then fails would be lost.
    let administrator = accounts::ensure_administrator(&mut pool.get()?)?;
    announce(*output, address, database, administrator.as_ref())?;
    if !command.no_scheduler {
        jobs::start(&recorder);
    }
    server::run(server).await?;
    // What was accepted is committed before the process ends.
    web::block(move || recorder.shutdown()).await?;
    Ok(())
}

fn api_limits(config: &Config) -> ApiLimits {
    ApiLimits {
        max_buckets: config.max_buckets.get(),
        max_body_bytes: config.max_body_bytes.get(),
        max_events: config.max_events.get(),
    }
}

fn announce(
    output: Output,
    address: SocketAddr,
    database: String,
    administrator: Option<&NewAccount>,
) -> anyhow::Result<()> {
    let serving = Serving {
        address: format!("http://{address}"),
        database,
        administrator: administrator.map(Administrator::of),
    };
    output.answer(&serving, || serving.in_words())
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
