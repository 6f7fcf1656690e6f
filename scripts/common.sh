# Sourced by every script here: where the repository is, how to speak, how to find cargo.
# shellcheck shell=bash

set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Only scripts/demo and its like read this variable; sourcing must not warn about it.
: "$repository"

say() {
  printf '==> %s\n' "$*" >&2
}

# fail MESSAGE [WHAT TO DO]...: one sentence per argument, then the script ends with 1.
fail() {
  printf 'error: %s\n' "$1" >&2
  shift
  for line in "$@"; do
    printf '       %s\n' "$line" >&2
  done
  exit 1
}

# rustup installs cargo where a root shell or a service does not look.
need_cargo() {
  if ! command -v cargo >/dev/null && [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
    PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
  fi
  command -v cargo >/dev/null || fail "cargo was not found." \
    "Install the Rust toolchain, 1.95 or newer (https://rustup.rs), and open a new shell."
}

# timed NAME COMMAND...: runs the command, says before what it does and after how long it took.
timed() {
  local name=$1 started=$SECONDS status=0
  shift
  say "$name"
  "$@" || status=$?
  if [ "$status" -eq 0 ]; then
    say "$name: done in $((SECONDS - started)) s"
  else
    say "$name: FAILED after $((SECONDS - started)) s"
  fi
  return "$status"
}
