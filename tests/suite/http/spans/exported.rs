//! A collector that takes whatever is posted to it, and what it is told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::support::app::{PATIENCE, TestApp};

struct Collector {
    address: String,
    posted: Receiver<(String, Vec<u8>)>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it listens");
        let (sender, posted) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                std::thread::spawn(move || take(stream, &sender));
            }
        });
        let address = format!("http://{address}");
        Self { address, posted }
    }

    /// Waits until something is posted that has all of `parts` in it: text stands as it is in the protocol's buffers.
    /// Answers all that was posted until then.
    fn receives(&self, parts: &[&str]) -> Vec<u8> {
        let mut so_far = Vec::new();
        while !parts.iter().all(|part| has(&so_far, part)) {
            let (path, body) = self.posted.recv_timeout(PATIENCE).expect("more is posted");
            assert_eq!(path, "/v1/traces");
            so_far.extend(body);
        }
        so_far
    }
}

fn has(all: &[u8], part: &str) -> bool {
    all.windows(part.len()).any(|at| at == part.as_bytes())
}

/// What a caller says of a trace, whose two ids are text as bytes: of 16 and of 8 characters.
fn traceparent(trace: &str, span: &str) -> String {
    let hex = |text: &str| -> String { text.bytes().map(|byte| format!("{byte:02x}")).collect() };
    format!("00-{}-{}-01", hex(trace), hex(span))
}

/// Takes requests, and answers that all is well: an empty message of the protocol.
fn take(stream: TcpStream, sender: &Sender<(String, Vec<u8>)>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut stream = stream;
    while let Some(request) = read(&mut reader) {
        let answer =
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n";
        if stream.write_all(answer.as_bytes()).is_err() || sender.send(request).is_err() {
            return;
        }
    }
}

/// The path and the body of the next request.
fn read(reader: &mut BufReader<TcpStream>) -> Option<(String, Vec<u8>)> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|&read| read > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let header = line.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((path, body))
}

#[test]
fn a_span_has_the_route_and_the_id_of_its_request_and_what_was_logged() {
    let collector = Collector::start();
    let app = TestApp::start_with(&[
        ("OTLP_ENDPOINT", &collector.address),
        ("OTEL_BSP_SCHEDULE_DELAY", "50"),
    ]);
    app.sql("ALTER TABLE users RENAME TO people");
    let answer = app
        .get("/health/ready")
        .header("X-Request-Id", "looked-for")
        .send();
    assert_eq!(answer.status, 503);
    collector.receives(&[
        "service.name",
        "metrics",
        "GET /health/ready",
        "looked-for",
        "the service is not ready",
    ]);
}

#[test]
fn a_span_goes_on_with_the_trace_of_its_caller() {
    let collector = Collector::start();
    let app = TestApp::start_with(&[
        ("OTLP_ENDPOINT", &collector.address),
        ("OTEL_BSP_SCHEDULE_DELAY", "50"),
    ]);
    let said = traceparent("the callers trac", "the span");
    let live = app.get("/health/live").header("traceparent", said);
    assert_eq!(live.send().status, 200);
    collector.receives(&["GET /health/live", "the callers trac", "the span"]);
}

#[test]
fn a_trace_that_makes_no_sense_is_not_gone_on_with() {
    let collector = Collector::start();
    let mut app = TestApp::start_with(&[
        ("OTLP_ENDPOINT", &collector.address),
        ("OTEL_BSP_SCHEDULE_DELAY", "3600000"),
    ]);
    let good = traceparent("the callers trac", "the span");
    let [version, upper, short] = [
        good.replacen("00", "ff", 1),
        good.to_uppercase(),
        good.replace("-01", ""),
    ];
    for odd in [version.as_str(), &upper, &short, "nonsense", "", "00--"] {
        let live = app.get("/health/live").header("traceparent", odd);
        assert_eq!(live.send().status, 200, "{odd}");
    }
    let twice = app.get("/health/live").header("traceparent", &*good);
    assert_eq!(twice.header("traceparent", &*good).send().status, 200);
    assert!(app.terminate().success());
    let posted = collector.receives(&["GET /health/live"]);
    assert!(!has(&posted, "the callers trac") && !has(&posted, "the span"));
}

#[test]
fn the_variable_that_all_programs_know_will_do_and_an_end_sends_what_is_left() {
    let collector = Collector::start();
    let mut app = TestApp::start_with(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.address),
        ("OTEL_SERVICE_NAME", "by-another-name"),
        ("OTEL_BSP_SCHEDULE_DELAY", "3600000"),
    ]);
    app.get("/health/live").send();
    assert!(app.terminate().success());
    collector.receives(&["GET /health/live", "by-another-name"]);
}

#[test]
fn a_collector_that_is_away_keeps_nobody_from_being_answered() {
    let app = TestApp::start_with(&[
        ("OTLP_ENDPOINT", "http://127.0.0.1:9"),
        ("OTEL_BSP_SCHEDULE_DELAY", "10"),
    ]);
    for _ in 0..20 {
        assert_eq!(app.get("/health/ready").send().status, 200);
    }
}
