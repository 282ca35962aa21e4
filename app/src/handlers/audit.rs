//! The audit log, for administrators.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::DateTime;
use serde_json::json;

use super::answers;
use super::parameters::{self, USUAL_LIMIT, invalid};
use crate::access::Action;
use crate::accounts::EntryView;
use crate::error::{AppError, AppResult};
use crate::models::audit::{self, AuditFilter};
use crate::session;
use crate::state::State;
use crate::values::AuditAction;

/// The parameters.
const PARAMETERS: [&str; 7] = [
    "actor", "action", "subject", "from", "to", "before", "limit",
];

/// `GET /api/admin/audit`: entries, latest first, and the cursor of those that follow.
///
/// # Errors
///
/// 400 for parameters that there are none of, or with values that none has.
pub async fn list(state: Data<State>, request: HttpRequest) -> AppResult<HttpResponse> {
    session::permitted(&state, &request, Action::SeeAudit).await?;
    let filter = filter(request.query_string())?;
    let limit = filter.limit;
    let found = state
        .with_database(move |c| audit::list(c, &filter))
        .await?;
    let views: Vec<_> = found.into_iter().map(EntryView::from).collect();
    let is_full = i64::try_from(views.len()).is_ok_and(|count| count == limit);
    let next = views.last().filter(|_| is_full).map(EntryView::id);
    let data = json!({"entries": views, "next": next});
    Ok(answers::data(data))
}

fn filter(query: &str) -> AppResult<AuditFilter> {
    let mut filter = AuditFilter {
        limit: USUAL_LIMIT,
        ..AuditFilter::default()
    };
    for (name, value) in parameters::read(query, &PARAMETERS)? {
        match name.as_str() {
            "actor" => filter.actor = Some(value),
            "action" => filter.action = Some(action(&value)?),
            "subject" => filter.subject = Some(value),
            "from" => filter.from = Some(moment("from", &value)?),
            "to" => filter.to = Some(moment("to", &value)?),
            "before" => filter.before = Some(cursor(&value)?),
            _ => filter.limit = parameters::limit(&value)?,
        }
    }
    Ok(filter)
}

fn action(name: &str) -> AppResult<AuditAction> {
    AuditAction::named(name).ok_or_else(|| {
        let known = AuditAction::names().join(", ");
        invalid(
            "action",
            &format!("{name:?} is no action: there are {known}"),
        )
    })
}

fn moment(field: &str, text: &str) -> AppResult<i64> {
    DateTime::parse_from_rfc3339(text)
        .map(|moment| moment.timestamp())
        .map_err(|_| -> AppError {
            let reason = format!("{text:?} is not RFC 3339, such as 2026-01-10T09:00:00Z");
            invalid(field, &reason)
        })
}

fn cursor(text: &str) -> AppResult<i64> {
    text.parse().map_err(|_| -> AppError {
        invalid(
            "before",
            &format!("{text:?} is no id of an entry: take that of the last one"),
        )
    })
}
