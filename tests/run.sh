#!/usr/bin/env bash
# All of webterm's tests: installs what is missing where it may, then formats, lints, and runs the
# unit, integration, property, conformance, client and browser tests. Ends at the first failure.
set -euo pipefail
cd "$(dirname "$0")/.."

# What the tested programs print depends on it, and a machine for tests may have none.
export LC_ALL=C.UTF-8

say() { printf '\n==> %s\n' "$*"; }

# Program and Debian package, where the names differ: program:package.
needed=(
  argon2 asciinema awk:mawk bash chromium cc:gcc cmatrix curl dialog diff:diffutils git grep htop htpasswd:apache2-utils
  less man:man-db mc nano ncdu node:nodejs npm openssl ps:procps python3 shellcheck tmux unshare:util-linux vim w3m whiptail
)

missing_packages() {
  local entry
  for entry in "${needed[@]}"; do
    command -v "${entry%%:*}" >/dev/null || printf '%s\n' "${entry##*:}"
  done
}

install_missing() {
  local packages
  mapfile -t packages < <(missing_packages)
  [ "${#packages[@]}" -eq 0 ] && return
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    say "installing ${packages[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${packages[@]}" >/dev/null
  fi
  mapfile -t packages < <(missing_packages)
  [ "${#packages[@]}" -eq 0 ] && return
  printf 'tests/run.sh: install these Debian packages first: %s\n' "${packages[*]}" >&2
  exit 1
}

install_missing
command -v cargo >/dev/null || {
  echo 'tests/run.sh: install Rust first (cargo, with rustfmt and clippy)' >&2
  exit 1
}

say 'scripts'
shellcheck tests/run.sh tests/jupyterlab.sh tests/weekly.sh .ci/run .ci/weekly

say 'formatting'
cargo fmt --check

say 'lints'
cargo clippy --locked --all-targets -- --deny warnings

say 'vendored files'
node tests/browser/vendor.mjs --verify

say 'asciinema 3, beside what cargo builds'
tools="${CARGO_TARGET_DIR:-$PWD/target}/tools"
[ -x "$tools/bin/asciinema" ] || cargo install asciinema --version 3.2.0 --locked --quiet --root "$tools"

say 'unit, property and integration tests'
cargo test --locked

say 'exactness: the model against xterm.js'
cargo build --locked --example screen
npm --prefix tests/exactness ci --no-audit --no-fund --loglevel=error
WEBTERM_SCREEN="${CARGO_TARGET_DIR:-$PWD/target}/debug/examples/screen" npm --prefix tests/exactness test

say 'conformance: the WebSocket against RFC 6455'
npm --prefix tests/conformance ci --no-audit --no-fund --loglevel=error
WEBTERM_BIN="${CARGO_TARGET_DIR:-$PWD/target}/debug/webterm" npm --prefix tests/conformance test

say 'clients: libraries that nobody here wrote'
npm --prefix tests/clients ci --no-audit --no-fund --loglevel=error
WEBTERM_BIN="${CARGO_TARGET_DIR:-$PWD/target}/debug/webterm" npm --prefix tests/clients test

say 'browser tests'
npm --prefix tests/browser ci --no-audit --no-fund --loglevel=error
WEBTERM_BIN="${CARGO_TARGET_DIR:-$PWD/target}/debug/webterm" npm --prefix tests/browser test

say 'JupyterLab, with its terminals by webterm'
WEBTERM_BIN="${CARGO_TARGET_DIR:-$PWD/target}/debug/webterm" tests/jupyterlab.sh
