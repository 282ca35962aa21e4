#!/bin/sh
# What a row costs on PostgreSQL: bytes of the table and of its key, and rows a second that are added to their buckets.
# A cluster is started for it, set up as it comes, and goes away with the script. ROWS=10000000 for a larger table.
#
#   metrics-runtime/benches/postgres_size.sh
set -eu
rows=${ROWS:-1000000}
cd "$(dirname "$0")/../.."
migrations=$PWD/migrations/postgres
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
if [ "$(id -u)" = 0 ]; then as="setpriv --reuid=postgres --regid=postgres --clear-groups"; else as=""; fi
dir=$(mktemp -d /tmp/metrics-size.XXXXXX)
port=${PORT:-54329}
server=
trap 'test -z "$server" || { kill -INT $server; wait $server || true; }; rm -rf "$dir"' EXIT
if [ -n "$as" ]; then chown postgres "$dir"; fi
cd "$dir"
$as "$bin/initdb" --pgdata=data --auth=trust --username=postgres --locale=C --encoding=UTF8 >log 2>&1
$as "$bin/postgres" -D data -p "$port" -k "$dir" -c listen_addresses= -c shared_buffers=256MB >>log 2>&1 &
server=$!
sql() { psql -h "$dir" -p "$port" -U postgres -qtAX -v ON_ERROR_STOP=1 "$@"; }
until sql -c 'SELECT 1' >/dev/null 2>&1; do kill -0 $server; sleep 0.1; done
for migration in "$migrations"/*/up.sql; do sql -1 -f "$migration" >/dev/null; done

# Series of 30 days of hours and three days of quarters of an hour, ten to an owner, as on SQLite in `layout.rs`.
sql >/dev/null <<SQL
SET session_replication_role = replica;
INSERT INTO server_install_metrics
    SELECT o, b.width, b.at, (o * 10 + s) % 500 + 1, 0, (b.at / 900 + s) % 5, s % 2
    FROM generate_series(1, greatest($rows / 10000, 1)) AS o,
         (SELECT 900 AS width, 1800000000 - i * 900 AS at FROM generate_series(0::bigint, 279) AS i
          UNION ALL SELECT 3600, 1800000000 - i * 3600 FROM generate_series(0::bigint, 719) AS i) AS b,
         generate_series(0, 9) AS s
    ORDER BY 1, 2, 3, 4;
VACUUM ANALYZE server_install_metrics;
SQL
sql <<SQL
SELECT 'rows           ' || count(*) FROM server_install_metrics;
SELECT 'bytes a row    ' || round(pg_total_relation_size('server_install_metrics')::numeric / count(*), 1)
    || ' (table ' || round(pg_table_size('server_install_metrics')::numeric / count(*), 1)
    || ', key ' || round(pg_indexes_size('server_install_metrics')::numeric / count(*), 1) || ')'
    FROM server_install_metrics;
SQL

# A transaction of 2,000 rows at a time, all of them in their latest buckets: what a group commit writes.
sql -c "CREATE TABLE picked AS SELECT *, row_number() OVER (ORDER BY md5(owner_id::text || labels_id)) / 2000 AS batch
    FROM server_install_metrics WHERE bucket_timestamp = 1800000000" >/dev/null
batches=$(sql -c 'SELECT max(batch) + 1 FROM picked')
start=$(date +%s%N)
i=0
while [ $i -lt 100 ]; do
    echo "INSERT INTO server_install_metrics SELECT owner_id, bucket_interval, bucket_timestamp, labels_id, created_at,
        installation_count, uninstallation_count FROM picked WHERE batch = $((i % batches)) ORDER BY 1, 2, 3, 4
        ON CONFLICT (owner_id, bucket_interval, bucket_timestamp, labels_id) DO UPDATE SET
        installation_count = server_install_metrics.installation_count + excluded.installation_count,
        uninstallation_count = server_install_metrics.uninstallation_count + excluded.uninstallation_count
        RETURNING 1;"
    i=$((i + 1))
done | sql | wc -l >added
nanoseconds=$(($(date +%s%N) - start))
echo "rows a second  $(($(cat added) * 1000000000 / nanoseconds))"
