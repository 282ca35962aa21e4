//! Bodies that must be JSON, with errors that name the field.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Bytes, Data};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::error::{AppError, AppResult};
use crate::state::State;

/// The body of a request, read as JSON.
///
/// A form of another site can send text and files but not this content type, so that asking for it keeps such forms
/// out.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned> JsonBody<T> {
    /// Reads a body within a handler: who may not send one is told so first.
    ///
    /// # Errors
    ///
    /// As the extractor: when it is too large, not JSON, or not of the expected form.
    pub async fn read(request: &HttpRequest, body: web::Payload) -> AppResult<Self> {
        Self::from_request(request, &mut body.into_inner()).await
    }
}

impl<T: DeserializeOwned> FromRequest for JsonBody<T> {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = AppResult<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let form = check_form(request);
        let limit = request
            .app_data::<Data<State>>()
            .map_or(0, |state| state.config.max_body_bytes.get());
        let bytes = Bytes::from_request(request, payload);
        Box::pin(async move {
            form?;
            let bytes = bytes.await.map_err(|error| unreadable(&error, limit))?;
            parse(&bytes).map(Self)
        })
    }
}

fn check_form(request: &HttpRequest) -> AppResult<()> {
    let content_type = request.content_type();
    if !content_type.eq_ignore_ascii_case("application/json") {
        return Err(AppError::NotJson);
    }
    let encoding = request.headers().get(header::CONTENT_ENCODING);
    match encoding.is_none_or(|encoding| encoding == "identity") {
        true => Ok(()),
        false => Err(AppError::Packed),
    }
}

fn unreadable(error: &actix_web::Error, limit: usize) -> AppError {
    if error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE {
        AppError::TooLarge { limit }
    } else {
        invalid(None, format!("the body did not arrive whole: {error}"))
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> AppResult<T> {
    // serde would also take a list for an object, with the fields in the order of their declaration, and tell of other
    // values by names that only the program knows.
    let other = match bytes.trim_ascii_start().first() {
        Some(b'[') => Some("a list"),
        Some(b'"') => Some("a text"),
        Some(b'n') => Some("null"),
        Some(b't' | b'f') => Some("a boolean"),
        Some(b'-' | b'0'..=b'9') => Some("a number"),
        _ => None,
    };
    if let Some(other) = other
        && serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
    {
        let reason = format!("the body is not as expected: it must be an object, and is {other}");
        return Err(invalid(None, reason));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| unexpected(field_of(&error), error.inner()))?;
    reader.end().map_err(|error| unexpected(None, &error))?;
    Ok(value)
}

/// The path to a value of the wrong type; for a field that is missing, serde names it in the message alone.
fn field_of(error: &serde_path_to_error::Error<serde_json::Error>) -> Option<String> {
    if !error.inner().is_data() {
        return None;
    }
    let message = error.inner().to_string();
    let missing = message.strip_prefix("missing field `");
    let missing = missing.and_then(|rest| Some(rest.split_once('`')?.0));
    match (error.path().to_string().as_str(), missing) {
        (".", missing) => missing.map(str::to_owned),
        (path, Some(name)) => Some(format!("{path}.{name}")),
        (path, None) => Some(path.to_owned()),
    }
}

fn unexpected(field: Option<String>, error: &serde_json::Error) -> AppError {
    invalid(field, format!("the body is not as expected: {error}"))
}

fn invalid(field: Option<String>, reason: String) -> AppError {
    AppError::Invalid { field, reason }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::parse;
    use crate::error::AppError;

    #[derive(Debug, Deserialize)]
    struct Outer {
        #[expect(dead_code, reason = "only reading it is of interest")]
        inner: Inner,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {
        #[expect(dead_code, reason = "only reading it is of interest")]
        count: u8,
    }

    fn field(text: &str) -> Option<String> {
        match parse::<Outer>(text.as_bytes()).unwrap_err() {
            AppError::Invalid { field, .. } => field,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn a_field_that_is_missing_or_wrong_is_named_with_its_path() {
        assert_eq!(field("{}").as_deref(), Some("inner"));
        assert_eq!(field(r#"{"inner": {}}"#).as_deref(), Some("inner.count"));
        assert_eq!(
            field(r#"{"inner": {"count": "x"}}"#).as_deref(),
            Some("inner.count")
        );
    }

    #[test]
    fn what_is_no_object_is_called_what_it_is() {
        for (text, what) in [
            ("null", "null"),
            (" [1]", "a list"),
            ("\"x\"", "a text"),
            ("-1", "a number"),
        ] {
            let error = parse::<Outer>(text.as_bytes()).unwrap_err().to_string();
            assert!(
                error.ends_with(&format!("must be an object, and is {what}")),
                "{error}"
            );
        }
    }

    #[test]
    fn what_is_no_json_at_all_has_no_field() {
        assert_eq!(field(""), None);
        assert_eq!(field("["), None);
        assert_eq!(field(r#"[{"count": 1}]"#), None);
        assert_eq!(field(r#"{"inner": {"#), None);
        assert_eq!(field(r#"{"inner": {"count": 1}} trailing"#), None);
    }
}
