-- Generated from the declared metrics by `migrations generate`:
--   create the recorder's own metrics_journal
-- The way back: drops what was created, with all that was counted in it.

-- PostgreSQL needs no journal: its own log is one.
SELECT 'nothing to do';
