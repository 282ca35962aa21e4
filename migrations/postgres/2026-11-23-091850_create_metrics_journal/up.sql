-- Generated from the declared metrics by `migrations generate`:
--   create the recorder's own metrics_journal
-- No data is touched.

-- PostgreSQL needs no journal: its own log is one.
SELECT 'nothing to do';
