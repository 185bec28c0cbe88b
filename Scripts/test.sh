#!/usr/bin/env bash
# Builds Cantus and its tests in release, without warnings, and runs all tests.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

log="$(mktemp)"
trap 'rm -f "$log"' EXIT
swift build -c release --build-tests 2>&1 | tee "$log"
if grep -E '(Sources|Tests)/.*warning:' "$log"; then
    echo "The build has warnings (above); there should be none." >&2
    exit 1
fi
swift test -c release --skip-build
