//! Questions: the parameters of a series, read and asked of a database.

use actix_web::http::Uri;
use actix_web::test::TestRequest;

use crate::served::answer_to;

/// The words of an error that a client can do nothing about are not among the answers.
pub(crate) fn ask(text: &str) {
    for door in ["admin", "teams/t1", "users/me"] {
        let address = format!("/api/{door}/metrics/anything?{text}");
        if address.parse::<Uri>().is_err() {
            return;
        }
        let answer = answer_to(TestRequest::with_uri(&address));
        match answer.status {
            200 => assert_eq!(answer.body["success"], true, "{address}"),
            400 => {
                assert_eq!(answer.body["success"], false, "{address}");
                assert!(
                    answer.body["field"].is_string(),
                    "{address}: {}",
                    answer.body
                );
            }
            // Another team than the caller's is asked for.
            403 if door == "users/me" => {}
            status => panic!("{address} is a {status}: {}", answer.body),
        }
    }
}
