//! What a query string says, each parameter once.

use actix_web::web::Query;

use crate::error::{AppError, AppResult};
use crate::values::Id;

/// The parameters of a query string that may have `known` ones.
///
/// # Errors
///
/// 400 for one that is not known, given twice, or with a NUL character.
pub fn read(query: &str, known: &[&str]) -> AppResult<Vec<(String, String)>> {
    let parameters = Query::<Vec<(String, String)>>::from_query(query)
        .map_err(|_| invalid("query", "the query is not name=value&name=value"))?
        .into_inner();
    for (index, (name, value)) in parameters.iter().enumerate() {
        if !known.contains(&name.as_str()) {
            let there_are = known.join(", ");
            let reason = format!("there is no parameter {name:?}: there are {there_are}");
            return Err(invalid(name, &reason));
        }
        if parameters[..index].iter().any(|(before, _)| before == name) {
            return Err(invalid(
                name,
                &format!("{name} is given twice: leave one out"),
            ));
        }
        // No text of a database has one, and PostgreSQL is not even asked for it.
        if value.contains('\0') {
            let reason = format!("{name} contains a NUL character: leave it out");
            return Err(invalid(name, &reason));
        }
    }
    Ok(parameters)
}

/// How many things are listed unless it is said.
pub const USUAL_LIMIT: i64 = 100;

/// How many things are listed at most.
pub const LARGEST_LIMIT: i64 = 1_000;

/// How many things are to be listed.
///
/// # Errors
///
/// 400 when it is no number, or too large.
pub fn limit(text: &str) -> AppResult<i64> {
    let number = text
        .parse()
        .ok()
        .filter(|limit| (1..=LARGEST_LIMIT).contains(limit));
    number.ok_or_else(|| {
        let reason = format!("{text:?} is not a whole number from 1 to {LARGEST_LIMIT}");
        invalid("limit", &reason)
    })
}

/// A page of a list: what comes after an id, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The last id of the page before; empty for the first one.
    pub after: String,
    /// How many at most.
    pub limit: i64,
}

impl Page {
    /// The page that a query string says.
    ///
    /// # Errors
    ///
    /// 400 for other parameters, or a limit that is none.
    pub fn read(query: &str) -> AppResult<Self> {
        let mut page = Self {
            after: String::new(),
            limit: USUAL_LIMIT,
        };
        for (name, value) in read(query, &["after", "limit"])? {
            match name.as_str() {
                "after" => page.after = value,
                _ => page.limit = limit(&value)?,
            }
        }
        Ok(page)
    }
}

/// An id in a field.
///
/// # Errors
///
/// 400 when it is none.
pub fn id(field: &'static str, text: &str) -> AppResult<Id> {
    Id::parse(field, text).map_err(|error| invalid(field, &error.to_string()))
}

/// The id of something that is added, which is made up if nobody chose it.
///
/// # Errors
///
/// 400 when it is none.
pub fn new_id(chosen: Option<&str>) -> AppResult<Id> {
    match chosen {
        Some(text) => id("id", text),
        None => Ok(Id::random()?),
    }
}

/// A field that is wrong, and why.
#[must_use]
pub fn invalid(field: &str, reason: &str) -> AppError {
    AppError::Invalid {
        field: Some(field.to_owned()),
        reason: reason.to_owned(),
    }
}
