//! What another connection is doing on PostgreSQL.

/// The number of the process that serves this connection.
pub(crate) const OWN_PROCESS: &str = "SELECT CAST(pg_backend_pid() AS BIGINT)";

/// What a process waits for, and how far it has come with an index; no row while it does anything else, of which the
/// server tells nothing before it is done.
pub(crate) fn progress_of(process: i64) -> String {
    let done = |unit: &str| format!("', ' || {unit}_done || ' of ' || {unit}_total || ' {unit}'");
    let (tuples, blocks) = (done("tuples"), done("blocks"));
    format!(
        "SELECT concat_ws(', ', phase, 'waits for process ' || blockers) FROM (
            SELECT NULLIF(array_to_string(pg_blocking_pids({process}), ', '), '') AS blockers, (
                SELECT phase || CASE
                    WHEN phase LIKE '%tuples%' AND tuples_total > 0 THEN {tuples}
                    WHEN phase NOT LIKE 'waiting%' AND blocks_total > 0 THEN {blocks}
                    ELSE ''
                END FROM pg_stat_progress_create_index WHERE pid = {process}
            ) AS phase
        ) AS found WHERE blockers IS NOT NULL OR phase IS NOT NULL"
    )
}
