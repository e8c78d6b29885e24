#!/usr/bin/env bash
# JupyterLab from PyPI, with its terminals by webterm behind nginx, in Chromium: installs what is
# missing where it may, and runs the tests in tests/jupyterlab against the binary in WEBTERM_BIN, or
# against one that it builds.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8

target="${CARGO_TARGET_DIR:-$PWD/target}"

# Program and Debian package, where the names differ: program:package.
needed=(chromium nginx:nginx-light node:nodejs npm python3)

missing_packages() {
  local entry
  for entry in "${needed[@]}"; do
    command -v "${entry%%:*}" >/dev/null || printf '%s\n' "${entry##*:}"
  done
  # Debian has taken what makes virtual environments out of Python.
  python3 -c 'import ensurepip' 2>/dev/null || echo python3-venv
}

install_missing() {
  local packages
  mapfile -t packages < <(missing_packages)
  [ "${#packages[@]}" -eq 0 ] && return
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    # An nginx of the machine's own is none of our business, and is not started.
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq "${packages[@]}" >/dev/null
  fi
  mapfile -t packages < <(missing_packages)
  [ "${#packages[@]}" -eq 0 ] && return
  printf 'tests/jupyterlab.sh: install these Debian packages first: %s\n' "${packages[*]}" >&2
  exit 1
}

# JupyterLab is installed once for each list of packages.
install_jupyterlab() {
  local list=tests/jupyterlab/requirements.txt
  venv="$target/jupyterlab-$(sha256sum "$list" | cut -c1-12)"
  [ -e "$venv/complete" ] && return
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$list"
  touch "$venv/complete"
}

install_missing
install_jupyterlab
[ -n "${WEBTERM_BIN:-}" ] || cargo build --locked
[ -e tests/browser/node_modules ] || npm --prefix tests/browser ci --no-audit --no-fund --loglevel=error
WEBTERM_BIN="${WEBTERM_BIN:-$target/debug/webterm}" WEBTERM_JUPYTERLAB="$venv" \
  node --test --test-concurrency=1 tests/jupyterlab/*.test.mjs
