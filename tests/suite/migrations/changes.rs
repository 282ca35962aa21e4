//! The text of a migration for each kind of change, on both backends, as it stands in `tests/migrations`.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p tests --features postgres migrations::changes` writes them anew. Read the
//! difference as you would read a migration of your own production, before you keep it.

use std::path::{Path, PathBuf};
use std::{env, fs};

use metrics_runtime::migrate::Backend;
use metrics_runtime::{DimensionKind, DimensionRole, Reference};

use super::{go_down, moment, project};
use crate::support::database::{Database, backends};
use crate::support::spec::{DimensionSpec, MeasureSpec, Spec};

/// A change, its name, and what it makes of the usual metric.
pub(super) type Change = (&'static str, fn(&mut Spec));

pub(super) const CHANGES: [Change; 29] = [
    ("add_a_measure", |spec| {
        spec.measures.push(measure("errors"));
    }),
    ("remove_a_measure", |spec| {
        spec.measures.retain(|measure| measure.name != "bytes");
    }),
    ("rename_a_measure", |spec| {
        spec.measures[1].name = "bytes_sent".to_owned();
        spec.measures[1].renamed_from = Some("bytes".to_owned());
    }),
    ("add_a_label", |spec| {
        spec.dimensions.push(label("region", DimensionKind::Text));
    }),
    ("add_a_label_with_a_default", |spec| {
        let region = label("region", DimensionKind::Enum(&["eu", "us"]));
        spec.dimensions.push(DimensionSpec {
            default: Some("eu".to_owned()),
            ..region
        });
    }),
    ("add_the_first_label", |spec| {
        spec.dimension("transport").default = Some("stdio".to_owned());
    }),
    ("remove_a_label", |spec| {
        spec.dimensions.retain(|dimension| dimension.name != "tool");
    }),
    ("remove_all_labels", |spec| {
        spec.dimensions
            .retain(|dimension| dimension.role != DimensionRole::Label);
    }),
    ("replace_all_labels", |spec| {
        spec.dimensions
            .retain(|dimension| dimension.role != DimensionRole::Label);
        spec.dimensions.push(label("region", DimensionKind::Text));
    }),
    ("rename_a_label", |spec| {
        let tool = spec.dimension("tool");
        tool.name = "command".to_owned();
        tool.renamed_from = Some("tool".to_owned());
    }),
    ("turn_a_number_into_text", |spec| {
        spec.dimension("attempt").kind = DimensionKind::Text;
    }),
    ("turn_text_into_a_number", |spec| {
        spec.dimension("tool").kind = DimensionKind::Integer;
    }),
    ("turn_a_boolean_into_text", |spec| {
        spec.dimension("cached").kind = DimensionKind::Text;
    }),
    ("add_a_word", |spec| {
        spec.dimension("transport").kind = DimensionKind::Enum(&["stdio", "http", "sse"]);
    }),
    ("remove_a_word", |spec| {
        spec.dimension("transport").kind = DimensionKind::Enum(&["http"]);
    }),
    ("rename_a_word", |spec| {
        let transport = spec.dimension("transport");
        transport.kind = DimensionKind::Enum(&["stdio", "streamable_http"]);
        transport.former_words = &[("http", "streamable_http")];
    }),
    ("merge_words", |spec| {
        let transport = spec.dimension("transport");
        transport.kind = DimensionKind::Enum(&["stdio"]);
        transport.former_words = &[("http", "stdio")];
    }),
    ("let_a_label_refer", |spec| {
        spec.dimension("tool").references = Some(TOOLS);
    }),
    ("let_the_user_refer", |spec| {
        spec.dimension("user_id").references = Some(USERS);
    }),
    ("add_the_team", |spec| {
        spec.dimension("team_id").role = DimensionRole::Team;
    }),
    ("add_the_first_owner", |_| {}),
    ("remove_the_user", |spec| {
        spec.dimensions
            .retain(|dimension| dimension.name != "user_id");
    }),
    ("remove_all_owners", |spec| {
        spec.dimensions
            .retain(|dimension| dimension.role == DimensionRole::Label);
    }),
    ("rename_the_user", |spec| {
        let user = spec.dimension("user_id");
        user.name = "person".to_owned();
        user.renamed_from = Some("user_id".to_owned());
    }),
    ("add_a_wider_interval", |spec| spec.intervals.push(24 * 60)),
    ("add_a_finer_interval", |spec| spec.intervals.insert(0, 5)),
    ("remove_an_interval", |spec| {
        spec.intervals.retain(|minutes| *minutes != 15);
    }),
    ("rename_the_table", |spec| {
        spec.table = "tool_calls".to_owned();
        spec.renamed_from = Some("calls".to_owned());
    }),
    ("several_at_once", |spec| {
        spec.table = "tool_calls".to_owned();
        spec.renamed_from = Some("calls".to_owned());
        spec.dimensions
            .retain(|dimension| dimension.name != "attempt");
        spec.measures.push(measure("errors"));
        spec.intervals.push(24 * 60);
    }),
];

const TOOLS: Reference = Reference {
    table: "tools",
    column: "name",
};

const USERS: Reference = Reference {
    table: "users",
    column: "id",
};

fn measure(name: &str) -> MeasureSpec {
    MeasureSpec {
        id: 100,
        name: name.to_owned(),
        renamed_from: None,
    }
}

fn label(name: &str, kind: DimensionKind) -> DimensionSpec {
    DimensionSpec {
        id: 100,
        name: name.to_owned(),
        renamed_from: None,
        role: DimensionRole::Label,
        kind,
        default: None,
        references: None,
        former_words: &[],
        values: &[],
    }
}

/// What the metric is before a change.
pub(super) fn before(name: &str) -> Spec {
    let mut spec = Spec::usual();
    spec.dimensions.retain(|dimension| match name {
        "add_the_team" => dimension.name != "team_id",
        "add_the_first_label" => dimension.role != DimensionRole::Label,
        "add_the_first_owner" => dimension.role == DimensionRole::Label,
        _ => true,
    });
    spec
}

pub(super) fn after(name: &str, change: fn(&mut Spec)) -> Spec {
    let mut spec = Spec::usual();
    change(&mut spec);
    assert_ne!(before(name), spec, "{name} changes nothing");
    spec
}

fn snapshot(name: &str, backend: Backend) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(name);
    folder.join(backend.name()).with_extension("sql")
}

/// The texts of a migration, one after the other.
fn both_ways(folder: &Path) -> String {
    let read = |file| fs::read_to_string(folder.join(file)).expect("it was written");
    format!(
        "{}\n-- ==== down.sql ====\n\n{}",
        read("up.sql"),
        read("down.sql")
    )
}

#[test]
fn each_change_is_written_as_it_was_reviewed_and_goes_up_and_down() {
    let mut differs = Vec::new();
    for (name, change) in CHANGES {
        let folder = tempfile::tempdir().expect("a folder");
        let project = project(folder.path()).allow_destructive();
        let generate = |spec: &Spec, seconds| {
            let generated = project.generate(&spec.registry(), Some(name), moment(seconds));
            generated.expect(name).expect(name)
        };
        generate(&before(name), 0);
        let changed = generate(&after(name, change), 1);
        for backend in [Backend::Sqlite, Backend::Postgres] {
            let folder = folder.path().join(backend.name());
            let mut text = both_ways(&folder.join(&changed.name));
            if let Some(finish) = &changed.finish {
                text.push_str("\n-- ==== the migration after it: up.sql ====\n\n");
                text.push_str(&both_ways(&folder.join(finish)));
            }
            let file = snapshot(name, backend);
            if env::var_os("UPDATE_SNAPSHOTS").is_some() {
                fs::create_dir_all(file.parent().expect("in a folder")).expect("it is writable");
                fs::write(&file, &text).expect("it is writable");
            }
            if fs::read_to_string(&file).ok().as_ref() != Some(&text) {
                differs.push(file.display().to_string());
            }
        }
        for backend in backends() {
            let database = Database::empty(backend);
            database.execute("CREATE TABLE users (id TEXT PRIMARY KEY); CREATE TABLE tools (name TEXT PRIMARY KEY);");
            let folder = folder.path().join(backend.name());
            let applied = database.store.apply_migrations(&folder);
            applied.unwrap_or_else(|error| panic!("{name}: {error}"));
            for migration in changed.finish.iter().chain([&changed.name]) {
                let back = go_down(&database, &folder.join(migration));
                back.unwrap_or_else(|error| panic!("{name} on {}: {error}", backend.name()));
            }
        }
    }
    assert_eq!(differs, [""; 0], "if that is right, set UPDATE_SNAPSHOTS=1");
}
