#!/bin/bash
# Installs what the tests need (Debian, Ubuntu), builds every variant and runs everything: unit,
# simulator, scenario, system and tidy tests, sanitizers, clang, a smoke run of each fuzz target,
# and the demonstration. Every check is counted; the last line is the sum. A stage that fails does
# not keep the next from running. The whole takes half an hour on two cores, and may take forty
# minutes: clang builds the libraries, the program and the fuzz targets, once, with its sanitizers;
# unit tests are g++'s.
set -uo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/packaging/install_packages.sh"

usage() {
  cat <<'TEXT'
usage: packaging/test.sh [--quick] [STAGE...]
  --quick    what a developer runs before each commit: build and test dev, no system tests
  STAGE      only these, of: dev system run sanitize tsan fuzz clang (clang: the unit tests, built
             by clang; not in the default run)
GODWIT_FUZZ_SECONDS (10) is the length of each fuzz target's run; GODWIT_JOBS the number of parallel jobs.
TEXT
}

all_stages=(dev system run sanitize tsan fuzz)
stages=()
while [ $# -gt 0 ]; do
  case $1 in
    --quick) stages=(dev) ;;
    -h|--help) usage; exit 0 ;;
    dev|system|run|sanitize|tsan|clang|fuzz) stages+=("$1") ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done
[ ${#stages[@]} -gt 0 ] || stages=("${all_stages[@]}")

jobs=${GODWIT_JOBS:-$(nproc)}
fuzz_seconds=${GODWIT_FUZZ_SECONDS:-10}
fuzz_octets_max=65535  # the largest message; the same in tests/fuzz/CMakeLists.txt
passed=0 failed=0 skipped=0 failures=() timings=()
logs=$here/build/logs
mkdir -p "$logs"
cd "$here" || exit 1

pass() { passed=$((passed + 1)); }
fail() { failed=$((failed + 1)); failures+=("$1"); echo "FAILED: $1"; }

# check NAME COMMAND...: one counted check; its output is kept in a file and shown only if it fails.
check() {
  local name=$1 log
  log=$logs/${1//[ \/]/-}.log
  shift
  local began=$SECONDS
  if "$@" >"$log" 2>&1; then
    pass
    echo "  ok $name ($((SECONDS - began)) s)"
  else
    tail -60 "$log"
    fail "$name"
    return 1
  fi
}

configure() {
  local preset=$1
  shift
  local launcher=()
  command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  export CCACHE_SLOPPINESS=pch_defines,time_macros
  check "configure $preset" cmake --preset "$preset" -DGODWIT_PCH=ON "${launcher[@]}" "$@"
}

# build PRESET [TARGET...]
build() {
  local preset=$1
  shift
  check "build $preset${1:+ (some)}" cmake --build "build/$preset" -j "$jobs" ${1:+--target "$@"}
}

# targets_of PRESET PATTERN: the names of the executables that match an extended regular expression.
targets_of() {
  ninja -C "build/$1" -t targets all 2>/dev/null | sed -nE '/^cmake_object/d; s/: phony$//p' | grep -Ex "$2" || true
}

# ctest_in PRESET OPTION...: runs ctest and counts each of its tests.
ctest_in() {
  local preset=$1 log=$logs/ctest-$1.log
  shift
  ctest --test-dir "build/$preset" --output-on-failure "$@" >"$log" 2>&1
  grep -E '^ *[0-9]+/[0-9]+ Test +#' "$log" | sed 's/^/  /'
  local ok bad name
  ok=$(grep -cE '^ *[0-9]+/[0-9]+ Test +#[0-9]+: .* Passed ' "$log")
  skipped=$((skipped + $(grep -cE '^ *[0-9]+/[0-9]+ Test +#[0-9]+: .*\*\*\*Skipped' "$log")))
  passed=$((passed + ok))
  bad=$(grep -E '^ *[0-9]+/[0-9]+ Test +#' "$log" | grep -vE ' Passed |\*\*\*Skipped' | awk '{ print $4 }')
  [ -z "$bad" ] || grep -vE '^ *[0-9]+/[0-9]+ Test +#.* Passed |^ *Start ' "$log" | tail -150
  for name in $bad; do fail "$preset: $name"; done
}

stage_dev() {
  configure dev -DGODWIT_BENCH=ON -DGODWIT_UNITY=ON && build dev && ctest_in dev -LE system -j "$jobs" --timeout 600
}

stage_system() {
  [ -d build/dev ] || { configure dev -DGODWIT_UNITY=ON && build dev; }
  ctest_in dev -L system --timeout 900
}

# The demonstration: beside another lab or a name server on this host only if it has a network of its
# own to be alone in.
# demonstrate NAME: GODWITD in the environment names a program that is there already.
demonstrate() {
  if [ "$(id -u)" -eq 0 ] && unshare -n true 2>/dev/null; then
    check "$1" unshare -n sh -c 'ip link set lo up && exec packaging/run.sh --once'
  else
    check "$1" packaging/run.sh --once --port 5399
  fi
}

stage_run() {
  demonstrate "run.sh --once"
}

stage_sanitize() {
  configure sanitize -DGODWIT_UNITY=ON || return
  local targets
  local tests='(wire|cache|dnssec|iterator|daemon|web|sim|scenario)_tests'
  mapfile -t targets < <(targets_of sanitize "$tests")
  build sanitize "${targets[@]}" && ctest_in sanitize -R "^$tests\$" -j "$jobs" --timeout 900
}

stage_tsan() {
  configure tsan -DGODWIT_UNITY=ON || return
  local targets
  mapfile -t targets < <(targets_of tsan '(cache|daemon)_tests')
  [ ${#targets[@]} -gt 0 ] || return
  # What has one thread and takes long says nothing more here.
  build tsan "${targets[@]}" &&
    GTEST_FILTER='-Unpredictability.*:PackedTable.hits_more*:PackedTable.loses_little*' \
      ctest_in tsan -R '^(cache|daemon)_tests$' -j "$jobs" --timeout 900
}

stage_clang() {
  configure clang || return
  local targets
  mapfile -t targets < <(targets_of clang 'godwitd|[a-z_]+_tests')
  build clang "${targets[@]}" && ctest_in clang -R '_tests$' -LE system --timeout 600
}

# fuzz_one PROGRAM: a run from the seeds in tests/fuzz/corpus/NAME, if there are any; the reader of
# scenarios starts from the scenarios.
fuzz_one() {
  local name work seeds
  name=$(basename "$1")
  work=$here/build/fuzz/smoke/$name
  seeds=$here/tests/fuzz/corpus/${name#fuzz_}
  rm -rf "$work" && mkdir -p "$work/corpus"
  [ "$name" != fuzz_rpl ] || cp "$here"/tests/scenario/*.rpl "$work/corpus"
  [ -d "$seeds" ] || seeds=
  (cd "$work" && "$1" -max_total_time="$fuzz_seconds" -max_len="$fuzz_octets_max" -timeout=10 \
    -rss_limit_mb=4096 -print_final_stats=1 corpus ${seeds:+"$seeds"}) >"$logs/$name.log" 2>&1
}
export -f fuzz_one
export here logs fuzz_seconds fuzz_octets_max

stage_fuzz() {
  [ -d tests/fuzz ] || return
  configure fuzz -DGODWIT_UNITY=ON || return
  local targets name program
  mapfile -t targets < <(targets_of fuzz 'fuzz_[a-z0-9_]+')
  build fuzz godwitd "${targets[@]}" || return
  GODWITD=$here/build/fuzz/daemon/godwitd demonstrate "run.sh --once with clang's sanitizers"
  local programs=()
  for name in "${targets[@]}"; do
    program=$here/build/fuzz/tests/fuzz/$name
    [ -x "$program" ] && programs+=("$program")
  done
  [ ${#programs[@]} -gt 0 ] || { fail "fuzz: no target was built"; return; }
  # shellcheck disable=SC2016
  printf '%s\n' "${programs[@]}" | xargs -P "$jobs" -I{} bash -c \
    'if fuzz_one "$1"; then touch "$logs/$(basename "$1").ok"; else rm -f "$logs/$(basename "$1").ok"; fi' _ {}
  for name in "${targets[@]}"; do
    if [ -e "$logs/$name.ok" ]; then
      pass
      echo "  ok $name: $(grep -o 'number_of_executed_units: [0-9]*' "$logs/$name.log" | grep -o '[0-9]*') inputs"
      rm -f "$logs/$name.ok"
    else
      tail -30 "$logs/$name.log"
      fail "$name"
    fi
  done
}

install() {
  install_packages g++ cmake ninja-build pkg-config 'libboost1.81-dev|libboost-dev' libsodium-dev libssl-dev libyaml-cpp-dev libseccomp-dev libmimalloc-dev \
    libssl-dev libgtest-dev libgmock-dev libbenchmark-dev 'clang-19|clang' 'libclang-rt-19-dev|libclang-rt-dev' git python3 \
    python3-dnspython python3-cryptography python3-yaml nsd knot bind9 'bind9-utils|bind9utils' 'bind9-dnsutils|dnsutils' \
    knot-dnsutils ldnsutils unbound knot-resolver dnsperf prometheus chromium chromium-driver python3-selenium iproute2 systemd
}

began=$SECONDS
check "install packages" install || exit 1
for stage in "${stages[@]}"; do
  echo "== $stage"
  stage_began=$SECONDS
  "stage_$stage"
  timings+=("$stage $((SECONDS - stage_began)) s")
done

echo
printf 'time: %s\n' "${timings[@]}"
echo "time: all $((SECONDS - began)) s on $(nproc) cores"
for name in "${failures[@]}"; do echo "failed: $name"; done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
