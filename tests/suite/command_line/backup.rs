//! `backup`, `restore`, and `health`.

#[cfg(feature = "postgres")]
use metrics_runtime::migrate::Backend;

use crate::support::app::TestApp;

mod sqlite;

#[cfg(feature = "postgres")]
#[test]
fn a_database_on_a_server_is_left_to_the_tools_of_the_server() {
    let app = TestApp::start_on(Backend::Postgres);
    for (command, tool) in [("backup", "pg_dump "), ("restore", "pg_restore ")] {
        let sentence = app.refused(&[command, "copy.dump"]);
        for part in [tool, "copy.dump", "postgres://"] {
            assert!(sentence.contains(part), "{sentence}");
        }
    }
    assert!(!app.folder().join("copy.dump").exists());
}

#[test]
fn health_tells_by_its_exit_code_whether_the_service_is_ready() {
    let mut app = TestApp::start();
    let address = app.address().to_owned();
    let (_, port) = address.rsplit_once(':').expect("an address has a port");
    for bind in [&address, &format!("0.0.0.0:{port}")] {
        let answer = app.run(&["health", "--bind", bind]);
        assert_eq!(answer["status"], "ready");
        assert_eq!(answer["address"], format!("http://{address}"));
    }
    app.sql("ALTER TABLE users RENAME TO people");
    let sentence = app.refused(&["health", "--bind", &address]);
    assert!(sentence.contains("not ready"), "{sentence}");
    app.terminate();
    let sentence = app.refused(&["health", "--bind", &address]);
    assert!(sentence.contains("nobody answers"), "{sentence}");
}
