# Installs Debian and Ubuntu packages that are missing. Sourced by run.sh and test.sh; not a
# program.
# shellcheck shell=bash

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

package_is_installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# best_of NAME...: the first of the names that is installed or that this release of the distribution has.
best_of() {
  local name
  for name in "$@"; do
    if package_is_installed "$name" || [ -n "$(apt-cache madison "$name" 2>/dev/null)" ]; then
      echo "$name"
      return
    fi
  done
  echo "$1"
}

# install_packages NAME...: each NAME may be alternatives, best first, with | between them: a worse one
# that is installed already does not count where a better one can be had. A freshly installed name
# server would be started by its package and take port 53, so services are kept from starting
# meanwhile.
install_packages() {
  local missing=() names=() name policy=/usr/sbin/policy-rc.d
  for name in "$@"; do
    package_is_installed "${name%%|*}" || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if ! command -v apt-get >/dev/null; then
    echo "These packages are needed (Debian's names): ${missing[*]}" >&2
    return 1
  fi
  as_root apt-get update -q >/dev/null || echo "apt-get update failed: going on with the lists that are here" >&2
  for name in "${missing[@]}"; do
    # shellcheck disable=SC2086
    name=$(best_of ${name//|/ })
    package_is_installed "$name" || names+=("$name")
  done
  [ ${#names[@]} -eq 0 ] && return 0
  echo "installing: ${names[*]}"
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod +x "$policy"
  else
    policy=
  fi
  local status=0
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${names[@]}" \
    >/tmp/godwit-apt.$$.log 2>&1 || status=$?
  [ -n "$policy" ] && as_root rm -f "$policy"
  [ $status -eq 0 ] || tail -20 /tmp/godwit-apt.$$.log >&2
  rm -f /tmp/godwit-apt.$$.log
  return $status
}
