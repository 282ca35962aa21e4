#!/usr/bin/env bash
# What the derive costs at compile time: fifty metrics of four dimensions and two counters, beside the same fifty
# structs as `diesel::table!` alone and with serde's two derives. Debug builds of one crate, its dependencies built
# before; the median of RUNS (5) runs, less that of an empty crate.
set -euo pipefail
runtime=$(cd "$(dirname "$0")/.." && pwd)
runs=${RUNS:-5}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/src"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$runtime/../target}/compile-time

cat >"$folder/Cargo.toml" <<TOML
[package]
name = "fifty"
version = "0.1.0"
edition = "2024"
[features]
nothing = []
ours = []
ours_with_table = ["ours", "metrics-runtime/table"]
table = []
serde = []
[dependencies]
metrics-runtime = { path = "$runtime" }
diesel = { version = "2.3.14", default-features = false, features = ["32-column-tables", "sqlite"] }
serde = { version = "1", features = ["derive"] }
[workspace]
TOML
cp "$runtime/../Cargo.lock" "$folder/"

for n in $(seq 50); do
  {
    echo "/// Installations, number $n."
    echo "#[derive(metrics_runtime::TimeSeriesMetric)] pub struct Install$n {"
    echo "    #[dimension(user)] pub user_id: String, #[dimension(team)] pub team_id: String,"
    echo "    #[dimension] pub server_id: String, #[dimension] pub satellite_id: String,"
    echo "    #[counter] pub installed: u64, #[counter] pub removed: u64 }"
  } >>"$folder/src/ours.rs"
  echo "diesel::table! { install$n (bucket_timestamp, bucket_interval, user_id, team_id, server_id, satellite_id) {" \
    "bucket_timestamp -> BigInt, bucket_interval -> Text, user_id -> Text, team_id -> Text, server_id -> Text," \
    "satellite_id -> Text, created_at -> BigInt, installed -> BigInt, removed -> BigInt, } }" >>"$folder/src/table.rs"
  echo "#[derive(serde::Serialize, serde::Deserialize)] pub struct Install$n { pub user_id: String," \
    "pub team_id: String, pub server_id: String, pub satellite_id: String, pub installed: u64, pub removed: u64 }" \
    >>"$folder/src/serde.rs"
done
cat >"$folder/src/lib.rs" <<'RUST'
#[cfg(feature = "ours")]
pub mod ours;
#[cfg(feature = "table")]
pub mod table;
#[cfg(feature = "serde")]
#[path = "serde.rs"]
pub mod serde_derives;
RUST

# build FEATURE: the milliseconds of the median run.
build() {
  cargo build --quiet --manifest-path "$folder/Cargo.toml" --features "$1"
  for _ in $(seq "$runs"); do
    touch "$folder/src/lib.rs"
    local start
    start=$(date +%s%N)
    cargo build --quiet --manifest-path "$folder/Cargo.toml" --features "$1"
    echo $((($(date +%s%N) - start) / 1000000))
  done | sort -n | sed -n "$(((runs + 1) / 2))p"
}

nothing=$(build nothing)
ours=$(($(build ours) - nothing))
with_table=$(($(build ours_with_table) - nothing))
table=$(($(build table) - nothing))
serde=$(($(build serde) - nothing))
row() { printf '%-44s%8d ms  %6.1f ms a struct\n' "$1" "$2" "$(echo "$2" | awk '{print $1 / 50}')"; }
row 'TimeSeriesMetric' "$ours"
row 'TimeSeriesMetric, feature table' "$with_table"
row 'diesel::table! alone' "$table"
row 'serde, both derives' "$serde"
awk -v ours="$ours" -v with_table="$with_table" -v sum="$((table + serde))" \
  'BEGIN { printf "ratio to the sum of the last two: %.2f, with the feature table %.2f\n", ours / sum, with_table / sum }'
