//! Recording from code: in a middleware, which must not wait, and in a job, which may run twice.
//! `cargo run -p metrics-runtime --example recording --features web` shows that each event is counted once.

use std::{error::Error, sync::Arc};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::{Next, from_fn};
use actix_web::{App, HttpResponse, test, web};
use metrics_runtime::chrono::{DateTime, Utc};
use metrics_runtime::migrate::{Backend, Project};
use metrics_runtime::{
    BatchId, Limits, RecordError, Recorder, Scope, Store, TimeSeriesMetric, register,
};

/// Requests answered.
#[derive(TimeSeriesMetric)]
#[metric(view_all("operator"))]
struct RequestAnswered {
    #[dimension]
    route: String,
    #[dimension]
    status: u16,
    #[counter]
    requests: u64,
}

/// Messages sent by night.
#[derive(TimeSeriesMetric)]
#[metric(retention = "90d", view("member"))]
struct MessageSent {
    #[dimension(team)]
    team_id: String,
    #[counter]
    messages: u64,
}

/// Counts every request. It never waits, and a request never fails because its count could not be kept.
async fn count_requests(
    recorder: web::Data<Recorder>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let route = request.match_pattern().unwrap_or_default();
    let response = next.call(request).await?;
    let answered = RequestAnswered {
        route,
        status: response.status().as_u16(),
        requests: 1,
    };
    if let Err(error) = recorder.try_record(&answered) {
        eprintln!("a request was not counted: {error}");
    }
    Ok(response)
}

/// Reports what a job has done, under the name of its run: a job that runs again after a crash counts nothing twice.
async fn report(
    recorder: &Recorder,
    run: &str,
    sent: &[(DateTime<Utc>, MessageSent)],
) -> Result<usize, RecordError> {
    let id = BatchId::from(format!("nightly-messages:{run}"));
    let receipt = recorder.record_once(id, sent).await?;
    for failure in &receipt.failures {
        eprintln!(
            "message {} was not counted: {:?}",
            failure.index, failure.rejection
        );
    }
    Ok(receipt.processed)
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let registry = Arc::new(register![RequestAnswered, MessageSent].build()?);
    let migrations = folder.path().join("migrations");
    let project = Project::new(folder.path().join("lock")).folder(Backend::Sqlite, &migrations);
    project.generate(&registry, None, Utc::now())?;
    let store = Store::sqlite(folder.path().join("app.db").to_str().ok_or("not text")?)?;
    store.apply_migrations(&migrations)?;
    let recorder = Recorder::start(&store, registry, Limits::default());

    let app = App::new()
        .app_data(web::Data::new(recorder.clone()))
        .route("/hello/{name}", web::get().to(HttpResponse::Ok))
        .wrap(from_fn(count_requests));
    let app = test::init_service(app).await;
    for name in ["ann", "bob", "eve"] {
        let request = test::TestRequest::get().uri(&format!("/hello/{name}"));
        test::call_service(&app, request.to_request()).await;
    }

    let message = |team_id: &str, messages| {
        let team_id = team_id.to_owned();
        (Utc::now(), MessageSent { team_id, messages })
    };
    let sent = [message("web", 40), message("ops", 2)];
    for _ in 0..2 {
        report(&recorder, "2026-01-10", &sent).await?;
    }
    // What was handed over is committed before the process ends.
    recorder.shutdown();

    let requests = RequestAnswered::query(Scope::everyone()).load(&store)?;
    let requests: u64 = requests.iter().map(|bucket| bucket.requests).sum();
    let messages = MessageSent::query(Scope::team("web")).load(&store)?;
    let messages: u64 = messages.iter().map(|bucket| bucket.messages).sum();
    println!("{requests} requests, {messages} messages of the team web");
    Ok(())
}
