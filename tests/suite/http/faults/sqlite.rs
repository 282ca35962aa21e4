//! What can happen to a file, whatever the backend of the run is.

use metrics_runtime::migrate::Backend;

use super::super::{hours_ago, installations};
use super::refused_during;
use crate::support::app::TestApp;

#[test]
fn a_full_disk_is_an_error_and_when_there_is_room_again_it_goes_on() {
    let app = TestApp::start_on(Backend::Sqlite);
    let boss = app.admin("u1");
    app.team("t1");
    let key = app.key("sat");
    app.record(&key, &[installations("u1", "t1", hours_ago(1), 2)]);
    app.limit_files("1");
    refused_during(&app, &key, &boss, || app.limit_files("unlimited"));
}

#[test]
fn a_read_only_file_is_an_error_and_when_it_can_be_written_it_goes_on() {
    let mut app = TestApp::start_on(Backend::Sqlite);
    let boss = app.admin("u1");
    app.team("t1");
    let key = app.key("sat");
    app.record(&key, &[installations("u1", "t1", hours_ago(1), 2)]);
    app.terminate();
    app.permit(0o444);
    app.start_again();
    refused_during(&app, &key, &boss, || app.permit(0o644));
}
