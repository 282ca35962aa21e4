//! Declarations in unfriendly places compile: without a prelude, in functions, in macros, with
//! the runtime elsewhere.
#![no_implicit_prelude]

use ::metrics_runtime::TimeSeriesMetric as _;

/// Names that are keywords, and no prelude.
#[derive(::metrics_runtime::TimeSeriesMetric)]
#[metric(table = "loop")]
pub(crate) struct r#Loop {
    #[dimension]
    r#type: ::std::string::String,
    #[dimension]
    table: ::std::string::String,
    #[dimension]
    filters: bool,
    #[counter]
    r#move: u64,
    #[counter]
    measures: u64,
    #[counter]
    observation: u64,
}

/// The names of the prelude are the author's to use.
#[derive(::metrics_runtime::TimeSeriesMetric)]
struct Vec {
    #[dimension]
    some: self::String,
    #[counter]
    none: u64,
}

#[derive(::metrics_runtime::DimensionValue)]
enum String {
    Some,
    None,
}

mod reexported {
    pub(crate) use ::metrics_runtime as runtime;
}

/// The runtime as a part of this crate.
#[derive(::metrics_runtime::TimeSeriesMetric)]
#[metric(crate = crate::declaration::hygiene::reexported::runtime)]
struct Reexported {
    #[counter]
    count: u64,
}

macro_rules! declare {
    ($name:ident, $dimension:ident: $type:ty, $counter:ident, $table:literal) => {
        /// Declared by a macro.
        #[derive(::metrics_runtime::TimeSeriesMetric)]
        #[metric(table = $table, crate = $crate::declaration::hygiene::reexported::runtime)]
        struct $name {
            #[dimension]
            $dimension: $type,
            #[counter]
            $counter: u64,
            #[counter]
            own: u32,
        }
    };
}
declare!(Declared, server_id: ::std::string::String, count, "declared");

#[test]
fn keywords_are_names() {
    let schema = Loop::SCHEMA;
    ::std::assert_eq!(schema.name, "loop");
    let dimensions = [schema.dimensions[0].name, schema.dimensions[1].name];
    ::std::assert_eq!(dimensions, ["type", "table"]);
    ::std::assert_eq!(schema.measures[0].name, "move");
    let filter = LoopFilter::default_with(true);
    ::std::assert!(filter.filters[0]);
}

impl LoopFilter {
    fn default_with(filters: bool) -> Self {
        Self {
            filters: ::std::vec![filters],
            ..::core::default::Default::default()
        }
    }
}

#[test]
fn the_runtime_may_be_re_exported() {
    ::std::assert_eq!(Reexported::SCHEMA.name, "reexported");
}

#[test]
fn names_of_the_prelude_are_the_authors_to_use() {
    ::std::assert_eq!(Vec::SCHEMA.name, "vec");
    let filter = VecFilter {
        some: ::std::vec![String::Some, String::None],
    };
    ::std::assert_eq!(filter.some.len(), 2);
}

#[test]
fn a_macro_may_declare_metrics() {
    ::std::assert_eq!(Declared::SCHEMA.table, "declared");
    let observed = Declared {
        server_id: ::core::default::Default::default(),
        count: 1,
        own: 2,
    };
    observed.observe(&mut ::metrics_runtime::Observation::of(Declared::SCHEMA));
}

#[test]
fn a_function_may_declare_metrics() {
    #[derive(::metrics_runtime::DimensionValue)]
    enum Local {
        Here,
    }

    /// Declared in a function.
    #[derive(::metrics_runtime::TimeSeriesMetric)]
    struct Inner {
        #[dimension]
        place: Local,
        #[counter]
        count: u64,
    }
    let inner = Inner {
        place: Local::Here,
        count: 1,
    };
    inner.observe(&mut ::metrics_runtime::Observation::of(Inner::SCHEMA));
    ::std::assert_eq!(Inner::SCHEMA.table, "inner_metrics");
}
