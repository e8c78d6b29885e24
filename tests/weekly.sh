#!/usr/bin/env bash
# What takes too long, or needs more of the network, than each change can wait for: advisories,
# licences and sources of all crates, and the fuzz tests for a minute each. Ends at the first failure.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8

say() { printf '\n==> %s\n' "$*"; }

say 'advisories, licences, sources'
cargo deny --version >/dev/null 2>&1 || cargo install --locked cargo-deny
cargo deny --locked --config .ci/deny.toml check

say 'fuzzing'
cargo test --locked --release --lib --no-run
mapfile -t fuzzers < <(cargo test --locked --release --lib -- --list r41_ | sed -n 's/: test$//p')
[ "${#fuzzers[@]}" -gt 0 ] || {
  echo 'tests/weekly.sh: there is no test r41_…' >&2
  exit 1
}
for fuzzer in "${fuzzers[@]}"; do
  say "$fuzzer"
  end=$((SECONDS + 60))
  while [ "$SECONDS" -lt "$end" ]; do
    PROPTEST_CASES=20000 cargo test --locked --release --quiet --lib -- --exact "$fuzzer" >/dev/null
  done
done
