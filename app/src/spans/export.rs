//! The exporter: a thread of its own gathers spans, and posts them to the collector every few seconds.

use std::sync::OnceLock;
use std::time::Duration;

use actix_web::http::header::{HeaderMap, HeaderName};
use async_trait::async_trait;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;
use ureq::Agent;

use super::SpansError;
use crate::config::kinds::Setting;
use crate::config::{Config, Endpoint};

/// How long a collector may take.
const PATIENCE: Duration = Duration::from_secs(5);

static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// What takes spans, if a collector is configured: by the setting, or by the variable that all programs know.
///
/// # Errors
///
/// When the variable is not one that can be used.
pub fn layer<S>(config: &Config) -> Result<Option<impl Layer<S>>, SpansError>
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
{
    let Some(endpoint) = endpoint(config)? else {
        return Ok(None);
    };
    let provider = provider(&endpoint).map_err(|error| SpansError(error.into()))?;
    let provider = PROVIDER.get_or_init(|| provider);
    let tracer = provider.tracer("metrics");
    let spans = tracing_opentelemetry::layer().with_tracer(tracer);
    // Where in the sources they come from says nothing about a request.
    Ok(Some(spans.with_location(false).with_threads(false)))
}

/// Makes a span the next one in the trace that a request says it belongs to (<https://www.w3.org/TR/trace-context/>).
/// Where it says nothing that can be understood, the span begins a trace of its own. Call this before anything happens
/// within the span.
pub fn follow(span: &Span, headers: &HeaderMap) {
    let caller = TraceContextPropagator::new().extract(&Said(headers));
    // It only fails where no spans are exported.
    drop(span.set_parent(caller));
}

/// What a request says of its trace. Who says two things has said nothing.
struct Said<'a>(&'a HeaderMap);

impl Extractor for Said<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        let mut values = self.0.get_all(key);
        let value = values.next().filter(|_| values.next().is_none())?;
        value.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

/// Calls a span by what is known of it by now.
pub fn name(span: &Span, name: impl FnOnce() -> String) {
    span.context().span().update_name(name());
}

/// Sends what has not been sent. Nothing is exported afterwards.
pub fn end() {
    if let Some(Err(error)) = PROVIDER.get().map(SdkTracerProvider::shutdown) {
        tracing::warn!(%error, "the last spans were not exported");
    }
}

fn endpoint(config: &Config) -> Result<Option<String>, SpansError> {
    if let Some(endpoint) = config.otlp_endpoint.get() {
        return Ok(Some(endpoint.to_owned()));
    }
    let standard = std::env::var(Endpoint::STANDARD).unwrap_or_default();
    let endpoint = Endpoint::read(&standard);
    let endpoint = endpoint
        .map_err(|reason| SpansError(format!("{}: {reason}", Endpoint::STANDARD).into()))?;
    Ok(endpoint.get().map(str::to_owned))
}

fn provider(endpoint: &str) -> Result<SdkTracerProvider, opentelemetry_otlp::ExporterBuildError> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Client::new())
        .with_endpoint(format!("{endpoint}/v1/traces"))
        .build()?;
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource());
    Ok(provider.build())
}

/// What the environment says of this service (`OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`), and otherwise its name.
fn resource() -> Resource {
    let resource = Resource::builder();
    match std::env::var_os("OTEL_SERVICE_NAME") {
        Some(_) => resource.build(),
        None => resource.with_service_name("metrics").build(),
    }
}

/// Posts on the exporter's own thread, which may wait.
#[derive(Debug)]
struct Client(Agent);

impl Client {
    fn new() -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE));
        Self(config.build().into())
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (head, mut body) = self
            .0
            .run(request.map(|bytes| bytes.to_vec()))?
            .into_parts();
        let body = body.read_to_vec()?;
        Ok(Response::from_parts(head, body.into()))
    }
}
