//! Several processes on one database.

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types};
use metrics_runtime::migrate::Backend;

use crate::support::app::TestApp;
use crate::support::load::every_counter_is_exact_after;

#[derive(QueryableByName)]
struct Deadlocks {
    #[diesel(sql_type = sql_types::BigInt)]
    deadlocks: i64,
}

/// Batches that two processes take: `BATCHES=20000` keeps them busy for a minute or so.
fn batches() -> u64 {
    let batches = std::env::var("BATCHES").ok();
    batches.map_or(600, |batches| batches.parse().expect("BATCHES is a number"))
}

#[test]
fn two_processes_and_eight_clients_do_not_disturb_each_other() {
    every_counter_is_exact_after(TestApp::start_on(Backend::Postgres), 8, |app, load| {
        let second = app.second();
        load.send_some_to(second.address());
        for _ in 0..batches() / 100 {
            load.goes_on_for(100);
        }
        assert_eq!(load.refused(), 0, "{}", app.log());
        let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
        let found: Deadlocks = sql_query(deadlocks)
            .get_result(&mut app.connect())
            .expect("the server counts them");
        assert_eq!(found.deadlocks, 0);
        // Those who are still at it finish with the process that stays.
        load.send_to(app);
        load.goes_on_for(8);
    });
}
