# shellcheck shell=bash
# Shared by every script: where things are, which compilers, steps with times.
# Sourced, never run. Needs bash 5 (Debian 11 and newer).
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$ROOT"

# Outside the checkout: a second clone, or CI's, starts warm.
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/commons-credit/target}
mkdir -p "$CARGO_TARGET_DIR"
CARGO_TARGET_DIR=$(cd "$CARGO_TARGET_DIR" && pwd -P)
export CARGO_TARGET_DIR
# Where the finished zomes are; tests read them from here.
export COMMONS_CREDIT_ZOMES=$CARGO_TARGET_DIR/zomes
# Where the village under other rules is made, for tests.
OTHER_RULES=$CARGO_TARGET_DIR/other-rules
# What scripts/setup chose on this machine.
SETUP_CHOICE=$CARGO_TARGET_DIR/setup.env

# rustup puts cargo where a login shell finds it; CI's shell is none.
[ ! -d "${CARGO_HOME:-$HOME/.cargo}/bin" ] || PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
export PATH

# One sentence with a code, then the end.
fail() { # fail CODE "sentence"
    printf '%s: %s\n' "$1" "$2" >&2
    exit 1
}

# "4.2 s" or "3 min 12 s" between two readings of $EPOCHREALTIME.
elapsed() { # elapsed START END
    local start=${1/[.,]/} end=${2/[.,]/}
    local tenths=$(((end - start) / 100000))
    if [ "$tenths" -lt 600 ]; then
        printf '%d.%d s' $((tenths / 10)) $((tenths % 10))
    else
        printf '%d min %02d s' $((tenths / 600)) $((tenths / 10 % 60))
    fi
}

# The outermost script keeps the list of steps and prints it when it ends.
if [ -z "${COMMONS_CREDIT_STEPS:-}" ]; then
    COMMONS_CREDIT_STEPS=$(mktemp)
    export COMMONS_CREDIT_STEPS
    STEPS_ARE_MINE=yes
else
    STEPS_ARE_MINE=no
fi
SCRIPT_STARTED=$EPOCHREALTIME
STEP_TITLE=
STEP_STARTED=

# Runs one step of the work, says what it is and how long it took.
step() { # step "title" command [argument ...]
    STEP_TITLE=$1
    STEP_STARTED=$EPOCHREALTIME
    shift
    printf '\n== %s\n' "$STEP_TITLE"
    "$@"
    local took
    took=$(elapsed "$STEP_STARTED" "$EPOCHREALTIME")
    printf '== %s: done in %s\n' "$STEP_TITLE" "$took"
    printf '%15s  %s\n' "$took" "$STEP_TITLE" >>"$COMMONS_CREDIT_STEPS"
    STEP_TITLE=
}

print_steps() {
    [ -s "$COMMONS_CREDIT_STEPS" ] || return 0
    printf '\n== Times\n'
    cat "$COMMONS_CREDIT_STEPS"
    printf '%15s  together\n' "$(elapsed "$SCRIPT_STARTED" "$EPOCHREALTIME")"
    : >"$COMMONS_CREDIT_STEPS"
}

at_exit() {
    local status=$?
    if [ -n "$STEP_TITLE" ] && [ "$status" -ne 0 ]; then
        printf '== %s: FAILED after %s\n' \
            "$STEP_TITLE" "$(elapsed "$STEP_STARTED" "$EPOCHREALTIME")" >&2
    fi
    if [ "$STEPS_ARE_MINE" = yes ]; then
        print_steps
        rm -f "$COMMONS_CREDIT_STEPS"
    fi
    exit "$status"
}
trap at_exit EXIT

# Takes over what scripts/setup chose: NATIVE, WASM, DEBIAN_CARGO,
# DEBIAN_RUSTC, TOOLCHAIN, NODE_BIN.
load_setup() {
    [ -f "$SETUP_CHOICE" ] || fail E_SETUP_MISSING "this machine is not set up yet; run scripts/setup"
    # shellcheck source=/dev/null
    . "$SETUP_CHOICE"
    [ -z "$NODE_BIN" ] || PATH=$NODE_BIN:$PATH
    export PATH
}

# The native compiler's cargo. Always with --workspace where the conductor is
# in reach: another set of features compiles it a second time.
cargo_native() {
    if [ "$NATIVE" = rustup ]; then
        cargo "$@"
    else
        RUSTC=$DEBIAN_RUSTC "$DEBIAN_CARGO" "$@"
    fi
}

# All tests that match, by nextest where it is, else by cargo itself.
has_nextest() { cargo_native nextest --version >/dev/null 2>&1; }

# A digest of the names and contents of all files under folders.
digest_of() { # digest_of FOLDER-OR-FILE ...
    find "$@" \( -name node_modules -o -name dist -o -name test-results -o -name playwright-report \) -prune \
        -o -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum | cut -d' ' -f1
}
