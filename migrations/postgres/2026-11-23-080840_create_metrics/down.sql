-- Generated from the declared metrics by `migrations generate`:
--   create the recorder's own tables
--   create flight_departures_metrics for flight_departures
--   create mcp_client_activity_metrics for mcp_client_activity
--   create server_install_metrics for server_installations
-- The way back: drops what was created, with all that was counted in it.

DROP VIEW "server_install_metrics_view";
DROP TABLE "server_install_metrics";
DROP TABLE "server_install_metrics_labels";
DROP TABLE "server_install_metrics_owners";

DROP VIEW "mcp_client_activity_metrics_view";
DROP TABLE "mcp_client_activity_metrics";
DROP TABLE "mcp_client_activity_metrics_labels";
DROP TABLE "mcp_client_activity_metrics_owners";

DROP VIEW "flight_departures_metrics_view";
DROP TABLE "flight_departures_metrics";
DROP TABLE "flight_departures_metrics_labels";
DROP TABLE "flight_departures_metrics_owners";

DROP TABLE "metrics_batches";
