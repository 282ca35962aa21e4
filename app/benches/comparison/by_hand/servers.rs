//! The servers: one reads and answers, one parses and does nothing.

use std::path::PathBuf;

use actix_web::error::{ErrorBadRequest, ErrorInternalServerError, ErrorUnauthorized};
use actix_web::web::{self, Data, Json, JsonConfig, Query, ServiceConfig};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Result};
use serde::{Deserialize, Serialize};

use super::read::{Question, Reader};

/// Answers the questions of people who are signed in, from the application's own database.
pub(crate) fn read(database: PathBuf) {
    let reader = Data::new(Reader::new(database));
    serve(move |service| {
        service
            .app_data(reader.clone())
            .route("/series", web::get().to(series));
    });
}

/// Parses batches of events.
pub(crate) fn parse() {
    serve(|service| {
        service
            .app_data(JsonConfig::default().limit(1 << 20))
            .route("/events", web::post().to(events));
    });
}

fn serve(configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) {
    let served = actix_web::rt::System::new().block_on(async {
        let server = HttpServer::new(move || App::new().configure(configure.clone()));
        let server = server.bind("127.0.0.1:0")?;
        println!("{{\"address\": \"http://{}\"}}", server.addrs()[0]);
        server.run().await
    });
    served.expect("the port is free");
}

#[derive(Deserialize)]
struct Parameters {
    team_id: String,
    time_range: String,
    interval: String,
}

async fn series(
    reader: Data<Reader>,
    request: HttpRequest,
    Query(parameters): Query<Parameters>,
) -> Result<HttpResponse> {
    let cookie = request.cookie("session");
    let unauthorized = || ErrorUnauthorized("sign in");
    let question = Question {
        token: cookie.ok_or_else(unauthorized)?.value().to_owned(),
        team_id: parameters.team_id,
        range: seconds(&parameters.time_range)?,
        interval: seconds(&parameters.interval)?,
    };
    // A handler that waits for a disk would hold up everybody else on its thread.
    let answer = web::block(move || reader.answer(&question)).await?;
    let json = answer.map_err(ErrorInternalServerError)?;
    let json = json.ok_or_else(unauthorized)?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .body(json))
}

/// `15m`, `24h` or `30d`.
fn seconds(text: &str) -> Result<i64> {
    let malformed = || ErrorBadRequest("use a number of m, h or d");
    let (number, unit) = text
        .split_at_checked(text.len() - 1)
        .ok_or_else(malformed)?;
    let seconds = match unit {
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(malformed()),
    };
    number
        .parse::<i64>()
        .map(|number| number * seconds)
        .map_err(|_| malformed())
}

#[derive(Deserialize)]
struct Batch {
    events: Vec<Event>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "parsed, and that is all")]
struct Event {
    r#type: String,
    timestamp: String,
    data: Install,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "parsed, and that is all")]
struct Install {
    user_id: String,
    team_id: String,
    server_id: String,
    satellite_id: String,
    installation_count: u64,
    uninstallation_count: u64,
}

#[derive(Serialize)]
struct Answer {
    success: bool,
    processed: usize,
    failed: usize,
    failures: [(); 0],
}

async fn events(Json(batch): Json<Batch>) -> HttpResponse {
    HttpResponse::Ok().json(Answer {
        success: true,
        processed: batch.events.len(),
        failed: 0,
        failures: [],
    })
}
