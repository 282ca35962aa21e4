-- Generated from the declared metrics by `migrations generate`:
--   drop satellite_keys_metrics, with all that was counted
--   the recorder's own metrics_watermarks
-- The way back: all that was counted in satellite_keys_metrics is dropped.

DROP VIEW "satellite_keys_metrics_view";
DROP TABLE "satellite_keys_metrics";
DROP TABLE "satellite_keys_metrics_labels";
DROP TABLE "satellite_keys_metrics_owners";

DROP TABLE "metrics_watermarks";
