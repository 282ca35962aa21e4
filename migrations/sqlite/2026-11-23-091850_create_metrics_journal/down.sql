-- Generated from the declared metrics by `migrations generate`:
--   create the recorder's own metrics_journal
-- The way back: drops what was created, with all that was counted in it.

DROP TABLE "metrics_journal";
DROP TABLE "metrics_shapes";
