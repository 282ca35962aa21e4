//! Who or what is deleted takes the numbers along, wherever they are at that moment.

use std::time::Duration;

use metrics_runtime::{Limits, RecordError, Scope};

use super::{on_every_backend, owned, owned_registry, record, uses, within};

#[test]
fn a_deleted_user_takes_the_numbers_along_and_is_not_resurrected() {
    on_every_backend(owned_registry, |database, recorder| {
        for user in ["ann", "bob"] {
            record(recorder, &owned(user, "s1", 5)).expect("they exist");
        }
        database.execute("DELETE FROM people WHERE id = 'ann'");
        assert_eq!(uses(database, Scope::own("t", "ann")), [0, 0]);
        assert_eq!(uses(database, Scope::team("t")), [1, 5]);
        // The writer still remembers ann; a newcomer must not inherit what it remembers.
        database.execute("INSERT INTO people VALUES ('eve')");
        record(recorder, &owned("eve", "s1", 7)).expect("she exists");
        let refused = record(recorder, &owned("ann", "s1", 5)).expect_err("she is gone");
        let RecordError::Rejected(rejection) = refused else {
            panic!("{refused}")
        };
        assert_eq!(rejection.field.as_deref(), Some("user_id"));
        assert_eq!(uses(database, Scope::own("t", "eve")), [1, 7]);
        assert_eq!(uses(database, Scope::everyone()), [2, 12]);
    });
}

#[test]
fn a_deleted_label_takes_the_numbers_along() {
    on_every_backend(owned_registry, |database, recorder| {
        record(recorder, &owned("ann", "s1", 5)).expect("it exists");
        database.execute("DELETE FROM servers WHERE id = 's1'");
        assert_eq!(uses(database, Scope::everyone()), [0, 0]);
        record(recorder, &owned("ann", "s1", 5)).expect_err("it is gone");
        database.execute("INSERT INTO servers VALUES ('s1')");
        record(recorder, &owned("ann", "s1", 6)).expect("it is back");
        assert_eq!(uses(database, Scope::everyone()), [1, 6]);
    });
}

#[test]
fn what_waits_in_the_journal_goes_with_whom_it_speaks_of() {
    let never = Limits {
        fold_interval: Duration::from_secs(3_600),
        ..Limits::default()
    };
    within(&never, owned_registry, |database, recorder| {
        database.execute("INSERT INTO servers VALUES ('s2')");
        for (user, server, bytes) in [("ann", "s1", 1), ("ann", "s2", 2), ("bob", "s2", 4)] {
            record(recorder, &owned(user, server, bytes)).expect("they exist");
        }
        database.execute("DELETE FROM servers WHERE id = 's1'");
        assert_eq!(uses(database, Scope::everyone()), [2, 6]);
        database.execute("DELETE FROM people WHERE id = 'bob'");
        assert_eq!(uses(database, Scope::everyone()), [1, 2]);
        // It is back under the same name, and yet not the same.
        database.execute("INSERT INTO servers VALUES ('s1')");
        assert_eq!(uses(database, Scope::everyone()), [1, 2]);
        database.store.fold().expect("what is left is folded");
        assert_eq!(uses(database, Scope::everyone()), [1, 2]);
    });
}
