#!/bin/bash
# Checks the systemd units: that systemd-analyze accepts them, and that the service's exposure is
# low.
# Usage: units.sh BUILD_DIR SOURCE_DIR. Exit status 77: skipped, with the reason.
set -euo pipefail
build=$1 source=$2
exposure_max_tenths=12         # with godwit.socket
direct_exposure_max_tenths=16  # with a capability, and so without a user namespace
web_exposure_max_tenths=13

command -v systemd-analyze >/dev/null || { echo "skipped: systemd-analyze is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

program=$build/daemon/godwitd
[ -x "$program" ] || program=/bin/true
sed -E "s#^ExecStart=[^ ]+#ExecStart=$program#" "$build/packaging/godwit.service" >"$work/godwit.service"
cp "$source/packaging/systemd/godwit.socket" "$work"
web=$build/web/godwit-web
[ -x "$web" ] || web=/bin/true
sed -E "s#^ExecStart=[^ ]+#ExecStart=$web#" "$build/packaging/godwit-web.service" >"$work/godwit-web.service"

# score UNIT_FILE: its exposure in tenths.
score() {
  systemd-analyze security --offline=true --no-pager "$1" |
    sed -nE 's/.*Overall exposure level.*: ([0-9]+)\.([0-9]) .*/\1\2/p' | sed 's/^0*//'
}

systemd-analyze verify --man=no "$work/godwit.service" "$work/godwit.socket" "$work/godwit-web.service" 2>&1 | tee "$work/complaints"
if grep -E '^(.*/)?godwit(-web)?\.' "$work/complaints"; then
  echo "systemd-analyze verify complains"
  exit 1
fi
sandboxed=$(score "$work/godwit.service")
echo "exposure of godwit.service: $sandboxed tenths (at most $exposure_max_tenths)"
[ "$sandboxed" -le $exposure_max_tenths ]

web_exposure=$(score "$work/godwit-web.service")
echo "exposure of godwit-web.service: $web_exposure tenths (at most $web_exposure_max_tenths)"
[ "$web_exposure" -le $web_exposure_max_tenths ]

# The drop-in for a resolver that binds by itself opens one capability and no more.
mkdir "$work/direct"
cat "$work/godwit.service" "$source/packaging/systemd/bind-directly.conf" >"$work/direct/godwit.service"
direct=$(score "$work/direct/godwit.service")
echo "exposure with bind-directly.conf: $direct tenths (at most $direct_exposure_max_tenths)"
[ "$direct" -le $direct_exposure_max_tenths ]

if command -v systemd-sysusers >/dev/null; then
  systemd-sysusers --dry-run "$source/packaging/systemd/sysusers.conf" >/dev/null 2>&1 ||
    ! systemd-sysusers --help | grep -q -- --dry-run
fi
