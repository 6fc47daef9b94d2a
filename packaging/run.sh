#!/bin/bash
# Builds godwitd and shows it at work: on the embedded lab (a small Internet on loopback addresses)
# or, with --live, on the real one. Installs what is missing with apt, asks a few questions with
# dig, shows the steps of a resolution and the answer from the cache, and goes on answering until
# Ctrl-C.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/packaging/install_packages.sh"

usage() {
  cat <<'TEXT'
usage: packaging/run.sh [--live] [--once] [--port N]
  --live    resolve from the real root servers instead of the lab
  --once    ask the questions, check the answers, and end: status 0 if all were right
  --port N  listen on 127.0.0.1 port N (default 5300)
GODWITD=PATH uses that program instead of building one.
TEXT
}

live='' once='' port=5300
while [ $# -gt 0 ]; do
  case $1 in
    --live) live=1 ;;
    --once) once=1 ;;
    --port) port=${2:?--port needs a number}; shift ;;
    -h|--help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

lab_pid='' daemon_pid='' failures=0
work=$(mktemp -d "${TMPDIR:-/tmp}/godwit-run.XXXXXX")
cleanup() {
  trap - EXIT
  set +e
  [ -n "$daemon_pid" ] && kill "$daemon_pid" 2>/dev/null && wait "$daemon_pid" 2>/dev/null
  exec 7>&- # the lab ends with its standard input
  [ -n "$lab_pid" ] && wait "$lab_pid" 2>/dev/null
  rm -rf "$work" 2>/dev/null || as_root rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

build() {
  install_packages g++ cmake ninja-build pkg-config 'libboost1.81-dev|libboost-dev' libsodium-dev libssl-dev libyaml-cpp-dev libseccomp-dev libmimalloc-dev \
    libssl-dev
  say "building godwitd (release)"
  (cd "$here" && cmake --preset release >"$work/build.log" && cmake --build --preset release --target godwitd) \
    >>"$work/build.log" 2>&1 || { tail -40 "$work/build.log"; exit 1; }
  tail -1 "$work/build.log"
}

start_lab() {
  install_packages nsd knot python3
  local root=()
  # The lab listens on port 53 of 127.53.0.0/16.
  if [ "$(id -u)" -ne 0 ] && [ "$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)" -gt 53 ]; then
    echo "the lab's servers listen on port 53 of 127.53.0.0/16: asking for root's rights"
    sudo -v
    root=(sudo)
  fi
  mkfifo "$work/lab.stdin"
  "${root[@]}" /usr/bin/python3 "$here/tests/lab/lab.py" --dir "$work/lab" --stdin <"$work/lab.stdin" &
  lab_pid=$!
  exec 7>"$work/lab.stdin"
  local tries=0
  while [ ! -e "$work/lab/ready" ]; do
    if ! kill -0 "$lab_pid" 2>/dev/null || [ $((tries += 1)) -gt 300 ]; then
      echo "the lab did not start"
      exit 1
    fi
    sleep 0.1
  done
}

write_config() {
  cat <<TEXT
listen:
  - address: "127.0.0.1"
    port: $port
    transports: [udp, tcp]
log:
  level: debug
TEXT
  [ -n "$live" ] || cat <<TEXT
resolver:
  root-hints: "$work/lab/root.hints"
  do-not-query: []
  upstream-ipv6: false
dnssec:
  validation: false
TEXT
}

start_daemon() {
  write_config >"$work/godwit.yaml"
  "$godwitd" --config "$work/godwit.yaml" 7>&- 2>"$work/log" &
  daemon_pid=$!
  local tries=0
  until dig @127.0.0.1 -p "$port" +tries=1 +time=1 . NS >/dev/null 2>&1; do
    if ! kill -0 "$daemon_pid" 2>/dev/null || [ $((tries += 1)) -gt 50 ]; then
      echo "godwitd did not start:"
      tail -20 "$work/log"
      exit 1
    fi
    sleep 0.1
  done
}

# ask QUESTION...: one dig, shown as typed, with the sections and the time it took.
ask() {
  say "\$ dig @127.0.0.1 -p $port $*"
  dig @127.0.0.1 -p "$port" +noall +comments +answer +authority +stats "$@" |
    grep -E '^[^;]|status:|Query time|EDE' | tee "$work/answer" | cut -c1-120
}

# expect PATTERN: the answer just shown has a line like that.
expect() {
  grep -Eq "$1" "$work/answer" || { failures=$((failures + 1)); echo "  NOT AS EXPECTED: no line like $1"; }
}

ttl_of() { awk -v type="$1" '$4 == type { print $2; exit }' "$work/answer"; }

show_walk() {
  local from=$1 shown=200
  say "the walk, from godwitd's log (log.level: debug)"
  tail -n +"$((from + 1))" "$work/log" | head -n $shown
}

questions_of_the_lab() {
  local from before after
  from=$(wc -l <"$work/log")
  ask www.shop.com
  expect 'CNAME.storefront\.hosting\.net\.'
  expect 'CNAME.edge\.cdn\.org\.'
  expect 'edge\.cdn\.org\..*A.198\.18\.7\.[12]'
  before=$(ttl_of A)
  sleep 0.2
  show_walk "$from"
  sleep 2
  say "the same again, two seconds later: from the cache, with the TTL run down"
  ask www.shop.com
  after=$(ttl_of A)
  echo "TTL of the A records: $before, now $after"
  if [ -z "$after" ] || [ "$after" -ge "$before" ]; then
    failures=$((failures + 1)); echo "  NOT AS EXPECTED: the TTL did not run down"
  fi
  ask www.example.com AAAA
  expect 'AAAA.2001:2::10'
  ask anything.wild.example.com
  expect 'A.198\.18\.0\.42'
  ask host.old.example.com
  expect 'DNAME.new\.example\.com\.'
  expect 'A.198\.18\.0\.77'
  ask no-such-name.example.com
  expect 'status: NXDOMAIN'
  ask -x 198.18.0.10
  expect 'PTR.www\.example\.com\.'
  ask large.example.com TXT +bufsize=1232
  expect 'status: NOERROR'
}

questions_live() {
  local from
  from=$(wc -l <"$work/log")
  ask www.example.com
  expect 'status: NOERROR'
  sleep 0.2
  show_walk "$from"
  sleep 2
  say "the same again, two seconds later: from the cache, with the TTL run down"
  ask www.example.com
  expect 'status: NOERROR'
  ask no-such-name.example.com
  ask www.kernel.org AAAA
}

started=$SECONDS
install_packages 'bind9-dnsutils|dnsutils'
if [ -n "${GODWITD:-}" ]; then
  godwitd=$GODWITD
else
  build
  godwitd=$here/build/release/daemon/godwitd
fi
[ -n "$live" ] || start_lab
start_daemon
say "godwitd answers on 127.0.0.1 port $port, $((SECONDS - started)) s after this script began"
if [ -n "$live" ]; then questions_live; else questions_of_the_lab; fi

if [ -n "$once" ]; then
  say "$([ $failures -eq 0 ] && echo "all as expected" || echo "$failures answers were not as expected")"
  [ $failures -eq 0 ]
  exit
fi
say "godwitd goes on answering: dig @127.0.0.1 -p $port NAME TYPE. Its log: $work/log. Ctrl-C ends it."
wait "$daemon_pid" || true
