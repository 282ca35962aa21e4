//! What stands in for the extensions where the tests run: it writes down what it is asked to do, and refuses what Citus
//! refuses, or does silently and cannot take back. Each rule names where it stands in Citus's sources.

use metrics_runtime::migrate::{Backend, Scale};

use crate::support::database::Database;

const TABLES: &str = "
    CREATE TABLE asked (n INTEGER GENERATED ALWAYS AS IDENTITY, name TEXT);
    CREATE TABLE pg_dist_partition (logicalrelid regclass, partmethod \"char\", repmodel \"char\", partkey TEXT);
    CREATE TABLE places (id TEXT PRIMARY KEY);
    CREATE TABLE people (id TEXT PRIMARY KEY, place TEXT REFERENCES places (id));
    CREATE TABLE visits_booked (person TEXT REFERENCES people (id) ON DELETE CASCADE, day BIGINT);";

const TIMESCALE: &str = "
    CREATE FUNCTION create_hypertable(t regclass, c name, chunk_time_interval bigint, create_default_indexes boolean,
                                      if_not_exists boolean, migrate_data boolean) RETURNS void LANGUAGE SQL AS $$
        INSERT INTO asked (name) VALUES ('hypertable ' || t::text || ' by ' || c || ' and ' || chunk_time_interval); $$;
    CREATE FUNCTION set_integer_now_func(t regclass, f regproc, replace_if_exists boolean) RETURNS void LANGUAGE SQL AS $$
        INSERT INTO asked (name) VALUES ('clock ' || t::text || ' ' || f::text); $$;
    -- The key of a hypertable is not made of an index, and its indexes are not built beside writers.
    CREATE FUNCTION before_definition() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
        IF current_query() ~ 'USING INDEX|CONCURRENTLY' THEN RAISE 'not on hypertables'; END IF;
    END $$;
    CREATE EVENT TRIGGER before_definition ON ddl_command_start WHEN TAG IN ('ALTER TABLE', 'CREATE INDEX', 'DROP INDEX')
        EXECUTE FUNCTION before_definition();";

/// Taking tables over: commands/create_distributed_table.c and commands/citus_add_local_table_to_metadata.c.
const CITUS: &str = "
    CREATE FUNCTION is_everywhere(t oid) RETURNS boolean LANGUAGE SQL AS $$
        SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = t AND partmethod = 'n' AND repmodel = 't') $$;
    CREATE FUNCTION is_citus(t oid) RETURNS boolean LANGUAGE SQL AS $$
        SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = t) $$;
    CREATE FUNCTION takes_over() RETURNS boolean LANGUAGE SQL AS $$
        SELECT coalesce(current_setting('citus.enable_local_reference_table_foreign_keys', true), '') <> 'off' $$;
    -- CreateCitusTable: with the setting, whatever has a reference from or to the table becomes one of the coordinator's,
    -- under another number. ErrorIfUnsupportedForeignConstraintExists: it refers to what is everywhere.
    CREATE FUNCTION must_be_alone(t regclass) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
        IF is_citus(t) THEN RAISE 'table % is already distributed', t; END IF;
        IF t::text LIKE '%_102008' THEN RAISE 'relation % is a shard relation', t; END IF;
        IF takes_over() AND EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND t::oid IN (conrelid, confrelid)
            AND NOT (is_citus(conrelid) AND is_citus(confrelid))) THEN RAISE 'what % has references with is taken over', t; END IF;
        IF EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND conrelid = t AND confrelid <> t
            AND NOT is_everywhere(confrelid)) THEN RAISE '% refers to what is not everywhere', t; END IF;
        IF current_setting('citus.multi_shard_modify_mode', true) IS DISTINCT FROM 'sequential' THEN RAISE 'in parallel'; END IF;
    END $$;
    CREATE FUNCTION create_reference_table(t regclass) RETURNS void LANGUAGE SQL AS $$
        SELECT must_be_alone(t);
        INSERT INTO asked (name) VALUES ('reference ' || t::text);
        INSERT INTO pg_dist_partition VALUES (t, 'n', 't', NULL); $$;
    CREATE FUNCTION create_distributed_table(t regclass, c text) RETURNS void LANGUAGE SQL AS $$
        SELECT must_be_alone(t);
        INSERT INTO asked (name) VALUES ('distribute ' || t::text || ' by ' || c);
        INSERT INTO pg_dist_partition VALUES (t, 'h', 's', c); $$;
    -- CreateCitusLocalTable: the table becomes a shard under another name, and a new one takes its place.
    CREATE FUNCTION citus_add_local_table_to_metadata(t regclass, cascade_via_foreign_keys boolean) RETURNS void
    LANGUAGE plpgsql AS $$ DECLARE its text := t::text; BEGIN
        INSERT INTO asked (name) VALUES ('keep ' || its);
        EXECUTE format('ALTER TABLE %s RENAME TO %s_102008', its, its);
        EXECUTE format('CREATE TABLE %s (LIKE %s_102008 INCLUDING ALL)', its, its);
        INSERT INTO pg_dist_partition VALUES (its::regclass, 'n', 's', NULL);
    END $$;";

/// Changing tables: commands/table.c and commands/rename.c.
const DEFINITIONS: &str = r#"
    -- PostprocessCreateTableStmtForeignKeys and ConvertPostgresLocalTablesToCitusLocalTables, and the other way round
    -- ErrorIfUnsupportedForeignConstraintExists; SetupExecutionModeForAlterTable.
    CREATE FUNCTION after_definition() RETURNS event_trigger LANGUAGE plpgsql AS $$ DECLARE t oid; BEGIN
        FOR t IN SELECT objid FROM pg_event_trigger_ddl_commands() WHERE object_type = 'table' LOOP
            IF NOT is_citus(t) AND takes_over() AND EXISTS (SELECT FROM pg_constraint
                WHERE contype = 'f' AND conrelid = t AND is_citus(confrelid)) THEN RAISE '% is taken over', t::regclass; END IF;
            IF is_citus(t) AND EXISTS (SELECT FROM pg_constraint
                WHERE contype = 'f' AND conrelid = t AND NOT is_everywhere(confrelid)) THEN
                RAISE '% is to refer to what is not everywhere', t::regclass; END IF;
            IF is_citus(t) AND current_query() NOT LIKE '%VALIDATE CONSTRAINT%'
                AND current_setting('citus.multi_shard_modify_mode', true) IS DISTINCT FROM 'sequential' THEN
                RAISE '% is changed in parallel', t::regclass; END IF;
        END LOOP;
    END $$;
    CREATE EVENT TRIGGER after_definition ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE')
        EXECUTE FUNCTION after_definition();
    -- ErrorIfUnsupportedRenameStmt and ErrorIfUnsupportedAlterTableStmt.
    CREATE FUNCTION before_definition() RETURNS event_trigger LANGUAGE plpgsql AS $$
    DECLARE altered oid := to_regclass(substring(current_query() FROM '^ALTER TABLE (\S+)')); BEGIN
        IF altered IS NULL OR NOT is_citus(altered) THEN RETURN; END IF;
        IF current_query() LIKE '%RENAME CONSTRAINT%' THEN RAISE 'renaming constraints is unsupported'; END IF;
        IF current_query() ~ '(ADD|DROP) [^(]*, *(ADD|DROP) ' THEN RAISE 'with other subcommands'; END IF;
        IF current_query() LIKE '%DROP COLUMN "' || (SELECT partkey FROM pg_dist_partition WHERE logicalrelid = altered) || '"%'
            THEN RAISE 'involving partition column'; END IF;
    END $$;
    CREATE EVENT TRIGGER before_definition ON ddl_command_start WHEN TAG IN ('ALTER TABLE')
        EXECUTE FUNCTION before_definition();"#;

/// An empty database in which the extension seems to be installed, unless it is.
pub(super) fn with_stand_in(scale: Scale) -> Database {
    let (extension, rules) = match scale {
        Scale::Citus => ("citus", format!("{CITUS} {DEFINITIONS}")),
        Scale::Timescale => ("timescaledb", TIMESCALE.to_owned()),
    };
    let database = Database::empty(Backend::Postgres);
    let there =
        format!("SELECT extname::text AS name FROM pg_extension WHERE extname = '{extension}'");
    if database.texts(&there).is_empty() {
        database.execute(&format!(
            "SET allow_system_table_mods = on;
             INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
                 VALUES (90000, '{extension}', 10, 2200, false, '1');
             {TABLES} {rules}"
        ));
    }
    database
}
