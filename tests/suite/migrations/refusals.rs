//! What `generate` does not write, and what it asks for instead.

use metrics_runtime::migrate::MigrateError;
use metrics_runtime::{DimensionKind, DimensionRole, Reference, Registry, RegistryBuilder};

use super::{build, files, moment, project};
use crate::support::spec::{DimensionSpec, Spec};

/// What `generate` says to a change of the usual metric. Nothing is written then.
fn refusal(change: impl FnOnce(&mut Spec)) -> MigrateError {
    let mut spec = Spec::usual();
    change(&mut spec);
    refusal_of(&spec.registry())
}

fn refusal_of(registry: &Registry) -> MigrateError {
    let folder = tempfile::tempdir().expect("a folder");
    let project = project(folder.path());
    project
        .generate(&Spec::usual().registry(), None, moment(0))
        .expect("all is new");
    let before = files(folder.path());
    let error = project
        .generate(registry, None, moment(1))
        .expect_err("it is refused");
    assert_eq!(files(folder.path()), before, "nothing is written");
    error
}

/// The sentences of a refusal that would lose data.
fn losses(error: MigrateError) -> Vec<String> {
    match error {
        MigrateError::Destructive(losses) => losses.into_iter().map(|loss| loss.words).collect(),
        other => panic!("{other}"),
    }
}

/// The sentences of a change that rows cannot follow.
fn impossible(error: MigrateError) -> String {
    match error {
        MigrateError::Impossible(sentences) => sentences.join("\n"),
        other => panic!("{other}"),
    }
}

fn region(kind: DimensionKind, references: Option<Reference>) -> DimensionSpec {
    DimensionSpec {
        id: 100,
        name: "region".to_owned(),
        renamed_from: None,
        role: DimensionRole::Label,
        kind,
        default: None,
        references,
        former_words: &[],
        values: &[],
    }
}

#[test]
fn what_loses_data_has_to_be_allowed() {
    let measure = losses(refusal(|spec| spec.measures.truncate(1)));
    assert_eq!(
        measure,
        ["calls: remove the measure bytes, and all that it counted"]
    );
    let interval = losses(refusal(|spec| spec.intervals = vec![60]));
    assert_eq!(
        interval,
        ["calls: do not store 15m any more, and delete its buckets"]
    );
    let words = losses(refusal(|spec| {
        spec.dimension("transport").kind = DimensionKind::Enum(&["stdio"]);
        spec.dimension("transport").former_words = &[("http", "stdio")];
    }));
    assert_eq!(
        words,
        [
            "calls: merge the transport \"http\" into \"stdio\": rows that only that told apart are merged, and their measures added up"
        ]
    );
    let metric = losses(refusal_of(&build(RegistryBuilder::default())));
    assert_eq!(metric, ["drop calls with all that was counted"]);
}

#[test]
fn a_column_that_went_while_another_came_is_asked_about() {
    let error = losses(refusal(|spec| {
        spec.dimension("tool").name = "command".to_owned();
    }));
    assert!(
        error[1].contains("tool is gone and command is new"),
        "{error:?}"
    );
    assert!(
        error[1].contains("#[dimension(renamed_from = \"tool\")]"),
        "{error:?}"
    );
    let error = losses(refusal(|spec| spec.measures[1].name = "sent".to_owned()));
    assert!(
        error[1].contains("#[counter(renamed_from = \"bytes\")]"),
        "{error:?}"
    );
    let error = losses(refusal(|spec| spec.table = "tool_calls".to_owned()));
    assert!(
        error[1].contains("#[metric(renamed_from = \"calls\")]"),
        "{error:?}"
    );
}

#[test]
fn a_word_that_goes_is_asked_about() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = project(folder.path());
    let mut spec = Spec::usual();
    let generate = |spec: &Spec, seconds| {
        let generated = project.generate(&spec.registry(), None, moment(seconds));
        generated
            .expect("written")
            .expect("changed")
            .plan
            .to_string()
    };
    generate(&spec, 0);
    spec.dimension("transport").kind = DimensionKind::Enum(&["stdio"]);
    let plan = generate(&spec, 1);
    assert!(
        plan.contains("says so with #[dimension(renamed_from = \"http\")]"),
        "{plan}"
    );
}

#[test]
fn what_rows_cannot_follow_is_refused_with_the_remedy() {
    let role = impossible(refusal(|spec| {
        spec.dimension("tool").role = DimensionRole::User;
    }));
    assert!(
        role.contains("overflow series") && role.contains("declare a new dimension"),
        "{role}"
    );
    let kind = impossible(refusal(|spec| {
        spec.dimension("attempt").kind = DimensionKind::Uuid;
    }));
    assert!(
        kind.contains("attempt") && kind.contains("declare a new dimension"),
        "{kind}"
    );
    let word = impossible(refusal(|spec| {
        spec.dimensions
            .push(region(DimensionKind::Enum(&["eu", "us"]), None));
    }));
    assert!(word.contains("#[dimension(default = \"eu\")]"), "{word}");
    let places = Reference {
        table: "places",
        column: "name",
    };
    let reference = impossible(refusal(|spec| {
        spec.dimensions
            .push(region(DimensionKind::Text, Some(places)));
    }));
    assert!(
        reference.contains("places(name)") && reference.contains("default"),
        "{reference}"
    );
}

#[test]
fn what_does_not_show_in_tables_needs_no_migration() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = project(folder.path());
    let schema = Spec::usual().schema();
    let generate = |schema, seconds| {
        let registry = build(RegistryBuilder::default().schema(schema));
        project
            .generate(&registry, None, moment(seconds))
            .expect("can be compared")
    };
    assert!(generate(schema, 0).is_some());
    let mut dimensions = schema.dimensions.to_vec();
    dimensions[2].max_len = 16;
    dimensions.swap(2, 4);
    let mut levels = schema.levels.to_vec();
    levels[0].retention_seconds = 86_400;
    let other = metrics_runtime::MetricSchema {
        name: "tool_call",
        path: "tool-calls",
        description: "Something else.",
        levels: levels.leak(),
        cleanup: Some("0 3 * * *"),
        collect: Some("*/5 * * * *"),
        view: &["member"],
        view_all: &["boss"],
        max_series: 5,
        dimensions: dimensions.leak(),
        ..schema.clone()
    };
    assert!(generate(Box::leak(Box::new(other)), 1).is_none());
}
