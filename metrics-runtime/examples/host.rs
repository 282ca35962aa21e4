//! A second host, with a sign-in by header. `cargo run -p metrics-runtime --example host --features web -- FOLDER`
//! prints its address; `curl -H 'X-User: ann' "$ADDRESS/api/users/me/metrics/page-view?team_id=web"` asks it.

use actix_web::{App, HttpRequest, HttpServer, web};
use metrics_runtime::migrate::{Backend, Project};
use metrics_runtime::web::{Api, Caller, Host, HostError, TeamRole};
use metrics_runtime::{Limits, Recorder, Registry, Store, TimeSeriesMetric, register};
use std::{error::Error, path::PathBuf, sync::Arc};

/// Pages shown.
#[derive(TimeSeriesMetric)]
#[metric(view("member"))]
struct PageView {
    #[dimension(user)]
    user_id: String,
    #[dimension(team)]
    team_id: String,
    #[counter]
    views: u64,
}

struct Headers(Arc<Registry>);

impl Host for Headers {
    type Credentials = String;
    fn credentials(&self, request: &HttpRequest) -> Option<String> {
        Some(request.headers().get("X-User")?.to_str().ok()?.to_owned())
    }
    fn caller(&self, user: &String) -> Result<Option<Caller>, HostError> {
        Ok(Some(Caller {
            user_id: user.clone(),
            permissions: self.0.permissions_of("member"),
            teams: [("web".to_owned(), TeamRole::User)].into(),
        }))
    }
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    let registry = Arc::new(register![PageView].build()?);
    // A real project generates its migrations once, and commits them.
    let migrations = Project::new(folder.join("metrics.lock")).folder(Backend::Sqlite, &folder);
    migrations.generate(&registry, None, metrics_runtime::chrono::Utc::now())?;
    let store = Store::sqlite(folder.join("host.db").to_str().ok_or("not text")?)?;
    store.apply_migrations(&folder)?;
    let recorder = Recorder::start(&store, registry.clone(), Limits::default());
    let view = PageView {
        user_id: "ann".into(),
        team_id: "web".into(),
        views: 1,
    };
    recorder.record(&view).await?;
    let api = Api::new(Headers(registry), store, recorder);
    let app = move || App::new().service(web::scope("/api").configure(|s| api.configure(s)));
    let server = HttpServer::new(app).bind("127.0.0.1:0")?;
    println!("http://{}", server.addrs()[0]);
    Ok(server.run().await?)
}
