//! The readable view as a `diesel::table!`, as the runtime's feature `table` makes it.

use diesel::debug_query;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use metrics_runtime::{DimensionValue, TimeSeriesMetric};

/// The runtime with the feature on. A feature would be on for every test, and for the application beside them.
mod runtime {
    pub(crate) use metrics_runtime::*;

    pub(crate) mod __private {
        pub(crate) use metrics_runtime::__private::{BigInt, DateTime, Text, Utc, column_is};
        pub(crate) use metrics_runtime::__table as table;
    }
}

#[derive(DimensionValue)]
enum Transport {
    Stdio,
}

/// Names that Rust or diesel have taken, and a type that only this module sees.
#[derive(TimeSeriesMetric)]
#[metric(table = "loop", crate = crate::declaration::table::runtime)]
struct Loop {
    #[dimension]
    r#type: String,
    #[dimension]
    table: Transport,
    #[dimension(rename = "loop")]
    which: i32,
    #[counter]
    count: u64,
}

#[test]
fn the_view_can_be_queried_with_diesel() {
    let query = loop_::table
        .filter(loop_::type_.eq("a"))
        .filter(loop_::loop__.gt(3))
        .select((loop_::bucket_timestamp, loop_::table_, loop_::count));
    assert_eq!(
        debug_query::<Sqlite, _>(&query).to_string(),
        "SELECT `loop_view`.`bucket_timestamp`, `loop_view`.`table`, `loop_view`.`count` FROM `loop_view` \
         WHERE ((`loop_view`.`type` = ?) AND (`loop_view`.`loop` > ?)) -- binds: [\"a\", 3]"
    );
}

#[test]
fn a_function_may_have_a_table() {
    #[derive(DimensionValue)]
    enum Local {
        Here,
    }

    /// A type that only this function sees.
    #[derive(TimeSeriesMetric)]
    #[metric(table = "visits", crate = crate::declaration::table::runtime)]
    struct Visit {
        #[dimension]
        place: Local,
        #[counter]
        count: u64,
    }
    let query = visits::table.filter(visits::place.eq("here")).count();
    let sql = debug_query::<Sqlite, _>(&query).to_string();
    assert!(sql.contains("`visits_view`.`place` = ?"), "{sql}");
    let visit = Visit {
        place: Local::Here,
        count: 1,
    };
    visit.observe(&mut metrics_runtime::Observation::of(Visit::SCHEMA));
}

#[test]
fn the_schema_is_that_of_the_struct() {
    let observed = Loop {
        r#type: String::new(),
        table: Transport::Stdio,
        which: 1,
        count: 1,
    };
    observed.observe(&mut metrics_runtime::Observation::of(Loop::SCHEMA));
    assert_eq!(Loop::SCHEMA.table, "loop");
}
