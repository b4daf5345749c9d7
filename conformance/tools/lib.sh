# Shared by the scripts of this folder, to be sourced: a broker, and the words in which checks are said.
# shellcheck shell=bash
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../clients/lib.sh
source "$tools/../clients/lib.sh"
# shellcheck disable=SC2034 # of those that source this
bin=$repository/bin
work=$(mktemp -d)
# One line for each check, also of those that run in a pipe.
results=$work/results
: >"$results"
# The longest that one tool may take.
limit_s=60

say() {
  echo "$1" | tee -a "$results"
}

# Says what a check that failed has seen.
failed() {
  say "not ok $1: $2"
  tail -n 40 "$work/out" | sed 's/^/! /' >&2
}

# run COMMAND...: what it prints is in $work/out, its exit code in $status.
run() {
  status=0
  timeout --kill-after=5 "$limit_s" "$@" >"$work/out" 2>&1 || status=$?
}

# judge NAME PATTERN: whether what ran ended well and printed a line that fits (an extended regular expression; empty where a good tool is
# silent).
judge() {
  if [ "$status" != 0 ]; then
    failed "$1" "exit code $status"
  elif [ -n "$2" ] && ! grep -qE -- "$2" "$work/out"; then
    failed "$1" "no line fits '$2'"
  else
    say "ok $1"
  fi
}

# expect NAME PATTERN COMMAND...
expect() {
  local name=$1 pattern=$2
  shift 2
  run "$@" </dev/null
  judge "$name" "$pattern"
}

# feed NAME TEXT PATTERN COMMAND...: the same with something to read.
feed() {
  local name=$1 text=$2 pattern=$3
  shift 3
  run "$@" <<<"$text"
  judge "$name" "$pattern"
}

# expect_when_served NAME API PATTERN COMMAND...: as expect, for an API that GAPS.md names as missing. As long as it is, the tool has to say so; the
# first answer of another kind has to be the right one.
expect_when_served() {
  local name=$1 api=$2 pattern=$3
  shift 3
  run "$@" </dev/null
  if grep -qE "(does not support|not support the share group protocol using) $api" "$work/out"; then
    say "ok $name, which says that $api is missing"
  else
    judge "$name" "$pattern"
  fi
}

# same NAME FILE FILE
same() {
  if [ ! -s "$2" ]; then
    cp "$2" "$work/out"
    failed "$1" 'there is nothing to compare'
  elif diff "$2" "$3" >"$work/out"; then
    say "ok $1"
  else
    failed "$1" 'the answers differ'
  fi
}

# await SECONDS COMMAND...: until it succeeds.
await() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.1
  done
}

summary() {
  local passed bad
  passed=$(grep -c '^ok ' "$results" || true)
  bad=$(grep -c '^not ok ' "$results" || true)
  echo "$passed passed, $bad failed"
  [ "$bad" = 0 ]
}
